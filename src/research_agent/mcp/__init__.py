"""
The Model Context Protocol: other people's agents search, fetch and research here. See docs/mcp.md.

It needs the extra `mcp`, which takes a second to import: nothing is imported before it is used.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from research_agent.errors import UsageError

if TYPE_CHECKING:
    from research_agent.mcp.http import HttpApp, http_app, serve_http
    from research_agent.mcp.stdio import serve_stdio

__all__ = ["HttpApp", "http_app", "require_extra", "serve_http", "serve_stdio"]

HOMES = {
    "HttpApp": "research_agent.mcp.http",
    "http_app": "research_agent.mcp.http",
    "serve_http": "research_agent.mcp.http",
    "serve_stdio": "research_agent.mcp.stdio",
}


def require_extra() -> None:
    """Raise `UsageError` when what the protocol needs is not installed; imports nothing."""
    if find_spec("mcp") is None:
        raise UsageError("The extra `mcp` is not installed.", hint="Run: pip install 'research-agent[mcp]'")


def __getattr__(name: str) -> Any:
    if name not in HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(HOMES[name]), name)
