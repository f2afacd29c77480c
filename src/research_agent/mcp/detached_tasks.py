"""
Detached tasks: work that runs outside of the cancel scope of the request that started it.

The `mcp` library cancels the handler of a request again at every `await` until it has ended (anyio's cancel scopes). A
cancelled turn saves its draft, and that would be cancelled too. Here each turn is a task of its own: it is cancelled
once, and then left alone until it has ended.
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
"""Sends a line of progress to the client."""


class DetachedTasks:
    """The running tasks; made by `open_detached_tasks`."""

    def __init__(self, group: asyncio.TaskGroup) -> None:
        self._group = group
        self._running: set[asyncio.Task[Any]] = set()

    async def run(self, work: Callable[[Callable[[str], None]], Coroutine[Any, Any, T]], report: ReportProgress) -> T:
        """
        Run `work` as a task and report the lines that it says with the function it is given.

        Raises what `work` raises. When the caller is cancelled the task is cancelled too, and ends by itself.
        """
        lines: Lines = asyncio.Queue()
        task = self._group.create_task(as_result(partial(work, lines.put_nowait), Exception))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        task.add_done_callback(lambda _: lines.put_nowait(None))
        try:
            while (line := await lines.get()) is not None:
                await report(line)
        finally:
            _cancel_once(task)
        return unwrap(task.result())

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Run `work` behind everything else, until it ends or all are cancelled; it tells its errors itself."""
        task = self._group.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def cancel(self) -> None:
        """Cancel all tasks and wait until they have ended."""
        running = tuple(self._running)
        for task in running:
            _cancel_once(task)
        if running:
            await asyncio.wait(running)


@asynccontextmanager
async def open_detached_tasks() -> AsyncIterator[DetachedTasks]:
    """Run tasks during the block; at its end those still running are cancelled and awaited."""
    async with asyncio.TaskGroup() as group:
        tasks = DetachedTasks(group)
        try:
            yield tasks
        finally:
            await tasks.cancel()  # not by the group, which would cancel again those that are saving already


def _cancel_once(task: asyncio.Task[Any]) -> None:
    if not task.cancelling():
        task.cancel()
