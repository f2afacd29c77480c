"""The routes of the server as it lists them itself, so that a new one is tried without being named."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from fastapi import FastAPI

__all__ = ["Call", "calls", "filled"]

PUBLIC = frozenset({"/api/health", "/login"})


class Call(NamedTuple):
    """A method and the path of a route, its parameters still in it."""

    method: str
    path: str

    @property
    def public(self) -> bool:
        """Whether it is answered without a token, by design."""
        return self.path in PUBLIC


def calls(app: FastAPI) -> list[Call]:
    """Every method of every route, mounted apps and files included."""
    return sorted({*_of(app.routes, "")})


def _of(routes: Any, prefix: str) -> Iterator[Call]:
    for route in routes:
        included = getattr(route, "original_router", None)
        path = prefix + (getattr(route, "path", "") or "")
        if included is not None:
            yield from _of(included.routes, prefix)
        elif getattr(route, "methods", None):
            for method in route.methods:
                yield Call(method, path)
        elif getattr(route, "app", None) is not None:  # a mounted app: what it has is its own, but not its door
            yield from (Call("GET", f"{path}/{name}") for name in ("", "style.css", "../api/sessions"))


def filled(call: Call, **values: str) -> str:
    """The path with its parameters put in; those that are not given are "x"."""
    parts = call.path.split("/")
    names = [part.strip("{}").partition(":")[0] if part.startswith("{") else "" for part in parts]
    return "/".join(values.get(name, "x") if name else part for name, part in zip(names, parts, strict=True))
