"""
SQLite files of the home that may be lost without harm, and that many processes use at once.

A file that is damaged, or of another version, is thrown away and begun anew. What a reader can count on is that it is
whole: nothing here is memory.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    import apsw

__all__ = ["OwnerThread", "begin_anew", "open_file", "open_in_memory", "transaction"]

T = TypeVar("T")
R = TypeVar("R")

BUSY_MILLISECONDS = 5_000


class OwnerThread(Generic[T]):
    """One thread that makes a thing when it is first needed, and alone touches it, in the order it was asked to."""

    def __init__(self, make: Callable[[], T], *, name: str) -> None:
        self._make = make
        self._made: list[T] = []
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=name)

    async def run(self, do: Callable[[T], R]) -> R:
        """What `do` gives for the thing, or raises."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._do, do)

    def later(self, do: Callable[[T], object]) -> Future[object]:
        """Have it done, and do not wait; before anything that is asked for after this."""
        return self._thread.submit(self._do, do)

    async def close(self, end: Callable[[T], object]) -> None:
        """Finish what was asked for, then `end` the thing, if it was ever made."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._end, end)
        self._thread.shutdown(wait=False)  # its one thread has nothing left to do

    def _do(self, do: Callable[[T], R]) -> R:
        if not self._made:
            self._made.append(self._make())
        return do(self._made[0])

    def _end(self, end: Callable[[T], object]) -> None:
        while self._made:
            end(self._made.pop())


def open_file(path: Path, schema: str, *, version: int) -> apsw.Connection:
    """
    Open the file, made with `schema` when it is new (folder 0700, file 0600), begun anew when it is of no use.

    Raises `OSError` and `apsw.Error` when the home cannot be written.
    """
    import apsw

    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _alone(path):
        try:
            return _open(path, schema, version)
        except (apsw.NotADBError, apsw.CorruptError, _OtherVersionError):
            _remove(path)
            return _open(path, schema, version)


def begin_anew(path: Path) -> None:
    """Throw the file away; who has it open goes on with what nobody else sees."""
    with _alone(path):
        _remove(path)


def open_in_memory(schema: str) -> apsw.Connection:
    """The same without a file: it ends with the process."""
    import apsw

    db = apsw.Connection(":memory:")
    db.execute(schema)
    return db


@contextmanager
def transaction(db: apsw.Connection) -> Iterator[None]:
    """One writer at a time, over all processes, from here to the end of the block; after an error nothing was done."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


class _OtherVersionError(Exception):
    """The file was made by another version of this program."""


def _open(path: Path, schema: str, version: int) -> apsw.Connection:
    import apsw

    try:
        # Only ever a new file: closing another descriptor of one that is open would drop SQLite's locks on it.
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        if path.stat().st_mode & 0o077:
            path.chmod(0o600)
    db = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
    try:
        db.set_busy_timeout(BUSY_MILLISECONDS)
        db.pragma("journal_mode", "WAL")
        db.pragma("synchronous", "NORMAL")
        with transaction(db):
            found = db.pragma("user_version")
            if found == 0:
                db.execute(schema)
                db.pragma("user_version", version)
        if found not in (0, version):
            raise _OtherVersionError
    except BaseException:
        db.close()
        raise
    return db


def _remove(path: Path) -> None:
    for suffix in ("-wal", "-shm", ""):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """No other process opens or removes the file meanwhile. The lock ends with the process, however that ends."""
    descriptor = os.open(path.with_name(f"{path.name}.lock"), os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
