"""
The JSON API under /api: questions and their events, stored sessions, and the server itself.

The docstrings of routes and models are part of the OpenAPI document, /api/openapi.json.
"""

from __future__ import annotations

from research_agent.web.api import deep_research, library, questions, server_info, sessions
from research_agent.web.api.router import BEARER, DESCRIPTION

__all__ = ["BEARER", "DESCRIPTION", "routers"]

routers = (
    server_info.public,
    questions.router,
    sessions.router,
    library.router,
    deep_research.router,
    server_info.router,
)
"""In the order in which OpenAPI lists them."""
