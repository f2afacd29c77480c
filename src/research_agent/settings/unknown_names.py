"""Unknown setting names, usually typos, with the nearest known name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from research_agent.settings.schema import OPTIONS

__all__ = ["ENVIRONMENT", "PREFIX", "TRACING", "Unknown", "nearest", "unknown_in_environment", "unknown_in_file"]

ENVIRONMENT = "the environment"
PREFIX = "RESEARCH_AGENT_"
TRACING = "RESEARCH_AGENT_TRACING"
TABLES = ("urls", "keys", "site_kinds")
SOURCE_SUFFIXES = ("_URL", "_KEY")


class Unknown(NamedTuple):
    """A name that no setting has, its place, and the nearest known name, if any."""

    name: str
    place: str
    nearest: str = ""


def unknown_in_file(file: Mapping[str, Any], path: Path) -> Iterator[Unknown]:
    """Top-level names of `config.toml` that no setting has."""
    known = dict(zip(TABLES, TABLES, strict=True)) | {
        called: option.name for option in OPTIONS for called in (option.name, option.env.lower())
    }
    for name in file:
        if known.get(name) != name:
            yield Unknown(name, str(path), nearest(name.lower(), known))


def unknown_in_environment(env: Mapping[str, str]) -> Iterator[Unknown]:
    """`RESEARCH_AGENT_` variables that no setting has. URLs and keys are not checked against the installed sources."""
    known = {option.env.removeprefix(PREFIX): option.env for option in OPTIONS if option.env.startswith(PREFIX)}
    for name in env:
        if name.startswith(PREFIX) and name not in (*known.values(), TRACING) and not name.endswith(SOURCE_SUFFIXES):
            yield Unknown(name, ENVIRONMENT, nearest(name.removeprefix(PREFIX), known))


def nearest(name: str, known: Mapping[str, str]) -> str:
    """The value in `known` of the key that `name` is most similar to, "" when there is none."""
    import difflib

    return next((known[near] for near in difflib.get_close_matches(name, known, n=1)), "")
