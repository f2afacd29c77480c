"""Exception handlers: errors as JSON in the shape of `ask --json`, or of OpenAI below /v1; never a traceback."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from research_agent.errors import (
    ChatError,
    PlanChangedError,
    ResearchAgentError,
    RunBusyError,
    SourceError,
    StoreError,
    UnknownRunError,
    UnknownSessionError,
    UnknownWatchError,
    UsageError,
)
from research_agent.messages import Message, request_refusals
from research_agent.web.quotas import BusyError
from research_agent.web.request import is_api, is_openai
from research_agent.web.serialization import AsciiJsonResponse, error_fields

__all__ = [
    "NotFoundError",
    "NotYetError",
    "error_response",
    "handle_bug",
    "handle_http_error",
    "handle_invalid_request",
    "handle_known_error",
    "status_of",
]

log = logging.getLogger(__name__)


class NotFoundError(UsageError):
    """The caller has nothing of that name (404)."""


class NotYetError(UsageError):
    """What is asked for can only be done when something else has ended (409)."""


STATUSES: tuple[tuple[type[ResearchAgentError], int], ...] = (
    (UnknownSessionError, 404),
    (UnknownWatchError, 404),
    (UnknownRunError, 404),
    (PlanChangedError, 412),
    (RunBusyError, 409),
    (NotFoundError, 404),
    (NotYetError, 409),
    (UsageError, 400),
    (ChatError, 502),
    (SourceError, 502),
    (StoreError, 507),
)


NOT_SERVED: Mapping[str, Message] = {
    "/v1/completions": request_refusals.NO_TEXT_COMPLETIONS,
    "/v1/embeddings": request_refusals.NO_EMBEDDINGS,
}


def status_of(error: ResearchAgentError) -> int:
    """The HTTP status for an error."""
    if isinstance(error, BusyError):
        return 503 if error.stopping else 429
    return next((status for kind, status in STATUSES if isinstance(error, kind)), 500)


def error_response(request: Request, error: ResearchAgentError, status: int = 0) -> Response:
    """The response for an error, as OpenAI's error object below /v1; `status` overrides the error's own."""
    headers = {"Retry-After": str(max(1, round(error.seconds)))} if isinstance(error, BusyError) else None
    return _response(request, status or status_of(error), error_fields(error), headers)


def _response(
    request: Request, status: int, error: Mapping[str, str], headers: Mapping[str, str] | None = None
) -> Response:
    below_v1 = is_openai(request.url.path)
    return AsciiJsonResponse(openai_error(status, error) if below_v1 else {"error": error}, status, headers)


def openai_error(status: int, error: Mapping[str, str]) -> dict[str, Any]:
    """The error (`error_fields`) as OpenAI's API returns it."""
    kind = "rate_limit_error" if status == 429 else "server_error" if status >= 500 else "invalid_request_error"
    code = {404: "not_found", 429: "rate_limit_exceeded"}.get(status)
    message = f"{error['message']} {error['hint']}".strip()
    return {"error": {"message": message, "type": kind, "param": None, "code": code}}


async def handle_known_error(request: Request, error: Exception) -> Response:
    """Handle an error of this program that has a message and a hint."""
    assert isinstance(error, ResearchAgentError)
    return error_response(request, error)


async def handle_invalid_request(request: Request, error: Exception) -> Response:
    """Handle a failed validation: name the fields and the reasons, but echo no input."""
    assert isinstance(error, RequestValidationError)
    reasons = "; ".join(f"{'.'.join(map(str, one['loc'][1:]))}: {one['msg']}" for one in error.errors()[:5])
    invalid = UsageError(request_refusals.CANNOT_BE_USED(reasons=reasons), hint="See /api/openapi.json")
    return error_response(request, invalid, 400 if is_openai(request.url.path) else 422)


async def handle_http_error(request: Request, error: Exception) -> Response:
    """Handle an HTTP exception: no such route, no such method."""
    assert isinstance(error, HTTPException)
    name = {404: "NotFoundError", 405: "MethodError"}.get(error.status_code, "RequestError")
    fields = {"type": name, "message": str(error.detail), "hint": ""}
    if error.status_code in (404, 405) and is_openai(request.url.path):
        message = NOT_SERVED.get(request.url.path.rstrip("/"), request_refusals.NOT_SERVED)()
        fields |= {"message": message, "hint": request_refusals.SERVED(routes=_openai_routes(request))}
    return _response(request, error.status_code, fields, error.headers)


def _openai_routes(request: Request) -> str:
    """What is served below /v1, as methods and paths."""
    paths = request.app.openapi()["paths"]
    served = [(path, method) for path, methods in paths.items() if is_openai(path) for method in methods]
    return ", ".join(f"{method.upper()} {path}" for path, method in sorted(served))


async def handle_bug(request: Request, error: Exception) -> Response:
    """Handle a bug: the traceback goes to the log, one line to the client."""
    log.error("%s failed.", "The API" if is_api(request.url.path) else "The page", exc_info=error)
    return error_response(request, ResearchAgentError(request_refusals.BUG(), hint=request_refusals.SEE_LOG()))
