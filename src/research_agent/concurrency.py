"""
Concurrency helpers: a task group with plain errors, an error as a value, CPU work that yields to the event loop, and an
async context that is held open in the background.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

__all__ = [
    "BackgroundContext",
    "as_result",
    "cooperative",
    "gather_results",
    "open_in_background",
    "task_group",
    "unwrap",
]

T = TypeVar("T")
E = TypeVar("E", bound=Exception)
_LOCKS: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = WeakKeyDictionary()


@asynccontextmanager
async def task_group() -> AsyncIterator[asyncio.TaskGroup]:
    """
    Task group that raises a plain error: that of the block itself, else that of the task that failed first.

    For a block whose tasks are an implementation detail: its callers know its errors, not that it had tasks.
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


async def gather_results(calls: Iterable[Callable[[], Awaitable[T]]], errors: type[E]) -> list[T | E]:
    """Results (`as_result`) of calls that run at the same time, in the order of the calls."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(as_result(call, errors)) for call in calls]
    return [task.result() for task in tasks]


def unwrap(result: T | Exception) -> T:
    """The value of a result of `as_result`; raises the exception when it is one."""
    if isinstance(result, Exception):
        raise result
    return result


@asynccontextmanager
async def cooperative() -> AsyncIterator[None]:
    """
    Fair scheduling of work that takes milliseconds of CPU: `async with cooperative(): ...`, without an await in it.

    One such block runs in a pass of the event loop, so that I/O is handled in between, however many turns are at work.
    Never nested.
    """
    async with _LOCKS.setdefault(asyncio.get_running_loop(), asyncio.Lock()):
        yield
        await asyncio.sleep(0)  # the next waiter runs in another pass


class BackgroundContext(Generic[T]):
    """
    Async context held open by a task of `group`; its value is handed to everybody who waits for it.

    A context must be left by the task that entered it, so that others only borrow it. An error of it ends the group,
    except one of type `errors` while it opens, which `get` raises, each time; with `on_error` such an error is given
    to that function whenever it comes, and never ends the group.
    """

    def __init__(
        self,
        group: asyncio.TaskGroup,
        opening: Callable[[], AbstractAsyncContextManager[T]],
        *,
        errors: type[E] | None = None,
        on_error: Callable[[E], None] | None = None,
        name: str | None = None,
    ) -> None:
        self._group, self._name = group, name
        self._errors: tuple[type[Exception], ...] = () if errors is None else (errors,)
        self._on_error: Callable[[Any], None] | None = on_error
        self._open(opening)

    def _open(self, opening: Callable[[], AbstractAsyncContextManager[T]]) -> None:
        self._value: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._closing = asyncio.Event()
        self._task = self._group.create_task(self._hold(opening), name=self._name)

    async def _hold(self, opening: Callable[[], AbstractAsyncContextManager[T]]) -> None:
        try:
            async with opening() as value:
                self._value.set_result(value)
                await self._closing.wait()
        except self._errors as error:
            was_open = self._value.done()
            if not was_open:
                self._value.set_exception(error)
                self._value.exception()  # nobody may ever wait for it
            if self._on_error is not None:
                self._on_error(error)
            elif was_open:
                raise

    @property
    def ready(self) -> bool:
        """Whether `get` returns or raises at once."""
        return self._value.done()

    @property
    def failed(self) -> bool:
        """Whether an error of the context has ended the group."""
        return self._task.done() and not self._task.cancelled() and self._task.exception() is not None

    @property
    def refused(self) -> bool:
        """Whether it could not be opened: `get` raises."""
        return self.ready and not self._value.cancelled() and self._value.exception() is not None

    async def get(self) -> T:
        """The value, once the context is open. Raises the error that opening it ended with, if it is of `errors`."""
        return await asyncio.shield(self._value)

    async def reopen(self, opening: Callable[[], AbstractAsyncContextManager[T]]) -> None:
        """Close the context, and open another behind what comes next."""
        await self.close()
        self._open(opening)

    async def close(self) -> None:
        """Close the context and wait until it is closed. Opening is given up."""
        self.release()
        await asyncio.wait({self._task})

    def release(self) -> None:
        """Have the context closed; the group waits for it."""
        self._closing.set()
        if not self.ready:
            self._task.cancel()
            self._value.cancel()


@asynccontextmanager
async def open_in_background(
    opening: Callable[[], AbstractAsyncContextManager[T]], *, errors: type[Exception] | None = None
) -> AsyncIterator[BackgroundContext[T]]:
    """A `BackgroundContext` in a task group of its own, closed at the end of the block."""
    async with asyncio.TaskGroup() as group:
        background = BackgroundContext(group, opening, errors=errors)
        try:
            yield background
        finally:
            background.release()  # not waited for: when the block was ended by an error, the group cancels it too
