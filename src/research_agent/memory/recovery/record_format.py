"""
SQLite's record format: the cells of a table's leaf page, and the column values in them.

Format: https://sqlite.org/fileformat2.html, sections 1.6 and 2.1. A row is recognised by its shape: the number and
types of its columns, and a length that adds up.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping
from contextlib import suppress
from itertools import zip_longest
from typing import NamedTuple

__all__ = ["SHAPES", "CarvedRow", "Cell", "Value", "decode_record", "parse_cell"]

Value = str | bytes | int | float | None

SHAPES: Mapping[str, str] = {
    "sessions": "TBTTIBI/IIb",
    "messages": "TITBbT/b",
    "documents": "TB",
    "retrievals": "TIITB",
    "citations": "TIIIIIIIIR",
    "watches": "TTIBBRIItrb",
    "watch_changes": "TIIBTb",
    "research_runs": "TBBItrb",
    "research_rows": "TTIBb",
    "research_documents": "TTBb",
}
"""
The columns of each table: text, blob, integer, real; lower case may be NULL. Those after the slash came with a later
version of the schema: a row without them has zero or NULL there. Jobs are left out: they can be queued again.
"""

WIDTHS = (0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0)  # bytes of the serial types below 12
SHA256 = re.compile(r"[0-9a-f]{64}")
LONGEST_HEADER = 128  # bytes of serial types at the start of a record; our longest has about 40


class CarvedRow(NamedTuple):
    """A row read from raw bytes: its table, its rowid, and its values in the order of `SHAPES`."""

    table: str
    rowid: int
    values: tuple[Value, ...]


class Cell(NamedTuple):
    """
    A leaf cell: its table, rowid and serial types; its values are at `body:end` of the page.

    `missing` bytes of them are on overflow pages; then the last four bytes before `end` are the first one's number.
    """

    table: str
    rowid: int
    types: tuple[int, ...]
    body: int
    end: int
    missing: int


def parse_cell(page: bytes, at: int, usable: int) -> Cell | None:
    """The cell at that offset; None when it has not the shape of a table of ours, or not exactly its stated length."""
    payload, after = _varint(page, at)
    rowid, start = _varint(page, after)
    local = _local_payload(payload, usable)
    end = start + local + (4 if local < payload else 0)
    if payload == 0 or rowid >> 63 or end > len(page):
        return None
    length, after = _varint(page, start)
    body = start + length
    if not after - start < length <= min(LONGEST_HEADER, local):
        return None
    types = []
    while after < body:
        kind, after = _varint(page, after)
        types.append(kind)
    table = _table(types)
    if after != body or table is None or length + sum(map(_width, types)) != payload:
        return None
    return Cell(table, rowid, tuple(types), body, end, payload - local)


def _local_payload(payload: int, usable: int) -> int:
    """How many bytes of a payload are on the leaf page itself (section 1.6)."""
    if payload <= usable - 35:
        return payload
    least = (usable - 12) * 32 // 255 - 23
    most = least + (payload - least) % (usable - 4)
    return most if most <= usable - 35 else least


def _table(types: list[int]) -> str | None:
    for table, shape in SHAPES.items():
        first, _, later = shape.partition("/")
        if len(types) in {len(first), len(first + later)} and all(map(_fits, first + later, types)):
            return table
    return None


def _fits(column: str, kind: int) -> bool:
    if kind == 0:
        return column.islower()
    if kind >= 12:
        return column.upper() == ("T" if kind % 2 else "B")
    if kind == 7:
        return column.upper() == "R"
    return column.upper() in "IR" and kind < 10  # a real without a fraction is stored as an integer


def _width(kind: int) -> int:
    return (kind - 12) // 2 if kind >= 12 else WIDTHS[kind]


def decode_record(cell: Cell, body: bytes) -> CarvedRow | None:
    """The row whose values are `body`, overflow included; None for invalid UTF-8 or a value the table cannot have."""
    values: list[Value] = []
    at = 0
    with suppress(UnicodeDecodeError):
        for column, kind in zip_longest(SHAPES[cell.table].replace("/", ""), cell.types):
            width = 0 if kind is None else _width(kind)
            values.append(_value(column, kind, body[at : at + width]))
            at += width
        row = CarvedRow(cell.table, cell.rowid, tuple(values))
        return row if _is_plausible(row) else None
    return None


def _value(column: str, kind: int | None, data: bytes) -> Value:
    if kind is None:
        return 0 if column == "I" else None
    if kind >= 12:
        return data if kind % 2 == 0 else data.decode()
    if kind == 0:
        return None
    if kind == 7:
        return float(struct.unpack(">d", data)[0])
    number = kind - 8 if kind in {8, 9} else int.from_bytes(data, "big", signed=True)
    return float(number) if column == "R" else number


def _is_plausible(row: CarvedRow) -> bool:
    """Whether the table can have such values: a hash as a document's id, one of two roles, no NaN."""
    if any(value != value for value in row.values):  # SQLite stores NaN as NULL
        return False
    if row.table == "documents":
        return SHA256.fullmatch(str(row.values[0])) is not None
    if row.table == "messages":
        return row.values[2] in {"user", "assistant"}
    return True


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """The varint at that offset and where it ends (section 1.6); zeros are read past the end."""
    value = 0
    for place in range(at, at + 8):
        byte = data[place] if place < len(data) else 0
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, place + 1
    last = data[at + 8] if at + 8 < len(data) else 0
    return value << 8 | last, at + 9
