"""What a request says of itself, read once; and the answers of a server that does not let it in."""

from __future__ import annotations

import html
from collections.abc import Mapping
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

from research_agent.web.serialization import dumps

__all__ = ["RejectedError", "RequestHead", "is_api", "rejection_body"]

PROGRAMS = ("/api", "/v1", "/mcp")
"""Below these, JSON alone; the rest is the page's."""

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><main><h1>{title}</h1><p>{message}</p><p>{hint}</p></main></html>
"""


class RejectedError(Exception):
    """A request that goes no further, with its answer."""

    def __init__(
        self, status: int, message: str, hint: str = "", *, why: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status, self.message, self.hint, self.why = status, message, hint, why
        self.headers = dict(headers or {})


class RequestHead:
    """The method, path and headers of an ASGI scope. A header that came twice is as good as none, but is seen."""

    def __init__(self, scope: Mapping[str, Any]) -> None:
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self._headers: dict[str, list[str]] = {}
        for name, value in scope["headers"]:
            self._headers.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
        self._query: bytes = scope.get("query_string", b"")
        self.address: str = (scope.get("client") or ("", 0))[0]
        self.local: str = (scope.get("server") or ("", 0))[0]
        self.port: int = (scope.get("server") or ("", 0))[1] or 0

    def header(self, name: str) -> str:
        """The value of a header; "" when it did not come, or more than once."""
        values = self._headers.get(name, [])
        return values[0].strip() if len(values) == 1 else ""

    def has(self, name: str) -> bool:
        """Whether the header came at all."""
        return name in self._headers

    @property
    def writes(self) -> bool:
        """Whether it may change something."""
        return self.method not in SAFE

    @property
    def for_programs(self) -> bool:
        """Whether it asks for what programs use, rather than the page."""
        return is_api(self.path)

    @property
    def navigates(self) -> bool:
        """Whether a browser is going to a page, as by a link or the address bar."""
        return self.method in SAFE and self.header("sec-fetch-mode") == "navigate" and not self.for_programs

    @property
    def bearer(self) -> str | None:
        """What stands behind `Authorization: Bearer`; None without the header, "" when it is something else."""
        if not self.has("authorization"):
            return None
        scheme, _, token = self.header("authorization").partition(" ")
        return token.strip() if scheme.lower() == "bearer" else ""

    @property
    def shown_token(self) -> str:
        """The token in the address, as the browser is opened with."""
        if self.method != "GET" or self.for_programs or b"token=" not in self._query:
            return ""
        try:
            return parse_qs(self._query.decode("ascii"), max_num_fields=20).get("token", [""])[-1]
        except ValueError:
            return ""

    def cookie(self, name: str) -> str:
        """The value of a cookie; "" when there is none, or what came is no list of cookies."""
        try:
            found = SimpleCookie(self.header("cookie")).get(name)
        except CookieError:
            return ""
        return found.value if found is not None else ""


def is_api(path: str) -> bool:
    """Whether the path is one of those for programs."""
    return any(path == root or path.startswith(f"{root}/") for root in PROGRAMS)


def rejection_body(asked: RequestHead, refused: RejectedError) -> tuple[bytes, str]:
    """The body of a refusal and its type: in OpenAI's shape, in ours, or a plain page."""
    if asked.path.startswith("/v1"):
        kind = "rate_limit_error" if refused.status == 429 else "invalid_request_error"
        code = {401: "invalid_api_key", 429: "rate_limit_exceeded"}.get(refused.status)
        told = {"message": refused.message, "type": kind, "param": None, "code": code}
        return dumps({"error": told}).encode(), "application/json"
    if asked.for_programs or asked.method not in SAFE:
        name = "".join(word.title() for word in HTTPStatus(refused.status).phrase.replace("-", " ").split()) + "Error"
        told = {"type": name, "message": refused.message, "hint": refused.hint}
        return dumps({"error": told}).encode(), "application/json"
    page = PAGE.format(
        title=HTTPStatus(refused.status).phrase, message=html.escape(refused.message), hint=html.escape(refused.hint)
    )
    return page.encode(), "text/html; charset=utf-8"
