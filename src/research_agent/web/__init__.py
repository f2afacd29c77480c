"""
The web server: a JSON API, an OpenAI-compatible API, MCP, and the page. Needs the extra `serve`.

    app = create_app(settings, auth)       an ASGI app; its lifespan opens and closes everything

Every request is authenticated; docs/serve.md has the rules.
"""

from __future__ import annotations

from research_agent.web.app import create_app
from research_agent.web.auth import Authenticator
from research_agent.web.quotas import RequestLimits, RunLimits
from research_agent.web.state import ServerState, caller_of, state_of

__all__ = ["Authenticator", "RequestLimits", "RunLimits", "ServerState", "caller_of", "create_app", "state_of"]
