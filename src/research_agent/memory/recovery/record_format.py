"""
Rows as SQLite writes them: the head of a cell on a leaf page, and the values behind it.

Format: https://sqlite.org/fileformat2.html, sections 1.6 and 2.1. A row is known by its shape: how many columns, of
which types, and a length that adds up.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping
from contextlib import suppress
from itertools import zip_longest
from typing import NamedTuple

__all__ = ["SHAPES", "Carved", "Head", "Value", "read_head", "read_values"]

Value = str | bytes | int | float | None

SHAPES: Mapping[str, str] = {
    "sessions": "TBTTIBI/IIb",
    "messages": "TITBbT/b",
    "documents": "TB",
    "retrievals": "TIITB",
    "citations": "TIIIIIIIIR",
}
"""
The columns of each table: text, blob, integer, real; a small letter may be NULL. Those behind the stroke are of a later
version: a row that does not have them has zero, or NULL. Jobs can be made anew.
"""

WIDTHS = (0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0)  # bytes of the serial types below 12
SHA256 = re.compile(r"[0-9a-f]{64}")
LONGEST_HEAD = 128  # bytes of serial types at the start of a row; the longest of ours has about 40


class Carved(NamedTuple):
    """One row as it was found: of which table, its rowid, its values in the order of `SHAPES`."""

    table: str
    rowid: int
    values: tuple[Value, ...]


class Head(NamedTuple):
    """What the beginning of a row says: its table, its serial types, and where its bytes are on the page."""

    table: str
    rowid: int
    types: tuple[int, ...]
    body: int
    end: int
    missing: int


def read_head(page: bytes, cell: int, usable: int) -> Head | None:
    """The head of a row at that place; None when there is none of a shape of ours, exactly as long as it says."""
    payload, at = _varint(page, cell)
    rowid, start = _varint(page, at)
    local = _local(payload, usable)
    end = start + local + (4 if local < payload else 0)
    if payload == 0 or rowid >> 63 or end > len(page):
        return None
    length, at = _varint(page, start)
    body = start + length
    if not at - start < length <= min(LONGEST_HEAD, local):
        return None
    types = []
    while at < body:
        kind, at = _varint(page, at)
        types.append(kind)
    table = _table(types)
    if at != body or table is None or length + sum(map(_width, types)) != payload:
        return None
    return Head(table, rowid, tuple(types), body, end, payload - local)


def _local(payload: int, usable: int) -> int:
    """How many bytes of a row are on the leaf page itself (section 1.6)."""
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
    return column.upper() in "IR" and kind < 10  # a real without a fraction is kept as an integer


def _width(kind: int) -> int:
    return (kind - 12) // 2 if kind >= 12 else WIDTHS[kind]


def read_values(head: Head, body: bytes) -> Carved | None:
    """The row, from all its bytes behind the head; None when they are no text, or not what the table has."""
    values: list[Value] = []
    at = 0
    with suppress(UnicodeDecodeError):
        for column, kind in zip_longest(SHAPES[head.table].replace("/", ""), head.types):
            width = 0 if kind is None else _width(kind)
            values.append(_value(column, kind, body[at : at + width]))
            at += width
        row = Carved(head.table, head.rowid, tuple(values))
        return row if _is_ours(row) else None
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


def _is_ours(row: Carved) -> bool:
    """Whether the values are such as the table has: ids are hashes, roles are two, texts are text."""
    if any(value != value for value in row.values):  # no number: SQLite keeps none
        return False
    if row.table == "documents":
        return SHA256.fullmatch(str(row.values[0])) is not None
    if row.table == "messages":
        return row.values[2] in {"user", "assistant"}
    return True


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """The number at that place and where the next begins (section 1.6); past the end there are zeros."""
    value = 0
    for place in range(at, at + 8):
        byte = data[place] if place < len(data) else 0
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, place + 1
    last = data[at + 8] if at + 8 < len(data) else 0
    return value << 8 | last, at + 9
