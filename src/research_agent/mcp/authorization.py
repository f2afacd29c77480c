"""
Authorization for the stand-alone MCP server on loopback: a bearer token, and exact Host and Origin headers.

`research-agent serve` has its own rules (`web.middleware`): names, cookies and error formats that this server lacks.
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse

from research_agent.messages import agent_lines

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

__all__ = ["LOOPBACK", "require_token"]

LOOPBACK = "127.0.0.1"
NAMES = (LOOPBACK, "localhost")


def require_token(app: ASGIApp, *, path: str, port: int, token: str) -> ASGIApp:
    """
    Wrap `app`, to be served at `path` only: 421, 403, 401 or 404 for any other request.

    The Host must be a loopback name with this port (DNS rebinding), the Origin absent or the same (cross-site
    requests), and the bearer token this one, compared in constant time.
    """
    hosts = frozenset(f"{name}:{port}" for name in NAMES)
    origins = frozenset(f"http://{host}" for host in hosts)
    expected = f"Bearer {token}".encode()

    def rejection(scope: Scope) -> PlainTextResponse | None:
        headers = Headers(scope=scope)
        if headers.getlist("host") not in [[host] for host in hosts]:
            return PlainTextResponse(agent_lines.UNKNOWN_HOST(), 421)
        if not set(headers.getlist("origin")) <= origins:
            return PlainTextResponse(agent_lines.OTHER_SITE(), 403)
        if not hmac.compare_digest(headers.get("authorization", "").encode("latin-1", "replace"), expected):
            return PlainTextResponse(agent_lines.NEEDS_TOKEN(), 401, {"WWW-Authenticate": "Bearer"})
        return PlainTextResponse(agent_lines.NOTHING_HERE(), 404) if scope["path"] != path else None

    async def authorize(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        await (rejection(scope) or app)(scope, receive, send)

    return authorize
