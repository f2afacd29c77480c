"""A run as server-sent events, and an answer whose asker may leave."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, contextmanager

from fastapi.sse import EventSourceResponse
from starlette.requests import Request

from research_agent.types import Answer
from research_agent.web.quotas import BusyError
from research_agent.web.runs import Run
from research_agent.web.serialization import sse_event
from research_agent.web.state import ServerState, caller_of, state_of

__all__ = [
    "HEARTBEAT",
    "check_stream_limit",
    "counted_stream",
    "stream_events",
    "wait_for_answer",
]

HEARTBEAT = b": still here\n\n"
"""A comment, which clients pass over: proxies and both ends learn that the connection lives."""


def stream_events(request: Request, run: Run, after: int = 0) -> EventSourceResponse:
    """The events of a run behind number `after`. Raises `BusyError` when the caller has too many streams open."""
    state = state_of(request)
    user = caller_of(request).user
    check_stream_limit(state, user)

    async def lines() -> AsyncIterator[bytes]:
        with counted_stream(state, user):
            async with aclosing(run.follow(after, beat=state.limits.beat)) as events:
                async for item in events:
                    yield HEARTBEAT if item is None else sse_event(item.number, item.event)

    headers = {"Location": f"/api/runs/{run.id}/events", "X-Accel-Buffering": "no"}
    return EventSourceResponse(lines(), headers=headers)


@contextmanager
def counted_stream(state: ServerState, user: str) -> Iterator[None]:
    """Count a stream while it is open."""
    state.metrics.streams[user] += 1
    try:
        yield
    finally:
        state.metrics.streams[user] -= 1
        if not state.metrics.streams[user]:
            del state.metrics.streams[user]


async def wait_for_answer(request: Request, run: Run) -> Answer:
    """The whole answer; a client that leaves stops it at once, and what was written is kept."""
    async with asyncio.TaskGroup() as group:
        leaving = group.create_task(_stop_when_left(request, run))
        await run.wait()
        leaving.cancel()
    return run.result()


async def _stop_when_left(request: Request, run: Run) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
    run.cancel()


def check_stream_limit(state: ServerState, user: str) -> None:
    """Raises `BusyError` when the user has too many streams open."""
    if state.metrics.streams[user] >= state.limits.streams:
        raise BusyError(f"{state.limits.streams} of your streams are open.", hint="Close one.", seconds=5.0)
