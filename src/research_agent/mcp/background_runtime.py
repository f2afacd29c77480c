"""A runtime that is opened behind what comes next: a client is greeted at once, and its first question waits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from research_agent.errors import ResearchAgentError
from research_agent.mcp.server import RuntimeOf
from research_agent.runtime import Runtime

__all__ = ["opened_behind"]


@asynccontextmanager
async def opened_behind(opening: Callable[[], AbstractAsyncContextManager[Runtime]]) -> AsyncIterator[RuntimeOf]:
    """
    Open a runtime in a task of its own and close it at the end of the block.

    The function given waits for it; an error that a user can do something about is raised there, each time.
    """
    ready: asyncio.Future[Runtime] = asyncio.get_running_loop().create_future()
    over = asyncio.Event()

    async def hold() -> None:
        try:
            async with opening() as runtime:
                ready.set_result(runtime)
                await over.wait()
        except ResearchAgentError as error:
            if ready.done():  # it was open: this is about closing it
                raise
            ready.set_exception(error)
            ready.exception()  # nobody may ever ask

    async with asyncio.TaskGroup() as group:
        holder = group.create_task(hold())
        try:
            yield lambda: asyncio.shield(ready)
        finally:
            over.set()
            if not ready.done():
                holder.cancel()
