"""The engine of the commands: `research` and `open_runtime`, imported late, or what a test puts in their place."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, NamedTuple, Protocol

from research_agent.events import EventHook
from research_agent.settings import Settings
from research_agent.types import Answer

if TYPE_CHECKING:
    from research_agent.runtime import Runtime

__all__ = ["Engine", "load_engine"]


class Research(Protocol):
    """`pipeline.research`, or what a test puts in its place."""

    async def __call__(
        self, question: str, *, session: str | None, runtime: Runtime, on_event: EventHook | None
    ) -> Answer: ...


class Engine(NamedTuple):
    """What the commands run; passed in, so that tests can run something else."""

    research: Research
    open_runtime: Callable[[Settings], AbstractAsyncContextManager[Runtime]]


def load_engine() -> Engine:
    """Import the real thing: the costly part of starting."""
    from research_agent.pipeline import research
    from research_agent.runtime import open_runtime

    return Engine(research, open_runtime)
