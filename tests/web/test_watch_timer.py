"""The server asks what is due by itself, while nobody waits, and gives back what it was about to ask."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, cast

import pytest

from helpers.watched_world import QUESTION, WatchedWorld
from research_agent.errors import StoreError
from research_agent.memory import Memory, open_memory
from research_agent.web import watch_timer
from research_agent.web.deep_runs import DeepRuns
from research_agent_devtools.harness.web_server import Served, serving

pytestmark = pytest.mark.anyio

DAY = 86400


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(30):
        while not await holds():  # noqa: ASYNC110 - what is waited for is in a database
            await asyncio.sleep(0.01)


async def main_store(served: Served) -> Memory:
    return await served.state.stores.memory("main")


async def test_it_asks_what_is_due_and_what_becomes_due(tmp_path: Path) -> None:
    world = WatchedWorld()
    async with serving(tmp_path, engine=world.engine()) as served:
        memory = await main_store(served)
        watch = await memory.watches.add(QUESTION, every=DAY)

        async def asked(times: int) -> bool:
            return (await memory.watches.get(watch.id)).askings == times

        served.state.watch_timer.wake()
        await until(lambda: asked(1))
        world.says = ("The Lumen is 380 kilometres long.",)
        await memory.watches.hasten(watch.id)
        served.state.watch_timer.wake()
        await until(lambda: asked(2))
        (change,) = await memory.watches.changes()
        assert (change.was, change.now) == ("412 kilometres", "380 kilometres")


async def test_each_user_has_watches_of_their_own(tmp_path: Path) -> None:
    world = WatchedWorld()
    async with serving(tmp_path, engine=world.engine(), users=("ada",)) as served:
        memory = await served.state.stores.memory("ada")
        watch = await memory.watches.add(QUESTION, every=DAY)
        served.state.watch_timer.wake()

        async def asked() -> bool:
            return (await memory.watches.get(watch.id)).askings == 1

        await until(asked)
        assert await (await main_store(served)).watches.all() == ()


async def test_offline_it_asks_nothing_and_says_so_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    world = WatchedWorld()
    async with open_memory(tmp_path / "sessions.db") as memory:
        await memory.watches.add(QUESTION, every=DAY)
    with caplog.at_level(logging.WARNING):
        async with serving(tmp_path, engine=world.engine()) as served:
            await served.state.watch_timer.run(offline=True)
        assert [record.message for record in caplog.records if "Offline" in record.message] == [
            "Offline: watched questions are not asked. What is due stays due."
        ]


async def test_when_the_server_ends_what_it_was_asking_is_due_again(tmp_path: Path) -> None:
    world, started = WatchedWorld(), asyncio.Event()

    async def hang() -> None:
        started.set()
        await asyncio.sleep(60)

    world.during = hang
    async with serving(tmp_path, engine=world.engine()) as served:
        await (await main_store(served)).watches.add(QUESTION, every=DAY)
        served.state.watch_timer.wake()
        async with asyncio.timeout(30):
            await started.wait()
    async with open_memory(tmp_path / "sessions.db") as memory:
        assert await memory.watches.due() == 1


async def test_a_bug_in_an_asking_does_not_end_the_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    world, called = WatchedWorld(), asyncio.Event()

    async def bug() -> None:
        called.set()
        raise RuntimeError("a bug")

    world.during = bug
    async with serving(tmp_path, engine=world.engine()) as served:
        await (await main_store(served)).watches.add(QUESTION, every=DAY)
        served.state.watch_timer.wake()
        async with asyncio.timeout(30):
            await called.wait()
        assert (await served.get("/watch")).status == 200
    assert "A watched question failed." in caplog.text


async def test_somebody_who_waits_for_an_answer_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch_timer, "QUIET", 0.01)
    world, release = WatchedWorld(), asyncio.Event()
    started = asyncio.Event()

    async def hang() -> None:
        started.set()
        await release.wait()

    world.during = hang
    async with serving(tmp_path, engine=world.engine()) as served:
        run = await served.state.runs.start("main", "What else?", "s")
        async with asyncio.timeout(30):
            await started.wait()
        memory = await main_store(served)
        await memory.watches.add(QUESTION, every=DAY)
        served.state.watch_timer.wake()
        await asyncio.sleep(0.1)
        assert [question for question, _ in world.asked] == ["What else?"]
        release.set()
        await run.wait()
        await until(lambda: asyncio.sleep(0, result=len(world.asked) == 2))


@pytest.mark.parametrize("offline", [False, True])
@pytest.mark.parametrize("error", [StoreError("damaged"), PermissionError("no")])
async def test_users_that_cannot_be_read_do_not_end_the_server(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, error: Exception, offline: bool
) -> None:
    """The file of tokens may be damaged, or a folder closed, while the server runs: requests say so."""
    looked = asyncio.Event()

    def users() -> list[str]:
        loop.call_soon_threadsafe(looked.set)
        raise error

    loop, nothing = asyncio.get_running_loop(), cast("Any", None)
    timer = watch_timer.WatchTimer(nothing, nothing, nothing, users)
    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        watching = group.create_task(timer.run(offline=offline))
        resuming = group.create_task(DeepRuns(group, nothing, nothing).resume_left(users))
        await looked.wait()
        await asyncio.sleep(0.05)
        assert watching.done() == offline
        assert not resuming.done()
        watching.cancel()
        resuming.cancel()
    assert "Reports that were left cannot be gone on with" in caplog.text


async def test_a_store_that_cannot_be_read_keeps_the_watches_of_no_other_user(tmp_path: Path) -> None:
    world = WatchedWorld()
    async with serving(tmp_path, engine=world.engine(), users=("ada", "bob")) as served:
        watch = await (await served.state.stores.memory("bob")).watches.add(QUESTION, every=DAY)
        memory, stores = await served.state.stores.memory("bob"), served.state.stores
        opened = stores.memory

        async def damaged(user: str) -> Memory:
            if user == "ada":
                raise StoreError("damaged")
            return await opened(user)

        served.state.watch_timer._users = lambda: ["ada", "bob"]
        served.state.watch_timer._stores.memory = damaged  # type: ignore[method-assign]
        served.state.watch_timer.wake()

        async def asked() -> bool:
            return (await memory.watches.get(watch.id)).askings == 1

        await until(asked)
