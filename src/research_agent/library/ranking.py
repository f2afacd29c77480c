"""Fusion: the order of passages by their words, their meaning, and whether the question names their document."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from research_agent.errors import UsageError
from research_agent.library.document_names import named_documents, subject_of
from research_agent.library.protocol import LibraryPassage
from research_agent.library.search_index import SearchIndex
from research_agent.library.vectors import cosines_of, nearest
from research_agent.library.word_index import WordScores, is_below, word_scores
from research_agent.messages import library_failures, library_lines

__all__ = ["search_passages"]

CANDIDATES = 200  # of each search
# What they count beside the cosine: docs/decisions/0030-library-search.md. Words tell which document speaks of a
# matter; where the question names the document, the meaning tells better where.
WORDS, WORDS_WITHIN, NAMED = 0.9, 0.3, 0.6
TABLE = 0.05  # a table is less like a question than prose that says the same
POINTED = 3  # documents that the question names most, in which the nearest passages are looked for again


@dataclass(frozen=True, slots=True)
class Searched:
    """Documents that may answer: numbers, first and last passages, in order of these, and whether that is not all."""

    documents: NDArray[np.int64]
    firsts: NDArray[np.int64]
    lasts: NDArray[np.int64]
    restricted: bool

    def of(self, passages: NDArray[np.int64]) -> NDArray[np.int64]:
        """Positions of the passages' documents; -1 for what may not be found."""
        at = np.searchsorted(self.firsts, passages, side="right") - 1
        inside: NDArray[np.int64] = np.where((at >= 0) & (passages <= self.lasts[at]), at, -1)
        return inside

    def ranges(self, positions: Iterable[int] | None = None) -> list[tuple[int, int]]:
        """First and last passages of documents, of all when none is given."""
        chosen = range(len(self.documents)) if positions is None else sorted(positions)
        return [(int(self.firsts[at]), int(self.lasts[at])) for at in chosen]


def search_passages(
    index: SearchIndex,
    words: str,
    vector: NDArray[np.float32] | None,
    *,
    limit: int,
    only: tuple[str, ...],
    model: str,
) -> tuple[tuple[LibraryPassage, ...], bool]:
    """The best passages, and whether any passage waits for its vector. Raises `UsageError`: `only` names no file."""
    searched = _searched(index, only)
    if not len(searched.documents):
        return (), False
    subject = subject_of(index, words)
    by_words = word_scores(index, subject, (int(searched.firsts[0]), int(searched.lasts.max())))
    weight = WORDS if subject == words else WORDS_WITHIN
    named = named_documents(index, words, searched.documents)
    number = index.model(model)
    near: dict[int, float] = {}
    if vector is not None and number is not None:
        near = nearest(index, number, vector, CANDIDATES, searched.ranges() if searched.restricted else None)
        pointed = [at for at in np.argsort(-named, kind="stable")[:POINTED].tolist() if named[at] > 0]
        if pointed:
            near |= nearest(index, number, vector, CANDIDATES, searched.ranges(pointed))
    scored = _scored(searched, by_words, weight, named, near)
    for passage in index.tabular(scored):
        scored[passage] += TABLE
    if vector is not None and number is not None and scored:
        missing = [passage for passage in scored if passage not in near]
        near |= cosines_of(index, number, vector, missing)
        usual = float(np.median(list(near.values()))) if near else 0.0
        scored = {passage: score + near.get(passage, usual) for passage, score in scored.items()}
    best = sorted(scored, key=lambda key: (-scored[key], key))[:limit]
    found = index.found(best)
    return tuple(
        replace(found[passage], score=round(scored[passage], 6)) for passage in best if passage in found
    ), number is not None and index.is_waiting(number)


def _scored(
    searched: Searched, by_words: WordScores, weight: float, named: NDArray[np.float32], near: dict[int, float]
) -> dict[int, float]:
    """Scores by words and names, of the best passages by these and of the near ones."""
    places = searched.of(by_words.passages)
    scores = np.where(places >= 0, weight * by_words.scores + NAMED * named[places], -np.inf)
    first = np.argsort(-scores, kind="stable")[:CANDIDATES]
    chosen = {int(by_words.passages[at]): float(scores[at]) for at in first.tolist() if scores[at] > -np.inf}
    rest = np.array([passage for passage in near if passage not in chosen], dtype=np.int64)
    worded = dict(zip(by_words.passages.tolist(), by_words.scores.tolist(), strict=True))
    for passage, at in zip(rest.tolist(), searched.of(rest).tolist(), strict=True):
        if at >= 0:
            chosen[passage] = weight * worded.get(passage, 0.0) + NAMED * float(named[at])
    return chosen


def _searched(index: SearchIndex, only: Sequence[str]) -> Searched:
    """The ready documents, of the files that `only` names."""
    below: set[str] | None = None
    if only:
        below = {document for path, document in index.files() if is_below(path, only)}
        if not below:
            raise UsageError(library_lines.NO_FILE(name=only[0]), hint=library_failures.LIST_IT())
    spans = index.ready(below)
    numbers = np.array(spans, dtype=np.int64).reshape(-1, 3)
    return Searched(numbers[:, 0], numbers[:, 1], numbers[:, 2], restricted=len(spans) < index.documents())
