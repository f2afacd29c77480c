"""The engine: `pipeline.research` and the runtime it works with, imported late; a test puts others in their place."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TYPE_CHECKING, NamedTuple, Protocol

from research_agent.events import EventHook
from research_agent.settings import Settings
from research_agent.types import UNRESTRICTED, USUAL, Answer, AskOptions, Restriction

if TYPE_CHECKING:
    from research_agent.memory import Memory
    from research_agent.runtime import Runtime

__all__ = ["Engine", "GetRuntime", "OpenEngine", "OpenRuntime", "Research", "load_engine", "open_engine"]

GetRuntime = Callable[[], Awaitable["Runtime"]]
"""Waits until the runtime is open; raises why it could not be opened."""


class Research(Protocol):
    """`pipeline.research`, as a command, the server or an agent calls it."""

    async def __call__(
        self,
        question: str,
        *,
        session: str | None,
        runtime: Runtime,
        on_event: EventHook | None,
        keep_unsupported: bool = False,
        restriction: Restriction = UNRESTRICTED,
        options: AskOptions = USUAL,
    ) -> Answer:
        """Answer a question."""
        ...


class OpenRuntime(Protocol):
    """`runtime.open_runtime`; `memory` is the store to use in place of the one in settings."""

    def __call__(self, settings: Settings, *, memory: Memory | None = None) -> AbstractAsyncContextManager[Runtime]:
        """Open what a turn needs."""
        ...


class Engine(NamedTuple):
    """The two functions that answer questions."""

    research: Research
    open_runtime: OpenRuntime


class OpenEngine(NamedTuple):
    """An engine whose runtime is open."""

    research: Research
    runtime: Runtime


def load_engine() -> Engine:
    """Import the real engine, which takes about a second."""
    from research_agent.pipeline import research
    from research_agent.runtime import open_runtime

    return Engine(research, open_runtime)


@asynccontextmanager
async def open_engine(
    settings: Settings, *, load: Callable[[], Engine] = load_engine, memory: Memory | None = None
) -> AsyncIterator[OpenEngine]:
    """Import the engine in a thread, so that a prompt or a page is there meanwhile, and open its runtime."""
    engine = await asyncio.to_thread(load)
    async with engine.open_runtime(settings, memory=memory) as runtime:
        yield OpenEngine(engine.research, runtime)
