"""
The protocol over streamable HTTP: an ASGI application to mount, and a small server of its own on loopback.

    mcp = http_app(runtime)
    async with mcp.run():
        ...  # Route("/mcp", endpoint=mcp)
"""

from __future__ import annotations

import secrets
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING

from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

from research_agent.concurrency import open_in_background
from research_agent.engine import GetRuntime
from research_agent.errors import ResearchAgentError
from research_agent.mcp.authorization import LOOPBACK, require_token
from research_agent.mcp.server import make_server
from research_agent.runtime import Runtime, open_runtime
from research_agent.settings import Settings

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

__all__ = ["HttpApp", "http_app", "serve_http"]

PATH = "/mcp"
LONGEST_BODY = 1024 * 1024  # bytes
MOST_CLIENTS = 64  # sessions of the protocol, kept while in use
GRACE = 3  # seconds that open streams have when the server is told to end


class HttpApp:
    """
    The ASGI application; made by `http_app`. It answers while `run` is open, once.

    It asks nobody for a token and looks at no Host or Origin: whoever mounts it does, before it.
    """

    def __init__(self, runtime: GetRuntime) -> None:
        self._manager = StreamableHTTPSessionManager(
            make_server(runtime), max_request_body_size=LONGEST_BODY, max_sessions=MOST_CLIENTS
        )

    @asynccontextmanager
    async def run(self) -> AsyncIterator[None]:
        """Answer meanwhile; at the end what runs is stopped, and what was streamed of it is kept."""
        async with self._manager.run():
            yield

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, whatever its path."""
        await self._manager.handle_request(scope, receive, send)


def http_app(runtime: Runtime | GetRuntime) -> HttpApp:
    """The application over an open runtime, or over a function that waits for one."""
    if callable(runtime):
        return HttpApp(runtime)

    async def opened() -> Runtime:
        return runtime

    return HttpApp(opened)


async def serve_http(settings: Settings, *, port: int, say: Callable[[str], None]) -> None:
    """
    Serve on loopback behind a random token, which `say` is given with the address; 0 takes any free port.

    Raises `ResearchAgentError` when the port cannot be had. Cancelling ends it, and the signals that uvicorn hears.
    """
    import uvicorn

    try:
        listening = socket.create_server((LOOPBACK, port))
    except OSError as error:
        raise ResearchAgentError(
            f"Port {port} cannot be used: {error.strerror}.", hint="Name another, or none: one is chosen."
        ) from error
    with listening:
        port = listening.getsockname()[1]
        token = secrets.token_urlsafe(32)
        async with open_in_background(partial(open_runtime, settings), errors=ResearchAgentError) as runtime:
            app = http_app(runtime.get)
            async with app.run():
                config = uvicorn.Config(
                    require_token(app, path=PATH, port=port, token=token),
                    lifespan="off", ws="none", log_level="warning", access_log=False, server_header=False,
                    timeout_graceful_shutdown=GRACE,
                )  # fmt: skip
                say(f"http://{LOOPBACK}:{port}{PATH}  Authorization: Bearer {token}")
                await uvicorn.Server(config).serve(sockets=[listening])
