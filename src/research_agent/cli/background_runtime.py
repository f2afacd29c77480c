"""The runtime of a conversation: opened behind the prompt, kept warm between turns, opened anew for another model."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from research_agent.cli.engine import Engine
from research_agent.settings import Settings

if TYPE_CHECKING:
    from research_agent.runtime import Runtime

__all__ = ["Warm"]


class Warm:
    """
    A runtime that one task of `group` opens, holds and closes.

    A context must be left by the task that entered it, so the questions, asked by another, only borrow it. An error
    while opening ends the group, and with it the prompt. `load` imports the engine in a thread: it takes its time,
    and the prompt must not wait for it.
    """

    def __init__(self, group: asyncio.TaskGroup, load: Callable[[], Engine], settings: Settings) -> None:
        self.settings = settings
        self._group = group
        self._load = load
        self._open()

    def _open(self) -> None:
        self._ready: asyncio.Future[tuple[Engine, Runtime]] = asyncio.get_running_loop().create_future()
        self._enough = asyncio.Event()
        self._holder = self._group.create_task(self._hold(self._ready, self._enough), name="runtime")

    async def _hold(self, ready: asyncio.Future[tuple[Engine, Runtime]], enough: asyncio.Event) -> None:
        engine = await asyncio.to_thread(self._load)
        async with engine.open_runtime(self.settings) as runtime:
            ready.set_result((engine, runtime))
            await enough.wait()

    @property
    def ready(self) -> bool:
        """Whether `get` returns at once."""
        return self._ready.done()

    @property
    def broken(self) -> bool:
        """Whether opening it failed, which ends the group: nobody stopped anything."""
        return self._holder.done() and not self._holder.cancelled() and self._holder.exception() is not None

    async def get(self) -> tuple[Engine, Runtime]:
        """Wait for the runtime."""
        return await asyncio.shield(self._ready)

    async def reopen(self, settings: Settings) -> None:
        """Close, and open again with other settings behind what comes next."""
        await self.close()
        self.settings = settings
        self._open()

    async def close(self) -> None:
        """Let go; returns when everything is closed. What is still opening is given up."""
        self._enough.set()
        if not self.ready:
            self._holder.cancel()
            self._ready.cancel()
        await asyncio.wait({self._holder})
