"""
Search by words: how much of the question a passage holds, each word weighed by how rare it is.

It is BM25 without counting how often a word stands in a passage: a row of a table repeats its header in each cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from research_agent.library.search_index import SearchIndex
from research_agent.text.tokens import content_words

__all__ = ["WordScores", "indexed_words", "is_below", "word_scores"]

MOST_WORDS = 48  # of a question that are searched
MOST_CHARACTERS = 16_384  # of a question that are read
POSTINGS = 250_000  # passages that are looked at, of all words together: the rarest words first
LENGTHS = 2_000  # best passages by their words, of which the length counts
SATURATION, LENGTH = 1.2, 0.75  # k1 and b of BM25
USUAL = 500  # characters of a passage


@dataclass(frozen=True, slots=True)
class WordScores:
    """Scores of passages by their words, of about 0 to 2: the number of the passage at [i] has the score at [i]."""

    passages: NDArray[np.int64]
    scores: NDArray[np.float32]


def indexed_words(index: SearchIndex, words: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """
    Words to search for, each with its terms as the index has them; one of those that have the same terms.

    A query is stemmed as the text was, so it holds the word: the stem of a stem may be another one.
    """
    by_terms: dict[tuple[str, ...], str] = {}
    for word in words:
        if terms := index.terms(word):
            by_terms.setdefault(terms, word)
    return {word: terms for terms, word in by_terms.items()}


def word_scores(index: SearchIndex, text: str, within: tuple[int, int]) -> WordScores:
    """Scores of the passages numbered `within` (first, last) that hold a word of the text, best words first."""
    words = list(dict.fromkeys(content_words(text[:MOST_CHARACTERS])))[:MOST_WORDS]
    passages = index.passages()
    counts = _frequencies(index, indexed_words(index, words))
    weights = {word: float(np.log(1 + (passages - count + 0.5) / (count + 0.5))) for word, count in counts.items()}
    first, last = within
    totals = np.zeros(max(0, last - first + 1), dtype=np.float32)
    chosen = _rarest(counts)
    for word, holding in zip(chosen, index.postings(chosen, within), strict=True):
        totals[holding - first] += weights[word]
    found = np.flatnonzero(totals)
    if len(found) > LENGTHS:
        found = np.sort(found[np.argpartition(-totals[found], LENGTHS)[:LENGTHS]])
    scores = totals[found] / max(sum(weights.values()), 1e-9) * _brevity(index.lengths(found + first))
    return WordScores(found + first, scores.astype(np.float32))


def is_below(path: str, only: Sequence[str]) -> bool:
    """Whether a path is one of `only`, below a folder of it, or ends with a relative one of it; "" is none."""
    return any(
        part and re.search(rf"{'^' if part.startswith('/') else '(^|/)'}{re.escape(part.rstrip('/'))}(/|$)", path)
        for part in only
    )


def _rarest(counts: Mapping[str, int]) -> list[str]:
    """The rarest words, as many as are looked at."""
    chosen: list[str] = []
    seen = 0
    for word in sorted(counts, key=lambda word: counts[word]):
        if seen and seen + counts[word] > POSTINGS:
            break
        seen += counts[word]
        chosen.append(word)
    return chosen


def _frequencies(index: SearchIndex, words: Mapping[str, tuple[str, ...]]) -> dict[str, int]:
    """How many passages hold each word, of those that any may hold."""
    known = index.frequencies({term for terms in words.values() for term in terms})
    counts = {word: min(known.get(term, 0) for term in terms) for word, terms in words.items()}
    return {word: count for word, count in counts.items() if count}


def _brevity(lengths: NDArray[np.float32]) -> NDArray[np.float32]:
    """What a word counts in passages of these lengths: more in a short one."""
    factor = (SATURATION + 1) / (1 + SATURATION * (1 - LENGTH + LENGTH * lengths / USUAL))
    return factor.astype(np.float32)
