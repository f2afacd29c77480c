"""
The write-ahead log (`-wal`), read without SQLite: each frame is checked against its own checksum.

SQLite stops at the first frame with a wrong checksum and silently drops every commit behind it. But a checksum is
seeded with the one stored in the frame before, so each frame can be verified on its own.
Format: https://sqlite.org/fileformat2.html, section 4.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

__all__ = ["PAGE_SIZES", "FrameHeader", "WalPages", "committed_frames", "read_wal", "wal_path"]

PAGE_SIZES = (4096, 8192, 16384, 32768, 65536, 1024, 2048, 512)
HEADER, FRAME = 32, 24  # bytes of the log's header and of each frame's
MAGIC = {0x377F0682: "<", 0x377F0683: ">"}  # by the byte order of the checksums
MASK = 0xFFFFFFFF


class FrameHeader(NamedTuple):
    """A frame's page number, the database's size in pages if it ends a commit (else 0), its salt and its checksum."""

    page: int
    commit: int
    salt: bytes
    checksum: tuple[int, int]


class WalPages(NamedTuple):
    """
    The verified pages of a log: their size (None when there is no log), and the offset of each one's newest version.

    `frames` counts those up to the last commit, `broken` those among them with a wrong checksum.
    """

    page_size: int | None
    offsets: dict[int, int]
    frames: int = 0
    broken: int = 0


def committed_frames(path: Path) -> int | None:
    """
    How many frames of the log of the store at `path` were committed, by its frame headers and its index (`-shm`).

    None when the log's header is damaged, so that SQLite ignores all of it. Checksums are not verified: the number is
    compared with how many frames SQLite accepts. Needs exclusive access.

    The last commit counts only when it is in the index: a power cut may have torn it, and then it was never
    acknowledged. Every earlier one was synced.
    """
    try:
        with wal_path(path).open("rb") as file:
            header = file.read(HEADER)
            size = _page_size(header)
            if size is None:
                return None if header else _indexed_frames(path, None)
            frames = enumerate(_frame_headers(file, size), start=1)
            commits = [number for number, frame in frames if frame.commit and frame.salt == header[16:24]]
            return max([*commits[:-1], _indexed_frames(path, header[16:24])])
    except FileNotFoundError:
        return 0


def wal_path(path: Path) -> Path:
    """The log of the store at `path`."""
    return path.with_name(f"{path.name}-wal")


def _indexed_frames(path: Path, salt: bytes | None) -> int:
    """The frame count in the index, whose header stands twice; 0 for an index of another generation of the log."""
    try:
        with path.with_name(f"{path.name}-shm").open("rb") as file:
            data = file.read(96)
    except FileNotFoundError:
        return 0
    if len(data) < 96 or data[:48] != data[48:] or salt not in (None, data[32:40]):
        return 0
    return int(struct.unpack("=I", data[16:20])[0])


def read_wal(path: Path, page_size: int | None = None) -> WalPages:
    """
    Read the log of the store at `path`; `page_size` is used when its header is damaged. Raises `OSError`.

    Each page's newest intact version counts, up to the last intact commit. Accepts any bytes.
    """
    try:
        file = wal_path(path).open("rb")
    except FileNotFoundError:
        return WalPages(page_size, {})
    with file:
        header = file.read(HEADER)
        stated = _page_size(header)
        size = stated or page_size
        if size is None or len(header) < HEADER:
            return WalPages(None, {})
        orders = [MAGIC[_ints(header[:4])[0]]] if stated else ["<", ">"]
        return _read_frames(file, header, size, orders, intact=stated is not None)


def _read_frames(file: BinaryIO, header: bytes, size: int, orders: list[str], *, intact: bool) -> WalPages:
    salt = header[16:24] if intact else None
    before = _ints(header[24:32])
    offsets: dict[int, int] = {}
    uncommitted: dict[int, int] = {}
    frames = broken = pending = 0
    for number, frame in enumerate(_frame_headers(file, size)):
        at = HEADER + number * (FRAME + size)
        if salt in (None, frame.salt):
            if frame.page > 0 and _is_intact(file, at, size, frame, before, orders):
                salt = frame.salt  # with a damaged header: that of the first intact frame
                uncommitted[frame.page] = at + FRAME
            else:
                pending += 1
            if frame.commit:  # frames without one behind them belong to a transaction that never ended
                offsets |= uncommitted
                uncommitted.clear()
                frames, broken, pending = number + 1, broken + pending, 0
        before = frame.checksum
    return WalPages(size, offsets, frames, broken)


def _page_size(header: bytes) -> int | None:
    """The page size in the log's header, if the header is intact."""
    if len(header) < HEADER:
        return None
    magic, _, size, *_ = _ints(header)
    size = 65536 if size == 1 else size
    if magic not in MAGIC or size not in PAGE_SIZES:
        return None
    return size if _checksum(header[:24], (0, 0), MAGIC[magic]) == _ints(header[24:32]) else None


def _frame_headers(file: BinaryIO, size: int) -> Iterator[FrameHeader]:
    """The headers of all complete frames."""
    end = os.fstat(file.fileno()).st_size
    for at in range(HEADER, end - FRAME - size + 1, FRAME + size):
        file.seek(at)
        header = file.read(FRAME)
        if len(header) < FRAME:
            return
        page, commit, *_, one, two = _ints(header)
        yield FrameHeader(page, commit, header[8:16], (one, two))


def _is_intact(
    file: BinaryIO, at: int, size: int, frame: FrameHeader, before: tuple[int, ...], orders: list[str]
) -> bool:
    file.seek(at)
    data = file.read(FRAME + size)
    covered = data[:8] + data[FRAME:]
    return len(data) == FRAME + size and any(_checksum(covered, before, order) == frame.checksum for order in orders)


def _checksum(data: bytes, before: tuple[int, ...], order: str) -> tuple[int, int]:
    """The checksum of section 4.2, seeded with `before`."""
    one, two = before
    words = struct.unpack(f"{order}{len(data) // 4}I", data)
    for even, odd in zip(words[::2], words[1::2], strict=True):
        one = (one + even + two) & MASK
        two = (two + odd + one) & MASK
    return one, two


def _ints(data: bytes) -> tuple[int, ...]:
    return struct.unpack(f">{len(data) // 4}I", data)
