"""Rows of `messages.library_lines`: the case in which each line is met, its fields, and what it then says."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["SHOWN"]

SHOWN: Mapping[str, tuple[str, Mapping[str, object], str]] = {
    "NONE_YET": ("library search, with no library", {}, "There is no library yet."),
    "NO_FILE": (
        "library search --only with a file that is not there",
        {"name": "trip"},
        "The library has no file 'trip'.",
    ),
    "LIST_FILES": ("the same: what to do", {}, "See: research-agent library list --files"),
    "MAKE_ONE": ("a command about libraries, with none", {}, "Make one: research-agent library add FOLDER"),
}
