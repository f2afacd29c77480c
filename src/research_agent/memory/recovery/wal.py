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

__all__ = ["PAGE_SIZES", "Frame", "Log", "committed", "log_of", "read_log"]

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

    `frames` counts those up to the last commit, `broken` those among them that are not what was written.
    """

    page_size: int | None
    places: dict[int, int]
    frames: int = 0
    broken: int = 0


def committed(path: Path) -> int | None:
    """
    How many frames of the log of the store at `path` were committed, by what its frames and its index (`-shm`) say.

    None when its head is damaged, so that SQLite passes over all of it. Sums are not looked at: the number is for
    holding against that of the frames which SQLite took. Only for who is alone with the store.

    The last commit counts only when the index has it: a power cut may have torn it, and then it was never acknowledged.
    All before it were synced.
    """
    try:
        with log_of(path).open("rb") as file:
            head = file.read(HEADER)
            size = _page_size(head)
            if size is None:
                return None if head else _indexed(path, None)
            heads = enumerate(_heads(file, size), start=1)
            commits = [number for number, frame in heads if frame.commit and frame.salt == head[16:24]]
            return max([*commits[:-1], _indexed(path, head[16:24])])
    except FileNotFoundError:
        return 0


def log_of(path: Path) -> Path:
    """The log of the store at `path`."""
    return path.with_name(f"{path.name}-wal")


def _indexed(path: Path, salt: bytes | None) -> int:
    """
    How many frames the index counts (its header, twice the same: https://sqlite.org/walformat.html, section 2.1).

    It is written after the frames are on the disk. An index of another round of the log counts nothing.
    """
    try:
        with path.with_name(f"{path.name}-shm").open("rb") as file:
            data = file.read(96)
    except FileNotFoundError:
        return 0
    if len(data) < 96 or data[:48] != data[48:] or salt not in (None, data[32:40]):
        return 0
    return int(struct.unpack("=I", data[16:20])[0])


def read_log(path: Path, page_size: int | None = None) -> Log:
    """
    Read the log of the store at `path`; its pages have `page_size` if its head is damaged. Raises `OSError`.

    The newest whole version of a page counts, up to the last whole commit. Any bytes will do.
    """
    try:
        file = log_of(path).open("rb")
    except FileNotFoundError:
        return Log(page_size, {})
    with file:
        head = file.read(HEADER)
        known = _page_size(head)
        size = known or page_size
        if size is None or len(head) < HEADER:
            return Log(None, {})
        orders = [MAGIC[_ints(head[:4])[0]]] if known else ["<", ">"]
        return _read(file, head, size, orders, known=known is not None)


def _read(file: BinaryIO, head: bytes, size: int, orders: list[str], *, known: bool) -> Log:
    salt = head[16:24] if known else None
    before = _ints(head[24:32])
    places: dict[int, int] = {}
    waiting: dict[int, int] = {}
    frames = broken = behind = 0
    for number, frame in enumerate(_heads(file, size)):
        at = HEADER + number * (FRAME + size)
        if salt in (None, frame.salt):
            if frame.page > 0 and _holds(file, at, size, frame, before, orders):
                salt = frame.salt  # with a damaged head: of the first frame that is whole
                waiting[frame.page] = at + FRAME
            else:
                behind += 1
            if frame.commit:  # without one it is a write that was never finished
                places |= waiting
                waiting.clear()
                frames, broken, behind = number + 1, broken + behind, 0
        before = frame.sums
    return Log(size, places, frames, broken)


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
