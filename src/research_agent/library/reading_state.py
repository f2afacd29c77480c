"""
How far a library is read by the program that brings it in step, for every other program that is asked meanwhile.

It stands in the file whose lock that program holds: when it ends, however that is, the lock is gone and with it the
state.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

__all__ = ["ReadingState", "StateNote", "reading_state"]

PAUSE = 0.25  # seconds between two notes
MOST = 1_000  # bytes of a note


class ReadingState(NamedTuple):
    """Files that are as they should be, of all that a sync has to look at."""

    done: int
    total: int


class StateNote:
    """The note of a sync in the file of its lock, open as `handle`."""

    def __init__(self, handle: int) -> None:
        self._handle = handle
        self._told = float("-inf")

    def tell(self, done: int, total: int) -> None:
        """Note how far it is, now and then; a disk that does not take it is no failure of the sync."""
        now = time.monotonic()
        if now - self._told >= PAUSE:
            self._told = now
            self._write(json.dumps([done, total]).encode("ascii"))

    def clear(self) -> None:
        """Leave nothing of it."""
        self._write(b"")

    def _write(self, note: bytes) -> None:
        with suppress(OSError):
            os.pwrite(self._handle, note, 0)
            os.ftruncate(self._handle, len(note))


def reading_state(path: Path) -> ReadingState | None:
    """How far the sync of the library at `path` is; None when no program reads files into it. Looks at the disk."""
    try:
        handle = os.open(path.with_name(f"{path.name}.sync"), os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        note = os.read(handle, MOST)
        if not note or not _is_locked(handle):  # a note of a program that was killed is none
            return None
        done, total = json.loads(note)
        return ReadingState(int(done), int(total)) if 0 <= done < total else None
    except (OSError, ValueError, TypeError):
        return None
    finally:
        os.close(handle)


def _is_locked(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    return False  # closing the handle gives it back
