"""Rows of `messages.installing`: the case in which each line is met, its fields, and what it then says."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["SHOWN"]

SHOWN: Mapping[str, tuple[str, Mapping[str, object], str]] = {
    "RUN_SETUP": ("a part of `setup` is missing", {}, "Run: research-agent setup"),
}
