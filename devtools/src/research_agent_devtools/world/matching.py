"""The search of the fake world: which texts share words with a query."""

from __future__ import annotations

import re
from collections.abc import Mapping

__all__ = ["best"]


def best(query: str, texts: Mapping[str, str]) -> list[str]:
    """Names of the texts that share words with the query, most first; a word in the name counts thrice."""
    wanted = {word for word in _words(query) if len(word) > 2}
    scores = {name: 3 * len(wanted & _words(name)) + len(wanted & _words(text)) for name, text in texts.items()}
    return sorted((name for name in texts if scores[name]), key=lambda name: -scores[name])


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower()))
