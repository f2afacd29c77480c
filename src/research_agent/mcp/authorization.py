"""Who may ask a server on loopback: one with its token, from no other site's page, under a name of this machine."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

__all__ = ["LOOPBACK", "require_token"]

LOOPBACK = "127.0.0.1"
NAMES = (LOOPBACK, "localhost")


def require_token(app: ASGIApp, *, path: str, port: int, token: str) -> ASGIApp:
    """
    The application at `path` only, for who asks well.

    The Host must be a loopback name with this port (a foreign name that was bound to this machine is none), an Origin,
    if there is one, the same, and the token must be the bearer's. The token is compared in constant time.
    """
    hosts = frozenset(f"{name}:{port}" for name in NAMES)
    origins = frozenset(f"http://{host}" for host in hosts)
    expected = f"Bearer {token}".encode()

    def refused(scope: Scope) -> PlainTextResponse | None:
        headers = Headers(scope=scope)
        if headers.getlist("host") not in [[host] for host in hosts]:
            return PlainTextResponse("This is no name of this server.\n", 421)
        if not set(headers.getlist("origin")) <= origins:
            return PlainTextResponse("Pages of other sites may not ask.\n", 403)
        if not hmac.compare_digest(headers.get("authorization", "").encode("latin-1", "replace"), expected):
            return PlainTextResponse("A token is needed.\n", 401, {"WWW-Authenticate": "Bearer"})
        return PlainTextResponse("There is nothing here.\n", 404) if scope["path"] != path else None

    async def ask(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        await (refused(scope) or app)(scope, receive, send)

    return ask
