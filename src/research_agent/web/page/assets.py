"""Static files of the page: style, script, icons, and htmx if the build has it; their URLs, and how they are sent."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import ASGIApp, Scope

__all__ = ["asset", "static_files"]

FOLDER = Path(__file__).resolve().parent / "static"
VERSION = "v"
KEPT = "private, max-age=31536000, immutable"
"""For a URL with a hash of the content: a browser asks for it once, and never for another file under the same URL."""


@cache
def asset(name: str) -> str:
    """The URL of a static file with a hash of its content, for caching; "" when the file does not exist."""
    file = files("research_agent.web.page").joinpath("static", *name.split("/"))
    if not file.is_file():
        return ""
    return f"/static/{name}?{VERSION}={hashlib.sha256(file.read_bytes()).hexdigest()[:12]}"


def static_files() -> ASGIApp:
    """The application of `/static`. Texts are compressed: they hold nothing that another could guess at by length."""
    return GZipMiddleware(_Files(directory=FOLDER), minimum_size=1000)


class _Files(StaticFiles):
    """Files, those of a URL that `asset` made to be kept by the browser."""

    def file_response(self, full_path: str | PathLike[str], stat_result: Any, scope: Scope, *args: Any) -> Response:
        response = super().file_response(full_path, stat_result, scope, *args)
        name = Path(full_path).relative_to(FOLDER).as_posix()
        if asset(name).encode().endswith(b"?" + scope["query_string"]):
            response.headers["Cache-Control"] = KEPT
        return response
