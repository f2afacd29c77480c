"""
Files: checksums, atomic writes, which leave the old content or the new one after a crash, and texts that users wrote.

An editor may save a text with a byte order mark, or as UTF-16: the mark decides, and zero bytes where there is none.
"""

from __future__ import annotations

import codecs
import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from research_agent.messages import installing

__all__ = [
    "PRIVATE",
    "EncodingError",
    "decode_text",
    "encoding_of",
    "fsync",
    "replacing",
    "sha256_of",
    "write_atomically",
]

PRIVATE = 0o600

# UTF-32's mark begins with that of UTF-16.
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


class EncodingError(ValueError):
    """A file's bytes are no text; the message is the rest of a sentence that begins with its name."""


def encoding_of(data: bytes) -> tuple[bytes, str]:
    """The byte order mark that a text begins with, b"" without one, and its encoding: UTF-8 if nothing says another."""
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return mark, encoding
    zeros = [byte == 0 for byte in data[:4]]  # of two letters in UTF-16
    if zeros == [False, True, False, True]:
        return b"", "utf-16-le"
    return b"", "utf-16-be" if zeros == [True, False, True, False] else "utf-8"


def decode_text(data: bytes) -> str:
    """The text of a file that a user wrote, without its mark. Raises `EncodingError`."""
    mark, encoding = encoding_of(data)
    try:
        return data[len(mark) :].decode(encoding)
    except UnicodeDecodeError as error:
        if encoding != "utf-8":
            raise EncodingError(installing.CUT_UTF(upper=encoding.upper()[:6])) from error
        at = len(mark) + error.start
        line, byte = data.count(b"\n", 0, at) + 1, data[at]
        raise EncodingError(installing.NOT_UTF_AT(line=line, byte=byte)) from error


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
