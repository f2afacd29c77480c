"""
The security middleware: every request passes it, whatever its route, those for mounted apps and static files included.

It checks, in this order: the Host header (DNS rebinding), the Origin (cross-site requests), the rate limit, the
credential, and the size of the body. There is no CORS: nothing is ever allowed to other origins.
"""

from __future__ import annotations

import asyncio
import html
import ipaddress
import json
from collections.abc import Iterable
from urllib.parse import quote, urlsplit

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from research_agent.errors import StoreError
from research_agent.messages import request_refusals
from research_agent.web.auth import Caller
from research_agent.web.quotas import RateLimiter
from research_agent.web.request import RejectedError, RequestHead, rejection_response
from research_agent.web.request_body import BufferedBody
from research_agent.web.state import ServerState

__all__ = ["HEADERS", "SecurityMiddleware", "cookie_name"]

PUBLIC = frozenset({"/api/health", "/login"})
"""Paths that need no credential; neither reveals anything about anyone."""

FEEDS = frozenset({"/watch.atom"})
"""Paths for feed readers, which keep no cookies: the token stays in the query, and is that of the feed alone."""

METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})

HEADERS: tuple[tuple[bytes, bytes], ...] = (
    (
        b"content-security-policy",
        b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        b"manifest-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=(), interest-cohort=()"),
)


def cookie_name(port: int) -> str:
    """The name of the session cookie. Cookies ignore ports, so the name keeps two servers on one machine apart."""
    return f"research-agent-{port}"


class SecurityMiddleware:
    """Wraps the whole app; sets `scope["caller"]`, a `Caller`, or None on the public paths."""

    def __init__(self, app: ASGIApp, state: ServerState) -> None:
        self._app, self._state = app, state
        rate, burst = state.request_limits.rate, state.request_limits.burst
        self._caller_limiter = RateLimiter(rate, burst)
        self._anonymous_limiter = RateLimiter(rate, burst)
        self._secrets = sorted(_encodings_of(state.secrets), key=len, reverse=True)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request, or reject it; either way count it in the metrics."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":  # there are no WebSockets
            await send({"type": "websocket.close", "code": 1008})
            return
        head, started = RequestHead(scope), _now()
        response = _ResponseFilter(send, self._secrets)
        try:
            await self._handle(scope, head, receive, response)
        except RejectedError as error:
            self._state.metrics.rejections[error.reason] += 1
            await rejection_response(head, error)(scope, receive, response)
        except StoreError as error:  # the token file cannot be read, so nobody can be authenticated
            rejected = RejectedError(503, error.message, error.hint, reason="store")
            await rejection_response(head, rejected)(scope, receive, response)
        finally:
            route = getattr(scope.get("route"), "path", "other")
            method = head.method if head.method in METHODS else "other"
            self._state.metrics.record(method, route, response.status, _now() - started)

    async def _handle(self, scope: Scope, head: RequestHead, receive: Receive, response: _ResponseFilter) -> None:
        self._check_host(head)
        _check_origin(head)
        caller = self._authenticate(head)
        self._check_rate(head, caller)
        if caller is None and head.path not in PUBLIC:
            if head.query_token and head.path not in FEEDS:
                await self._exchange_token(head)(scope, receive, response)
                return
            if self._state.auth.password and head.is_navigation:
                location = {"Location": "/login"}
                raise RejectedError(
                    303,
                    request_refusals.NOT_SIGNED_IN(),
                    request_refusals.USE_PASSWORD(),
                    reason="token",
                    headers=location,
                )
            challenge = {"WWW-Authenticate": "Bearer"}
            raise RejectedError(
                401,
                request_refusals.NOT_SIGNED_IN(),
                request_refusals.HOW_TO_SIGN_IN(),
                reason="token",
                headers=challenge,
            )
        if head.query_token and head.path not in FEEDS:  # authenticated already: only the address is cleaned
            await _redirect_without_token(head)(scope, receive, response)
            return
        _check_write(head, caller)
        scope["caller"] = caller
        limits = self._state.request_limits
        body = BufferedBody(head, receive, limits)
        await body.read()
        await self._app(scope, body, response)

    def _check_host(self, head: RequestHead) -> None:
        """Reject a foreign Host header: a page of that name was pointed at this machine by DNS (rebinding)."""
        host = head.header("host").lower()
        name = host.rpartition(":")[0] if _has_port(host) else host
        if name in LOCAL_NAMES or name in self._state.hosts or (name and name == _url_host(head.server_host)):
            return
        hint = request_refusals.ALLOW_HOST()
        raise RejectedError(421, request_refusals.UNKNOWN_HOST(), hint, reason="host")

    def _authenticate(self, head: RequestHead) -> Caller | None:
        """The caller, by bearer token or else by cookie: a valid cookie does not make up for a wrong token."""
        bearer = head.bearer
        if bearer is not None:
            return self._state.auth.authenticate_token(bearer)
        if head.query_token and head.path in FEEDS:
            return self._state.auth.authenticate_feed(head.query_token)
        value = head.cookie(cookie_name(head.server_port))
        return self._state.auth.authenticate_cookie(value) if value else None

    def _check_rate(self, head: RequestHead, caller: Caller | None) -> None:
        """Callers and anonymous clients have separate allowances: a flood without a token uses up nobody else's."""
        if caller is not None:
            wait = self._caller_limiter.take(f"{caller.user} {caller.credential}", _now())
        else:
            wait = self._anonymous_limiter.take(head.client_host, _now())
        if wait:
            retry_after = {"Retry-After": str(max(1, round(wait + 0.5)))}
            raise RejectedError(
                429, request_refusals.TOO_MANY(), request_refusals.WAIT(), reason="rate", headers=retry_after
            )

    def _exchange_token(self, head: RequestHead) -> Response:
        """Trade the token in the query for a session cookie, and redirect to the address without it."""
        value = self._state.auth.exchange(head.query_token)
        if value is None:
            raise RejectedError(
                401, request_refusals.NOT_SIGNED_IN(), request_refusals.HOW_TO_SIGN_IN(), reason="token"
            )
        cookie = f"{cookie_name(head.server_port)}={value}; HttpOnly; SameSite=Strict; Path=/"
        return _redirect_without_token(head, cookie)


def _check_origin(head: RequestHead) -> None:
    """
    Reject what a page of another origin sends, reads included; navigation by a link from elsewhere is allowed.

    The SameSite cookie is not enough: another port of this machine is the same site. Origin (RFC 6454) and Fetch
    Metadata tell them apart.
    """
    if "websocket" in head.header("upgrade").lower():
        raise RejectedError(403, request_refusals.NO_WEBSOCKETS(), reason="websocket")
    origin, fetch_site = head.header("origin"), head.header("sec-fetch-site")
    if head.has("origin") and not head.is_navigation:
        parts = urlsplit(origin)
        if parts.scheme not in ("http", "https") or parts.netloc.lower() != head.header("host").lower():
            raise RejectedError(403, request_refusals.OTHER_ORIGIN(), reason="origin")
    if fetch_site not in ("", "same-origin", "none") and not head.is_navigation:
        raise RejectedError(403, request_refusals.OTHER_SITE(), reason="origin")


def _check_write(head: RequestHead, caller: Caller | None) -> None:
    """Require proof of origin for writes without a bearer token (CSRF), and JSON for those to an API."""
    if not head.is_write:
        return
    by_token = caller is not None and caller.credential == "token"
    if not by_token and not head.has("origin") and head.header("sec-fetch-site") != "same-origin":
        raise RejectedError(403, request_refusals.NO_ORIGIN(), request_refusals.SEND_ORIGIN(), reason="origin")
    if by_token and not head.is_api:
        raise RejectedError(403, request_refusals.FORMS_FOR_BROWSERS(), request_refusals.PROGRAMS_USE(), reason="form")
    content_type = head.header("content-type").partition(";")[0].strip().lower()
    if head.is_api and head.method != "DELETE" and content_type != "application/json":
        raise RejectedError(415, request_refusals.BODY_NOT_JSON(), request_refusals.SEND_JSON(), reason="type")


class _ResponseFilter:
    """The app's `send`: adds the security headers and masks secrets. `status` is that of the response, 0 before it."""

    def __init__(self, send: Send, secrets: Iterable[bytes]) -> None:
        self._send, self._secrets = send, tuple(secrets)
        self.status = 0

    async def __call__(self, message: Message) -> None:
        """Pass an ASGI message on."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message = {**message, "headers": self._headers(message.get("headers", ()))}
        elif message.get("body"):
            message = {**message, "body": self._mask(bytes(message["body"]))}
        await self._send(message)

    def _headers(self, headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        own = [(name.lower(), self._mask(value)) for name, value in headers]
        names = {name for name, _ in own}
        defaults = [*HEADERS, (b"cache-control", b"no-store")]
        return own + [(name, value) for name, value in defaults if name not in names]

    def _mask(self, data: bytes) -> bytes:
        """Replace each secret by as many asterisks: Content-Length stays right."""
        for secret in self._secrets:
            if secret in data:
                data = data.replace(secret, b"*" * len(secret))
        return data


def _redirect_without_token(head: RequestHead, cookie: str | None = None) -> Response:
    """
    Redirect to the same path without its query.

    After a link from another site the page itself redirects (`meta refresh`): a browser does not send a SameSite=Strict
    cookie on a redirect that another site started.
    """
    path = "/" + head.path.lstrip("/\\")  # never //host
    same_site = head.header("sec-fetch-site") in ("", "none", "same-origin")
    body = "" if same_site else f'<!doctype html><meta http-equiv="refresh" content="0;url={html.escape(path)}">'
    headers = {"Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(body.encode()))}
    if same_site:
        headers["Location"] = quote(path)
    if cookie is not None:
        headers["Set-Cookie"] = cookie
    return Response(body, 303 if same_site else 200, headers)


def _encodings_of(secrets: Iterable[str]) -> set[bytes]:
    """Each secret as bytes in plain text, in JSON and in HTML."""
    return {
        form.encode("utf-8", "surrogatepass")
        for secret in secrets
        for form in (secret, json.dumps(secret)[1:-1], html.escape(secret))
    }


def _has_port(host: str) -> bool:
    return host.rpartition(":")[2].isdigit() and (not host.endswith("]"))


def _url_host(address: str) -> str:
    """An IP address as it appears in a URL; "" for anything else. DNS rebinding needs a name, not an address."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return ""
    return f"[{ip}]" if ip.version == 6 else str(ip)


def _now() -> float:
    return asyncio.get_running_loop().time()
