"""The head of a request (method, path, headers), parsed from the ASGI scope, and the response to a rejected one."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.responses import Response

from research_agent.web.plain_page import plain_page
from research_agent.web.serialization import dumps

__all__ = ["RejectedError", "RequestHead", "is_api", "is_openai", "rejection_response"]

API_ROOTS = ("/api", "/v1", "/mcp")
"""Paths below these take and give JSON only; all others are pages."""

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

TITLES = {401: "Sign in", 403: "Not allowed", 421: "Another name is needed", 429: "One moment"}
"""Titles of the page that a browser is shown, where the status says too little."""


class RejectedError(Exception):
    """A request is rejected: the status, message and headers of the response; `reason` is its label in the metrics."""

    def __init__(
        self, status: int, message: str, hint: str = "", *, reason: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status, self.message, self.hint, self.reason = status, message, hint, reason
        self.headers = dict(headers or {})


class RequestHead:
    """The method, path and headers of an ASGI scope. A repeated header counts as present (`has`), but has no value."""

    def __init__(self, scope: Mapping[str, Any]) -> None:
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.is_write = self.method not in SAFE
        self.is_api = is_api(self.path)
        self._headers = Headers(raw=list(scope["headers"]))
        self._query: bytes = scope.get("query_string", b"")
        self.client_host: str = (scope.get("client") or ("", 0))[0]
        self.server_host: str = (scope.get("server") or ("", 0))[0]
        self.server_port: int = (scope.get("server") or ("", 0))[1] or 0

    def header(self, name: str) -> str:
        """The value of a header; "" when it is missing or repeated."""
        values = self._headers.getlist(name)
        return values[0].strip() if len(values) == 1 else ""

    def has(self, name: str) -> bool:
        """Whether the header is present, even if repeated."""
        return name in self._headers

    @property
    def is_navigation(self) -> bool:
        """Whether a browser is navigating to a page, by a link or the address bar (Fetch Metadata)."""
        return self.method in SAFE and self.header("sec-fetch-mode") == "navigate" and not self.is_api

    @property
    def bearer(self) -> str | None:
        """The bearer token; None without an Authorization header, "" when it has another scheme."""
        if not self.has("authorization"):
            return None
        scheme, _, token = self.header("authorization").partition(" ")
        return token.strip() if scheme.lower() == "bearer" else ""

    @property
    def query_token(self) -> str:
        """The token in the query string of a page, which the browser was opened with; "" when there is none."""
        if self.method != "GET" or self.is_api or b"token=" not in self._query:
            return ""
        try:
            return parse_qs(self._query.decode("ascii"), max_num_fields=20).get("token", [""])[-1]
        except ValueError:
            return ""

    def cookie(self, name: str) -> str:
        """The value of a cookie; "" when it is missing or the header is malformed."""
        try:
            morsel = SimpleCookie(self.header("cookie")).get(name)
        except CookieError:
            return ""
        return morsel.value if morsel is not None else ""


def is_api(path: str) -> bool:
    """Whether the path belongs to an API rather than to the page."""
    return any(path == root or path.startswith(f"{root}/") for root in API_ROOTS)


def is_openai(path: str) -> bool:
    """Whether the path belongs to OpenAI's API, which has an error form of its own."""
    return path == "/v1" or path.startswith("/v1/")


def rejection_response(head: RequestHead, error: RejectedError) -> Response:
    """The response to a rejected request: OpenAI's error object below /v1, ours for APIs, else a plain page."""
    headers, phrase = {"Content-Type": "application/json"}, HTTPStatus(error.status).phrase
    if is_openai(head.path):
        kind = "rate_limit_error" if error.status == 429 else "invalid_request_error"
        code = {401: "invalid_api_key", 429: "rate_limit_exceeded"}.get(error.status)
        message = f"{error.message} {error.hint}".strip()
        body = dumps({"error": {"message": message, "type": kind, "param": None, "code": code}})
    elif head.is_api or head.is_write:
        name = "".join(word.title() for word in phrase.replace("-", " ").split()) + "Error"
        body = dumps({"error": {"type": name, "message": error.message, "hint": error.hint}})
    else:
        body, headers = plain_page(TITLES.get(error.status, phrase), error.message, error.hint)
    headers = {**headers, "Content-Length": str(len(body.encode())), **error.headers}
    return Response("" if head.method == "HEAD" else body, error.status, headers)
