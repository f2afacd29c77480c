from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import apsw
import pytest

from research_agent.errors import StoreError
from research_agent.memory.writer import Operation, Writer

pytestmark = pytest.mark.anyio


@pytest.fixture
async def writer(tmp_path: Path) -> AsyncIterator[Writer]:
    opened = Writer(tmp_path / "s.db")
    await opened.opened()
    await opened.run("write", lambda db: db.execute("CREATE TABLE t (x INTEGER UNIQUE)").get)
    yield opened
    await opened.close()


def insert(db: apsw.Connection, number: int) -> int:
    db.execute("INSERT INTO t VALUES (?)", (number,))
    return number


def numbers(db: apsw.Connection) -> list[int]:
    rows: list[Any] = db.execute("SELECT x FROM t ORDER BY x").fetchall()
    return [number for (number,) in rows]


def inserting(number: int) -> Insert:
    return lambda db: insert(db, number)


def noted(notes: list[Any], note: Any = True) -> bool:
    """A hook of SQLite: notes that it was called, and lets things take their course."""
    notes.append(note)
    return False


Insert = Callable[[apsw.Connection], int]


async def stand(group: asyncio.TaskGroup, writer: Writer, gate: threading.Event) -> None:
    """Return when the thread stands at the gate."""
    standing, loop = asyncio.Event(), asyncio.get_running_loop()

    def wait(db: apsw.Connection) -> None:
        loop.call_soon_threadsafe(standing.set)
        gate.wait(60)

    group.create_task(writer.run("autocommit", wait))
    await standing.wait()


async def queued(
    group: asyncio.TaskGroup, writer: Writer, gate: threading.Event, works: Sequence[Insert]
) -> list[asyncio.Task[int]]:
    """Have all of them wait together: the thread stands at the gate meanwhile."""
    await stand(group, writer, gate)
    tasks = [group.create_task(writer.run("write", work)) for work in works]
    await asyncio.sleep(0)  # each task has run to its wait
    return tasks


async def test_writes_that_wait_together_share_one_commit(writer: Writer) -> None:
    commits: list[bool] = []
    await writer.run("autocommit", lambda db: db.set_commit_hook(lambda: noted(commits)))
    gate = threading.Event()
    async with asyncio.TaskGroup() as group:
        tasks = await queued(group, writer, gate, [inserting(n) for n in range(50)])
        gate.set()
    assert [task.result() for task in tasks] == list(range(50))
    assert await writer.run("read", numbers) == list(range(50))
    assert len(commits) == 1


async def test_reads_between_writes_part_no_commit_and_see_what_was_queued_before_them(writer: Writer) -> None:
    commits: list[bool] = []
    await writer.run("autocommit", lambda db: db.set_commit_hook(lambda: noted(commits)))
    gate, reads = threading.Event(), []
    async with asyncio.TaskGroup() as group:
        await stand(group, writer, gate)
        for number in range(20):
            group.create_task(writer.run("write", inserting(number)))
            reads.append(group.create_task(writer.run("read", numbers)))
        await asyncio.sleep(0)
        gate.set()
    assert all(set(range(number + 1)) <= set(task.result()) for number, task in enumerate(reads))
    assert len(commits) == 1


async def test_a_loop_that_is_closed_before_its_write_is_done_stops_nobody(writer: Writer) -> None:
    gate = threading.Event()

    def leave() -> None:
        async def begin() -> None:
            waiting.send(None)

        waiting = writer.run("write", lambda db: (gate.wait(60), insert(db, 1)))
        loop = asyncio.new_event_loop()
        loop.run_until_complete(begin())
        loop.close()
        waiting.close()
        gate.set()

    await asyncio.to_thread(leave)
    assert await writer.run("write", lambda db: insert(db, 2)) == 2
    assert await writer.run("read", numbers) == [1, 2]


async def outcome(writer: Writer, work: Insert) -> object:
    try:
        return await writer.run("write", work)
    except (ValueError, RuntimeError, StoreError) as error:
        return str(error)


async def test_a_failing_write_takes_nothing_of_its_neighbours(writer: Writer) -> None:
    def half(db: apsw.Connection) -> int:
        insert(db, 100)
        raise ValueError("half done")

    works = [lambda db: insert(db, 1), half, lambda db: insert(db, 1), lambda db: insert(db, 2)]
    gate = threading.Event()
    async with asyncio.TaskGroup() as group:
        await stand(group, writer, gate)
        tasks = [group.create_task(outcome(writer, work)) for work in works]
        await asyncio.sleep(0)
        gate.set()
    first, failed, twice, last = (task.result() for task in tasks)
    assert (first, failed, last) == (1, "half done", 2)
    assert "UNIQUE constraint" in str(twice)
    assert await writer.run("read", numbers) == [1, 2]


async def test_when_sqlite_gives_up_the_whole_commit_each_write_gets_one_of_its_own(writer: Writer) -> None:
    def lose_all(db: apsw.Connection) -> int:
        db.execute("ROLLBACK")
        raise apsw.FullError("as a full disk does")

    works = [lambda db: insert(db, 1), lose_all, lambda db: insert(db, 2)]
    gate = threading.Event()
    async with asyncio.TaskGroup() as group:
        await stand(group, writer, gate)
        tasks = [group.create_task(outcome(writer, work)) for work in works]
        await asyncio.sleep(0)
        gate.set()
    first, failed, last = (task.result() for task in tasks)
    assert (first, last) == (1, 2)
    assert "disk is full" in str(failed)
    assert await writer.run("read", numbers) == [1, 2]


async def test_writes_that_wait_for_a_strangers_lock_wait_for_it_once(writer: Writer, tmp_path: Path) -> None:
    tried: list[int] = []
    await writer.run("autocommit", lambda db: db.set_busy_handler(lambda number: noted(tried, number)))
    stranger, gate = apsw.Connection(str(tmp_path / "s.db")), threading.Event()
    stranger.execute("BEGIN IMMEDIATE")
    async with asyncio.TaskGroup() as group:
        await stand(group, writer, gate)
        tasks = [group.create_task(outcome(writer, inserting(n))) for n in range(8)]
        await asyncio.sleep(0)
        gate.set()
    stranger.close()
    assert all("locked by another program" in str(task.result()) for task in tasks)
    assert len(tried) == 1
    assert await writer.run("write", lambda db: insert(db, 1)) == 1


async def test_a_write_that_reads_first_lets_nobody_come_between(writer: Writer, tmp_path: Path) -> None:
    stranger = apsw.Connection(str(tmp_path / "s.db"))

    def read_then_write(db: apsw.Connection) -> None:
        seen = numbers(db)
        with pytest.raises(apsw.BusyError):
            stranger.execute("INSERT INTO t VALUES (1)")
        insert(db, len(seen) + 1)

    await writer.run("write", read_then_write)
    stranger.close()
    assert await writer.run("read", numbers) == [1]


@pytest.mark.parametrize("raised", [StopIteration(1), asyncio.CancelledError(), KeyboardInterrupt(), SystemExit(3)])
async def test_whatever_a_work_raises_ends_neither_the_thread_nor_a_neighbours_wait(
    writer: Writer, raised: BaseException
) -> None:
    def fail(db: apsw.Connection) -> int:
        insert(db, 100)
        raise raised

    gate = threading.Event()
    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        await stand(group, writer, gate)
        failing = group.create_task(outcome(writer, fail))
        kept = group.create_task(writer.run("write", lambda db: insert(db, 1)))
        await asyncio.sleep(0)
        gate.set()
    assert repr(raised) in str(failing.result())
    assert kept.result() == 1
    assert await writer.run("read", numbers) == [1]


async def test_what_is_handed_over_while_it_is_closed_is_done_or_refused(writer: Writer) -> None:
    put = writer._queue.put
    ended = threading.Event()
    closing = threading.Thread(target=lambda: asyncio.run(writer.close()))

    def late(work: Operation | None) -> None:
        if work is None:
            put(None)
            ended.set()
        else:  # as if the closing thread were first from here on
            closing.start()
            ended.wait(0.1)
            put(work)

    queue: Any = SimpleNamespace(put=late, get=writer._queue.get, empty=writer._queue.empty)
    writer._queue = queue
    async with asyncio.timeout(60):
        assert await writer.run("write", lambda db: insert(db, 1)) == 1
    await asyncio.to_thread(closing.join)


async def test_a_caller_cancelled_while_waiting_leaves_nothing(writer: Writer) -> None:
    gate = threading.Event()
    async with asyncio.TaskGroup() as group:
        dropped, kept = await queued(group, writer, gate, [lambda db: insert(db, 1), lambda db: insert(db, 2)])
        dropped.cancel()
        await asyncio.sleep(0)
        gate.set()
    assert kept.result() == 2
    assert await writer.run("read", numbers) == [2]


async def test_a_caller_can_take_back_what_the_thread_has_fetched_but_not_begun(writer: Writer) -> None:
    """The thread takes all that is queued at once; most of it still waits then."""
    before, gate = threading.Event(), threading.Event()
    async with asyncio.TaskGroup() as group:
        await stand(group, writer, before)
        second = group.create_task(stand(group, writer, gate))
        await asyncio.sleep(0)
        await asyncio.sleep(0)  # the second gate is queued, and behind it:
        dropped, kept = [group.create_task(writer.run("write", inserting(n))) for n in (1, 2)]
        await asyncio.sleep(0)
        before.set()
        await second
        dropped.cancel()
        await asyncio.sleep(0)
        gate.set()
    assert kept.result() == 2
    assert await writer.run("read", numbers) == [2]


async def test_a_caller_cancelled_in_mid_write_leaves_it_whole(writer: Writer) -> None:
    started, gate = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    def slow(db: apsw.Connection) -> None:
        insert(db, 1)
        loop.call_soon_threadsafe(started.set)
        gate.wait(60)
        insert(db, 2)

    async with asyncio.TaskGroup() as group:
        task = group.create_task(writer.run("write", slow))
        await started.wait()
        task.cancel()
        await asyncio.sleep(0)
        gate.set()
    assert task.cancelled()
    assert await writer.run("read", numbers) == [1, 2]


async def test_closing_finishes_what_was_queued_and_ends_the_thread(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    writer = Writer(tmp_path / "s.db")
    await writer.opened()
    (thread,) = set(threading.enumerate()) - before
    async with asyncio.TaskGroup() as group:
        group.create_task(writer.run("write", lambda db: db.execute("CREATE TABLE t (x)").get))
        tasks = [group.create_task(writer.run("write", inserting(n))) for n in range(20)]
        await asyncio.sleep(0)
        group.create_task(writer.close())
    assert [task.result() for task in tasks] == list(range(20))
    await asyncio.to_thread(thread.join, 60)
    assert not thread.is_alive()
    with pytest.raises(RuntimeError, match="closed"):
        await writer.run("read", numbers)


async def test_every_connection_is_opened_to_keep_what_it_acknowledges(tmp_path: Path) -> None:
    """WAL with synchronous=NORMAL survives kill -9 and still loses acknowledged turns at a power cut."""
    opened: list[apsw.Connection] = []
    apsw.connection_hooks.append(opened.append)
    try:
        writers = [Writer(tmp_path / "s.db") for _ in range(3)]
        for writer in writers:
            await writer.opened()
    finally:
        apsw.connection_hooks.remove(opened.append)
    assert len(opened) == 3
    for db in opened:
        names = ("synchronous", "journal_mode", "foreign_keys", "secure_delete")
        assert [db.pragma(name) for name in names] == [2, "wal", 1, 1]
        assert db.pragma("busy_timeout") >= 5000
        assert db.pragma("application_id") == 0x72736167
    for writer in writers:
        await writer.close()
