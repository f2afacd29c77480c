"""
Thread that owns a connection: opens it, runs what is queued, one after the other, and closes it.

Writes that wait together share one transaction, and so one sync of the disk; one that fails is undone alone.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from research_agent.library.database import connect, library_error
from research_agent.sqlite import Connection, transaction

__all__ = ["StoreThread"]

T = TypeVar("T")


class Operation(NamedTuple):
    """Queued work and the future of its caller."""

    future: Future[Any]
    do: Callable[[Connection], Any]
    writing: bool


class Result(NamedTuple):
    """What an operation returned, or raised."""

    value: Any
    error: BaseException | None = None


class StoreThread:
    """
    Owner of a connection to the file at `path`. `open` it, then `read` and `write`; `close` it at last.

    A write is whole, or not at all, and on disk when it returns. One that is cancelled while it waits does not run.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._queue: queue.SimpleQueue[Operation | None] = queue.SimpleQueue()
        self._opened: Future[None] = Future()
        self._gate = threading.Lock()  # nothing is queued behind the final None
        self._closing = False
        # A daemon: what was acknowledged is on the disk, and no program hangs at its exit.
        self._thread = threading.Thread(target=self._serve, name="library", daemon=True)

    async def open(self) -> None:
        """Open the file. Raises `StoreError`."""
        self._thread.start()
        await asyncio.shield(asyncio.wrap_future(self._opened))

    async def close(self) -> None:
        """Finish what is queued, and close the file."""
        with self._gate:
            self._closing = True
            self._queue.put(None)
        if self._thread.ident is not None:
            await asyncio.shield(asyncio.to_thread(self._thread.join))

    async def read(self, do: Callable[[Connection], T]) -> T:
        """Result of `do` in a snapshot of its own. Raises `StoreError`."""
        return await self._run(do, writing=False)

    async def write(self, do: Callable[[Connection], T]) -> T:
        """Result of `do`, after the commit. Raises `StoreError`, and then nothing was written."""
        return await self._run(do, writing=True)

    async def _run(self, do: Callable[[Connection], T], *, writing: bool) -> T:
        future: Future[T] = Future()
        with self._gate:
            if self._closing:
                raise RuntimeError("the library is closed")
            self._queue.put(Operation(future, do, writing))
        return await asyncio.wrap_future(future)

    def _serve(self) -> None:
        try:
            db = connect(self.path)
        except BaseException as error:  # noqa: BLE001 - raised where `open` is awaited
            self._opened.set_exception(error)
            return
        self._opened.set_result(None)
        try:
            while self._serve_waiting(db):
                pass
        finally:
            db.close()

    def _serve_waiting(self, db: Connection) -> bool:
        """Run all that is queued; False at the end."""
        waiting = [self._queue.get()]
        while not self._queue.empty():
            waiting.append(self._queue.get())
        for writing, items in groupby(filter(None, waiting), key=lambda item: item.writing):
            running = [item for item in items if item.future.set_running_or_notify_cancel()]
            if writing and len(running) > 1:
                self._settle(running, _run_together(db, running))
            else:
                for item in running:
                    self._settle([item], [_run_alone(db, item)])
        return None not in waiting

    def _settle(self, items: Sequence[Operation], results: Sequence[Result]) -> None:
        import apsw

        for item, (value, error) in zip(items, results, strict=True):
            if error is None:
                item.future.set_result(value)
                continue
            known = library_error(error, self.path) if isinstance(error, apsw.Error) else error
            if known is not error:
                known.__cause__ = error
            item.future.set_exception(known)


def _run_alone(db: Connection, item: Operation) -> Result:
    try:
        with transaction(db, "BEGIN IMMEDIATE" if item.writing else "BEGIN"):
            value = item.do(db)
        return Result(value)
    except BaseException as error:  # noqa: BLE001 - raised where the result is awaited
        return Result(None, error)


def _run_together(db: Connection, items: Sequence[Operation]) -> list[Result]:
    """Results of writes in one commit; when that fails none was written."""
    try:
        with transaction(db, "BEGIN IMMEDIATE"):
            return [_run_within(db, item) for item in items]
    except BaseException as error:  # noqa: BLE001 - raised where the results are awaited
        return [Result(None, error) for _ in items]


def _run_within(db: Connection, item: Operation) -> Result:
    """Result of a write inside a transaction, undone alone when it fails."""
    db.execute("SAVEPOINT one")
    try:
        value = item.do(db)
    except BaseException as error:
        if not db.in_transaction:  # SQLite has undone all of it: a full disk
            raise
        db.execute("ROLLBACK TO one")
        db.execute("RELEASE one")
        return Result(None, error)
    db.execute("RELEASE one")
    return Result(value)
