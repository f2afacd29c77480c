"""Ranking features of articles for a question: by words, by meaning, by name; and their linear fusion."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from functools import lru_cache
from operator import mul
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from research_agent.sources.encyclopedia.article_names import named_articles
from research_agent.sources.encyclopedia.installed_files import VIEWS, vectors_made_by
from research_agent.text.plurals import both_numbers
from research_agent.text.tokens import content_words
from research_agent.types import Topic

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


__all__ = [
    "CANDIDATES",
    "MAX_CHARACTERS",
    "WEIGHTS",
    "WITHOUT_VECTORS",
    "WITH_READER",
    "Features",
    "articles_by",
    "features_of",
    "score_of",
]

CANDIDATES = 60  # of the search by words, and of the search by meaning in each view
MAX_MATCHES = 1_000  # by words; the rest share no more than a common word with the question
MAX_WORDS = 48  # of a question that are searched; more make a query slow and no better
MAX_CHARACTERS = 16_384  # of a question that are read; a book's worth of words costs seconds and adds nothing
# BM25 with weights for title, description and text: a word in the title counts most.
BY_WORDS = (
    "SELECT rowid, -bm25(article_words, 10.0, 1.0, 1.0) AS score FROM article_words"
    " WHERE article_words MATCH ? ORDER BY score DESC LIMIT ?"
)
MENTIONS = "SELECT id, mentions FROM article WHERE id IN (SELECT value FROM json_each(?))"


class Features(NamedTuple):
    """
    Ranking features of one article for one question; also the weights of their linear fusion.

    `lead`, `title`: cosine of the question and that view's vector. `words`: BM25, the best article at 1. `whole`: the
    question holds the title word for word; `nearly`: inflected ("wolves"), or without its qualifier ("Venus" for "Venus
    (mythology)"); one of the two is 0. `proper`: it stands there capitalised, as names are. `mentions`: for an article
    that is not named, log10(1 + n) / 3, n leads mentioning it. `answer`: how well its best sentence answers, the
    reader's logit in tens; only of the first `READ`.
    """

    lead: float = 0.0
    title: float = 0.0
    words: float = 0.0
    whole: float = 0.0
    nearly: float = 0.0
    proper: float = 0.0
    mentions: float = 0.0
    answer: float = 0.0


# Fitted by `make fit-encyclopedia` on the development questions, the first non-zero weight set to 1;
# docs/decisions/0005-encyclopedia.md gives their quality on held-out questions.
WEIGHTS = Features(lead=1.0, title=0.54, words=0.25, whole=0.33, nearly=0.21, proper=0.11, mentions=0.32)
WITH_READER = Features(
    lead=1.0, title=0.54, words=0.25, whole=0.33, nearly=0.21, proper=0.11, mentions=0.32, answer=0.6
)
WITHOUT_VECTORS = Features(words=1.0, whole=0.64, nearly=0.42, proper=0.14, mentions=0.34)


def features_of(
    db: Any, vectors: Path, topic: Topic, query: NDArray[np.float32] | None, embedding: str
) -> dict[int, Features]:
    """Features of every article that one of the searches found, by article number."""
    question = topic.question[:MAX_CHARACTERS]
    by_words = _by_words(db, f"{topic.text[:MAX_CHARACTERS]} {question}")
    named = named_articles(db, question)
    first = sorted(by_words, key=lambda key: -by_words[key])[:CANDIDATES]
    by_meaning = _by_meaning(vectors, query, embedding, {*first, *named})
    candidates = by_meaning.keys() | set(first) | named.keys()
    return {
        key: Features._make(
            (
                *by_meaning.get(key, (0.0, 0.0)),
                by_words.get(key, 0.0),
                *named.get(key, (0.0, 0.0, 0.0)),
                0.0 if key in named else math.log10(1 + mentions) / 3,
                0.0,
            )
        )
        for key, (mentions,) in articles_by(db, MENTIONS, candidates).items()
    }


def score_of(features: Features, weights: Features) -> float:
    """The linear fusion of features."""
    return float(sum(map(mul, features, weights)))


def _by_words(db: Any, text: str) -> Mapping[int, float]:
    """BM25 scores by article number, the best at 1. Words are quoted, so that no input is FTS syntax."""
    terms = list(dict.fromkeys(content_words(text)))[:MAX_WORDS]
    if not terms:
        return {}
    match = " OR ".join(f'"{form}"' for term in terms for form in both_numbers(term))
    rows = list(db.execute(BY_WORDS, (match, MAX_MATCHES)))
    top = rows[0][1] if rows else 1.0
    return {key: score / top for key, score in rows} if top > 0 else {}


def _by_meaning(
    file: Path, query: NDArray[np.float32] | None, embedding: str, also: Iterable[int]
) -> Mapping[int, tuple[float, ...]]:
    """Exact cosines with each view, of the nearest and of `also`, by article; {} without vectors of this model."""
    if query is None or vectors_made_by(file.parent) != embedding:
        return {}
    vectors = _vectors(file, file.stat().st_mtime_ns)
    cosines = (vectors.reshape(-1, vectors.shape[2]) @ query).reshape(len(VIEWS), -1)  # one matrix product is fast
    last = -min(CANDIDATES, cosines.shape[1])
    nearest = {int(at) + 1 for at in cosines.argpartition(last, axis=1)[:, last:].flat}
    return {key: tuple(cosines[:, key - 1].tolist()) for key in nearest.union(also)}


@lru_cache(maxsize=2)
def _vectors(file: Path, changed: int) -> NDArray[np.float32]:
    """
    Vectors of shape (views, articles, dimensions), memory-mapped; row i belongs to article number i + 1.

    `changed`, the file's modification time, is part of the cache key: a rebuilt file is loaded anew.
    """
    import numpy as np

    vectors: NDArray[np.float32] = np.load(file, mmap_mode="r")
    return vectors


def articles_by(db: Any, sql: str, keys: Iterable[int]) -> dict[int, tuple[Any, ...]]:
    """The rows that a query gives for these articles, by number."""
    return {key: tuple(row) for key, *row in db.execute(sql, (json.dumps(list(keys)),))}
