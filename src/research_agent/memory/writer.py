"""
The writer thread: opens, owns and closes the connection; everyone else queues operations for it.

Group commit: writes that wait together share one transaction, and so one sync of the disk. A write is acknowledged
after the commit that holds it, and a failing one is retried without its neighbours. Reads that wait with writes run
after them, so that they do not split a group.
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
from research_agent.memory.connection import BUSY_SECONDS, connect, connect_read_only, damaged_error, store_error
from research_agent.memory.process_lock import ProcessLock, lock_store
from research_agent.memory.recovery import quarantine
from research_agent.memory.recovery.integrity import check_integrity, is_safe_to_open
from research_agent.memory.recovery.wal import committed_frames
from research_agent.sqlite import Connection, transaction

if TYPE_CHECKING:
    from research_agent.memory.recovery.salvage import SalvageReport

__all__ = ["Kind", "Writer"]

T = TypeVar("T")
Kind = Literal["read", "write", "autocommit"]
"""In a snapshot of its own, in a transaction shared with other writes, or outside of any transaction."""


class Operation(NamedTuple):
    """Queued work and the future of its caller. `claim` is acquired once: to run it, or to cancel it."""

    kind: Kind
    do: Callable[[Connection], Any]
    future: asyncio.Future[Any]
    claim: threading.Lock


class Result(NamedTuple):
    """What an operation returned, or raised."""

    value: Any
    error: BaseException | None = None


class Writer:
    """
    The owner of the file at `path`; its thread starts at once. Await `opened`, then `run` operations; `close` at last.

    A write may run again when its group's commit failed, so it must change nothing but the database. `when_alone` runs
    first if no other process has the file open; a damaged file is then quarantined, and `salvage_report` is set. With
    `or_read_only` a file that cannot be written is opened for reading; `unwritable` then says why, and writes raise
    `StoreError`.
    """

    def __init__(
        self, path: Path, *, when_alone: Callable[[Connection], None] | None = None, or_read_only: bool = False
    ) -> None:
        self.path = path
        self.unwritable: StoreError | None = None
        self.salvage_report: SalvageReport | None = None
        self._when_alone = when_alone
        self._or_read_only = or_read_only
        self._queue: queue.SimpleQueue[Operation | None] = queue.SimpleQueue()
        self._opened: Future[None] = Future()
        self._closed: Future[None] = Future()
        self._closing = False
        self._gate = threading.Lock()  # nothing is queued behind the final None
        # A daemon: what was acknowledged is on the disk, and no program hangs at its exit.
        threading.Thread(target=self._serve, name="store", daemon=True).start()

    async def opened(self) -> None:
        """Return when the file is open. Raises `StoreError` when it cannot be."""
        await asyncio.shield(asyncio.wrap_future(self._opened))

    async def close(self) -> None:
        """Finish the queue and close the file."""
        with self._gate:
            self._closing = True
            self._queue.put(None)
        await asyncio.shield(asyncio.wrap_future(self._closed))

    async def run(self, kind: Kind, do: Callable[[Connection], T]) -> T:
        """
        Run `do` in the thread and return its result, a write's after the commit. Raises `StoreError` and `do`'s errors.

        Cancelled while it waits, it is dropped; cancelled while it runs, it is completed nevertheless.
        """
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        operation = Operation(kind, do, future, threading.Lock())
        with self._gate:
            if self._closing:
                raise RuntimeError("the memory is closed")
            self._queue.put(operation)
        try:
            return await future
        except asyncio.CancelledError:
            operation.claim.acquire(blocking=False)
            raise

    def mark_suspect(self) -> None:
        """Have the next start check every row, after one was read that had been altered."""
        with suppress(OSError):
            quarantine.suspect_mark(self.path).touch(mode=0o600)

    def _serve(self) -> None:
        try:
            with ExitStack() as stack:
                db = self._connect(*lock_store(self.path, stack))
                stack.callback(db.close)
                self._opened.set_result(None)
                while self._serve_waiting(db):
                    pass
        except BaseException as error:
            if self._opened.done():
                raise
            self._opened.set_exception(self._explain(error))  # raised again where `opened` is awaited
        finally:
            self._closed.set_result(None)

    def _connect(self, lock: ProcessLock | None, alone: bool) -> Connection:
        if lock is not None and not alone:
            lock.acquire_shared(BUSY_SECONDS)
        db = self._open(alone)
        if lock is not None and alone:
            self._run_when_alone(db)
            lock.acquire_shared(BUSY_SECONDS)
        return db

    def _run_when_alone(self, db: Connection) -> None:
        import apsw

        if self._when_alone is None or self.unwritable is not None:
            return
        with suppress(apsw.FullError, apsw.IOError):  # a full disk: a later start does it, or it is needless by then
            with transaction(db, "BEGIN IMMEDIATE"):
                self._when_alone(db)

    def _open(self, alone: bool) -> Connection:
        try:
            return self._open_or_repair() if alone else connect(self.path)
        except StoreError as error:
            if not self._or_read_only:
                raise
            with suppress(StoreError):  # the first error says what is wrong with the file
                db = connect_read_only(self.path)
                self.unwritable = error
                return db
            raise

    def _open_or_repair(self) -> Connection:
        """The store if it is intact, else a new one with what could be salvaged."""
        try:
            quarantine.install_salvaged(self.path)
            frames = committed_frames(self.path)  # before SQLite rebuilds the index
            suspect = quarantine.suspect_mark(self.path).exists()
            if not is_safe_to_open(self.path, frames):
                raise damaged_error(self.path)
            db = connect(self.path, inspect=lambda db: check_integrity(db, self.path, frames, rows=suspect))
            with suppress(OSError):
                quarantine.suspect_mark(self.path).unlink(missing_ok=True)
            return db
        except OSError as error:
            raise store_error(error, self.path) from error
        except DamagedStoreError:
            self.salvage_report = quarantine.repair(self.path, frames)
            return connect(self.path)

    def _explain(self, error: BaseException) -> BaseException:
        """The error for the caller: a `StoreError` for one of SQLite's. Damage marks the store as suspect."""
        import apsw

        if isinstance(error, apsw.Error):
            error = store_error(error, self.path)
        if isinstance(error, DamagedStoreError):
            self.mark_suspect()
        return error

    def _serve_waiting(self, db: Connection) -> bool:
        """Run all that is queued; False at the end."""
        waiting = [self._queue.get()]
        while not self._queue.empty():
            waiting.append(self._queue.get())
        for autocommit, items in groupby(filter(None, waiting), key=lambda item: item.kind == "autocommit"):
            if autocommit:
                self._run_each(db, items)
                continue
            together = list(items)
            if writes := _claimed(item for item in together if item.kind == "write"):
                self._commit(db, writes)
            self._run_each(db, (item for item in together if item.kind == "read"))
        return None not in waiting

    def _run_each(self, db: Connection, items: Iterable[Operation]) -> None:
        for item in items:
            if _claimed([item]):
                self._settle([(item, _attempt(lambda item=item: _run_alone(db, item)))])  # type: ignore[misc]

    def _commit(self, db: Connection, group: Sequence[Operation]) -> None:
        """Commit the group; when that fails, each half, down to the failing write. A lock fails all at once."""
        values, error = _attempt(lambda: _run_together(db, group))
        if error is None:
            self._settle([(item, Result(value)) for item, value in zip(group, values, strict=True)])
        elif len(group) == 1 or _is_locked(error):
            self._settle([(item, Result(None, error)) for item in group])
        else:
            half = len(group) // 2
            self._commit(db, group[:half])
            self._commit(db, group[half:])

    def _settle(self, results: Sequence[tuple[Operation, Result]]) -> None:
        """Resolve the futures, all of one event loop at once: waking a loop costs more than a short write."""
        by_loop: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[Any], Result]]] = {}
        for item, (value, error) in results:
            result = Result(value, None if error is None else self._explain(error))
            by_loop.setdefault(item.future.get_loop(), []).append((item.future, result))
        for loop, settled in by_loop.items():
            with suppress(RuntimeError):  # a loop that was closed meanwhile has no callers left
                loop.call_soon_threadsafe(_resolve, settled)


def _claimed(items: Iterable[Operation]) -> list[Operation]:
    """Those that are not cancelled; from here on they run. To be called only when their turn has come."""
    return [item for item in items if item.claim.acquire(blocking=False)]


def _resolve(results: Sequence[tuple[asyncio.Future[Any], Result]]) -> None:
    """Runs in the event loop of the futures."""
    for future, (value, error) in results:
        if future.done():  # cancelled while it ran
            continue
        if error is None:
            future.set_result(value)
        else:
            future.set_exception(error)


def _attempt(do: Callable[[], Any]) -> Result:
    try:
        return Result(do())
    except BaseException as error:  # noqa: BLE001 - raised again where the operation is awaited
        if isinstance(error, Exception) and not isinstance(error, StopIteration):
            return Result(None, error)
        # The thread serves others too, and a future cannot hold StopIteration: its caller would wait for ever.
        wrapped = RuntimeError(f"the work raised {error!r}")
        wrapped.__cause__ = error
        return Result(None, wrapped)


def _is_locked(error: BaseException) -> bool:
    import apsw

    return isinstance(error, apsw.BusyError | apsw.LockedError)


def _run_alone(db: Connection, item: Operation) -> Any:
    if item.kind == "autocommit":
        return item.do(db)
    with transaction(db, "BEGIN"):
        return item.do(db)


def _run_together(db: Connection, group: Sequence[Operation]) -> list[Any]:
    """The results of all, in one commit. Raises when one of them fails, and then nothing was committed."""
    with transaction(db, "BEGIN IMMEDIATE"):
        return [item.do(db) for item in group]
