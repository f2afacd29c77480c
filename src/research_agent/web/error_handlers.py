"""Errors as answers: what a user can do something about, in the shape of `ask --json`; never a trace."""

from __future__ import annotations

import logging
from typing import Any

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from research_agent.errors import (
    ChatError,
    ResearchAgentError,
    SourceError,
    StoreError,
    UnknownSessionError,
    UsageError,
)
from research_agent.web.quotas import BusyError
from research_agent.web.request import is_api
from research_agent.web.serialization import AsciiJsonResponse, error_json

__all__ = [
    "NotFoundError",
    "error_response",
    "handle_bug",
    "handle_http_error",
    "handle_invalid_request",
    "handle_known_error",
    "status_of",
]

log = logging.getLogger(__name__)


class NotFoundError(UsageError):
    """There is nothing of that name, for this caller."""


STATUSES: tuple[tuple[type[ResearchAgentError], int], ...] = (
    (UnknownSessionError, 404),
    (NotFoundError, 404),
    (UsageError, 400),
    (ChatError, 502),
    (SourceError, 502),
    (StoreError, 507),
)


def status_of(error: ResearchAgentError) -> int:
    """The HTTP status of an error."""
    if isinstance(error, BusyError):
        return 503 if error.stopping else 429
    return next((status for kind, status in STATUSES if isinstance(error, kind)), 500)


def error_response(request: Request, error: ResearchAgentError, status: int = 0) -> Response:
    """The answer to an error, in OpenAI's shape below /v1; its status is the error's own unless given."""
    status = status or status_of(error)
    headers = {"Retry-After": str(max(1, round(error.seconds)))} if isinstance(error, BusyError) else None
    if request.url.path.startswith("/v1"):
        return AsciiJsonResponse(openai_error(status, error), status, headers)
    return AsciiJsonResponse(error_json(error), status, headers)


def openai_error(status: int, error: ResearchAgentError) -> dict[str, Any]:
    """The error object of OpenAI's API."""
    codes = {404: "not_found", 429: "rate_limit_exceeded"}
    message = f"{error.message} {error.hint}".strip()
    return {
        "error": {
            "message": message,
            "type": "rate_limit_error" if status == 429 else KINDS[status >= 500],
            "param": None,
            "code": codes.get(status),
        }
    }


KINDS = ("invalid_request_error", "server_error")


async def handle_known_error(request: Request, error: Exception) -> Response:
    """What a user can do something about."""
    assert isinstance(error, ResearchAgentError)
    return error_response(request, error)


async def handle_invalid_request(request: Request, error: Exception) -> Response:
    """A request that has not the shape of its route: where and why, nothing of what was sent."""
    assert isinstance(error, RequestValidationError)
    said = "; ".join(f"{'.'.join(str(part) for part in one['loc'][1:])}: {one['msg']}" for one in error.errors()[:5])
    told = UsageError(f"The request cannot be used: {said}.", hint="See /api/openapi.json")
    return error_response(request, told, 400 if request.url.path.startswith("/v1") else 422)


async def handle_http_error(request: Request, error: Exception) -> Response:
    """No such route, no such method."""
    assert isinstance(error, HTTPException)
    if request.url.path.startswith("/v1"):
        told = UsageError(str(error.detail))
        return AsciiJsonResponse(openai_error(error.status_code, told), error.status_code, error.headers)
    kind = {404: "NotFoundError", 405: "MethodError"}.get(error.status_code, "RequestError")
    told_here = {"error": {"type": kind, "message": str(error.detail), "hint": ""}}
    return AsciiJsonResponse(told_here, error.status_code, error.headers)


async def handle_bug(request: Request, error: Exception) -> Response:
    """A bug: the log has the trace, the asker a line."""
    log.error("%s failed.", "The API" if is_api(request.url.path) else "The page", exc_info=error)
    told = ResearchAgentError("A bug in this program.", hint="See the server's log.")
    return error_response(request, told)
