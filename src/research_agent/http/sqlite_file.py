"""
Disposable SQLite files of the home, shared by many processes: the cache and the rate limit store.

A file that is damaged, or of another version, is thrown away and created anew.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Generic, TypeVar

from research_agent.sqlite import Connection, create_private, transaction

__all__ = ["OwnerThread", "open_file", "open_in_memory", "remove"]

T = TypeVar("T")
R = TypeVar("R")

BUSY_MILLISECONDS = 5_000


class OwnerThread(Generic[T]):
    """Single thread that makes a resource when it is first needed, and alone uses it; calls run in their order."""

    def __init__(self, make: Callable[[], T], *, name: str) -> None:
        self._make = make
        self._resource: list[T] = []
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=name)

    async def run(self, do: Callable[[T], R]) -> R:
        """The result of `do(resource)`. Raises what `do` raises."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._do, do)

    def later(self, do: Callable[[T], object]) -> Future[object]:
        """Queue `do(resource)` without waiting for it."""
        return self._thread.submit(self._do, do)

    async def close(self, close: Callable[[T], object]) -> None:
        """Finish what is queued, then close the resource if it was ever opened."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._close, close)
        self._thread.shutdown(wait=False)  # its one thread has nothing left to do

    def _do(self, do: Callable[[T], R]) -> R:
        if not self._resource:
            self._resource.append(self._make())
        return do(self._resource[0])

    def _close(self, close: Callable[[T], object]) -> None:
        while self._resource:
            close(self._resource.pop())


def open_file(path: Path, schema: str, *, version: int) -> Connection:
    """
    Open the file, created with `schema` when it is new (folder 0700, file 0600) or of no use.

    Raises `OSError` and `apsw.Error` when the home cannot be written.
    """
    import apsw

    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _locked(path):
        try:
            return _open(path, schema, version)
        except (apsw.NotADBError, apsw.CorruptError, _OtherVersionError):
            _remove(path)
            return _open(path, schema, version)


def remove(path: Path) -> None:
    """Remove the file; a process that has it open goes on with one that nobody else sees."""
    with _locked(path):
        _remove(path)


def open_in_memory(schema: str) -> Connection:
    """The same without a file: a database of this process."""
    import apsw

    db = apsw.Connection(":memory:")
    db.execute(schema)
    return db


class _OtherVersionError(Exception):
    """The file was made by another version of this program."""


def _open(path: Path, schema: str, version: int) -> Connection:
    import apsw

    create_private(path)
    db = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
    try:
        db.set_busy_timeout(BUSY_MILLISECONDS)
        db.pragma("journal_mode", "WAL")
        db.pragma("synchronous", "NORMAL")
        with transaction(db):
            actual = db.pragma("user_version")
            if actual == 0:
                db.execute(schema)
                db.pragma("user_version", version)
        if actual not in (0, version):
            raise _OtherVersionError
    except BaseException:
        db.close()
        raise
    return db


def _remove(path: Path) -> None:
    for suffix in ("-wal", "-shm", ""):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Lock out other processes that open or remove the file; released when this process ends, however that is."""
    descriptor = os.open(path.with_name(f"{path.name}.lock"), os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
