"""Thread of a library's file: writes that wait together are one commit, and one that fails is undone alone."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path

import pytest

from research_agent.concurrency import gather_results
from research_agent.errors import StoreError, UsageError
from research_agent.library.database import SqliteFile
from research_agent.library.store_thread import StoreThread
from research_agent.sqlite import Connection, fetch

pytestmark = pytest.mark.anyio


@pytest.fixture
async def thread(tmp_path: Path) -> AsyncIterator[StoreThread[Connection]]:
    store = StoreThread(SqliteFile(tmp_path / "own.db"))
    await store.open()
    yield store
    await store.close()


def add(name: str, *, then: str = "") -> Callable[[Connection], str]:
    def do(db: Connection) -> str:
        db.execute("INSERT INTO folder (path, added) VALUES (?, '')", (name,))
        if then == "error":
            raise UsageError(f"{name} is refused.")
        if then:
            db.execute(then)
        return name

    return do


async def together(thread: StoreThread[Connection], *work: Callable[[Connection], object]) -> list[object]:
    """Results of writes that are queued while the thread is busy."""
    hold, held = threading.Event(), threading.Event()

    def wait(_: Connection) -> None:
        held.set()
        hold.wait(10)

    async with asyncio.TaskGroup() as group:
        group.create_task(thread.write(wait))
        await asyncio.to_thread(held.wait, 10)
        waiting = group.create_task(gather_results([partial(thread.write, do) for do in work], Exception))
        await asyncio.sleep(0.05)
        hold.set()
        return list(await waiting)


async def folders(thread: StoreThread[Connection]) -> list[str]:
    return [row[0] for row in await thread.read(lambda db: fetch(db, "SELECT path FROM folder ORDER BY id"))]


async def test_writes_that_wait_together_are_one_commit(thread: StoreThread[Connection]) -> None:
    commits: list[int] = []

    def count() -> bool:
        commits.append(1)
        return False

    await thread.read(lambda db: db.set_commit_hook(count))
    assert await together(thread, *(add(f"{n}") for n in range(20))) == [f"{n}" for n in range(20)]
    assert await folders(thread) == [f"{n}" for n in range(20)]
    assert len(commits) <= 2  # that of the one they waited for, and theirs


async def test_one_that_fails_is_undone_alone(thread: StoreThread[Connection]) -> None:
    results = await together(thread, add("a"), add("b", then="error"), add("c", then="SELECT * FROM nowhere"), add("d"))
    assert [type(result) for result in results] == [str, UsageError, StoreError, str]
    assert await folders(thread) == ["a", "d"]


async def test_a_write_that_sees_the_one_before_it(thread: StoreThread[Connection]) -> None:
    count = await together(thread, add("a"), lambda db: fetch(db, "SELECT count(*) FROM folder")[0][0], add("b"))
    assert count == ["a", 1, "b"]


async def test_what_is_cancelled_while_it_waits_does_not_run(thread: StoreThread[Connection]) -> None:
    hold = threading.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(thread.write(lambda _: hold.wait(10)))
        await asyncio.sleep(0.02)
        waiting = group.create_task(thread.write(add("never")))
        await asyncio.sleep(0.02)
        waiting.cancel()
        await asyncio.wait({waiting})
        hold.set()
    assert await folders(thread) == []
