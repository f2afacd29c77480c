"""
Server-sent events (SSE) of a run, and waiting for its answer until the client disconnects.

Not by FastAPI's `yield` routes: those choose the response class per route, write the fields of an event in another
order, and have a fixed heartbeat of their own.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, contextmanager

from fastapi.sse import EventSourceResponse
from starlette.requests import Request

from research_agent.messages import request_refusals
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
"""An SSE comment, which clients ignore; it keeps proxies from closing an idle connection."""


def stream_events(request: Request, run: Run, after: int = 0) -> EventSourceResponse:
    """Stream the events of a run after number `after`. Raises `BusyError` when the caller has too many streams open."""
    state = state_of(request)
    user = caller_of(request).user
    check_stream_limit(state, user)

    async def lines() -> AsyncIterator[bytes]:
        with counted_stream(state, user):
            async with aclosing(run.follow(after, heartbeat=state.run_limits.heartbeat)) as events:
                number = after
                async for event in events:
                    number += event is not None
                    yield HEARTBEAT if event is None else sse_event(number, event)

    headers = {"Location": f"/api/runs/{run.id}/events", "X-Accel-Buffering": "no"}
    return EventSourceResponse(lines(), headers=headers)


@contextmanager
def counted_stream(state: ServerState, user: str) -> Iterator[None]:
    """Count an open stream of the user."""
    state.metrics.streams[user] += 1
    try:
        yield
    finally:
        state.metrics.streams[user] -= 1
        if not state.metrics.streams[user]:
            del state.metrics.streams[user]


async def wait_for_answer(request: Request, run: Run) -> Answer:
    """The complete answer. When the client disconnects the run is cancelled, and what was written is saved."""
    async with asyncio.TaskGroup() as group:
        watcher = group.create_task(_cancel_on_disconnect(request, run))
        await run.wait()
        watcher.cancel()
    return run.result()


async def _cancel_on_disconnect(request: Request, run: Run) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
    run.cancel()


def check_stream_limit(state: ServerState, user: str) -> None:
    """Raise `BusyError` when the user has too many streams open."""
    if state.metrics.streams[user] >= state.run_limits.user_streams:
        raise BusyError(
            request_refusals.STREAMS_OPEN(n=state.run_limits.user_streams),
            hint=request_refusals.CLOSE_ONE(),
            seconds=5.0,
        )
