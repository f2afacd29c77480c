"""Runs of a server: few at once, one that is at work is not begun twice, and its end leaves what is committed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from research_agent.deep_research.research_runs import start_run
from research_agent.errors import StoreError
from research_agent.memory import Memory, Writes, open_memory
from research_agent.messages import plans
from research_agent.testing import FakeChat
from research_agent.web import deep_runs
from research_agent.web.auth import MAIN
from research_agent.web.deep_runs import MOST, MOST_RESUMED, DeepRuns
from research_agent.web.quotas import BusyError
from research_agent_devtools.harness.scripted_engine import QUESTION
from research_agent_devtools.harness.web_server import serving

pytestmark = pytest.mark.anyio


async def test_few_are_at_work_at_once_and_each_once(tmp_path: Path) -> None:
    async with serving(tmp_path, chat=FakeChat(replies=("",))) as served:
        memory, runs = await served.state.stores.memory(MAIN), served.state.deep_runs
        ids = [(await start_run(QUESTION, memory)).id for _ in range(MOST + 1)]
        for run in ids[:MOST]:
            await runs.begin(MAIN, run)
        await runs.begin(MAIN, ids[0])
        assert [runs.is_active(MAIN, run) for run in ids] == [True] * MOST + [False]
        with pytest.raises(BusyError):
            await runs.begin(MAIN, ids[MOST])
        for run in ids[:MOST]:
            async for _ in runs.follow(MAIN, run, heartbeat=1.0):
                pass
        assert [(await memory.research.get(run)).state for run in ids] == ["done"] * MOST + ["planned"]
        assert not any(runs.failure(MAIN, run) for run in ids)


async def test_the_end_of_the_server_leaves_it_to_be_gone_on_with(tmp_path: Path) -> None:
    async with serving(tmp_path, chat=FakeChat(replies=("",))) as served:
        memory, runs = await served.state.stores.memory(MAIN), served.state.deep_runs
        run = (await start_run(QUESTION, memory)).id
        await runs.begin(MAIN, run)
        await runs.shutdown()
        assert not runs.is_active(MAIN, run)
        await runs.begin(MAIN, run)
        async for _ in runs.follow(MAIN, run, heartbeat=1.0):
            pass
        assert (await memory.research.get(run)).turn == 1


async def left(memory: Memory, *, served: bool = True, resumed: int = 0) -> str:
    """A run that is at work, of a process that is gone."""
    run = (await start_run(QUESTION, memory)).id
    for time in range(resumed + 1 if served else 0):
        await memory.research.serve(run, again=time > 0)
    claim = await memory.research.claim(run)
    await memory.research.commit(claim, Writes(changes={"state": "running"}))
    await memory.research.release(claim)
    return run


async def state_of(memory: Memory, run: str, wanted: str) -> Any:
    for _ in range(400):
        if (found := await memory.research.get(run)).state == wanted:
            return found
        await asyncio.sleep(0.05)
    raise TimeoutError(wanted)


async def until(holds: Callable[[], bool]) -> None:
    for _ in range(400):
        if holds():
            return
        await asyncio.sleep(0.05)
    raise TimeoutError


async def test_what_a_killed_server_left_is_gone_on_with_and_no_run_of_another_process(tmp_path: Path) -> None:
    async with open_memory(tmp_path / "sessions.db") as memory:
        taken, own, alive = await left(memory), await left(memory, served=False), await left(memory)
        twice = await left(memory, resumed=MOST_RESUMED)
        await memory.research.claim(alive)
        assert {run.id for run in await memory.research.left()} == {taken, twice}
        async with serving(tmp_path, chat=FakeChat(replies=("",))) as served:
            done = await state_of(memory, taken, "done")
            assert (done.turn, done.resumed) == (1, 1)
            assert "RunResumed" in [event.kind for event in await memory.research.events(taken)]
            given_up = await state_of(memory, twice, "stopped")
            assert given_up.note == plans.GIVEN_UP()
            shown = await served.get(f"/research/run?id={twice}")
            assert "Two servers in a row" in await shown.text()
            assert [(await memory.research.get(run)).state for run in (own, alive)] == ["running"] * 2
            assert not served.state.deep_runs.is_active(MAIN, own)


async def test_the_setting_turns_it_off(tmp_path: Path) -> None:
    async with open_memory(tmp_path / "sessions.db") as memory:
        run = await left(memory)
        async with serving(tmp_path, environ={"RESEARCH_AGENT_SERVE_RESUME": "off"}) as served:
            await served.state.engine()
            await asyncio.sleep(0.2)
            assert not served.state.deep_runs.is_active(MAIN, run)
        assert (await memory.research.get(run)).state == "running"


async def test_few_are_gone_on_with_at_once_and_a_failure_is_tried_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[str] = []
    free = asyncio.Event()

    async def fails(run: str, *_: Any, **__: Any) -> None:
        begun.append(run)
        await free.wait()
        raise OSError("broken")

    monkeypatch.setattr("research_agent.deep_research.research_runs.run_to_end", fails)
    monkeypatch.setattr(deep_runs, "LOOK", 0.05)
    async with open_memory(tmp_path / "sessions.db") as memory:
        runs = [await left(memory) for _ in range(3)]
        async with serving(tmp_path, chat=FakeChat(replies=("",))):
            await until(lambda: len(begun) == 2)
            await asyncio.sleep(0.2)
            assert begun == runs[:2]
            free.set()
            for run in runs:
                await state_of(memory, run, "stopped")
        assert sorted(begun) == sorted(runs * MOST_RESUMED)


async def test_the_orderly_end_of_a_server_does_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def works_long(*_: Any, **__: Any) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr("research_agent.deep_research.research_runs.run_to_end", works_long)
    async with open_memory(tmp_path / "sessions.db") as memory:
        run = await left(memory, resumed=MOST_RESUMED - 1)
        async with serving(tmp_path, chat=FakeChat(replies=("",))) as served:
            await until(lambda: served.state.deep_runs.is_active(MAIN, run))
            await served.state.deep_runs.shutdown()
            assert (await memory.research.get(run)).resumed == 0


async def test_two_requests_that_begin_it_at_once_begin_it_once(tmp_path: Path) -> None:
    """The twin that looks only before it waits for the store has two tasks at it, and forgets the one that works."""
    async with serving(tmp_path, chat=FakeChat(replies=("",))) as served:
        memory, runs = await served.state.stores.memory(MAIN), served.state.deep_runs
        run = (await start_run(QUESTION, memory)).id
        async with asyncio.TaskGroup() as group:
            for _ in range(3):
                group.create_task(runs.begin(MAIN, run))
        async for _ in runs.follow(MAIN, run, heartbeat=1.0):
            pass
        assert runs.failure(MAIN, run) is None
        assert (await memory.research.get(run)).state == "done"


async def test_a_store_that_cannot_be_read_keeps_no_other_user_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []

    async def resume_of(_: object, user: str) -> None:
        looked.append(user)
        if user == "ann":
            raise StoreError("damaged")

    monkeypatch.setattr(DeepRuns, "_resume_of", resume_of)
    monkeypatch.setattr(deep_runs, "LOOK", 60.0)
    nothing: Any = None
    async with asyncio.TaskGroup() as group:
        looking = group.create_task(DeepRuns(group, nothing, nothing).resume_left(lambda: ["ann", "bob"]))
        await until(lambda: len(looked) == 2)
        looking.cancel()
    assert looked == ["ann", "bob"]
