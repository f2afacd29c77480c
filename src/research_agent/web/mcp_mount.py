"""
The Model Context Protocol at /mcp, for agents: behind the guard as everything else, each caller with the own store.

Its library takes a second to import, so it is opened by the first request; the server is up long before.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING

from starlette.types import Receive, Scope, Send

from research_agent.web.serialization import AsciiJsonResponse
from research_agent.web.state import ServerState
from research_agent.web.user_stores import use_memory

if TYPE_CHECKING:
    from research_agent.mcp.http import HttpApp

__all__ = ["McpMount"]

MISSING = {
    "error": {
        "type": "SetupError",
        "message": "The server for agents is not installed: mcp is missing.",
        "hint": "Run: pip install 'research-agent[mcp]'",
    }
}


class McpMount:
    """The endpoint, as an ASGI app; it answers while `opened` is open."""

    def __init__(self, state: ServerState) -> None:
        self._state = state
        self._wanted = asyncio.Event()
        self._app: asyncio.Future[HttpApp] | None = None

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Answer meanwhile. At the end what agents asked for is stopped and kept."""
        self._app = asyncio.get_running_loop().create_future()
        closing = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            holding = group.create_task(self._hold(self._app, closing), name="hold the protocol for agents")
            try:
                yield
            finally:
                closing.set()
                if not self._wanted.is_set():
                    holding.cancel()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, in the name of its caller."""
        if self._app is None or find_spec("mcp") is None:
            await AsciiJsonResponse(MISSING, status_code=501)(scope, receive, send)
            return
        self._wanted.set()
        app = await asyncio.shield(self._app)
        with use_memory(await self._state.stores.memory(scope["caller"].user)):
            await app(scope, receive, send)

    async def _hold(self, opened: asyncio.Future[HttpApp], closing: asyncio.Event) -> None:
        await self._wanted.wait()
        app = await asyncio.to_thread(self._import)
        async with app.run():
            opened.set_result(app)
            await closing.wait()

    def _import(self) -> HttpApp:
        from research_agent.mcp.http import http_app

        return http_app(self._state.runtime)
