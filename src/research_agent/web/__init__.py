"""
The server: an API for programs, OpenAI's shape for chat front ends, and the page. Needs the extra `serve`.

    app = create_app(settings, auth)       an ASGI app; its lifespan opens and closes everything

Nothing of it is reached without a token; docs/serve.md says what is let in and what is not.
"""

from __future__ import annotations

from research_agent.web.app import create_app
from research_agent.web.auth import Authenticator
from research_agent.web.quotas import Limits
from research_agent.web.state import ServerState, caller_of, state_of

__all__ = ["Authenticator", "Limits", "ServerState", "caller_of", "create_app", "state_of"]
