"""The ASGI application: routers, static files, exception handlers and the middleware around all of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, Security
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.routing import Route

from research_agent.engine import Engine, load_engine
from research_agent.errors import ResearchAgentError
from research_agent.settings import Settings
from research_agent.version import installed_version
from research_agent.web import api, login, page
from research_agent.web.auth import Authenticator
from research_agent.web.error_handlers import handle_bug, handle_http_error, handle_invalid_request, handle_known_error
from research_agent.web.mcp_mount import McpMount
from research_agent.web.middleware import SecurityMiddleware
from research_agent.web.openai import chat_completions, responses, stored_responses
from research_agent.web.page.assets import static_files
from research_agent.web.page.html_responses import browser_error, load_templates
from research_agent.web.quotas import RequestLimits, RunLimits
from research_agent.web.state import ServerState

__all__ = ["create_app"]

REQUEST_LIMITS, RUN_LIMITS = RequestLimits(), RunLimits()
HANDLERS: Mapping[Any, Any] = {
    ResearchAgentError: handle_known_error,
    RequestValidationError: handle_invalid_request,
    HTTPException: browser_error(handle_http_error),
    Exception: browser_error(handle_bug),
}


def create_app(
    settings: Settings,
    auth: Authenticator,
    *,
    request_limits: RequestLimits = REQUEST_LIMITS,
    run_limits: RunLimits = RUN_LIMITS,
    hosts: tuple[str, ...] = (),
    load: Callable[[], Engine] = load_engine,
) -> FastAPI:
    """
    Make the ASGI application; its routes share `app.state.server`, a `ServerState`.

    `hosts` are names the server answers to besides those of this machine. Tests replace the engine that `load` gives.
    """
    hosts = tuple(host.lower() for host in hosts)
    state = ServerState(
        settings=settings, auth=auth, request_limits=request_limits, run_limits=run_limits, hosts=hosts, load=load
    )
    mcp_mount = McpMount(state)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with state.lifespan(), mcp_mount.lifespan(), asyncio.TaskGroup() as group:
            group.create_task(asyncio.to_thread(load_templates), name="templates")
            yield

    app = FastAPI(
        title="research-agent",
        version=installed_version(),
        description=api.DESCRIPTION,
        openapi_url="/api/openapi.json",
        redirect_slashes=False,  # a redirect would echo the query, which may hold a token
        docs_url=None,  # they load scripts from a CDN
        redoc_url=None,
        lifespan=lifespan,
        exception_handlers=dict(HANDLERS),
    )
    app.state.server = state
    _add_routes(app, mcp_mount)
    _wrap_in_middleware(app, state)
    return app


def _add_routes(app: FastAPI, mcp_mount: McpMount) -> None:
    app.include_router(login.router)
    for router in api.routers:
        app.include_router(router)
    for router in (chat_completions.router, responses.router, stored_responses.router):
        app.include_router(router, dependencies=[Security(api.BEARER)])
    for router in page.routers:
        app.include_router(router)
    app.mount("/static", static_files(), name="static")
    app.router.routes.append(Route("/mcp", endpoint=mcp_mount, include_in_schema=False))


def _wrap_in_middleware(app: FastAPI, state: ServerState) -> None:
    """Put `SecurityMiddleware` outermost: `add_middleware` would leave Starlette's error responses outside of it."""
    build = app.build_middleware_stack
    app.build_middleware_stack = lambda: SecurityMiddleware(build(), state)  # type: ignore[method-assign]
