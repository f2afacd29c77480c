"""Disposable SQLite files that processes share: one that is damaged, or of another version, is made anew."""

from __future__ import annotations

import asyncio
import fcntl
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from research_agent.sqlite import Connection, create_private, transaction

__all__ = ["SharedFile", "open_file", "remove"]

R = TypeVar("R")

BUSY_MILLISECONDS = 5_000


class SharedFile:
    """
    One file, owned by a thread that alone uses it; calls run in their order.

    The thread opens `db` when it is first needed: a database in memory when the file cannot be opened, after it called
    `on_failure` with the reason.
    """

    def __init__(
        self, path: Path, schema: str, *, version: int, name: str, on_failure: Callable[[Exception], None] | None = None
    ) -> None:
        self._path, self._schema, self._version, self._on_failure = path, schema, version, on_failure
        self._db: Connection | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=name)

    async def run(self, do: Callable[[], R]) -> R:
        """The result of `do()` in the thread. Raises what `do` raises."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, do)

    def later(self, do: Callable[[], object]) -> Future[object]:
        """Queue `do()` without waiting for it."""
        return self._thread.submit(do)

    async def close(self) -> None:
        """Finish what is queued, then close the file if it was ever opened."""
        await self.run(self._close)
        self._thread.shutdown(wait=False)  # its one thread has nothing left to do

    # In the thread

    @property
    def db(self) -> Connection:
        """The connection."""
        import apsw

        if self._db is None:
            try:
                self._db = open_file(self._path, self._schema, version=self._version)
            except (OSError, apsw.Error) as error:
                return self.go_on_in_memory(error)
        return self._db

    def go_on_in_memory(self, error: Exception) -> Connection:
        """Use a database in memory from now on; nothing is copied."""
        import apsw

        self._close(force=True)
        if self._on_failure is not None:
            self._on_failure(error)
        self._db = apsw.Connection(":memory:")
        self._db.execute(self._schema)
        return self._db

    def discard(self) -> None:
        """Throw the file away; the next use makes it anew."""
        self._close(force=True)
        with suppress(OSError):
            remove(self._path)

    def _close(self, force: bool = False) -> None:
        if self._db is not None:
            self._db.close(force)
        self._db = None


def open_file(path: Path, schema: str, *, version: int) -> Connection:
    """Open the file, created with `schema` if it is missing or of no use. Raises `OSError` and `apsw.Error`."""
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
