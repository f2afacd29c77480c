"""The app: routes, the page's files, errors as answers, the guard around all of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from fastapi import FastAPI, Security
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.routing import Route
from starlette.staticfiles import StaticFiles

from research_agent.errors import ResearchAgentError
from research_agent.settings import Settings
from research_agent.web import api, login
from research_agent.web.auth import Authenticator
from research_agent.web.error_handlers import handle_bug, handle_http_error, handle_invalid_request, handle_known_error
from research_agent.web.mcp_mount import McpMount
from research_agent.web.middleware import SecurityMiddleware
from research_agent.web.openai import chat_completions
from research_agent.web.quotas import Limits, RateLimiter
from research_agent.web.runs import Research
from research_agent.web.state import OpenRuntime, ServerState

__all__ = ["create_app"]

STATIC = Path(__file__).parent / "page" / "static"
PAGE = "research_agent.web.page"


def create_app(
    settings: Settings,
    auth: Authenticator,
    *,
    limits: Limits | None = None,
    hosts: tuple[str, ...] = (),
    research: Research | None = None,
    open_runtime: OpenRuntime | None = None,
) -> FastAPI:
    """
    The whole server as an ASGI app; `app.state.server` is what its routes work with.

    `research` and `open_runtime` are the real ones unless a test gives others.
    """
    state = ServerState(
        settings=settings,
        auth=auth,
        limits=limits or Limits(),
        hosts=tuple(host.lower() for host in hosts),
        research=research,
        open_runtime=open_runtime,
    )

    agents = McpMount(state)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with state.opened(), agents.opened():
            yield

    app = FastAPI(
        title="research-agent",
        version=version("research-agent"),
        description=api.DESCRIPTION,
        openapi_url="/api/openapi.json",
        redirect_slashes=False,  # an address is one address; a redirect would say back whatever was sent
        docs_url=None,  # it would load scripts from elsewhere
        redoc_url=None,
        lifespan=lifespan,
        exception_handlers={
            ResearchAgentError: handle_known_error,
            RequestValidationError: handle_invalid_request,
            HTTPException: handle_http_error,
            Exception: handle_bug,
        },
    )
    app.state.server = state
    app.state.tries = RateLimiter(login.A_SECOND, login.TRIES)
    app.include_router(login.router)
    app.include_router(api.public)
    app.include_router(api.router)
    app.include_router(chat_completions.router, dependencies=[Security(api.BEARER)])
    if find_spec(PAGE) is not None:
        app.include_router(import_module(PAGE).router)
    if STATIC.is_dir():
        app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.router.routes.append(Route("/mcp", endpoint=agents, include_in_schema=False))
    _shut(app, state)
    return app


def _shut(app: FastAPI, state: ServerState) -> None:
    """Put the guard around everything, the answers to errors too."""
    build = app.build_middleware_stack
    app.build_middleware_stack = lambda: SecurityMiddleware(build(), state)  # type: ignore[method-assign]
