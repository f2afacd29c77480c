"""
Read the rows out of the bytes of a damaged SQLite file.

Neither the file's head, nor its schema, nor the pages that lead to others are trusted: each leaf page of a table is
read by itself, and a row is known by its shape (`cells`). Format: https://sqlite.org/fileformat2.html, sections 1.3
and 1.6. The store reserves no bytes at the end of a page. Work is bounded by the size of the file, memory by its
largest row; no bytes raise.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from research_agent.memory.recovery.record_format import Carved, Head, read_head, read_values
from research_agent.memory.recovery.wal import PAGE_SIZES, log_of, read_log

__all__ = ["carve"]

LEAF = 0x0D
NO_LEAF = {0x00, 0x02, 0x05, 0x0A}  # the first byte of other pages: overflow or free, and the inner ones and indexes
WINDOW, WINDOWS = 65536, 16  # bytes that are looked at to guess the size of a page, and in how many places


def carve(path: Path, *, older: bool = False) -> Iterator[Carved]:
    """
    Every row that can be read from the file and from the log (`-wal`) beside it, page by page.

    The newest version of a page that is whole counts; with `older` the file's own pages follow. A row whose bytes were
    changed can still come back: what it says must be held against hashes. Raises `OSError` only when the file cannot
    be opened.
    """
    with ExitStack() as stack:
        file = stack.enter_context(path.open("rb"))
        pages = _open(file, path, stack)
        for number in pages.numbers():
            yield from _rows_of(pages, number)
        if older and pages.places:
            pages = _Pages(file, pages.size)
            for number in pages.numbers():
                yield from _rows_of(pages, number)


@dataclass(slots=True)
class _Pages:
    """The pages of the file, in their newest version; `steps` is how much may still be read of long rows."""

    file: BinaryIO
    size: int
    log: BinaryIO | None = None
    places: Mapping[int, int] = field(default_factory=dict)
    own: int = 0
    count: int = 0
    steps: int = 0

    def __post_init__(self) -> None:
        self.own = -(-os.fstat(self.file.fileno()).st_size // self.size)
        self.count = self.own + sum(number > self.own for number in self.places)
        # Twice over all of it, for a row is read only when its head looks right; after that, damage goes in circles.
        self.steps = 2 * self.count + 1000

    def numbers(self) -> Iterator[int]:
        """Of all pages that there are, in the file and then only in the log."""
        yield from range(1, self.own + 1)
        yield from sorted(number for number in self.places if number > self.own)

    def read(self, number: int) -> bytes:
        """The page, filled up with zeros when it is cut; empty when there is none or the disk cannot read it."""
        if self.log is not None and number in self.places:
            file, place = self.log, self.places[number]
        elif 0 < number <= self.own:
            file, place = self.file, (number - 1) * self.size
        else:
            return b""
        with suppress(OSError):
            file.seek(place)
            return file.read(self.size).ljust(self.size, b"\0")
        return b""


def _open(file: BinaryIO, path: Path, stack: ExitStack) -> _Pages:
    guess = _guess_size(file)
    with suppress(OSError):
        found = read_log(path, guess)
        if found.page_size and found.places:
            return _Pages(file, found.page_size, stack.enter_context(log_of(path).open("rb")), found.places)
        return _Pages(file, found.page_size or guess)
    return _Pages(file, guess)


def _guess_size(file: BinaryIO) -> int:
    """The size with which most rows can be seen in some windows of the file; of equals, what its head says."""
    with suppress(OSError):
        file.seek(16)
        told = int.from_bytes(file.read(2).ljust(2, b"\0"), "big")
        told = 65536 if told == 1 else told
        return max(sorted(PAGE_SIZES, key=lambda size: size != told), key=lambda size: _seen(_Pages(file, size)))
    return PAGE_SIZES[0]


def _seen(pages: _Pages) -> int:
    """How many rows the pages in the windows have, by their pointers and heads."""
    each = WINDOW // pages.size
    step = max(1, pages.count // each // WINDOWS) * each
    seen = 0
    for first in range(1, pages.count + 1, step):
        for number in range(first, first + each):
            page = pages.read(number)
            cells, _ = _cells(page, _start(page, number)) if page else ([], True)
            seen += sum(read_head(page, cell, pages.size) is not None for cell in cells)
    return seen


def _start(page: bytes, number: int) -> int:
    """Where the page's own head is: on the first page behind the file's, unless another page was put in its place."""
    return 100 if number == 1 and page[0] != LEAF else 0


def _rows_of(pages: _Pages, number: int) -> Iterator[Carved]:
    page = pages.read(number)
    if not page or page[_start(page, number)] in NO_LEAF:
        return
    cells, torn = _cells(page, _start(page, number))
    ends: dict[int, int] = {}
    for cell in cells:
        if head := read_head(page, cell, pages.size):
            ends[cell] = head.end
            if row := _row(pages, page, head):
                yield row
        else:
            torn = True
    if torn:  # what no pointer leads to, or leads to wrongly
        yield from _strays(pages, page, ends)


def _strays(pages: _Pages, page: bytes, ends: Mapping[int, int]) -> Iterator[Carved]:
    """Rows that begin anywhere but within the rows that are known: their text can be a stranger's."""
    at = 8
    while at < pages.size - 4:
        if at in ends:
            at = max(at + 1, ends[at])
        elif page[at] and (head := read_head(page, at, pages.size)):
            if row := _row(pages, page, head):
                yield row
            at = head.end
        else:
            at += 1


def _cells(page: bytes, at: int) -> tuple[list[int], bool]:
    """Where the rows of the leaf page begin, and whether something is wrong with it."""
    if page[at] != LEAF:
        return [], page[at] not in NO_LEAF
    count = int.from_bytes(page[at + 3 : at + 5], "big")
    first = at + 8 + 2 * count
    if first > len(page):
        return [], True
    places = struct.unpack(f">{count}H", page[at + 8 : first])
    cells = sorted({place for place in places if first <= place < len(page) - 4})
    return cells, len(cells) < count


def _row(pages: _Pages, page: bytes, head: Head) -> Carved | None:
    """The values of the row, with the pages it goes on to; None when they are no text or not to be had."""
    body = page[head.body : head.end]
    if head.missing:
        rest = _overflow(pages, int.from_bytes(body[-4:], "big"), head.missing)
        if rest is None:
            return None
        body = body[:-4] + rest
    return read_values(head, body)


def _overflow(pages: _Pages, number: int, missing: int) -> bytes | None:
    """The rest of a long row; None when the chain ends too early or there is no such page."""
    each = pages.size - 4
    needed = -(-missing // each)
    if needed > min(pages.count, pages.steps):
        return None
    parts = []
    for _ in range(needed):
        pages.steps -= 1
        page = pages.read(number)
        if not page:
            return None
        number = int.from_bytes(page[:4], "big")
        parts.append(page[4:])
    return b"".join(parts)[:missing]
