"""A turn as events, and from a script without an event loop."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager

import pytest

import research_agent
from research_agent import events
from research_agent.errors import QuestionError, UsageError
from research_agent.events import Answered, Event, Saved, Started, Token
from research_agent.pipeline.turn_stream import research_sync, stream
from research_agent.runtime import Runtime
from research_agent.settings import load_settings
from research_agent.testing import FakeChat, FakeSource
from research_agent_devtools.harness.scripted_engine import QUESTION, RIVER, TRUE, engine


@asynccontextmanager
async def running() -> AsyncIterator[Runtime]:
    async with engine().open_runtime(load_settings()) as runtime:
        yield runtime


@pytest.mark.anyio
async def test_events_come_in_order_and_the_turn_is_stored() -> None:
    async with running() as runtime:
        seen = [event async for event in stream(QUESTION, runtime=runtime, session="s")]
        assert isinstance(seen[0], Started)
        assert isinstance(seen[-1], Saved)
        (answer,) = [event.answer for event in seen if isinstance(event, Answered)]
        assert "412 kilometres" in answer.text
        assert len(await runtime.memory.turns("s")) == 1


@pytest.mark.anyio
async def test_who_leaves_the_loop_stops_the_turn() -> None:
    async with running() as runtime:
        async with aclosing(stream(QUESTION, runtime=runtime, session="s")) as going:
            async for event in going:
                if isinstance(event, Token):
                    break
        assert [turn.answer.status for turn in await runtime.memory.turns("s")] == ["interrupted"]


@pytest.mark.anyio
async def test_it_raises_what_research_raises() -> None:
    async with running() as runtime:
        with pytest.raises(QuestionError):
            _ = [event async for event in stream("", runtime=runtime)]


def test_a_script_without_a_loop_gets_the_answer() -> None:
    chat = FakeChat(replies=("Lumen", TRUE))
    answer = research_sync(QUESTION, settings=load_settings(), chat=chat, sources=[FakeSource("notes", [RIVER])])
    assert answer.as_json()["text"] == answer.as_json()["answer"] == answer.text
    assert "412 kilometres" in answer.text


@pytest.mark.anyio
async def test_in_a_loop_it_says_what_to_use() -> None:
    with pytest.raises(UsageError, match="event loop"):
        research_sync(QUESTION)


def test_every_event_and_the_hook_are_public() -> None:
    names = {name for name, value in vars(events).items() if isinstance(value, type) and issubclass(value, Event)}
    assert names | {"EventHook"} <= set(research_agent.__all__)
    assert {"research", "research_sync", "stream"} <= set(research_agent.__all__)
