"""
B-tree pages: carves rows out of the leaf pages of a damaged SQLite file.

Neither the file's header, nor its schema, nor interior pages are trusted: each leaf page of a table is read by itself,
and a row is recognised by its shape (`record_format`). Format: https://sqlite.org/fileformat2.html, sections 1.3 and
1.6. The store reserves no bytes at the end of a page. Time is bounded by the size of the file, memory by its largest
row; no bytes raise.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from research_agent.memory.recovery.record_format import CarvedRow, Cell, decode_record, parse_cell
from research_agent.memory.recovery.wal import PAGE_SIZES, read_wal, wal_path

__all__ = ["carve_rows"]

LEAF = 0x0D
NO_LEAF = {0x00, 0x02, 0x05, 0x0A}  # first byte of other pages: overflow or freelist, interior pages, indexes
WINDOW, WINDOWS = 65536, 16  # bytes in each of so many samples from which the page size is guessed


def carve_rows(path: Path, *, older: bool = False) -> Iterator[CarvedRow]:
    """
    Every row that can be read from the file and its write-ahead log, page by page.

    The newest intact version of a page counts; with `older` the main file's own pages follow. A row with altered bytes
    can still be among them: check its values against hashes. Raises `OSError` only when the file cannot be opened.
    """
    with ExitStack() as stack:
        file = stack.enter_context(path.open("rb"))
        pages = _open(file, path, stack)
        for number in pages.numbers():
            yield from _rows_of(pages, number)
        if older and pages.offsets:
            pages = _Pages(file, pages.size)
            for number in pages.numbers():
                yield from _rows_of(pages, number)


@dataclass(slots=True)
class _Pages:
    """The pages in their newest version: from `wal` at `offsets`, else from the file, which has `own` of them."""

    file: BinaryIO
    size: int
    wal: BinaryIO | None = None
    offsets: Mapping[int, int] = field(default_factory=dict)
    own: int = 0
    count: int = 0
    overflow_budget: int = 0

    def __post_init__(self) -> None:
        self.own = -(-os.fstat(self.file.fileno()).st_size // self.size)
        self.count = self.own + sum(number > self.own for number in self.offsets)
        # Twice the pages there are, for only plausible cells are followed; beyond that a damaged chain is a cycle.
        self.overflow_budget = 2 * self.count + 1000

    def numbers(self) -> Iterator[int]:
        """All page numbers: the file's, then those that only the log has."""
        yield from range(1, self.own + 1)
        yield from sorted(number for number in self.offsets if number > self.own)

    def read(self, number: int) -> bytes:
        """The page, padded with zeros when truncated; empty when it does not exist or cannot be read."""
        if self.wal is not None and number in self.offsets:
            file, offset = self.wal, self.offsets[number]
        elif 0 < number <= self.own:
            file, offset = self.file, (number - 1) * self.size
        else:
            return b""
        with suppress(OSError):
            file.seek(offset)
            return file.read(self.size).ljust(self.size, b"\0")
        return b""


def _open(file: BinaryIO, path: Path, stack: ExitStack) -> _Pages:
    guess = _guess_page_size(file)
    with suppress(OSError):
        wal = read_wal(path, guess)
        if wal.page_size and wal.offsets:
            return _Pages(file, wal.page_size, stack.enter_context(wal_path(path).open("rb")), wal.offsets)
        return _Pages(file, wal.page_size or guess)
    return _Pages(file, guess)


def _guess_page_size(file: BinaryIO) -> int:
    """The size that shows the most rows in samples of the file; of equals, the one in its header."""
    with suppress(OSError):
        file.seek(16)
        stated = int.from_bytes(file.read(2).ljust(2, b"\0"), "big")
        stated = 65536 if stated == 1 else stated
        sizes = sorted(PAGE_SIZES, key=lambda size: size != stated)
        return max(sizes, key=lambda size: _count_rows_in_samples(_Pages(file, size)))
    return PAGE_SIZES[0]


def _count_rows_in_samples(pages: _Pages) -> int:
    each = WINDOW // pages.size
    step = max(1, pages.count // each // WINDOWS) * each
    count = 0
    for first in range(1, pages.count + 1, step):
        for number in range(first, first + each):
            page = pages.read(number)
            offsets, _ = _cell_offsets(page, _header_offset(page, number)) if page else ([], True)
            count += sum(parse_cell(page, at, pages.size) is not None for at in offsets)
    return count


def _header_offset(page: bytes, number: int) -> int:
    """Where the page's header begins: on page 1 behind the file's, unless another page was written over it."""
    return 100 if number == 1 and page[0] != LEAF else 0


def _rows_of(pages: _Pages, number: int) -> Iterator[CarvedRow]:
    page = pages.read(number)
    if not page or page[_header_offset(page, number)] in NO_LEAF:
        return
    offsets, damaged = _cell_offsets(page, _header_offset(page, number))
    ends: dict[int, int] = {}
    for at in offsets:
        if cell := parse_cell(page, at, pages.size):
            ends[at] = cell.end
            if row := _row(pages, page, cell):
                yield row
        else:
            damaged = True
    if damaged:
        yield from _unreferenced_rows(pages, page, ends)


def _unreferenced_rows(pages: _Pages, page: bytes, ends: Mapping[int, int]) -> Iterator[CarvedRow]:
    """Rows without a valid cell pointer. None are looked for inside known cells, whose text can be hostile."""
    at = 8
    while at < pages.size - 4:
        if at in ends:
            at = max(at + 1, ends[at])
        elif page[at] and (cell := parse_cell(page, at, pages.size)):
            if row := _row(pages, page, cell):
                yield row
            at = cell.end
        else:
            at += 1


def _cell_offsets(page: bytes, at: int) -> tuple[list[int], bool]:
    """The cell pointers of a leaf page whose header is at that offset, and whether any part of them is damaged."""
    if page[at] != LEAF:
        return [], page[at] not in NO_LEAF
    count = int.from_bytes(page[at + 3 : at + 5], "big")
    first = at + 8 + 2 * count
    if first > len(page):
        return [], True
    pointers = struct.unpack(f">{count}H", page[at + 8 : first])
    offsets = sorted({pointer for pointer in pointers if first <= pointer < len(page) - 4})
    return offsets, len(offsets) < count


def _row(pages: _Pages, page: bytes, cell: Cell) -> CarvedRow | None:
    """The row with what is on its overflow pages; None when that is incomplete or not plausible."""
    body = page[cell.body : cell.end]
    if cell.missing:
        overflow = _overflow(pages, int.from_bytes(body[-4:], "big"), cell.missing)
        if overflow is None:
            return None
        body = body[:-4] + overflow
    return decode_record(cell, body)


def _overflow(pages: _Pages, number: int, missing: int) -> bytes | None:
    """The rest of a payload, from its chain of overflow pages; None when the chain is broken."""
    each = pages.size - 4
    needed = -(-missing // each)
    if needed > min(pages.count, pages.overflow_budget):
        return None
    parts = []
    for _ in range(needed):
        pages.overflow_budget -= 1
        page = pages.read(number)
        if not page:
            return None
        number = int.from_bytes(page[:4], "big")
        parts.append(page[4:])
    return b"".join(parts)[:missing]
