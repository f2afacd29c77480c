"""A turn as its events, and a turn for programs without an event loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

from research_agent.concurrency import task_group
from research_agent.errors import UsageError
from research_agent.events import Event
from research_agent.messages import installing
from research_agent.pipeline.research import research
from research_agent.types import Answer

__all__ = ["research_sync", "stream"]


async def stream(question: str, **options: Any) -> AsyncGenerator[Event, None]:
    """
    Events of a turn, as they happen; the last is `Saved`, and `Answered` before it has the answer.

        async for event in stream("What is photosynthesis?"):
            if isinstance(event, Answered):
                print(event.answer.text)

    `options` are those of `research()` but `on_event`. It raises what `research()` raises. Who leaves the loop early
    and closes the stream (`contextlib.aclosing`) stops the turn; what was streamed is stored, marked interrupted.
    """
    events: asyncio.Queue[Event | None] = asyncio.Queue()

    async def run() -> None:
        try:
            await research(question, on_event=events.put_nowait, **options)
        finally:
            events.put_nowait(None)

    async with task_group() as group:
        turn = group.create_task(run())
        while (event := await events.get()) is not None:
            try:
                yield event
            except GeneratorExit:  # to the group it would be an error; the generator ends without it just as well
                turn.cancel()
                break


def research_sync(question: str, **options: Any) -> Answer:
    """
    Answer a question as `research()` does, and wait for it: for scripts and notebooks without an event loop.

    Raises `UsageError` in an event loop, which it would block.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(research(question, **options))
    raise UsageError(installing.LOOP_RUNS(), hint=installing.USE_AWAIT())
