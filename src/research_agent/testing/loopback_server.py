"""Loopback servers, in this event loop or in a thread of their own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager

from aiohttp import web

__all__ = ["serve", "serve_in_thread"]


@asynccontextmanager
async def serve(app: web.Application, *, notices_leaving: bool = False) -> AsyncIterator[str]:
    """
    Serve on a free port of 127.0.0.1 while the context lasts; gives the base URL.

    With `notices_leaving` a handler is cancelled when its client has left.
    """
    runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None, handler_cancellation=notices_leaving)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()


@contextmanager
def serve_in_thread(server: AbstractAsyncContextManager[object]) -> Iterator[None]:
    """Keep an asynchronous context open in a thread, for tests that block."""
    ready, ended = threading.Event(), asyncio.Event()
    loops: list[asyncio.AbstractEventLoop] = []

    async def run() -> None:
        async with server:
            loops.append(asyncio.get_running_loop())
            ready.set()
            await ended.wait()

    thread = threading.Thread(target=asyncio.run, args=(run(),), daemon=True)
    thread.start()
    if not ready.wait(60):
        raise RuntimeError("the server did not start")
    try:
        yield
    finally:
        loops[0].call_soon_threadsafe(ended.set)
        thread.join(60)
