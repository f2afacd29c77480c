"""
The ranking of a search engine: BM25 over titles and texts, which knows words and not what they mean.

That is why pages that repeat a question rank high and need not answer it.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from research_agent_devtools.world.web.texts import Page

__all__ = ["Index", "snippet"]

WORD = re.compile(r"[\w£]+(?:[.:,]\d+)*")
SUFFIX = re.compile(r"(?:ing|ies|ed|es|s|e|y)$")
WIDTH = 24  # words of a snippet
COMMON_WORDS = frozenset(
    "a an and are at be by can do does for from how i in is it my of on or the to was what when which who with".split()
)


@dataclass(frozen=True)
class Index:
    """The pages that an engine knows, and how much it makes of repetition, length and titles."""

    pages: Sequence[Page]
    k1: float = 1.2
    b: float = 0.75
    title: int = 3

    @cached_property
    def _counts(self) -> list[Counter[str]]:
        return [Counter(_terms(page.text)) + Counter(_terms(page.title) * self.title) for page in self.pages]

    @cached_property
    def _mean(self) -> float:
        return sum(sum(counts.values()) for counts in self._counts) / len(self._counts)

    @cached_property
    def _rarity(self) -> dict[str, float]:
        held = Counter(term for counts in self._counts for term in counts)
        return {term: math.log(1 + (len(self.pages) - n + 0.5) / (n + 0.5)) for term, n in held.items()}

    def search(self, query: str, most: int) -> list[Page]:
        """The best pages, best first; only those that have a rare word of the query at least."""
        terms = _terms(query)
        scores = [(self._score(terms, counts), -at) for at, counts in enumerate(self._counts)]
        best = sorted((score for score in scores if score[0] > 2.0), reverse=True)[:most]
        return [self.pages[-at] for _, at in best]

    def _score(self, terms: Iterable[str], counts: Counter[str]) -> float:
        length = 1 - self.b + self.b * sum(counts.values()) / self._mean
        return sum(
            self._rarity[term] * counts[term] * (self.k1 + 1) / (counts[term] + self.k1 * length)
            for term in terms
            if term in counts
        )


def snippet(page: Page, query: str) -> str:
    """The words of the text around which the query's stand closest, cut as engines cut them."""
    wanted, words = set(_terms(query)), page.text.replace("## ", "").replace("| ", "").split()
    hits = [bool(wanted.intersection(_terms(word))) for word in words]
    start = max(range(max(1, len(words) - WIDTH + 1)), key=lambda at: sum(hits[at : at + WIDTH]))
    text = " ".join(words[start : start + WIDTH])
    return f"{'... ' if start else ''}{text}{' ...' if start + WIDTH < len(words) else ''}"


def _terms(text: str) -> list[str]:
    words = (word.lower() for word in WORD.findall(text))
    return [SUFFIX.sub("", word) if len(word) > 3 else word for word in words if word not in COMMON_WORDS]
