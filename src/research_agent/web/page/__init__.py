"""The page for the browser: templates, style, script, and the routes that fill them."""

from __future__ import annotations

from research_agent.web.page.routes import router

__all__ = ["router"]
