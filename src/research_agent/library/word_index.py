"""
Search by words: how much of the question a passage holds, each word weighed by how rare it is.

It is BM25 without counting how often a word stands in a passage: a row of a table repeats its header in each cell.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from research_agent.library.database import TOKENIZER
from research_agent.sqlite import Connection, fetch
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


def indexed_words(db: Connection, words: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """
    Words to search for, each with its stems as the index has them; one of those that have the same stems.

    A query is stemmed as the text was, so it holds the word: the stem of a stem may be another one.
    """
    import apsw

    tokenize = db.fts5_tokenizer(TOKENIZER[0], list(TOKENIZER[1:]))
    by_stems: dict[tuple[str, ...], str] = {}
    for word in words:
        tokens = tokenize(word.encode("utf-8", "replace"), apsw.FTS5_TOKENIZE_QUERY, None)
        if tokens:
            by_stems.setdefault(tuple(str(token[-1]) for token in tokens), word)
    return {word: stems for stems, word in by_stems.items()}


def word_scores(db: Connection, text: str, within: tuple[int, int]) -> WordScores:
    """Scores of the passages numbered `within` (first, last) that hold a word of the text, best words first."""
    words = list(dict.fromkeys(content_words(text[:MOST_CHARACTERS])))[:MOST_WORDS]
    ((passages,),) = fetch(db, "SELECT coalesce(sum(passages), 0) FROM document")
    counts = _frequencies(db, indexed_words(db, words))
    weights = {word: float(np.log(1 + (passages - count + 0.5) / (count + 0.5))) for word, count in counts.items()}
    first, last = within
    totals = np.zeros(max(0, last - first + 1), dtype=np.float32)
    seen = 0
    for word in sorted(counts, key=lambda word: counts[word]):
        if seen and seen + counts[word] > POSTINGS:
            break
        seen += counts[word]
        totals[_postings(db, word, within) - first] += weights[word]
    found = np.flatnonzero(totals)
    if len(found) > LENGTHS:
        found = np.sort(found[np.argpartition(-totals[found], LENGTHS)[:LENGTHS]])
    scores = totals[found] / max(sum(weights.values()), 1e-9) * _brevity(db, found + first)
    return WordScores(found + first, scores.astype(np.float32))


def is_below(path: str, only: Sequence[str]) -> bool:
    """Whether a path is one of `only`, below a folder of it, or ends with one of it that is not absolute."""
    return any(
        re.search(rf"{'^' if part.startswith('/') else '(^|/)'}{re.escape(part.rstrip('/'))}(/|$)", path)
        for part in only
    )


def _frequencies(db: Connection, words: Mapping[str, tuple[str, ...]]) -> dict[str, int]:
    """How many passages hold each word, of those that any may hold."""
    sql = "SELECT doc FROM passage_terms WHERE term = ?"
    counts = {
        word: min(sum(count for (count,) in fetch(db, sql, (stem,))) for stem in stems) for word, stems in words.items()
    }
    return {word: count for word, count in counts.items() if count}


def _postings(db: Connection, word: str, within: tuple[int, int]) -> NDArray[np.int64]:
    """Passages that hold a word, in their text or above it. As one string: rows would cost ten times as much."""
    ((numbers,),) = fetch(
        db,
        "SELECT group_concat(rowid, ' ') FROM passage_words WHERE passage_words MATCH ? AND rowid BETWEEN ? AND ?",
        (_quoted(word), *within),
    )
    return np.fromstring(numbers or "", dtype=np.int64, sep=" ")


def _quoted(word: str) -> str:
    """A word as a phrase of FTS5, so that no input is its syntax."""
    return '"{}"'.format(word.replace('"', " "))


def _brevity(db: Connection, passages: NDArray[np.int64]) -> NDArray[np.float32]:
    """What a word counts in each passage: more in a short one."""
    lengths = _lengths(db, passages)
    factor = (SATURATION + 1) / (1 + SATURATION * (1 - LENGTH + LENGTH * lengths / USUAL))
    return factor.astype(np.float32)


def _lengths(db: Connection, passages: NDArray[np.int64]) -> NDArray[np.float32]:
    """Characters of passages, whose numbers ascend."""
    sql = "SELECT end - start FROM passage WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id"
    return np.array([row[0] for row in fetch(db, sql, (json.dumps(passages.tolist()),))], dtype=np.float32)
