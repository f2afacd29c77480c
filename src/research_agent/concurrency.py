"""Concurrency helpers: a task group with plain errors, an error as a value, CPU work that yields to the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar
from weakref import WeakKeyDictionary

__all__ = ["as_result", "cooperative", "task_group", "unwrap"]

T = TypeVar("T")
E = TypeVar("E", bound=Exception)
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


async def as_result(call: Callable[[], Awaitable[T]], errors: type[E]) -> T | E:
    """
    Result of `await call()`, or the exception of type `errors` that it raised; any other is raised.

    For a task whose error belongs to whoever takes its result (`unwrap`), not to the task group it runs in. Takes a
    function, so that no coroutine is left unawaited when the task is cancelled before it begins.
    """
    try:
        return await call()
    except errors as error:
        return error


def unwrap(result: T | Exception) -> T:
    """The value of a result of `as_result`; raises the exception when it is one."""
    if isinstance(result, Exception):
        raise result
    return result


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
