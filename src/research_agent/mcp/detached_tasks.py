"""
Turns that run apart from the requests that asked for them.

The protocol's library cancels a request's handler again at every `await`, until it has ended (anyio's cancel scopes). A
turn that is stopped saves what was streamed of it, and that saving would be cancelled too. Here each turn is a task of
its own, outside of those scopes: it is cancelled once, and then left alone until it has ended.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, TypeVar

from research_agent.concurrency import as_result, unwrap

__all__ = ["DetachedTasks", "ReportProgress", "open_detached_tasks"]

T = TypeVar("T")
Lines = asyncio.Queue[str | None]
ReportProgress = Callable[[str], Awaitable[None]]
"""Tells who asked how far it is, in one line."""


class DetachedTasks:
    """What runs now; made by `open_detached_tasks`."""

    def __init__(self, group: asyncio.TaskGroup) -> None:
        self._group = group
        self._running: set[asyncio.Task[Any]] = set()

    async def run(self, work: Callable[[Callable[[str], None]], Coroutine[Any, Any, T]], tell: ReportProgress) -> T:
        """
        Run a turn and pass on the lines that it says; `work` is given the function it says them with.

        Raises what the turn raises. Whoever awaits this may be cancelled: then the turn is, too, and ends by itself.
        """
        lines: Lines = asyncio.Queue()
        task = self._group.create_task(as_result(partial(work, lines.put_nowait), Exception))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        task.add_done_callback(lambda _: lines.put_nowait(None))
        try:
            while (line := await lines.get()) is not None:
                await tell(line)
        finally:
            _stop(task)
        return unwrap(task.result())

    async def stop(self) -> None:
        """Stop all and wait until each has ended."""
        running = tuple(self._running)
        for task in running:
            _stop(task)
        if running:
            await asyncio.wait(running)


@asynccontextmanager
async def open_detached_tasks() -> AsyncIterator[DetachedTasks]:
    """Let turns run until the end of the block; those that still run then are stopped, and waited for."""
    async with asyncio.TaskGroup() as group:
        turns = DetachedTasks(group)
        try:
            yield turns
        finally:
            await turns.stop()  # here: the group itself would cancel those again that are saving already


def _stop(task: asyncio.Task[Any]) -> None:
    if not task.cancelling():
        task.cancel()
