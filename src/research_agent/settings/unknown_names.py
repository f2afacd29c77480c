"""Names that set nothing, a slip of the pen as a rule, and what was meant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from research_agent.settings.options import OPTIONS

__all__ = ["ENVIRONMENT", "PREFIX", "TRACING", "Unknown", "nearest", "unknown_in_environment", "unknown_in_file"]

ENVIRONMENT = "the environment"
PREFIX = "RESEARCH_AGENT_"
TRACING = "RESEARCH_AGENT_TRACING"
TABLES = ("urls", "keys")
OF_SOURCES = ("_URL", "_KEY")


class Unknown(NamedTuple):
    """A name that no setting has, where it stands, and the known one that it is most like, if any."""

    name: str
    place: str
    nearest: str = ""


def unknown_in_file(file: Mapping[str, Any], path: Path) -> Iterator[Unknown]:
    """Names in the file that no setting has, each with the nearest that one has."""
    known = dict(zip(TABLES, TABLES, strict=True)) | {
        called: option.name for option in OPTIONS for called in (option.name, option.env.lower())
    }
    for name in file:
        if known.get(name) != name:
            yield Unknown(name, str(path), nearest(name.lower(), known))


def unknown_in_environment(env: Mapping[str, str]) -> Iterator[Unknown]:
    """Variables that look like ours and set nothing. Whether there is a source for a URL or a key is not known here."""
    known = {option.env.removeprefix(PREFIX): option.env for option in OPTIONS if option.env.startswith(PREFIX)}
    for name in env:
        if name.startswith(PREFIX) and name not in (*known.values(), TRACING) and not name.endswith(OF_SOURCES):
            yield Unknown(name, ENVIRONMENT, nearest(name.removeprefix(PREFIX), known))


def nearest(name: str, known: Mapping[str, str]) -> str:
    """What `known` gives for its key that `name` is most like; "" when it is like none."""
    import difflib

    return next((known[near] for near in difflib.get_close_matches(name, known, n=1)), "")
