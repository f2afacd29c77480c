"""What the routers of the API share: the prefix, the security scheme and the error responses, for OpenAPI."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Security
from fastapi.security import HTTPBearer

from research_agent.web.api import schemas

__all__ = ["BEARER", "DESCRIPTION", "ERRORS", "api_router"]

DESCRIPTION = """Answers in which every sentence is tied to the exact words of a source it fetched.

Every route but `/api/health` wants `Authorization: Bearer TOKEN`, with the token of the address that
`research-agent serve` printed, or one that `serve --add-token NAME` made. Bodies are JSON. Errors are
`{"error": {"type", "message", "hint"}}`."""

ERRORS: Mapping[int | str, dict[str, Any]] = {
    400: {"model": schemas.ErrorModel, "description": "The call was wrong; nothing was done."},
    401: {"model": schemas.ErrorModel, "description": "No token, or one that is not known."},
    404: {"model": schemas.ErrorModel, "description": "There is nothing of that name, for you."},
    413: {"model": schemas.ErrorModel, "description": "The body is too large."},
    422: {"model": schemas.ErrorModel, "description": "The request has not the shape of this route."},
    429: {"model": schemas.ErrorModel, "description": "Too much at once; see Retry-After."},
}

# Documents the scheme only: `SecurityMiddleware` checks the token.
BEARER = HTTPBearer(auto_error=False, description="The token. It is checked before any route is looked for.")


def api_router() -> APIRouter:
    """A router under /api whose routes require a token."""
    return APIRouter(prefix="/api", responses=dict(ERRORS), dependencies=[Security(BEARER)])
