"""A watched question asked anew: what is told, stored, given back; the store is real, the turn behind it a fake."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from helpers.watched_world import QUESTION, WatchedWorld
from research_agent.engine import OpenEngine, open_engine
from research_agent.errors import StoreError
from research_agent.memory import Memory
from research_agent.settings import Settings
from research_agent.sources.protocol import Found, Tools
from research_agent.testing import FakeSource
from research_agent.types import SourceReport, Topic
from research_agent.watch import askings as askings_module
from research_agent.watch.askings import Asked, ask_due
from research_agent_devtools.harness.scripted_engine import RIVER, engine

pytestmark = pytest.mark.anyio

DAY = 86400
SHORTER = ("The Lumen is 380 kilometres long.",)


@asynccontextmanager
async def opened(home: Path, world: WatchedWorld, *names: str) -> AsyncIterator[tuple[OpenEngine, Memory]]:
    async with world.open(Settings.of(home=home), *names) as running:
        yield running, running.runtime.memory


async def ask(
    running: OpenEngine, *only: str, pause: Callable[[], Any] | None = None
) -> list[tuple[str, list[tuple[str, str]]]]:
    """What came of each asking: its outcome, and its changes as (was, now)."""
    done: list[Asked] = []

    async def no_pause() -> None:
        return None

    await ask_due(running, running.runtime.memory, only=only, on_asked=done.append, pause=pause or no_pause)
    return [(one.asking.outcome, [(change.was, change.now) for change in one.asking.changes]) for one in done]


async def test_the_first_answer_is_kept_and_only_what_is_new_is_told_and_stored(tmp_path: Path) -> None:
    world = WatchedWorld()
    async with opened(tmp_path, world) as (running, memory):
        watch = await memory.watches.add(QUESTION, every=DAY)
        assert await ask(running) == [("same", [])]
        assert await ask(running) == [], "not due"
        assert await ask(running, watch.id) == [("same", [])]
        world.says = SHORTER
        ((outcome, changes),) = await ask(running, watch.id)
        assert (outcome, changes) == ("new", [("412 kilometres", "380 kilometres")])
        assert await ask(running, watch.id) == [("same", [])]
        stored = await memory.watches.get(watch.id)
        assert (stored.askings, stored.turn, stored.changes) == (4, 2, 1)
        assert len(await memory.turns(watch.session)) == 2
        assert await memory.sessions() == ()


async def test_each_asking_stands_alone(tmp_path: Path) -> None:
    world = WatchedWorld()
    async with opened(tmp_path, world) as (running, memory):
        watch = await memory.watches.add(QUESTION, every=DAY)
        for _ in range(3):
            await ask(running, watch.id)
        assert [history.turns for history in world.histories] == [(), (), ()]


async def test_a_source_that_fails_is_no_change_and_takes_nothing_away(tmp_path: Path) -> None:
    world = WatchedWorld()
    async with opened(tmp_path, world) as (running, memory):
        watch = await memory.watches.add(QUESTION, every=DAY)
        await ask(running)
        world.fails = "timed out after 8 s"
        assert await ask(running, watch.id) == [("failed", [])]
        after = await memory.watches.get(watch.id)
        assert (after.answered, after.askings, after.turn, after.changes) == (True, 1, 1, 0)
        assert after.reason == "Notes timed out after 8 s"
        world.fails = ""
        assert await ask(running, watch.id) == [("same", [])]


@pytest.mark.parametrize(
    "silent",
    [
        SourceReport(name="other", status="failed", documents=0, ms=8, reason="timed out after 8 s"),
        SourceReport(name="other", status="empty", documents=0, ms=8, late=True),
        SourceReport(name="other", status="ok", documents=1, ms=8, reason="1 of 2 pages could not be read"),
    ],
)
async def test_no_answer_while_one_source_is_silent_is_no_change(tmp_path: Path, silent: SourceReport) -> None:
    world = WatchedWorld()
    async with opened(tmp_path, world, "notes", "other") as (running, memory):
        watch = await memory.watches.add(QUESTION, every=DAY)
        await ask(running)
        world.says, world.also = (), (silent,)
        assert await ask(running, watch.id) == [("failed", [])]
        world.also = ()
        assert await ask(running, watch.id) == [("new", [("answered", "not answered")])]
        world.says = SHORTER
        outcome = await ask(running, watch.id)
        assert outcome == [
            ("new", [("not answered", "answered"), ("412 kilometres", "380 kilometres")]),
        ]


async def test_when_no_source_is_reached_the_rest_stays_due(tmp_path: Path) -> None:
    world = WatchedWorld()
    world.fails = "no network"
    async with opened(tmp_path, world) as (running, memory):
        for number in range(3):
            await memory.watches.add(f"{QUESTION} {number}", every=DAY)
        assert await ask(running) == [("failed", [])]
        assert await memory.watches.due() == 2


async def test_only_its_own_sources_are_asked(tmp_path: Path) -> None:
    world = WatchedWorld()
    async with opened(tmp_path, world, "notes", "other") as (running, memory):
        await memory.watches.add(QUESTION, every=DAY, sources=["notes"])
        await ask(running)
        assert world.asked == [(QUESTION, ["notes"])]
        gone = await memory.watches.add(QUESTION, every=DAY, sources=["gone"])
        assert await ask(running) == [("failed", [])]
        assert "'gone'" in (await memory.watches.get(gone.id)).reason


async def test_one_that_is_stopped_is_given_back_and_nothing_is_stored(tmp_path: Path) -> None:
    world = WatchedWorld()
    started = asyncio.Event()

    async def hang() -> None:
        started.set()
        await asyncio.sleep(60)

    world.during = hang
    async with opened(tmp_path, world) as (running, memory):
        watch = await memory.watches.add(QUESTION, every=DAY)
        async with asyncio.TaskGroup() as group:
            asking = group.create_task(ask(running))
            await started.wait()
            asking.cancel()
        assert await memory.watches.due() == 1
        assert (await memory.watches.get(watch.id)).outcome == ""
        world.during = None
        assert await ask(running) == [("same", [])]


async def test_one_that_is_stopped_in_the_pause_is_given_back(tmp_path: Path) -> None:
    async def stop() -> None:
        raise asyncio.CancelledError

    async with opened(tmp_path, WatchedWorld()) as (running, memory):
        for number in range(2):
            await memory.watches.add(f"{QUESTION} {number}", every=DAY)
        with pytest.raises(asyncio.CancelledError):
            await ask(running, pause=stop)
        assert await memory.watches.due() == 1


async def test_one_that_takes_too_long_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(askings_module, "LONGEST", 0.05)
    world = WatchedWorld()

    async def hang() -> None:
        await asyncio.sleep(60)

    world.during = hang
    async with opened(tmp_path, world) as (running, memory):
        watch = await memory.watches.add(QUESTION, every=DAY)
        assert await ask(running) == [("failed", [])]
        assert "longer than" in (await memory.watches.get(watch.id)).reason


async def test_one_that_is_removed_meanwhile_is_not_stored(tmp_path: Path) -> None:
    world = WatchedWorld()
    async with opened(tmp_path, world) as (running, memory):
        watch = await memory.watches.add(QUESTION, every=DAY)

        async def remove() -> None:
            await memory.watches.remove(watch.id)

        world.during = remove
        done: list[Asked] = []
        await ask_due(running, memory, on_asked=done.append)
        assert [one.stored for one in done] == [False]
        assert await memory.watches.all() == ()


async def test_a_store_that_cannot_be_written_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(tmp_path, WatchedWorld()) as (running, memory):
        await memory.watches.add(QUESTION, every=DAY)

        async def full(*_: object) -> int:
            raise StoreError("The session store is full.")

        monkeypatch.setattr(memory.watches, "settle", full)
        with pytest.raises(StoreError):
            await ask(running)


KILL = ["before the claim", "while sources are asked", "before the commit", "after the commit"]


@pytest.mark.parametrize("moment", KILL)
async def test_killed_at_any_moment_each_due_time_has_one_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """A killed process gives nothing back: its lease is found, by the next that is alone with the store."""

    class KilledError(BaseException):
        pass

    def kill(*_: object) -> Any:
        raise KilledError

    world = WatchedWorld()
    async with opened(tmp_path, world) as (running, memory):
        watch = await memory.watches.add(QUESTION, every=DAY)
        with monkeypatch.context() as patched:
            if moment == "before the claim":
                patched.setattr(memory.watches, "claim", lambda **_: kill())
            elif moment == "while sources are asked":
                patched.setattr(world, "during", kill)
            elif moment == "before the commit":
                patched.setattr(memory.watches, "settle", kill)
            with pytest.raises(BaseException) as caught:  # noqa: PT011 - in a group or alone
                await ask_due(running, memory, on_asked=kill)
            assert "Killed" in repr(caught.value)
    async with opened(tmp_path, world) as (running, memory):
        await ask(running)
        assert await ask(running) == []
        after = await memory.watches.get(watch.id)
        assert (after.askings, after.turn, len(await memory.turns(watch.session))) == (1, 1, 1)


async def test_the_real_turn_asks_services_afresh_and_tells_what_changed(tmp_path: Path) -> None:
    reused: list[bool] = []
    page = [RIVER]

    class Notes(FakeSource):
        async def search(self, topic: Topic, *, tools: Tools, limit: int) -> Found:
            client = tools.client.source_client
            assert client is not None
            reused.append(client.reuse)
            return Found(page)

    made = engine("Nothing [e9].", sources=[Notes("notes")])
    async with open_engine(Settings.of(home=tmp_path), load=lambda: made) as running:
        memory = running.runtime.memory
        watch = await memory.watches.add("How long is the river Lumen?", every=DAY)
        assert await ask(running) == [("same", [])]
        page[0] = replace(RIVER, text=RIVER.text.replace("412", "380"))
        ((outcome, changes),) = await ask(running, watch.id)
        assert (outcome, changes[0]) == ("new", ("412 kilometres", "380 kilometres"))
        answers = await memory.watches.answers(watch.id, 2)
    assert reused
    assert not any(reused)
    assert [answer.settings["fresh"] for answer in answers] == [True, True]
