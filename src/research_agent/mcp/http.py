"""
MCP over streamable HTTP: an ASGI app to mount, and a stand-alone server on loopback.

    mcp = http_app(runtime)
    async with mcp.run():
        ...  # Route("/mcp", endpoint=mcp)
"""

from __future__ import annotations

import secrets
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp_types import INVALID_REQUEST
from starlette.datastructures import Headers
from starlette.responses import JSONResponse

from research_agent.concurrency import open_in_background
from research_agent.engine import GetRuntime
from research_agent.errors import ResearchAgentError
from research_agent.mcp.authorization import LOOPBACK, require_token
from research_agent.mcp.messages import Screened, error_of, screen
from research_agent.mcp.server import make_server
from research_agent.messages import agent_lines
from research_agent.runtime import Runtime, open_runtime
from research_agent.settings import Settings

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

__all__ = ["HttpApp", "http_app", "serve_http"]

PATH = "/mcp"
SESSION = "mcp-session-id"
MAX_BODY = 1024 * 1024  # bytes
MAX_CLIENTS = 64  # MCP sessions, kept while in use
GRACE = 3  # seconds that open streams have at shutdown


class HttpApp:
    """
    The ASGI app, made by `http_app`. It works while `run` is open, which can be opened once.

    It checks no token, Host or Origin: whoever mounts it does (`web.middleware`, `authorization`).
    """

    def __init__(self, runtime: GetRuntime) -> None:
        self._open: set[tuple[str, str]] = set()  # session and id of the requests that are not answered yet
        self._manager = StreamableHTTPSessionManager(
            make_server(runtime), max_request_body_size=MAX_BODY, max_sessions=MAX_CLIENTS
        )

    def run(self) -> AbstractAsyncContextManager[None]:
        """Serve during the block; at its end unfinished turns are cancelled, and their drafts saved."""
        return self._manager.run()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request, whatever its path; what is no message gets status 400 and the error that says why."""
        if scope["type"] != "http" or scope["method"] != "POST":
            await self._manager.handle_request(scope, receive, send)
            return
        body = await _body_of(receive)
        if len(body) > MAX_BODY:
            await self._manager.handle_request(scope, _replay(body, receive), send)
            return
        screened, key = screen(body), None
        if screened.request is not None and (session := Headers(scope=scope).get(SESSION)):
            key = session, str(screened.request)
        if key in self._open:
            text = agent_lines.SAME_ID()
            screened = Screened(error=error_of(INVALID_REQUEST, text, screened.request))
        elif not screened.text and screened.error is None:
            screened = Screened(error=error_of(INVALID_REQUEST, agent_lines.EMPTY_BODY()))
        if screened.error is not None:
            await JSONResponse(screened.error, 400)(scope, receive, send)
            return
        with self._marked_open(key):
            await self._manager.handle_request(scope, _replay(screened.text.encode(), receive), send)

    @contextmanager
    def _marked_open(self, key: tuple[str, str] | None) -> Iterator[None]:
        if key is None:
            yield
            return
        self._open.add(key)
        try:
            yield
        finally:
            self._open.discard(key)


async def _body_of(receive: Receive) -> bytes:
    """The body, or so much of it that it is too long; what the client left unsent is missing."""
    body = bytearray()
    while len(body) <= MAX_BODY:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body", False):
            break
    return bytes(body)


def _replay(body: bytes, receive: Receive) -> Receive:
    """A `receive` that gives the body once, then what comes behind it."""
    pending = [{"type": "http.request", "body": body, "more_body": len(body) > MAX_BODY}]

    async def replay() -> Any:
        return pending.pop() if pending else await receive()

    return replay


def http_app(runtime: Runtime | GetRuntime) -> HttpApp:
    """Make the ASGI app over an open runtime, or over a function that waits for one."""
    if callable(runtime):
        return HttpApp(runtime)

    async def get_runtime() -> Runtime:
        return runtime

    return HttpApp(get_runtime)


async def serve_http(settings: Settings, *, port: int, say: Callable[[str], None]) -> None:
    """
    Serve on loopback behind a random token until cancelled or signalled; `say` gets the address and the token.

    Port 0 chooses a free one. Raises `ResearchAgentError` when the port cannot be bound.
    """
    import uvicorn

    try:
        listener = socket.create_server((LOOPBACK, port))
    except OSError as error:
        raise ResearchAgentError(
            agent_lines.PORT_TAKEN(port=port, reason=error.strerror), hint=agent_lines.OTHER_PORT()
        ) from error
    with listener:
        port = listener.getsockname()[1]
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
                await uvicorn.Server(config).serve(sockets=[listener])
