"""Bytes of a file, read whole while it does not change, with their digest."""

from __future__ import annotations

import hashlib
import os
import stat
import time
from dataclasses import dataclass

from research_agent.documents.read_file import LARGEST
from research_agent.library.scan import FileStat

__all__ = ["LARGEST", "FileBytes", "LargeFileError", "digest_of", "read_whole"]

TRIES = 3
PAUSE = 0.05  # seconds between two tries
SETTLED = 2.0  # seconds: the coarsest clock of a file system in use (FAT)


class LargeFileError(ValueError):
    """The file is larger than what is read; `stat` is what it is."""

    def __init__(self, about: FileStat) -> None:
        super().__init__(f"{about.size} bytes")
        self.about = about


@dataclass(frozen=True, slots=True)
class FileBytes:
    """
    Body of a file, its digest (BLAKE2b-256, hex), and what the file was then.

    Its `mtime_ns` is 0 when the file may change, or have changed, within the same tick of the clock: it is then
    compared by its digest the next time.
    """

    body: bytes
    digest: str
    about: FileStat


def read_whole(path: str, *, largest: int = LARGEST) -> FileBytes:
    """
    Read a regular file; one that changes meanwhile is read again, three times at most.

    Raises `OSError`, and `LargeFileError` above `largest` bytes.
    """
    for attempt in range(TRIES):
        if attempt:
            time.sleep(PAUSE)
        body, before, after = _read_once(path, largest)
        whole = before == after and len(body) == after.size
        if whole:
            break
    settled = whole and time.time() - after.mtime_ns / 1e9 > SETTLED
    about = FileStat(path, len(body), after.mtime_ns if settled else 0, after.inode)
    return FileBytes(body, digest_of(body), about)


def digest_of(body: bytes) -> str:
    """BLAKE2b-256 of a body, in hex."""
    return hashlib.blake2b(body, digest_size=32).hexdigest()


def _read_once(path: str, largest: int) -> tuple[bytes, FileStat, FileStat]:
    """The body, and what the file was before and after. A pipe or a link put in its place is not waited for."""
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    with open(handle, "rb") as stream:
        before = _stat(path, handle)
        if before.size > largest:
            raise LargeFileError(before)
        body = stream.read(largest + 1)
        after = _stat(path, handle)
        if len(body) > largest:
            raise LargeFileError(after)
    return body, before, after


def _stat(path: str, handle: int) -> FileStat:
    about = os.fstat(handle)
    if not stat.S_ISREG(about.st_mode):
        raise OSError(f"{path} is no regular file")
    return FileStat(path, about.st_size, about.st_mtime_ns, about.st_ino)
