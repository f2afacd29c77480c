"""Event streams of a served run: a chat model that stalls, reading a stream, waiting for the end of a run."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp

from research_agent.testing import FakeChat
from research_agent_devtools.harness.web_server import Served


def slow_chat() -> FakeChat:
    """A model of which a word comes, and then nothing for as long as a test lasts."""

    class Slow(FakeChat):
        async def _astream(self, messages: Any, *rest: Any, **given: Any) -> AsyncIterator[Any]:
            first = True
            async for chunk in super()._astream(messages, *rest, **given):
                if not first and len(self.prompts) > 1:
                    await asyncio.Event().wait()
                first = False
                yield chunk

    return Slow(replies=("Lumen", "The Lumen is 412 kilometres long [e1]. It does not freeze in winter [e1]."))


async def events_of(reply: aiohttp.ClientResponse, *, until: str = "") -> list[tuple[int, str, Any]]:
    """The events of a stream, to its end or to the first of that name."""
    found: list[tuple[int, str, Any]] = []
    number, name = 0, ""
    async for raw in reply.content:
        field, _, value = raw.decode().rstrip("\n").partition(": ")
        if field == "id":
            number = int(value)
        elif field == "event":
            name = value
        elif field == "data":
            found.append((number, name, json.loads(value)))
            if name == until:
                break
    return found


async def until(holds: Callable[[], object]) -> None:
    """Let everything else go on until it holds."""
    for _ in range(100_000):
        if holds():
            return
        await asyncio.sleep(0)
    raise AssertionError("it never held")


async def ended(served: Served, run: str) -> dict[str, Any]:
    """A run's state once it has ended."""
    found = served.state.runs.get("main", run)
    assert found is not None
    while found.ended is None:
        await found._changed.wait()
    return dict(await (await served.get(f"/api/runs/{run}")).json())
