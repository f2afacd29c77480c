"""Titles that a text names: the longest run of words that is one, capitalised as names are."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable
from typing import Generic, TypeVar

from research_agent.text.tokens import STOP_WORDS, WORD

__all__ = ["TitleIndex", "unqualified"]

K = TypeVar("K", bound=Hashable)
LONGEST = 16  # words of a title; a longer one is found by its first
QUALIFIER = re.compile(r"\s*\([^()]*\)$|(?<=\w),\s.*$")


class TitleIndex(Generic[K]):
    """Keys by title, and by the title without its qualifier: "Venus (mythology)", "Thomas Stanley, 1st Earl"."""

    def __init__(self, titles: Iterable[tuple[K, str]]) -> None:
        self._keys: dict[tuple[str, ...], list[K]] = defaultdict(list)
        self._lengths: dict[str, list[int]] = {}
        lengths: dict[str, set[int]] = defaultdict(set)
        for key, title in titles:
            for name in dict.fromkeys((title, unqualified(title))):
                run = tuple(_words(name)[:LONGEST])
                if run and not STOP_WORDS.issuperset(run):
                    self._keys[run].append(key)
                    lengths[run[0]].add(len(run))
        for first, found in lengths.items():
            self._lengths[first] = sorted(found, reverse=True)

    def named_in(self, text: str) -> list[K]:
        """Keys of the titles in a text, in the order in which it names them; each once."""
        tokens, folded = WORD.findall(text), _words(text)
        found: dict[K, None] = {}
        at = 0
        while at < len(tokens):
            length = self._longest(tokens[at], folded, at)
            if length:
                found.update(dict.fromkeys(self._keys[tuple(folded[at : at + length])]))
            at += max(length, 1)
        return list(found)

    def _longest(self, token: str, folded: list[str], at: int) -> int:
        """Words of the longest title that begins there, 0 when none does."""
        if not (token[0].isupper() or token[0].isdigit()):
            return 0
        for length in self._lengths.get(folded[at], ()):
            if tuple(folded[at : at + length]) in self._keys:
                return length
        return 0


def unqualified(title: str) -> str:
    """Title without its qualifier: "Venus (mythology)" -> "Venus", "Paris, Texas" -> "Paris"."""
    return QUALIFIER.sub("", title)


def _words(name: str) -> list[str]:
    """Words of a name, folded; a possessive is the name itself."""
    return [token.casefold().replace("\u2019", "'").removesuffix("'s") for token in WORD.findall(name)]
