"""Titles that a text names: the longest run of words that is one, capitalised as names are."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable
from typing import Generic, TypeVar

from research_agent.text.tokens import STOP_WORDS, WORD, stem, words

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
                run = tuple(_stems(name)[:LONGEST])
                if run and not STOP_WORDS.issuperset(words(name)):
                    self._keys[run].append(key)
                    lengths[run[0]].add(len(run))
        for first, found in lengths.items():
            self._lengths[first] = sorted(found, reverse=True)

    def named_in(self, text: str) -> list[K]:
        """Keys of the titles in a text, in the order in which it names them; each once."""
        tokens = WORD.findall(text)
        stems = [_stem(token) for token in tokens]
        found: dict[K, None] = {}
        at = 0
        while at < len(tokens):
            length = self._longest(tokens, stems, at)
            if length:
                found.update(dict.fromkeys(self._keys[tuple(stems[at : at + length])]))
            at += max(length, 1)
        return list(found)

    def _longest(self, tokens: list[str], stems: list[str], at: int) -> int:
        """Words of the longest title that begins there, 0 when none does."""
        if not (tokens[at][0].isupper() or tokens[at][0].isdigit()):
            return 0
        for length in self._lengths.get(stems[at], ()):
            if tuple(stems[at : at + length]) in self._keys:
                return length
        return 0


def unqualified(title: str) -> str:
    """Title without its qualifier: "Venus (mythology)" -> "Venus", "Paris, Texas" -> "Paris"."""
    return QUALIFIER.sub("", title)


def _stems(name: str) -> list[str]:
    return [_stem(token) for token in WORD.findall(name)]


def _stem(token: str) -> str:
    return stem(" ".join(words(token)))
