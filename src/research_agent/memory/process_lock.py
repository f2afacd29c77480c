"""
The process lock: an `flock` on a file beside the store, held while it is open and released by the kernel on any exit.

SQLite's own locks cover a single read or write. They cannot tell whether a job marked as running still has a process,
or whether a damaged file may be moved while another process writes to it.
"""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import ExitStack
from pathlib import Path

from research_agent.errors import StoreError
from research_agent.memory.connection import make_folder
from research_agent.messages import storing

__all__ = ["ProcessLock", "lock_store"]

PAUSE = 0.01  # seconds between two attempts


class ProcessLock:
    """
    The lock on the store at `path`, unlocked at first; `close` releases it.

    Call `try_exclusive` first, then `acquire_shared` before working, whatever came of it. Raises `OSError` when the
    lock file cannot be made.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = os.open(path.with_name(f"{path.name}.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def try_exclusive(self) -> bool:
        """
        Take the lock for this process alone, without waiting; False while any other has the store open.

        Raises `OSError` on a file system without such locks.
        """
        return self._try(fcntl.LOCK_EX)

    def acquire_shared(self, timeout: float) -> None:
        """Share the lock. Raises `StoreError` when another process holds it alone for `timeout` seconds."""
        give_up = time.monotonic() + timeout
        while not self._try(fcntl.LOCK_SH):
            if time.monotonic() > give_up:
                raise StoreError(
                    storing.BEING_REPAIRED(path=self._path),
                    hint=storing.ASK_WHEN_DONE(),
                )
            time.sleep(PAUSE)

    def close(self) -> None:
        """Release the lock."""
        os.close(self._file)

    def _try(self, kind: int) -> bool:
        try:
            fcntl.flock(self._file, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def lock_store(path: Path, stack: ExitStack) -> tuple[ProcessLock | None, bool]:
    """
    The lock, released with `stack`, and whether it is exclusive.

    (None, False) where no lock can be had, as in a read-only folder or on a file system without locks: opening the
    file then reports what is wrong with the folder.
    """
    try:
        make_folder(path)
        lock = ProcessLock(path)
        stack.callback(lock.close)
        return lock, lock.try_exclusive()
    except OSError:
        return None, False
