"""The page for browsers: routes, templates, style and script."""

from __future__ import annotations

from research_agent.web.page import (
    app_routes,
    library_routes,
    research_routes,
    routes,
    session_routes,
    source_routes,
    watch_routes,
)

__all__ = ["routers"]

routers = (
    routes.router,
    source_routes.router,
    session_routes.router,
    watch_routes.router,
    library_routes.router,
    research_routes.router,
    app_routes.router,
)
