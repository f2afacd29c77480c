"""Rows of `messages.chat_models`: the case in which each line is met, its fields, and what it then says."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["SHOWN"]

SHOWN: Mapping[str, tuple[str, Mapping[str, object], str]] = {
    "OLLAMA_SAYS": (
        "models, with an Ollama that fails",
        {"url": "https://example.org/", "reason": "permission denied"},
        "Ollama at https://example.org/: permission denied.",
    ),
    "NO_LIST_IN_TIME": (
        "models, with a slow OPENAI_BASE_URL",
        {"url": "https://example.org/", "seconds": 8},
        "https://example.org/: no answer within 8 s.",
    ),
    "NO_LIST": (
        "models, with a server that lists none",
        {"url": "https://example.org/"},
        "https://example.org/ does not list its models.",
    ),
    "BUILT_IN_MISSING": ("models, before setup", {}, "The built-in model is not downloaded. Run: research-agent setup"),
    "THIS_MACHINE": ("models, for the built-in one", {}, "this machine"),
}
