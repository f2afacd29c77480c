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
from research_agent.web.auth import Access
from research_agent.web.error_handlers import answer_bug, answer_http, answer_invalid, answer_known
from research_agent.web.mcp_mount import Agents
from research_agent.web.middleware import Guard
from research_agent.web.openai import chat_completions
from research_agent.web.quotas import Buckets, Limits
from research_agent.web.runs import Research
from research_agent.web.state import OpenRuntime, Site

__all__ = ["create_app"]

STATIC = Path(__file__).parent / "page" / "static"
PAGE = "research_agent.web.page"


def create_app(
    settings: Settings,
    access: Access,
    *,
    limits: Limits | None = None,
    hosts: tuple[str, ...] = (),
    research: Research | None = None,
    open_runtime: OpenRuntime | None = None,
) -> FastAPI:
    """
    The whole server as an ASGI app; `app.state.site` is what its routes work with.

    `research` and `open_runtime` are the real ones unless a test gives others.
    """
    site = Site(
        settings=settings,
        access=access,
        limits=limits or Limits(),
        hosts=tuple(host.lower() for host in hosts),
        research=research,
        open_runtime=open_runtime,
    )

    agents = Agents(site)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with site.opened(), agents.opened():
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
            ResearchAgentError: answer_known,
            RequestValidationError: answer_invalid,
            HTTPException: answer_http,
            Exception: answer_bug,
        },
    )
    app.state.site = site
    app.state.tries = Buckets(login.A_SECOND, login.TRIES)
    app.include_router(login.router)
    app.include_router(api.public)
    app.include_router(api.router)
    app.include_router(chat_completions.router, dependencies=[Security(api.BEARER)])
    if find_spec(PAGE) is not None:
        app.include_router(import_module(PAGE).router)
    if STATIC.is_dir():
        app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.router.routes.append(Route("/mcp", endpoint=agents, include_in_schema=False))
    _shut(app, site)
    return app


def _shut(app: FastAPI, site: Site) -> None:
    """Put the guard around everything, the answers to errors too."""
    build = app.build_middleware_stack
    app.build_middleware_stack = lambda: Guard(build(), site)  # type: ignore[method-assign]
