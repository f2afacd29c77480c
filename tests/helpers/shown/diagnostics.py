"""Rows of `messages.diagnostics`: the case in which each line is met, its fields, and what it then says."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["SHOWN"]

SHOWN: Mapping[str, tuple[str, Mapping[str, object], str]] = {
    "SEARXNG_WITHOUT_JSON": (
        "doctor, with a SearXNG on this machine as it is by default",
        {"url": "https://example.org/", "hint": "Save a copy of it."},
        "A SearXNG is at https://example.org/. Save a copy of it.",
    ),
}
