"""
The Model Context Protocol (MCP) endpoint at /mcp: authenticated like every route, each caller with their own store.

The `mcp` library takes a second to import, so the first request loads it; the server is up long before.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

from starlette.types import Receive, Scope, Send

from research_agent.concurrency import BackgroundContext, open_in_background
from research_agent.errors import SetupError
from research_agent.installation import extra_hint
from research_agent.messages import request_refusals
from research_agent.web.serialization import AsciiJsonResponse, error_fields
from research_agent.web.state import ServerState
from research_agent.web.user_stores import for_current_user, use_memory

if TYPE_CHECKING:
    from research_agent.mcp.http import HttpApp
    from research_agent.runtime import Runtime

__all__ = ["McpMount"]


class McpMount:
    """The endpoint as an ASGI app, which works during `lifespan`."""

    def __init__(self, state: ServerState) -> None:
        self._state = state
        self._requested = asyncio.Event()
        self._app: BackgroundContext[HttpApp] | None = None

    @asynccontextmanager
    async def lifespan(self) -> AsyncIterator[None]:
        """Serve until the end of the block; then unfinished turns are cancelled and saved."""
        async with open_in_background(self._open) as self._app:
            yield

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request with the caller's store."""
        if self._app is None or find_spec("mcp") is None:
            hint = await asyncio.to_thread(extra_hint, "mcp")
            missing = SetupError(request_refusals.NO_MCP(), hint=hint)
            await AsciiJsonResponse({"error": error_fields(missing)}, 501)(scope, receive, send)
            return
        self._requested.set()
        app = await self._app.get()
        user = scope["caller"].user
        with use_memory(await self._state.stores.memory(user), user=user):
            await app(scope, receive, send)

    async def _runtime(self) -> Runtime:
        return for_current_user(await self._state.runtime())

    @asynccontextmanager
    async def _open(self) -> AsyncIterator[HttpApp]:
        await self._requested.wait()
        mcp = await asyncio.to_thread(import_module, "research_agent.mcp.http")
        app: HttpApp = mcp.HttpApp(self._runtime)
        async with app.run():
            yield app
