"""Files: checksums, and atomic writes, which leave the old content or the new one after a crash."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["PRIVATE", "fsync", "replacing", "sha256_of", "write_atomically"]

PRIVATE = 0o600


def sha256_of(file: Path) -> str:
    """The sha256 of a file's bytes in hex. Raises `OSError`."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def fsync(path: Path) -> None:
    """Sync a file, or a folder's entries, to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def replacing(target: Path, mode: int = 0o666) -> Iterator[Path]:
    """
    Path of a new, empty file beside `target`: synced and renamed to it when the block ends, removed when it raises.

    `mode` is the new file's, less the umask.
    """
    fresh = target.with_name(f".{target.name[:100]}-{secrets.token_hex(4)}.partial")
    os.close(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode))
    try:
        yield fresh
        fsync(fresh)
        fresh.replace(target)
    finally:
        fresh.unlink(missing_ok=True)


def write_atomically(target: Path, data: bytes) -> None:
    """Write a file with mode 0600, atomically. Raises `OSError`."""
    with replacing(target, PRIVATE) as fresh:
        fresh.write_bytes(data)
