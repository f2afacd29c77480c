"""
Thread that owns a connection: opens it, runs what is queued, one after the other, and closes it.

Writes that wait together share one transaction, and so one sync of the disk; one that fails is undone alone.
"""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager
from itertools import groupby
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from research_agent.errors import ResearchAgentError, StoreError

__all__ = ["Database", "StoreThread"]

T = TypeVar("T")
C = TypeVar("C")
WRITE_AGAIN, READ_AGAIN = 20.0, 2.0  # seconds in which a lost connection is made anew: a question has its deadline
PAUSE = 0.5  # seconds between two tries


class Database(Protocol[C]):
    """What a thread knows of a database: its connections, transactions and errors."""

    def connect(self) -> C:
        """Open a connection. Raises `StoreError`."""

    def close(self, db: C) -> None:
        """Close a connection."""

    def transaction(self, db: C, *, writing: bool) -> AbstractContextManager[None]:
        """Transaction over the block, undone after an error; a snapshot, or the only one that writes."""

    def is_within(self, db: C) -> bool:
        """Whether a transaction goes on: an error may have undone it as a whole."""

    def is_lost(self, db: C) -> bool:
        """Whether the connection is gone, and with it what was not committed."""

    def error(self, error: BaseException) -> BaseException:
        """An error of the database as a `StoreError`; any other one as it is."""


class Operation(NamedTuple):
    """Queued work and the future of its caller."""

    future: Future[Any]
    do: Callable[[Any], Any]
    writing: bool


class Result(NamedTuple):
    """What an operation returned, or raised."""

    value: Any
    error: BaseException | None = None


class StoreThread(Generic[C]):
    """
    Owner of a connection to a database. `open` it, then `read` and `write`; `close` it at last.

    A write is whole, or not at all, and on disk when it returns. One that is cancelled while it waits does not run.
    When the connection is lost, what was not committed is done once more over a new one.
    """

    def __init__(self, database: Database[C]) -> None:
        self._database = database
        self._db: C
        self._queue: queue.SimpleQueue[Operation | None] = queue.SimpleQueue()
        self._opened: Future[None] = Future()
        self._gate = threading.Lock()  # nothing is queued behind the final None
        self._closing = False
        self._began: float | None = None  # when the work that goes on was begun
        # A daemon: what was acknowledged is on the disk, and no program hangs at its exit.
        self._thread = threading.Thread(target=self._serve, name="library", daemon=True)

    @property
    def busy(self) -> float:
        """Seconds since the work that goes on was begun; 0 for none."""
        began = self._began
        return 0.0 if began is None else time.monotonic() - began

    async def open(self) -> None:
        """Open the connection. Raises `StoreError`."""
        self._thread.start()
        await asyncio.wrap_future(self._opened)

    async def close(self) -> None:
        """Finish what is queued, and close the connection; one that is still being opened is not waited for."""
        with self._gate:
            self._closing = True
            self._queue.put(None)
        if self._thread.ident is not None and self._opened.done():
            await asyncio.shield(asyncio.to_thread(self._thread.join))

    async def read(self, do: Callable[[C], T]) -> T:
        """Result of `do` in a snapshot of its own. Raises `StoreError`."""
        return await self._run(do, writing=False)

    async def write(self, do: Callable[[C], T]) -> T:
        """Result of `do`, after the commit. Raises `StoreError`, and then nothing was written."""
        return await self._run(do, writing=True)

    async def _run(self, do: Callable[[C], T], *, writing: bool) -> T:
        future: Future[T] = Future()
        with self._gate:
            if self._closing:
                raise RuntimeError("the library is closed")
            self._queue.put(Operation(future, do, writing))
        return await asyncio.wrap_future(future)

    def _serve(self) -> None:
        if not self._opened.set_running_or_notify_cancel():
            return
        try:
            self._db = self._database.connect()
        except BaseException as error:  # noqa: BLE001 - raised where `open` is awaited
            self._opened.set_exception(error)
            return
        self._opened.set_result(None)
        try:
            while self._serve_waiting():
                pass
        finally:
            self._database.close(self._db)

    def _serve_waiting(self) -> bool:
        """Run all that is queued; False at the end."""
        self._began = None
        waiting = [self._queue.get()]
        self._began = time.monotonic()
        while not self._queue.empty():
            waiting.append(self._queue.get())
        for writing, items in groupby(filter(None, waiting), key=lambda item: item.writing):
            running = [item for item in items if item.future.set_running_or_notify_cancel()]
            for together in [running] if writing else [[item] for item in running]:
                self._settle(together, self._results(together, writing=writing))
        return None not in waiting

    def _results(self, items: Sequence[Operation], *, writing: bool) -> list[Result]:
        """Results, of a second try when the connection was lost before the commit."""
        results = self._run_all(items, writing=writing)
        told = all(result.error is None or isinstance(result.error, ResearchAgentError) for result in results)
        if told or not self._database.is_lost(self._db):
            return results
        try:
            self._connect_again(WRITE_AGAIN if writing else READ_AGAIN)
        except StoreError as error:
            return [Result(None, error) for _ in items]
        return self._run_all(items, writing=writing)

    def _connect_again(self, seconds: float) -> None:
        """Make the connection anew, within some seconds. Raises `StoreError`."""
        self._database.close(self._db)
        until = time.monotonic() + seconds
        while True:
            try:
                self._db = self._database.connect()
                return
            except StoreError:
                if self._closing or time.monotonic() > until:
                    raise
                time.sleep(PAUSE)

    def _run_all(self, items: Sequence[Operation], *, writing: bool) -> list[Result]:
        """Results of one read, or of writes in one commit; when that fails none was written."""
        try:
            with self._database.transaction(self._db, writing=writing):
                if len(items) == 1:
                    return [Result(items[0].do(self._db))]
                return [self._run_within(item) for item in items]
        except BaseException as error:  # noqa: BLE001 - raised where the results are awaited
            return [Result(None, error) for _ in items]

    def _run_within(self, item: Operation) -> Result:
        """Result of a write inside a transaction, undone alone when it fails."""
        db: Any = self._db
        db.execute("SAVEPOINT one")
        try:
            value = item.do(db)
        except BaseException as error:
            if not self._database.is_within(self._db):
                raise
            db.execute("ROLLBACK TO one")
            db.execute("RELEASE one")
            return Result(None, error)
        db.execute("RELEASE one")
        return Result(value)

    def _settle(self, items: Sequence[Operation], results: Sequence[Result]) -> None:
        for item, (value, error) in zip(items, results, strict=True):
            if error is None:
                item.future.set_result(value)
            else:
                item.future.set_exception(self._database.error(error))
