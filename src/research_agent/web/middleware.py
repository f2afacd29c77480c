"""
The door of the server: every request goes through it, to whatever route, mounted apps and static files included.

In this order: is it called by a name of its own (DNS rebinding), not from another page (cross-site requests), not too
often, by somebody it knows, with a body it can hold. Nothing is ever allowed to other origins: there is no CORS.
"""

from __future__ import annotations

import asyncio
import html
import ipaddress
import json
from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from research_agent.errors import StoreError
from research_agent.web.auth import Caller
from research_agent.web.quotas import RateLimiter
from research_agent.web.request import RejectedError, RequestHead, rejection_body
from research_agent.web.state import ServerState

__all__ = ["HEADERS", "SecurityMiddleware", "cookie_name"]

PUBLIC = frozenset({"/api/health", "/login"})
"""What may be asked for without a token; neither says anything of anybody."""

OWN_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})

HEADERS: tuple[tuple[bytes, bytes], ...] = (
    (
        b"content-security-policy",
        b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        b"font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=(), interest-cohort=()"),
)

UNKNOWN = "No token, or one that is not known here."
WHERE = "Open the address that research-agent printed, or send Authorization: Bearer TOKEN."


def cookie_name(port: int) -> str:
    """Cookies do not tell ports apart: the name does, so that two servers on one machine do not take each other's."""
    return f"research-agent-{port}"


class SecurityMiddleware:
    """Wraps the whole app; `scope["caller"]` says who asks."""

    def __init__(self, app: ASGIApp, state: ServerState) -> None:
        self._app, self._state = app, state
        self._known = RateLimiter(state.limits.rate, state.limits.burst)
        self._strangers = RateLimiter(state.limits.rate, state.limits.burst)
        self._hidden = sorted(_shapes_of(state.secrets), key=len, reverse=True)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As an ASGI app."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":  # there are no WebSockets
            await send({"type": "websocket.close", "code": 1008})
            return
        asked, began = RequestHead(scope), _now()
        out = _ResponseFilter(send, self._hidden)
        try:
            await self._let_in(scope, asked, receive, out)
        except RejectedError as refused:
            self._state.metrics.refused[refused.why] += 1
            await _refuse(asked, refused, out)
        except StoreError as error:  # whose tokens there are cannot be read: nobody is let in
            await _refuse(asked, RejectedError(503, error.message, error.hint, why="store"), out)
        finally:
            route = getattr(scope.get("route"), "path", "other")
            self._state.metrics.answered(_method(asked.method), route, out.status, _now() - began)

    async def _let_in(self, scope: Scope, asked: RequestHead, receive: Receive, out: _ResponseFilter) -> None:
        self._check_host(asked)
        _check_origin(asked)
        caller = self._caller(asked)
        self._check_rate(asked, caller)
        if caller is None and asked.path not in PUBLIC:
            if asked.shown_token:
                await self._open_browser(asked, out)
                return
            if self._state.auth.password and asked.navigates:
                raise RejectedError(
                    303, UNKNOWN, "There is a password: /login", why="token", headers={"Location": "/login"}
                )
            raise RejectedError(401, UNKNOWN, WHERE, why="token", headers={"WWW-Authenticate": "Bearer"})
        if asked.shown_token:  # known already: only the address is cleaned
            await _go(asked, out, cookie=None)
            return
        _check_write(asked, caller)
        scope["caller"] = caller
        body = _BufferedBody(asked, receive, self._state.limits.body, self._state.limits.patience)
        await body.read()
        await self._app(scope, body, out)

    def _check_host(self, asked: RequestHead) -> None:
        """Called by a name that is not ours, a page of that name is what asks: DNS was told to lead it here."""
        host = asked.header("host").lower()
        name = host.rpartition(":")[0] if _has_port(host) else host
        if name in OWN_NAMES or name in self._state.hosts or (name and name == _literal(asked.local)):
            return
        raise RejectedError(
            421, "This server does not go by that name.", "Allow it: research-agent serve --allow-host NAME", why="host"
        )

    def _caller(self, asked: RequestHead) -> Caller | None:
        """Who asks. A token that is wrong is not made good by a cookie beside it."""
        bearer = asked.bearer
        if bearer is not None:
            return self._state.auth.authenticate_token(bearer)
        value = asked.cookie(cookie_name(asked.port))
        return self._state.auth.authenticate_cookie(value) if value else None

    def _check_rate(self, asked: RequestHead, caller: Caller | None) -> None:
        """A known caller has an allowance of its own: who floods without a token takes none of it."""
        if caller is not None:
            wait = self._known.take(f"{caller.user} {caller.by}", _now())
        else:
            wait = self._strangers.take(asked.address, _now())
        if wait:
            seconds = {"Retry-After": str(max(1, round(wait + 0.5)))}
            raise RejectedError(429, "Too many requests.", "Wait a moment.", why="rate", headers=seconds)

    async def _open_browser(self, asked: RequestHead, out: _ResponseFilter) -> None:
        """A token in the address becomes a cookie, and leaves the address."""
        value = self._state.auth.exchange(asked.shown_token)
        if value is None:
            raise RejectedError(401, UNKNOWN, WHERE, why="token")
        await _go(asked, out, cookie=f"{cookie_name(asked.port)}={value}; HttpOnly; SameSite=Strict; Path=/")


def _check_origin(asked: RequestHead) -> None:
    """
    Nothing that a page of another origin sends is taken, with or without a cookie: not even what only reads.

    Another port of this machine is the same site for the cookie, so the cookie alone does not tell (Fetch Metadata
    and RFC 6454 do). Going to a page by a link from elsewhere is no such request.
    """
    if "websocket" in asked.header("upgrade").lower():
        raise RejectedError(403, "There are no WebSockets here.", why="websocket")
    origin, fetch_site = asked.header("origin"), asked.header("sec-fetch-site")
    if asked.has("origin") and not asked.navigates:
        own = urlsplit(origin)
        if own.scheme not in ("http", "https") or own.netloc.lower() != asked.header("host").lower():
            raise RejectedError(403, "A page of another origin asked for this.", why="origin")
    if fetch_site not in ("", "same-origin", "none") and not asked.navigates:
        raise RejectedError(403, "A page of another site asked for this.", why="origin")


def _check_write(asked: RequestHead, caller: Caller | None) -> None:
    """What changes something says from where it comes, unless a token came with it, and is JSON for programs."""
    if not asked.writes:
        return
    with_token = caller is not None and caller.by == "token"
    if not with_token and not asked.has("origin") and asked.header("sec-fetch-site") != "same-origin":
        raise RejectedError(403, "It does not say from which page it comes.", "Send an Origin header.", why="origin")
    if with_token and not asked.for_programs:
        raise RejectedError(403, "Forms are for browsers.", "Programs use /api, /v1 and /mcp.", why="form")
    kind = asked.header("content-type").partition(";")[0].strip().lower()
    if asked.for_programs and asked.method != "DELETE" and kind != "application/json":
        raise RejectedError(415, "The body must be JSON.", "Send Content-Type: application/json.", why="type")


class _BufferedBody:
    """The `receive` of the app: the whole body, read beforehand, then only whether the client has left."""

    def __init__(self, asked: RequestHead, receive: Receive, largest: int, patience: float) -> None:
        self._receive, self._largest, self._patience = receive, largest, patience
        length = asked.header("content-length")
        self._declared = int(length) if length.isascii() and length.isdigit() else 0
        self._has_body = self._declared > 0 or asked.has("transfer-encoding")
        self._first: Message | None = None

    async def read(self) -> None:
        """Take it in, so that no route ever waits for a slow client. Raises `RejectedError`."""
        data = bytearray()
        if self._declared > self._largest:
            raise self._too_large()
        try:
            async with asyncio.timeout(self._patience):
                while self._has_body:
                    message = await self._receive()
                    if message["type"] == "http.disconnect":
                        self._first = message
                        return
                    data += message.get("body", b"")
                    if len(data) > self._largest:
                        raise self._too_large()
                    self._has_body = message.get("more_body", False)
        except TimeoutError:
            close = {"Connection": "close"}
            raise RejectedError(408, "The body did not come in time.", why="slow", headers=close) from None
        self._first = {"type": "http.request", "body": bytes(data), "more_body": False}

    async def __call__(self) -> Message:
        """The next message of ASGI."""
        first, self._first = self._first, None
        return first if first is not None else await self._receive()

    def _too_large(self) -> RejectedError:
        return RejectedError(
            413, f"At most {self._largest:,} bytes are read.", why="body", headers={"Connection": "close"}
        )


class _ResponseFilter:
    """The `send` of the app: headers on every answer, no secret in any."""

    def __init__(self, send: Send, hidden: Iterable[bytes]) -> None:
        self._send, self._hidden = send, tuple(hidden)
        self.status = 0

    async def __call__(self, message: Message) -> None:
        """Pass a message on."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message = {**message, "headers": self._headers(message.get("headers", ()))}
        elif message.get("body"):
            message = {**message, "body": self._mask(bytes(message["body"]))}
        await self._send(message)

    def _headers(self, given: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        kept = [(name.lower(), self._mask(value)) for name, value in given]
        named = {name for name, _ in kept}
        more = [*HEADERS, (b"cache-control", b"no-store")]
        return kept + [(name, value) for name, value in more if name not in named]

    def _mask(self, data: bytes) -> bytes:
        """As many asterisks in place of a secret, so that lengths stay true."""
        for secret in self._hidden:
            if secret in data:
                data = data.replace(secret, b"*" * len(secret))
        return data


async def _refuse(asked: RequestHead, refused: RejectedError, out: _ResponseFilter) -> None:
    body, kind = rejection_body(asked, refused)
    headers = {"Content-Type": kind, "Content-Length": str(len(body)), **refused.headers}
    pairs = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]
    await out({"type": "http.response.start", "status": refused.status, "headers": pairs})
    await out({"type": "http.response.body", "body": b"" if asked.method == "HEAD" else body})


async def _go(asked: RequestHead, out: _ResponseFilter, *, cookie: str | None) -> None:
    """
    On to the same page without the token.

    Who comes by a link of another site is sent on by the page itself: a browser keeps a SameSite=Strict cookie back on
    a redirect that another site began.
    """
    path = html.escape("/" + asked.path.lstrip("/\\"))  # never //host
    direct = asked.header("sec-fetch-site") in ("", "none", "same-origin")
    body = b"" if direct else f'<!doctype html><meta http-equiv="refresh" content="0;url={path}">'.encode()
    pairs = [(b"content-type", b"text/html; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    if direct:
        pairs.append((b"location", _as_location(asked.path)))
    if cookie is not None:
        pairs.append((b"set-cookie", cookie.encode()))
    await out({"type": "http.response.start", "status": 303 if direct else 200, "headers": pairs})
    await out({"type": "http.response.body", "body": body})


def _as_location(path: str) -> bytes:
    from urllib.parse import quote

    return ("/" + quote(path.lstrip("/\\"))).encode()


def _shapes_of(secrets: Iterable[str]) -> set[bytes]:
    """Each secret as it would stand in plain text, in JSON and in HTML."""
    return {
        shape.encode("utf-8", "surrogatepass")
        for secret in secrets
        for shape in (secret, json.dumps(secret)[1:-1], html.escape(secret))
    }


def _has_port(host: str) -> bool:
    return host.rpartition(":")[2].isdigit() and (not host.endswith("]"))


def _literal(address: str) -> str:
    """An address as it stands in a URL; "" when it is none. A page cannot be led to one by DNS."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    return f"[{found}]" if found.version == 6 else str(found)


def _method(method: str) -> str:
    return method if method in ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE") else "other"


def _now() -> float:
    return asyncio.get_running_loop().time()
