"""
The Model Context Protocol (MCP) server: agents search, fetch and research. See docs/mcp.md.

Needs the extra `mcp`, which takes a second to import: names are imported on first use.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from research_agent.errors import UsageError
from research_agent.installation import extra_hint
from research_agent.messages import agent_lines

if TYPE_CHECKING:
    from research_agent.mcp.http import HttpApp, http_app, serve_http
    from research_agent.mcp.stdio import serve_stdio

__all__ = ["HttpApp", "http_app", "require_extra", "serve_http", "serve_stdio"]

MODULES = {
    "HttpApp": "research_agent.mcp.http",
    "http_app": "research_agent.mcp.http",
    "serve_http": "research_agent.mcp.http",
    "serve_stdio": "research_agent.mcp.stdio",
}


def require_extra() -> None:
    """Raise `UsageError` when the extra `mcp` is not installed; imports nothing."""
    if find_spec("mcp") is None:
        raise UsageError(agent_lines.NOT_INSTALLED(), hint=extra_hint("mcp"))


def __getattr__(name: str) -> Any:
    if name not in MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(MODULES[name]), name)
