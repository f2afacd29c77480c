"""URLs of static files: style, script, icon, and htmx if the build included it."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files

__all__ = ["asset"]


@cache
def asset(name: str) -> str:
    """The URL of a static file with a hash of its content, for caching; "" when the file does not exist."""
    file = files("research_agent.web.page").joinpath("static", *name.split("/"))
    if not file.is_file():
        return ""
    return f"/static/{name}?v={hashlib.sha256(file.read_bytes()).hexdigest()[:12]}"
