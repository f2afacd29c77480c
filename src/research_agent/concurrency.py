"""A task group whose errors come out as they are; and work that takes turns, so that the event loop stays awake."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakKeyDictionary

__all__ = ["cooperative", "task_group"]

_LOCKS: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = WeakKeyDictionary()


@asynccontextmanager
async def task_group() -> AsyncIterator[asyncio.TaskGroup]:
    """
    `asyncio.TaskGroup`, but out of it comes the error of the block itself, else that of the task that failed first.

    For a block that is one story with helpers beside it: its callers know its errors, not that it had helpers.
    """
    raised: BaseException | None = None
    try:
        async with asyncio.TaskGroup() as group:
            try:
                yield group
            except BaseException as error:
                raised = error
                raise
    except BaseExceptionGroup as errors:
        # A block that is cancelled because a task failed is not what went wrong.
        first = errors.exceptions[0] if raised is None or isinstance(raised, asyncio.CancelledError) else raised
        raise first from first.__cause__


@asynccontextmanager
async def cooperative() -> AsyncIterator[None]:
    """
    Do a piece of work that takes milliseconds of processor: `async with cooperative(): ...`, without waiting in it.

    One such piece runs in a pass of the event loop, and all that came over the network is heard in between, however
    many turns are at work. It is never nested.
    """
    async with _LOCKS.setdefault(asyncio.get_running_loop(), asyncio.Lock()):
        yield
        await asyncio.sleep(0)  # who waits works in another pass
