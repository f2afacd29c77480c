"""
Who has the store open: a lock on a file beside it, held while it is open and gone with the process, however that ends.

SQLite's own locks say who reads or writes right now. They do not say whether a job that is marked as running still has
a process, or whether a damaged file may be moved away without another process writing on into it.
"""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import ExitStack
from pathlib import Path

from research_agent.errors import StoreError
from research_agent.memory.connection import make_folder

__all__ = ["Presence", "enter"]

PAUSE = 0.01


class Presence:
    """
    The lock of one opener of the store at `path`; `close` gives it up.

    First ask to be `alone`, which nobody else is at the same time; then, alone or not, `share` while working.
    Raises `OSError` when the lock file cannot be made.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = os.open(path.with_name(f"{path.name}.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def alone(self) -> bool:
        """
        Whether nobody else has the store open; then nobody else can open it before `share` or `close`.

        Raises `OSError` on a file system that has no such locks.
        """
        return self._try(fcntl.LOCK_EX)

    def share(self, wait: float) -> None:
        """Be one of those who have it open. Raises `StoreError` when somebody is alone with it for `wait` seconds."""
        give_up = time.monotonic() + wait
        while not self._try(fcntl.LOCK_SH):
            if time.monotonic() > give_up:
                raise StoreError(
                    f"The session store {self._path} is being repaired or upgraded by another program.",
                    hint="Ask again when it is done.",
                )
            time.sleep(PAUSE)

    def close(self) -> None:
        """Give it up."""
        os.close(self._file)

    def _try(self, kind: int) -> bool:
        try:
            fcntl.flock(self._file, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def enter(path: Path, stack: ExitStack) -> tuple[Presence | None, bool]:
    """
    The lock that says that it is open, and whether nobody else has it.

    None where none can be, as in a folder of somebody else or on a file system without locks: then nobody is alone, and
    what is wrong with the folder is said at opening.
    """
    try:
        make_folder(path)
        presence = Presence(path)
        stack.callback(presence.close)
        return presence, presence.alone()
    except OSError:
        return None, False
