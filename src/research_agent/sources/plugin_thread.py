"""
A plug-in's source in a thread of its own, where code that blocks costs its own search and not the event loop.

The thread has one event loop for all searches of the source. Tools belong to the program's loop: their coroutines run
there. A thread that is still blocked after its search was given up is left to itself, and a new one takes its place.
"""

from __future__ import annotations

import asyncio
import inspect
import threading
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, cast

from research_agent.sources.protocol import Found, Source, Tools
from research_agent.sources.validation import checked
from research_agent.types import Topic

__all__ = ["ThreadedSource"]


class ThreadedSource:
    """The source it is made from, but for the thread that its searches run in."""

    name: str
    title: str
    live: bool

    def __init__(self, source: Source) -> None:
        self._source = source
        for attribute in ("name", "title", "live"):  # since Python 3.12 a protocol is told past `__getattr__`
            if hasattr(source, attribute):
                setattr(self, attribute, getattr(source, attribute))
        self._loop: asyncio.AbstractEventLoop | None = None
        self._running: set[object] = set()
        self._given_up: set[object] = set()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._source, name)

    async def search(self, topic: Topic, *, tools: Tools, limit: int) -> Found:
        """Search in the thread. Raises what the source does; a call of `sys.exit` is a `RuntimeError`."""
        program, search = asyncio.get_running_loop(), object()

        async def run() -> Found:
            try:
                return checked(await self._source.search(topic, tools=_lent(tools, program), limit=limit))
            except SystemExit as error:  # would end the thread's loop, and nobody would be told
                raise RuntimeError("the source called sys.exit") from error
            finally:
                self._running.discard(search)

        self._given_up &= self._running
        if self._loop is None or self._given_up:
            self._given_up.clear()
            self._loop = asyncio.new_event_loop()
            name = f"source {getattr(self._source, 'name', '')}"
            threading.Thread(target=self._loop.run_forever, name=name, daemon=True).start()
        self._running.add(search)
        try:
            return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(run(), self._loop))
        except asyncio.CancelledError:
            self._given_up.add(search)
            raise


def _lent(tools: Tools, loop: asyncio.AbstractEventLoop) -> Tools:
    """The tools for use in another thread than that of `loop`."""
    if not isinstance(tools, Tools):
        return tools
    return replace(
        tools,
        client=cast("Any", _Lent(tools.client, loop)),
        embed=None if tools.embed is None else _from_afar(tools.embed, loop),
        rerank=None if tools.rerank is None else _from_afar(tools.rerank, loop),
        rerank_ready=None if tools.rerank_ready is None else _from_afar(tools.rerank_ready, loop),
        read=cast("Any", _Lent(tools.read, loop)),
        partial=None,  # it would run beside the program's loop
    )


class _Lent:
    """Stand-in for an object whose coroutines run in `loop`."""

    def __init__(self, owner: Any, loop: asyncio.AbstractEventLoop) -> None:
        self._owner, self._loop = owner, loop

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._owner, name)
        if name == "of":  # a client for another source
            return lambda *args, **options: _Lent(value(*args, **options), self._loop)
        return _from_afar(value, self._loop) if inspect.iscoroutinefunction(value) else value


def _from_afar(call: Callable[..., Awaitable[Any]], loop: asyncio.AbstractEventLoop) -> Callable[..., Awaitable[Any]]:
    async def there(*args: Any, **options: Any) -> Any:
        return await call(*args, **options)

    async def here(*args: Any, **options: Any) -> Any:
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(there(*args, **options), loop))

    return here
