"""The files of the page that need no server: style, script, icon, and htmx if the build brought it."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files

__all__ = ["asset"]


@cache
def asset(name: str) -> str:
    """The address of a file, another one when its content is another; "" when it is not there."""
    file = files("research_agent.web.page").joinpath("static", *name.split("/"))
    if not file.is_file():
        return ""
    return f"/static/{name}?v={hashlib.sha256(file.read_bytes()).hexdigest()[:12]}"
