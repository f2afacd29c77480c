"""Suggestions while nobody asks: remembered, and ended by the next question."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

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
