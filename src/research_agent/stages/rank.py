"""
Ranking: passages -> evidence, best answer first; near-duplicates are left out.

Words and vectors choose the candidates, the reader says which of their sentences answer the question. Without a reader
(none is there, or the question is in a language that it does not read) words and vectors decide alone.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from research_agent.text.sentences import sentence_spans
from research_agent.text.tokens import content_stems, jaccard, names, shingles, stem, without_urls
from research_agent.types import Evidence, Passage, Readable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["LIKELY", "READ", "Candidate", "candidates", "few_of", "likely", "rank", "readable", "sentence_places"]

LIKELY, OF_FOUND = 20, 12
"""
Passages that are compared with the question by their vectors, the likeliest by their words, and how many of them are of
pages that a search engine found, which was by their words: each costs 8 ms.
"""
READ, FEW, FEW_FOUND = 16, 8, 5
"""
Candidates that the reader reads at most, and the first of them, behind which it stops when one surely answers; fewer
when these are all of pages that a search engine found: a passage of 100 tokens costs it 7 ms on two cores.
"""
SATURATION, LENGTH = 1.2, 0.75
"""Constants k1 and b of BM25 (Robertson and Zaragoza, 2009)."""


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """
    Passage that may become evidence, with its likeness to the question.

    `cosine` is None without vectors; `vector` has shape (d,). `covered` is the share of the question's words, by
    weight, in the passage and its title. `possible` says whether its document holds every year that the question names.
    """

    passage: Passage
    stems: frozenset[str]
    covered: float
    cosine: float | None
    vector: NDArray[np.float32] | None
    possible: bool

    @property
    def likeness(self) -> float:
        """Likeness to the question; a document's opening names its subject, and counts a little more."""
        meaning = self.covered if self.cosine is None else self.cosine
        return 0.6 * meaning + 0.3 * self.covered + (0.1 if self.passage.start == 0 else 0.0)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """
    Thresholds of being evidence. How they were chosen: docs/decisions/0003-evidence.md.

    With a reader a passage is evidence when a sentence of it answers, or when it is near: its cosine at least `close`,
    `half` of what is asked in it, and its best logit of the first round at least `thinkable`. Without one it is
    evidence when its meaning is `near` the question's and it holds a little of what is asked (`touching`), or when it
    is `related` and holds most of it (`coverage`); without vectors, `words_only` of it. `duplicate` is the share of
    word runs (Jaccard) from which two passages are one text; `repeats` what likeness to one already chosen costs.
    """

    close: float = 0.42
    thinkable: float = -5.5
    half: float = 0.5
    near: float = 0.58
    touching: float = 0.2
    related: float = 0.40
    coverage: float = 0.55
    words_only: float = 0.60
    duplicate: float = 0.7
    repeats: float = 0.05


THRESHOLDS = Thresholds()

# A year and a name say what a question is about.
DATED, SPECIFIC = 4.0, 2.0
YEAR = re.compile(r"[12]\d{3}")


def candidates(
    question: str,
    passages: Sequence[Passage],
    *,
    query: NDArray[np.float32] | None = None,
    vectors: NDArray[np.float32] | None = None,
    lang: str = "en",
    among: Sequence[Passage] = (),
) -> list[Candidate]:
    """
    The passages by their likeness to the question, most like it first.

    `query` has shape (d,), `vectors` (n, d), L2-normalised, row i for passage i; without them words alone count.
    `lang` is the language of the question; `among` are all passages, in which the years of it may stand.
    """
    question = without_urls(question)
    terms = _query_terms(question, lang)
    stems = [frozenset(content_stems(f"{passage.document.title} {passage.text}", lang)) for passage in passages]
    covered = [sum(terms[word] for word in held & terms.keys()) / (sum(terms.values()) or 1.0) for held in stems]
    cosines = [None] * len(passages) if query is None or vectors is None else [float(c) for c in vectors @ query]
    possible = _possible(terms, among or passages, lang)
    found = [
        Candidate(
            passage, held, cover, cosine, None if vectors is None else vectors[row], passage.document.id in possible
        )
        for row, (passage, held, cover, cosine) in enumerate(zip(passages, stems, covered, cosines, strict=True))
    ]
    return sorted(found, key=lambda item: -item.likeness)


def likely(question: str, passages: Sequence[Passage], *, lang: str = "en") -> list[int]:
    """
    Rows of the `LIKELY` passages that are likeliest to answer by their words (BM25), in their order.

    Of each document its best passage goes first, as far as half of the places: what says it in other words has one too.
    """
    found = {row for row, passage in enumerate(passages) if "engines" in passage.document.details}
    if len(passages) <= LIKELY and len(found) <= OF_FOUND:
        return list(range(len(passages)))
    terms = _query_terms(without_urls(question), lang)
    counts = [Counter(content_stems(f"{passage.document.title} {passage.text}", lang)) for passage in passages]
    usual = sum(count.total() for count in counts) / len(counts) or 1.0
    holding = {word: sum(word in count for count in counts) for word in terms}
    rare = {word: weight * math.log1p((len(counts) - holding[word] + 0.5) / (holding[word] + 0.5))
            for word, weight in terms.items()}  # fmt: skip

    def score(count: Counter[str]) -> float:
        flat = SATURATION * (1.0 - LENGTH + LENGTH * count.total() / usual)
        return sum(value * count[word] * (1.0 + SATURATION) / (count[word] + flat) for word, value in rare.items())

    scores = [score(count) for count in counts]
    rows = sorted(range(len(passages)), key=lambda row: -scores[row])
    firsts = {passages[row].document.id: row for row in reversed(rows)}  # the best of each document
    leading = sorted(firsts.values(), key=rows.index)[: LIKELY // 2]
    order = [*leading, *(row for row in rows if row not in leading)]
    unwanted = set([row for row in order if row in found][OF_FOUND:])
    return sorted([row for row in order if row not in unwanted][:LIKELY])


def few_of(found: Sequence[Candidate]) -> int:
    """How many of the candidates, which are the most like the question first, are read at first."""
    return FEW_FOUND if all("engines" in item.passage.document.details for item in found[:FEW_FOUND]) else FEW


def sentence_places(passage: Passage) -> list[tuple[int, int]]:
    """Spans of the sentences of a passage, in its document's text."""
    return [(passage.start + start, passage.start + end) for start, end in sentence_spans(passage.text)]


def readable(question: str, passage: Passage) -> Readable:
    """A passage as the reader reads it."""
    text = passage.document.text
    return question, passage.document.title, tuple(text[start:end] for start, end in sentence_places(passage))


def rank(
    found: Sequence[Candidate],
    reading: tuple[Sequence[Sequence[float]], Sequence[Sequence[float]]] | None = None,
    *,
    most: int = 6,
    thresholds: Thresholds = THRESHOLDS,
) -> tuple[Evidence, ...]:
    """
    Choose the evidence, best first, keyed e1, e2, ...

    `reading` are the reader's logits for the sentences of the first candidates, row i for candidate i, of its first
    round and at its end (`stages.read.Reading`); without it words and vectors decide alone. Passages that are off topic
    are no evidence, so the result may be empty.
    """
    if reading is None:
        scored = [(item.likeness, item, ()) for item in found if _on_topic(item, thresholds)]
        return _keyed(_diverse(scored, most, thresholds))
    read = []
    for item, first, end in zip(found, *reading, strict=False):
        sentences = tuple((*span, logit) for span, logit in zip(sentence_places(item.passage), end, strict=True))
        best = max(end, default=-math.inf)
        if item.possible and (best > 0 or _is_near(item, max(first, default=-math.inf), thresholds)):
            read.append((best, item, sentences))
    return _keyed(_diverse(read, most, thresholds))


Scored = tuple[float, Candidate, tuple[tuple[int, int, float], ...]]


def _keyed(chosen: Sequence[Scored]) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(f"e{number}", item.passage, round(score, 4), sentences)
        for number, (score, item, sentences) in enumerate(chosen, 1)
    )


def _is_near(item: Candidate, best: float, thresholds: Thresholds) -> bool:
    """Whether a passage of which no sentence answers is near the question all the same."""
    meaning = thresholds.close if item.cosine is None and item.covered >= thresholds.words_only else item.cosine or 0.0
    return meaning >= thresholds.close and item.covered >= thresholds.half and best >= thresholds.thinkable


def _query_terms(question: str, lang: str) -> dict[str, float]:
    """Stems of the question, each with its weight."""
    specific = frozenset(stem(name, lang) for name in names(question))

    def weight(word: str) -> float:
        return DATED if YEAR.fullmatch(word) else SPECIFIC if word in specific else 1.0

    return {word: weight(word) for word in content_stems(question, lang)}


def _possible(terms: dict[str, float], passages: Sequence[Passage], lang: str) -> frozenset[str]:
    """Documents that hold every year of the question, or are of it: no other can say what happened then."""
    years = {word for word in terms if YEAR.fullmatch(word)}
    held: dict[str, set[str]] = {}
    for passage in passages:
        known = held.setdefault(passage.document.id, set((passage.document.published or "")[:4].split()))
        if years:
            known.update(content_stems(f"{passage.document.title} {passage.text}", lang))
    return frozenset(key for key, known in held.items() if years <= known)


def _on_topic(item: Candidate, thresholds: Thresholds) -> bool:
    """Whether a passage is evidence by words and vectors alone."""
    if not item.possible:
        return False
    if item.cosine is None:
        return item.covered >= thresholds.words_only
    return (item.cosine >= thresholds.near and item.covered >= thresholds.touching) or (
        item.cosine >= thresholds.related and item.covered >= thresholds.coverage
    )


def _diverse(scored: Sequence[Scored], most: int, thresholds: Thresholds) -> list[Scored]:
    """
    The best `most` passages by maximal marginal relevance (Carbonell and Goldstein, 1998), near-duplicates left out.
    """
    selected: list[Scored] = []
    prints: list[frozenset[tuple[str, ...]]] = []
    waiting = list(scored)
    while waiting and len(selected) < most:
        best = max(
            waiting, key=lambda one: one[0] - thresholds.repeats * _nearest(one[1], [item for _, item, _ in selected])
        )
        waiting.remove(best)
        mine = shingles(best[1].passage.text)
        if not any(jaccard(mine, other) >= thresholds.duplicate for other in prints):
            selected.append(best)
            prints.append(mine)
    return selected


def _nearest(item: Candidate, selected: Sequence[Candidate]) -> float:
    """Similarity to the nearest selected passage: cosine, or shared stems without vectors."""
    if item.vector is None:
        return max((jaccard(item.stems, other.stems) for other in selected), default=0.0)
    return max((float(item.vector @ other.vector) for other in selected if other.vector is not None), default=0.0)
