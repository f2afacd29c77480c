"""Ranking: passages -> evidence, by words and meaning; off-topic and repeated passages are dropped."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from research_agent.text.tokens import content_stems, jaccard, names, shingles, stem, without_urls, words
from research_agent.types import Evidence, Passage

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["rank"]


@dataclass(frozen=True, slots=True, eq=False)
class _Scored:
    """Passage that may become evidence. `vector` has shape (d,)."""

    score: float
    passage: Passage
    stems: frozenset[str]
    vector: NDArray[np.float32] | None


@dataclass(frozen=True, slots=True)
class Weights:
    """
    Weights of the score, and thresholds of being evidence. How they were fitted: docs/decisions/0003-evidence.md.

    A passage is on topic when its meaning is `near` the question's and it holds a little of what is asked (`touching`);
    or it is `related` and holds most of it (`coverage`); or its document's title is named in the question and it is not
    foreign to it (`named`). Passages of a document of which one is on topic need only be as near as `foreign`.
    Without vectors, `words_only` must be covered. `duplicate` is the share of word runs (Jaccard) from which two
    passages are one text; `repeats` what likeness to a passage already chosen costs.
    """

    cosine: float = 0.6
    words: float = 0.3
    opening: float = 0.1
    near: float = 0.58
    touching: float = 0.2
    related: float = 0.40
    coverage: float = 0.55
    named: float = 0.35
    foreign: float = 0.30
    words_only: float = 0.60
    duplicate: float = 0.7
    repeats: float = 0.05


WEIGHTS = Weights()

# A year and a name say what a question is about; generic words hardly do: every other article holds them.
DATED, SPECIFIC, USUAL, GENERIC = 4.0, 2.0, 1.0, 0.5
YEAR = re.compile(r"[12]\d{3}")
FIELD = re.compile(
    r"\s*(?:what|who|which)(?:['’]s|\s+(?:is|are|was|were))\s+(?:(?:an?|the)\s+)?(?:[\w'-]+\s+){1,3}?in\s+(?P<field>.+)",
    re.IGNORECASE,
)
GENERIC_STEMS = frozenset(
    stem(word)
    for word in """art bear become begin best big born build built call called capital cause century change city come
    common country create day death develop die differ difference early example famous find first form found good group
    high history important include kind known large largest late long main major make member modern most much name new
    number old part people person place play point popular population produce role same set show small start state sort
    system take tall thing time today type use used way win won word work world write wrote year""".split()
)


def rank(
    question: str,
    passages: Sequence[Passage],
    *,
    query: NDArray[np.float32] | None = None,
    vectors: NDArray[np.float32] | None = None,
    sides: Sequence[str] = (),
    most: int = 6,
    weights: Weights = WEIGHTS,
) -> tuple[Evidence, ...]:
    """
    Choose the evidence, best first, keyed e1, e2, ...

    `query` has shape (d,), `vectors` (n, d), L2-normalised, row i for passage i; without them words alone decide.
    `sides` are what a question compares: a document about one of them holds but half of what is asked. Passages that
    are off topic are no evidence, so the result may be empty.
    """
    question = without_urls(question)
    terms = _query_terms(question)
    stems = [frozenset(content_stems(f"{passage.document.title} {passage.text}")) for passage in passages]
    covered = [sum(terms[word] for word in held & terms.keys()) / (sum(terms.values()) or 1.0) for held in stems]
    cosines = [None] * len(passages) if query is None or vectors is None else [float(c) for c in vectors @ query]
    titles = {passage.document.id: passage.document.title for passage in passages}
    named = {key: _is_named(title, question) or _is_side(title, sides) for key, title in titles.items()}
    possible = _possible(question, passages, stems)
    on_topic = {
        passage.document.id
        for passage, cover, cosine in zip(passages, covered, cosines, strict=True)
        if passage.document.id in possible and _on_topic(cover, cosine, named[passage.document.id], weights)
    }
    scored = []
    for row, (passage, held, cover, cosine) in enumerate(zip(passages, stems, covered, cosines, strict=True)):
        if passage.document.id not in on_topic or (cosine is not None and cosine < weights.foreign):
            continue
        opening = weights.opening if passage.start == 0 else 0.0
        score = weights.cosine * (cover if cosine is None else cosine) + weights.words * cover + opening
        scored.append(_Scored(score, passage, held, None if vectors is None else vectors[row]))
    selected = _diverse(scored, most, weights)
    return tuple(Evidence(f"e{i}", item.passage, round(item.score, 4)) for i, item in enumerate(selected, 1))


def _query_terms(question: str) -> dict[str, float]:
    """Stems of the question, each with its weight."""
    specific = frozenset(stem(name) for name in names(question))

    def weight(word: str) -> float:
        if YEAR.fullmatch(word):
            return DATED
        return SPECIFIC if word in specific else GENERIC if word in GENERIC_STEMS else USUAL

    return {word: weight(word) for word in content_stems(question)}


def _possible(question: str, passages: Sequence[Passage], stems: Sequence[frozenset[str]]) -> frozenset[str]:
    """
    Documents that can answer: they hold every year of the question, and a word of its field.

    "What is a transformer in machine learning?" is answered by no text that never speaks of machines or learning,
    however much it says of transformers; what happened in 2022, by none that does not know the year.
    """
    held: dict[str, set[str]] = {}
    for passage, own_stems in zip(passages, stems, strict=True):
        known = held.setdefault(passage.document.id, set((passage.document.published or "")[:4].split()))
        known |= own_stems
    years = {word for word in content_stems(question) if YEAR.fullmatch(word)}
    match = FIELD.match(question)
    field = set(content_stems(match["field"])) if match else set()
    return frozenset(key for key, known in held.items() if years <= known and (not field or field & known))


def _on_topic(covered: float, cosine: float | None, named: bool, weights: Weights) -> bool:
    if cosine is None:
        return covered >= weights.words_only
    return (
        (cosine >= weights.near and covered >= weights.touching)
        or (cosine >= weights.related and covered >= weights.coverage)
        or (named and cosine >= weights.named)
    )


def _is_named(title: str, question: str) -> bool:
    """
    Whether the question names the title, whole, as a name: "Iliad", not "transformer" nor "Tesla (unit)"; or asks for
    nothing else: "What is photosynthesis?", "Paris".
    """
    if frozenset(content_stems(title)) == frozenset(content_stems(question)) != frozenset():
        return True
    held = frozenset(stem(word) for word in words(title))
    proper = frozenset(stem(name) for name in names(question))
    return bool(held & proper) and held <= frozenset(stem(word) for word in words(question))


def _is_side(title: str, sides: Sequence[str]) -> bool:
    """Whether a title holds one side of a comparison: "Mozart" in "Wolfgang Amadeus Mozart"."""
    held = frozenset(stem(word) for word in words(title))
    compared = (frozenset(content_stems(side)) for side in sides)
    return any(side and side <= held for side in compared)


def _diverse(scored: Sequence[_Scored], most: int, weights: Weights) -> list[_Scored]:
    """
    The best `most` passages by maximal marginal relevance (Carbonell and Goldstein, 1998), near-duplicates left out.
    """
    selected: list[_Scored] = []
    prints: list[frozenset[tuple[str, ...]]] = []
    waiting = list(scored)
    while waiting and len(selected) < most:
        best = max(waiting, key=lambda item: item.score - weights.repeats * _nearest(item, selected))
        waiting.remove(best)
        mine = shingles(best.passage.text)
        if not any(jaccard(mine, other) >= weights.duplicate for other in prints):
            selected.append(best)
            prints.append(mine)
    return selected


def _nearest(item: _Scored, selected: Sequence[_Scored]) -> float:
    """Similarity to the nearest selected passage: cosine, or shared stems without vectors."""
    if item.vector is None:
        return max((jaccard(item.stems, other.stems) for other in selected), default=0.0)
    return max((float(item.vector @ other.vector) for other in selected if other.vector is not None), default=0.0)
