"""The page for browsers: routes, templates, style and script."""

from __future__ import annotations

from research_agent.web.page.routes import router

__all__ = ["router"]
