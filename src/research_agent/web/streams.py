"""A run as server-sent events, and an answer whose asker may leave."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, contextmanager

from starlette.requests import Request
from starlette.responses import StreamingResponse

from research_agent.types import Answer
from research_agent.web.quotas import BusyError
from research_agent.web.runs import Run
from research_agent.web.serialization import sse
from research_agent.web.state import Site, caller_of, site_of

__all__ = ["BEAT", "EventStream", "answer_of", "check_room", "event_stream", "room_for_stream"]

BEAT = b": still here\n\n"
"""A comment, which clients pass over: proxies and both ends learn that the connection lives."""


class EventStream(StreamingResponse):
    """Bytes of events as they come."""

    media_type = "text/event-stream"


def event_stream(request: Request, run: Run, after: int = 0) -> EventStream:
    """The events of a run behind number `after`. Raises `BusyError` when the caller has too many streams open."""
    site = site_of(request)
    user = caller_of(request).user
    check_room(site, user)

    async def lines() -> AsyncIterator[bytes]:
        with room_for_stream(site, user):
            async with aclosing(run.follow(after, beat=site.limits.beat)) as events:
                async for item in events:
                    yield BEAT if item is None else sse(item.number, item.event)

    headers = {"Location": f"/api/runs/{run.id}/events", "X-Accel-Buffering": "no"}
    return EventStream(lines(), headers=headers)


@contextmanager
def room_for_stream(site: Site, user: str) -> Iterator[None]:
    """Count a stream while it is open."""
    site.metrics.streams[user] += 1
    try:
        yield
    finally:
        site.metrics.streams[user] -= 1
        if not site.metrics.streams[user]:
            del site.metrics.streams[user]


async def answer_of(request: Request, run: Run) -> Answer:
    """The whole answer; a client that leaves stops it at once, and what was written is kept."""
    async with asyncio.TaskGroup() as group:
        leaving = group.create_task(_stop_when_left(request, run))
        await run.over()
        leaving.cancel()
    return run.result()


async def _stop_when_left(request: Request, run: Run) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
    run.cancel()


def check_room(site: Site, user: str) -> None:
    """Raises `BusyError` when the user has too many streams open."""
    if site.metrics.streams[user] >= site.limits.streams:
        raise BusyError(f"{site.limits.streams} of your streams are open.", hint="Close one.", seconds=5.0)
