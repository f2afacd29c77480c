"""
One thread that opens, owns and closes the connection; everybody else hands it work.

Writes that wait together are committed together, so that they share one sync of the disk. A write is acknowledged
after the commit that holds it, and one that fails takes nothing of its neighbours with it.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import ExitStack, suppress
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeVar

from research_agent.errors import StoreError
from research_agent.memory.connection import BUSY_SECONDS, connect, connect_reading, explain, make_folder, transaction
from research_agent.memory.presence import Presence

if TYPE_CHECKING:
    import apsw

__all__ = ["Kind", "Writer"]

T = TypeVar("T")
Kind = Literal["read", "write", "bare"]
"""In a snapshot of its own, in a commit shared with others, or outside of any transaction."""


class Work(NamedTuple):
    """What to do with the connection, and who waits for it."""

    kind: Kind
    do: Callable[[apsw.Connection], Any]
    future: Future[Any]


class Outcome(NamedTuple):
    """What came of it: a result, or a failure."""

    result: Any
    failure: Exception | None


class Writer:
    """
    The owner of the file at `path`; its thread starts at once. Wait for `opened`, then `run` work; `close` at the end.

    A write may be done a second time when the first commit failed, so it changes nothing but the database.
    `when_alone` is done first, when no other process has the file open. With `or_reading` a file that cannot be
    written is opened for reading; `unwritable` then says why, and a write raises `StoreError`.
    """

    def __init__(
        self, path: Path, *, when_alone: Callable[[apsw.Connection], None] | None = None, or_reading: bool = False
    ) -> None:
        self.path = path
        self.unwritable: StoreError | None = None
        self._when_alone = when_alone
        self._or_reading = or_reading
        self._queue: queue.SimpleQueue[Work | None] = queue.SimpleQueue()
        self._opened: Future[None] = Future()
        self._closed: Future[None] = Future()
        self._closing = False
        # A daemon: nothing that was acknowledged needs it any more, and no program hangs at its exit.
        threading.Thread(target=self._serve, name="store", daemon=True).start()

    async def opened(self) -> None:
        """Return when the file is open. Raises `StoreError` when it cannot be."""
        await asyncio.shield(asyncio.wrap_future(self._opened))

    async def close(self) -> None:
        """Finish what is queued and close the file."""
        self._closing = True
        self._queue.put(None)
        await asyncio.shield(asyncio.wrap_future(self._closed))

    async def run(self, kind: Kind, do: Callable[[apsw.Connection], T]) -> T:
        """
        Have it done and return its result, a write's after the commit. Raises `StoreError`, and what `do` raises.

        Cancelled while it waits, it is dropped; cancelled while it runs, it is done nevertheless.
        """
        if self._closing:
            raise RuntimeError("the memory is closed")
        future: Future[T] = Future()
        self._queue.put(Work(kind, do, future))
        return await asyncio.wrap_future(future)

    def _serve(self) -> None:
        try:
            with ExitStack() as stack:
                presence = _presence(self.path, stack)
                db = self._connect(presence)
                stack.callback(db.close)
                self._opened.set_result(None)
                while self._serve_waiting(db):
                    pass
        except BaseException as error:
            if self._opened.done():
                raise
            self._opened.set_exception(error)  # raised again where `opened` is awaited
        finally:
            self._closed.set_result(None)

    def _connect(self, presence: Presence | None) -> apsw.Connection:
        alone = presence is not None and presence.alone()
        if presence is not None and not alone:
            presence.share(BUSY_SECONDS)
        db = self._open()
        if presence is not None and alone:
            self._do_alone(db)
            presence.share(BUSY_SECONDS)
        return db

    def _do_alone(self, db: apsw.Connection) -> None:
        import apsw

        if self._when_alone is None or self.unwritable is not None:
            return
        with suppress(apsw.FullError, apsw.IOError):  # a full disk: it is done at another start, or not needed by then
            with transaction(db, "BEGIN IMMEDIATE"):
                self._when_alone(db)

    def _open(self) -> apsw.Connection:
        try:
            return connect(self.path)
        except StoreError as error:
            if not self._or_reading:
                raise
            with suppress(StoreError):  # the first error says what is wrong with the file
                db = connect_reading(self.path)
                self.unwritable = error
                return db
            raise

    def _serve_waiting(self, db: apsw.Connection) -> bool:
        """Do all that is queued, in order; False at the end."""
        waiting = [self._queue.get()]
        while not self._queue.empty():
            waiting.append(self._queue.get())
        for kind, items in groupby(filter(None, waiting), key=lambda item: item.kind):
            # Asked only when its turn has come: until then whoever waits can still take it back.
            work = (item for item in items if item.future.set_running_or_notify_cancel())
            if kind != "write":
                for item in work:
                    self._settle(item, _attempt(lambda item=item: _look(db, item)))  # type: ignore[misc]
            elif group := list(work):
                self._commit(db, group)
        return None not in waiting

    def _commit(self, db: apsw.Connection, group: Sequence[Work]) -> None:
        """One transaction for all; when it fails as a whole (a full disk), one for each."""
        outcomes, failure = _attempt(lambda: _write_together(db, group))
        if failure is None:
            for item, outcome in zip(group, outcomes, strict=True):
                self._settle(item, outcome)
        elif len(group) == 1:
            self._settle(group[0], Outcome(None, failure))
        else:
            for item in group:
                self._commit(db, [item])

    def _settle(self, item: Work, outcome: Outcome) -> None:
        import apsw

        if outcome.failure is None:
            item.future.set_result(outcome.result)
        elif isinstance(outcome.failure, apsw.Error):
            item.future.set_exception(explain(outcome.failure, self.path))
        else:
            item.future.set_exception(outcome.failure)


def _presence(path: Path, stack: ExitStack) -> Presence | None:
    """The lock that says that it is open; None where none can be: what is wrong with the folder is said at opening."""
    try:
        make_folder(path)
        presence = Presence(path)
    except OSError:
        return None
    stack.callback(presence.close)
    return presence


def _attempt(do: Callable[[], Any]) -> Outcome:
    try:
        return Outcome(do(), None)
    except Exception as error:  # noqa: BLE001 - raised again where the work is awaited
        return Outcome(None, error)


def _look(db: apsw.Connection, item: Work) -> Any:
    if item.kind == "bare":
        return item.do(db)
    with transaction(db, "BEGIN"):
        return item.do(db)


def _write_together(db: apsw.Connection, group: Sequence[Work]) -> list[Outcome]:
    """Each in a savepoint of its own, all in one commit. Raises when nothing of it was committed."""
    outcomes = []
    with transaction(db, "BEGIN IMMEDIATE"):
        for item in group:
            db.execute("SAVEPOINT one")
            outcome = _attempt(lambda item=item: item.do(db))  # type: ignore[misc]
            if outcome.failure is not None:
                if not db.in_transaction:  # SQLite gave up all of it
                    raise outcome.failure
                db.execute("ROLLBACK TO one")
            db.execute("RELEASE one")
            outcomes.append(outcome)
    return outcomes
