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
    "MEASURED_LANGUAGES": ("doctor", {"languages": "ar, en"}, "measured in ar, en"),
    "WEAK_ONES": ("doctor, when a language is weak", {"languages": "ko"}, "weak: ko"),
    "WEAK_LANGUAGE": (
        "doctor, with a weak language set",
        {"lang": "ko", "share": "30%", "english": "85%"},
        "Answers in ko are weak: 30% of questions find the right sentence, 85% in English.",
    ),
    "ASK_IN_ENGLISH": ("likewise", {}, "Ask in English, or use a large chat model."),
}
