"""Vocabulary: the words that the shipped tokenizer keeps whole, some 22,000 of the most frequent in English."""

from __future__ import annotations

import json
from functools import lru_cache

from research_agent.encoders.model_card import SHIPPED, TOKENIZER

__all__ = ["frequent_words"]


@lru_cache(maxsize=1)
def frequent_words() -> frozenset[str]:
    """The words, in lower case; none where the tokenizer cannot be read. Reads a file the first time."""
    try:
        tokens = json.loads((SHIPPED / TOKENIZER).read_bytes())["model"]["vocab"]
    except (OSError, ValueError, KeyError, TypeError):
        return frozenset()
    return frozenset(token for token in tokens if isinstance(token, str) and token.isalpha() and len(token) > 1)
