"""
One thread that opens, owns and closes the connection; everybody else hands it work.

Writes that wait together are committed together, so that they share one sync of the disk. A write is acknowledged
after the commit that holds it, and one that fails takes nothing of its neighbours with it. Reads that wait with
writes are done after them, so that they do not part what can be committed together.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from contextlib import ExitStack, suppress
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeVar

from research_agent.errors import DamagedStoreError, StoreError
from research_agent.memory.connection import (
    BUSY_SECONDS,
    connect,
    connect_reading,
    damaged,
    explain,
    transaction,
)
from research_agent.memory.process_lock import Presence, enter
from research_agent.memory.recovery.integrity import can_be_opened, inspect
from research_agent.memory.recovery.quarantine import clear_doubt, doubt, finish, is_doubted, repair
from research_agent.memory.recovery.wal import committed

if TYPE_CHECKING:
    import apsw

    from research_agent.memory.recovery.salvage import Rescued

__all__ = ["Kind", "Writer"]

T = TypeVar("T")
Kind = Literal["read", "write", "bare"]
"""In a snapshot of its own, in a commit shared with others, or outside of any transaction."""


class Work(NamedTuple):
    """What to do with the connection, and who waits for it. `claim` is taken once: to do it, or to drop it."""

    kind: Kind
    do: Callable[[apsw.Connection], Any]
    future: asyncio.Future[Any]
    claim: threading.Lock


class Outcome(NamedTuple):
    """What came of it: a result, or a failure."""

    result: Any
    failure: BaseException | None = None


class Writer:
    """
    The owner of the file at `path`; its thread starts at once. Wait for `opened`, then `run` work; `close` at the end.

    A write may be done again when the commit that held it failed, so it changes nothing but the database.
    `when_alone` is done first, when no other process has the file open; a damaged file is then kept aside, and
    `rescued` says what of it is in the new one. With `or_reading` a file that cannot be written is opened for reading;
    `unwritable` then says why, and a write raises `StoreError`.
    """

    def __init__(
        self, path: Path, *, when_alone: Callable[[apsw.Connection], None] | None = None, or_reading: bool = False
    ) -> None:
        self.path = path
        self.unwritable: StoreError | None = None
        self.rescued: Rescued | None = None
        self._when_alone = when_alone
        self._or_reading = or_reading
        self._queue: queue.SimpleQueue[Work | None] = queue.SimpleQueue()
        self._opened: Future[None] = Future()
        self._closed: Future[None] = Future()
        self._closing = False
        self._gate = threading.Lock()  # nothing is queued behind the end
        # A daemon: nothing that was acknowledged needs it any more, and no program hangs at its exit.
        threading.Thread(target=self._serve, name="store", daemon=True).start()

    async def opened(self) -> None:
        """Return when the file is open. Raises `StoreError` when it cannot be."""
        await asyncio.shield(asyncio.wrap_future(self._opened))

    async def close(self) -> None:
        """Finish what is queued and close the file."""
        with self._gate:
            self._closing = True
            self._queue.put(None)
        await asyncio.shield(asyncio.wrap_future(self._closed))

    async def run(self, kind: Kind, do: Callable[[apsw.Connection], T]) -> T:
        """
        Have it done and return its result, a write's after the commit. Raises `StoreError`, and what `do` raises.

        Cancelled while it waits, it is dropped; cancelled while it runs, it is done nevertheless.
        """
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        work = Work(kind, do, future, threading.Lock())
        with self._gate:
            if self._closing:
                raise RuntimeError("the memory is closed")
            self._queue.put(work)
        try:
            return await future
        except asyncio.CancelledError:
            work.claim.acquire(blocking=False)
            raise

    def _serve(self) -> None:
        try:
            with ExitStack() as stack:
                db = self._connect(*enter(self.path, stack))
                stack.callback(db.close)
                self._opened.set_result(None)
                while self._serve_waiting(db):
                    pass
        except BaseException as error:
            if self._opened.done():
                raise
            self._opened.set_exception(self._told(error))  # raised again where `opened` is awaited
        finally:
            self._closed.set_result(None)

    def _connect(self, presence: Presence | None, alone: bool) -> apsw.Connection:
        if presence is not None and not alone:
            presence.share(BUSY_SECONDS)
        db = self._open(alone)
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

    def _open(self, alone: bool) -> apsw.Connection:
        try:
            return self._open_sound() if alone else connect(self.path)
        except StoreError as error:
            if not self._or_reading:
                raise
            with suppress(StoreError):  # the first error says what is wrong with the file
                db = connect_reading(self.path)
                self.unwritable = error
                return db
            raise

    def _open_sound(self) -> apsw.Connection:
        """The file, when it is what was written; else a new one with what is whole of it."""
        try:
            finish(self.path)
            frames, doubted = committed(self.path), is_doubted(self.path)  # SQLite makes the index of the log anew
            if not can_be_opened(self.path, frames):
                raise damaged(self.path)
            db = connect(self.path, inspect=lambda db: inspect(db, self.path, frames, rows=doubted))
            with suppress(OSError):
                clear_doubt(self.path)
            return db
        except OSError as error:
            raise explain(error, self.path) from error
        except DamagedStoreError:
            self.rescued = repair(self.path, frames)
            return connect(self.path)

    def doubt(self) -> None:
        """Something was read that is not what was written: have the next start look at all of it."""
        with suppress(OSError):
            doubt(self.path)

    def _told(self, error: BaseException) -> BaseException:
        import apsw

        if isinstance(error, apsw.Error):
            error = explain(error, self.path)
        if isinstance(error, DamagedStoreError):
            self.doubt()
        return error

    def _serve_waiting(self, db: apsw.Connection) -> bool:
        """Do all that is queued; False at the end."""
        waiting = [self._queue.get()]
        while not self._queue.empty():
            waiting.append(self._queue.get())
        for bare, items in groupby(filter(None, waiting), key=lambda item: item.kind == "bare"):
            if bare:
                self._do_each(db, items)
                continue
            together = list(items)
            if writes := _begun(item for item in together if item.kind == "write"):
                self._commit(db, writes)
            self._do_each(db, (item for item in together if item.kind == "read"))
        return None not in waiting

    def _do_each(self, db: apsw.Connection, items: Iterable[Work]) -> None:
        for item in items:
            if _begun([item]):
                self._settle([(item, _attempt(lambda item=item: _look(db, item)))])  # type: ignore[misc]

    def _commit(self, db: apsw.Connection, group: Sequence[Work]) -> None:
        """
        One transaction for all; when anything in it fails, one for each half, down to the one that fails alone.

        A lock that another program holds is not waited for once more by each of them.
        """
        results, failure = _attempt(lambda: _write_together(db, group))
        if failure is None:
            self._settle([(item, Outcome(result)) for item, result in zip(group, results, strict=True)])
        elif len(group) == 1 or _is_locked(failure):
            self._settle([(item, Outcome(None, failure)) for item in group])
        else:
            half = len(group) // 2
            self._commit(db, group[:half])
            self._commit(db, group[half:])

    def _settle(self, outcomes: Sequence[tuple[Work, Outcome]]) -> None:
        """Tell those who wait; all of one event loop at once, because waking it costs more than a short write."""
        by_loop: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[Any], Outcome]]] = {}
        for item, outcome in outcomes:
            by_loop.setdefault(item.future.get_loop(), []).append((item.future, self._explained(outcome)))
        for loop, told in by_loop.items():
            with suppress(RuntimeError):  # a loop that was closed meanwhile has nobody left who waits
                loop.call_soon_threadsafe(_tell, told)

    def _explained(self, outcome: Outcome) -> Outcome:
        return outcome if outcome.failure is None else Outcome(None, self._told(outcome.failure))


def _begun(items: Iterable[Work]) -> list[Work]:
    """Those that are not taken back; from here on they are done. Asked only when their turn has come."""
    return [item for item in items if item.claim.acquire(blocking=False)]


def _tell(outcomes: Sequence[tuple[asyncio.Future[Any], Outcome]]) -> None:
    """In the event loop of those who wait."""
    for future, (result, failure) in outcomes:
        if future.done():  # cancelled while it ran
            continue
        if failure is None:
            future.set_result(result)
        else:
            future.set_exception(failure)


def _attempt(do: Callable[[], Any]) -> Outcome:
    try:
        return Outcome(do(), None)
    except BaseException as error:  # noqa: BLE001 - raised again where the work is awaited
        if isinstance(error, Exception) and not isinstance(error, StopIteration):
            return Outcome(None, error)
        # The thread serves others too, and a future can hold no StopIteration: who awaits it would wait for ever.
        wrapped = RuntimeError(f"the work raised {error!r}")
        wrapped.__cause__ = error
        return Outcome(None, wrapped)


def _is_locked(failure: BaseException) -> bool:
    import apsw

    return isinstance(failure, apsw.BusyError | apsw.LockedError)


def _look(db: apsw.Connection, item: Work) -> Any:
    if item.kind == "bare":
        return item.do(db)
    with transaction(db, "BEGIN"):
        return item.do(db)


def _write_together(db: apsw.Connection, group: Sequence[Work]) -> list[Any]:
    """All in one commit; their results. Raises when one of them fails, and then nothing of it was committed."""
    with transaction(db, "BEGIN IMMEDIATE"):
        return [item.do(db) for item in group]
