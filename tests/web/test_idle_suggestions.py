"""Suggestions while nobody asks: remembered, and ended by the next question."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from research_agent.errors import ReaderError
from research_agent.pipeline import suggestions
from research_agent.types import Answer
from research_agent.web.idle_suggestions import IdleSuggestions
from research_agent_devtools.harness.scripted_engine import answer

pytestmark = pytest.mark.anyio


async def test_they_are_made_once_and_a_question_ends_their_making(monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin that goes on makes the next question wait for the model."""
    runs: Any = SimpleNamespace(active=[], on_start=None)
    going, made = asyncio.Event(), asyncio.Event()
    asked: list[int] = []

    async def suggest(_: object, of: Answer) -> tuple[str, ...]:
        asked.append(of.turn)
        going.set()
        await made.wait()
        return ("Made?",)

    async def engine() -> Any:
        return SimpleNamespace(runtime=None)

    monkeypatch.setattr(suggestions, "suggest", suggest)
    monkeypatch.setattr(suggestions, "can_suggest", lambda *_: True)
    first, second = answer(turn=1, follow_ups=("Rule?",)), answer(turn=2, follow_ups=("Rule?",))
    async with asyncio.TaskGroup() as group:
        idle = IdleSuggestions(group, runs, engine)
        waiting = group.create_task(idle.of("main", first))
        await going.wait()
        assert await idle.of("main", second) == ("Rule?",), "one at a time"
        runs.on_start()
        assert await waiting == ("Rule?",)
        made.set()
        assert await idle.of("main", first) == ("Made?",)
        assert await idle.of("main", first) == ("Made?",)
        runs.active = [object()]
        assert await idle.of("main", second) == ("Rule?",)
    assert asked == [1, 1]


@pytest.mark.parametrize("error", [ReaderError("no reader"), RuntimeError("anything")])
async def test_a_failure_leaves_those_of_the_rules_and_the_tasks_beside(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """The twin that lets it out of its task ends the group, which holds all that the server does."""
    tries: list[int] = []

    async def suggest(_: object, of: Answer) -> tuple[str, ...]:
        tries.append(of.turn)
        raise error

    async def engine() -> Any:
        return SimpleNamespace(runtime=None)

    monkeypatch.setattr(suggestions, "suggest", suggest)
    monkeypatch.setattr(suggestions, "can_suggest", lambda *_: True)
    runs: Any = SimpleNamespace(active=[], on_start=None)
    said = answer(turn=1, follow_ups=("Rule?",))
    async with asyncio.TaskGroup() as group:
        beside = group.create_task(asyncio.sleep(0.01, "goes on"))
        idle = IdleSuggestions(group, runs, engine)
        assert await idle.of("main", said) == await idle.of("main", said) == ("Rule?",)
    assert beside.result() == "goes on"
    assert tries == [1, 1], "it is tried again"


async def test_two_that_ask_at_once_make_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin that looks before it waits for the engine makes both, and a question then ends only one."""
    at_once = most = 0

    async def suggest(_: object, of: Answer) -> tuple[str, ...]:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        await asyncio.sleep(0.01)
        at_once -= 1
        return ("Made?",)

    async def engine() -> Any:
        await asyncio.sleep(0)
        return SimpleNamespace(runtime=None)

    monkeypatch.setattr(suggestions, "suggest", suggest)
    monkeypatch.setattr(suggestions, "can_suggest", lambda *_: True)
    runs: Any = SimpleNamespace(active=[], on_start=None)
    async with asyncio.TaskGroup() as group:
        idle = IdleSuggestions(group, runs, engine)
        for turn in (1, 2):
            group.create_task(idle.of("main", answer(turn=turn, follow_ups=("Rule?",))))
    assert most == 1
