"""Calls of the session store by commands that do one thing with it: opened for that, and closed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeVar

from research_agent.cli.common_options import command_settings
from research_agent.cli.read_only_store import open_reading, print_salvage_report
from research_agent.memory import Memory, open_memory

__all__ = ["read_store", "write_store"]

T = TypeVar("T")


def read_store(do: Callable[[Memory], Awaitable[T]]) -> T:
    """What `do` gives of the store, which is opened for reading where it cannot be written."""

    async def call() -> T:
        async with open_reading(command_settings().store) as memory:
            return await do(memory)

    return asyncio.run(call())


def write_store(do: Callable[[Memory], Awaitable[T]]) -> T:
    """What `do` gives of the store. What it deletes goes from the cache of responses and the log too."""
    from research_agent.http import forget

    async def call() -> T:
        settings = command_settings()
        on_deleted = partial(forget, settings.home)
        async with open_memory(settings.store, on_salvaged=print_salvage_report, on_deleted=on_deleted) as memory:
            return await do(memory)

    return asyncio.run(call())
