"""
The frames of a write-ahead log (`-wal`), each held against its own checksum.

SQLite stops at the first frame that is broken, and what was committed after it is gone without a word. But the checksum
of a frame goes on from the one that stands in the frame before it, so each can be tried by itself.
Format: https://sqlite.org/fileformat2.html, section 4.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

__all__ = ["PAGE_SIZES", "Frame", "Log", "last_commit", "read_log"]

PAGE_SIZES = (4096, 8192, 16384, 32768, 65536, 1024, 2048, 512)
HEADER, FRAME = 32, 24
MAGIC = {0x377F0682: "<", 0x377F0683: ">"}  # by the byte order of the checksums
MASK = 0xFFFFFFFF


class Frame(NamedTuple):
    """The head of a frame: which page it holds, the pages of the file if it ends a commit (else 0), and its sums."""

    page: int
    commit: int
    salt: bytes
    sums: tuple[int, int]


class Log(NamedTuple):
    """
    What a log holds for sure: its page size (None when there is none), and where each page's newest version begins.

    `broken` is the number of frames that belong to it and are not what was written.
    """

    page_size: int | None
    places: dict[int, int]
    broken: int


def last_commit(path: Path) -> int | None:
    """
    The number of the last frame that says it ends a commit, from 1; 0 when there is none.

    None when the file's own head is damaged, so that SQLite passes over all of it. Sums are not looked at: it is
    for holding against the number of frames that SQLite took. A file that is not there, or is empty, has 0.
    """
    try:
        with path.open("rb") as file:
            head = file.read(HEADER)
            if not head:
                return 0
            size = _page_size(head)
            if size is None:
                return None
            heads = enumerate(_heads(file, size), start=1)
            return max((number for number, frame in heads if frame.commit and frame.salt == head[16:24]), default=0)
    except FileNotFoundError:
        return 0


def read_log(path: Path, page_size: int | None = None) -> Log:
    """
    Read the log, whose frames have `page_size` if its head is damaged. Any bytes will do; raises `OSError`.

    The newest whole version of a page counts, up to the last whole commit.
    """
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return Log(page_size, {}, 0)
    with file:
        head = file.read(HEADER)
        known = _page_size(head)
        size = known or page_size
        if size is None or len(head) < HEADER:
            return Log(None, {}, 0)
        orders = [MAGIC[_ints(head[:4])[0]]] if known else ["<", ">"]
        return _read(file, head, size, orders, known=known is not None)


def _read(file: BinaryIO, head: bytes, size: int, orders: list[str], *, known: bool) -> Log:
    salt = head[16:24] if known else None
    before = _ints(head[24:32])
    places: dict[int, int] = {}
    waiting: dict[int, int] = {}
    broken = behind = 0
    for number, frame in enumerate(_heads(file, size)):
        at = HEADER + number * (FRAME + size)
        whole = salt in (None, frame.salt) and frame.page > 0 and _holds(file, at, size, frame, before, orders)
        before = frame.sums
        if whole:
            salt = frame.salt  # with a damaged head: of the first frame that is whole
            waiting[frame.page] = at + FRAME
            if frame.commit:
                places |= waiting
                waiting.clear()
                broken, behind = broken + behind, 0
        elif salt in (None, frame.salt):
            behind += 1
            if frame.commit:  # a commit that cannot be read; without one it is a write that was never finished
                broken, behind = broken + behind, 0
    return Log(size, places, broken)


def _page_size(head: bytes) -> int | None:
    """The page size that the head of the log names, if the head is whole."""
    if len(head) < HEADER:
        return None
    magic, _, size, *_ = _ints(head)
    size = 65536 if size == 1 else size
    if magic not in MAGIC or size not in PAGE_SIZES:
        return None
    return size if _sums(head[:24], (0, 0), MAGIC[magic]) == _ints(head[24:32]) else None


def _heads(file: BinaryIO, size: int) -> Iterator[Frame]:
    """The heads of all frames that are there in full."""
    end = os.fstat(file.fileno()).st_size
    for at in range(HEADER, end - FRAME - size + 1, FRAME + size):
        file.seek(at)
        head = file.read(FRAME)
        if len(head) < FRAME:
            return
        page, commit, *_, one, two = _ints(head)
        yield Frame(page, commit, head[8:16], (one, two))


def _holds(file: BinaryIO, at: int, size: int, frame: Frame, before: tuple[int, ...], orders: list[str]) -> bool:
    file.seek(at)
    data = file.read(FRAME + size)
    told = data[:8] + data[FRAME:]
    return len(data) == FRAME + size and any(_sums(told, before, order) == frame.sums for order in orders)


def _sums(data: bytes, before: tuple[int, ...], order: str) -> tuple[int, int]:
    """The checksum of section 4.2, going on from `before`."""
    one, two = before
    words = struct.unpack(f"{order}{len(data) // 4}I", data)
    for even, odd in zip(words[::2], words[1::2], strict=True):
        one = (one + even + two) & MASK
        two = (two + odd + one) & MASK
    return one, two


def _ints(data: bytes) -> tuple[int, ...]:
    return struct.unpack(f">{len(data) // 4}I", data)
