"""Thread that owns a connection: opens it, runs what is queued, one after the other, and closes it."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar

from research_agent.library.database import connect, library_error
from research_agent.sqlite import Connection, transaction

__all__ = ["StoreThread"]

T = TypeVar("T")


class StoreThread:
    """
    Owner of a connection to the file at `path`. `open` it, then `read` and `write`; `close` it at last.

    Each write is one transaction, on disk when it returns. One that is cancelled while it waits does not run.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._queue: queue.SimpleQueue[tuple[Future[Any], Callable[[Connection], Any]] | None] = queue.SimpleQueue()
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
        return await self._run(lambda db: _transacted(db, do, writing=False))

    async def write(self, do: Callable[[Connection], T]) -> T:
        """Result of `do`, after the commit. Raises `StoreError`, and then nothing was written."""
        return await self._run(lambda db: _transacted(db, do, writing=True))

    async def _run(self, do: Callable[[Connection], T]) -> T:
        future: Future[T] = Future()
        with self._gate:
            if self._closing:
                raise RuntimeError("the library is closed")
            self._queue.put((future, do))
        return await asyncio.wrap_future(future)

    def _serve(self) -> None:
        try:
            db = connect(self.path)
        except BaseException as error:  # noqa: BLE001 - raised where `open` is awaited
            self._opened.set_exception(error)
            return
        self._opened.set_result(None)
        try:
            while (item := self._queue.get()) is not None:
                future, do = item
                if future.set_running_or_notify_cancel():
                    self._settle(future, db, do)
        finally:
            db.close()

    def _settle(self, future: Future[Any], db: Connection, do: Callable[[Connection], Any]) -> None:
        import apsw

        try:
            future.set_result(do(db))
        except apsw.Error as error:
            known = library_error(error, self.path)
            known.__cause__ = error
            future.set_exception(known)
        except BaseException as error:  # noqa: BLE001 - raised where the result is awaited
            future.set_exception(error)


def _transacted(db: Connection, do: Callable[[Connection], T], *, writing: bool) -> T:
    with transaction(db, "BEGIN IMMEDIATE" if writing else "BEGIN"):
        return do(db)
