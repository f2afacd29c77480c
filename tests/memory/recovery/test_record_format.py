"""A cell is a row of ours only when its shape, its length and its values all fit."""

from __future__ import annotations

import struct

import pytest

from research_agent.memory.recovery.record_format import SHAPES, CarvedRow, Cell, decode_record, parse_cell

KEY = b"a" * 64
DOCUMENT = bytes([64 + 4 + 4, 99, 4, 0x81, 0x0D, 20]) + KEY + b"text"  # payload, rowid, header: its size, TEXT, BLOB
USABLE = 4096


def page_of(cell: bytes) -> bytes:
    return (b"\0" * 10 + cell).ljust(USABLE, b"\0")


def row_of(page: bytes) -> CarvedRow | None:
    cell = parse_cell(page, 10, USABLE)
    return cell and decode_record(cell, page[cell.body : cell.end])


def test_a_cell_is_read_with_its_rowid_and_values() -> None:
    assert row_of(page_of(DOCUMENT)) == ("documents", 99, ("a" * 64, b"text"))


@pytest.mark.parametrize(
    "cell",
    [
        b"\0" * 20,
        bytes([73]) + DOCUMENT[1:],  # one byte more than its columns have
        DOCUMENT[:2] + bytes([5]) + DOCUMENT[3:],  # a header of another length
        DOCUMENT[:5] + bytes([21]) + DOCUMENT[6:],  # TEXT where the table has BLOB
        b"\xff" * 200,
    ],
)
def test_another_shape_or_length_is_no_cell(cell: bytes) -> None:
    assert parse_cell(page_of(cell), 10, USABLE) is None


def test_a_cell_that_leaves_the_page_is_none() -> None:
    page = page_of(DOCUMENT)
    assert parse_cell(page[: 10 + len(DOCUMENT)], 10, USABLE)
    assert parse_cell(page[: 9 + len(DOCUMENT)], 10, USABLE) is None


def test_a_long_payload_goes_on_in_overflow_pages() -> None:
    size = 10_000
    payload = bytes([0x80 | (size + 70) >> 7, (size + 70) & 0x7F])
    blob = 12 + 2 * size
    kind = bytes([0x80 | blob >> 14, 0x80 | blob >> 7 & 0x7F, blob & 0x7F])
    page = page_of(payload + bytes([1, 6, 0x81, 0x0D]) + kind + KEY + b"x" * 3000)
    cell = parse_cell(page, 10, USABLE)
    assert cell
    assert cell.missing == size + 64 - (cell.end - 4 - cell.body)


@pytest.mark.parametrize("key", [b"A" * 64, b"g" * 64, b"\xff" * 64])
def test_a_document_whose_id_is_no_hash_is_none(key: bytes) -> None:
    assert row_of(page_of(DOCUMENT.replace(KEY, key))) is None


def test_values_have_the_types_of_their_columns() -> None:
    """A real without a fraction is stored as an integer, and no value of SQLite is NaN."""
    kinds = (25, 1, 8, 9, 2, 3, 4, 5, 6)
    body = b"sessio" + b"\xff" + b"\0\x02" + b"\0\0\x03" + bytes(3) + b"\4" + bytes(5) + b"\5" + bytes(7) + b"\6"
    integer = decode_record(Cell("citations", 1, (*kinds, 1), 0, 0, 0), body + b"\7")
    assert integer
    assert integer.values == ("sessio", -1, 0, 1, 2, 3, 4, 5, 6, 7.0)
    assert isinstance(integer.values[-1], float)
    real = decode_record(Cell("citations", 1, (*kinds, 7), 0, 0, 0), body + struct.pack(">d", 0.5))
    assert real
    assert real.values[-1] == 0.5
    assert decode_record(Cell("citations", 1, (*kinds, 7), 0, 0, 0), body + struct.pack(">d", float("nan"))) is None


def test_columns_of_a_later_version_are_zero_or_null_in_an_older_row() -> None:
    first = SHAPES["sessions"].partition("/")[0]
    types = tuple({"T": 13, "B": 12, "I": 8}[column] for column in first)
    row = decode_record(Cell("sessions", 1, types, 0, 0, 0), b"")
    assert row
    assert row.values == ("", b"", "", "", 0, b"", 0, 0, 0, None)


def test_a_message_of_another_role_is_none() -> None:
    types = (13, 8, 13 + 2 * 4, 12, 0, 13)
    assert decode_record(Cell("messages", 1, types, 0, 0, 0), b"user")
    assert decode_record(Cell("messages", 1, types, 0, 0, 0), b"uses") is None
