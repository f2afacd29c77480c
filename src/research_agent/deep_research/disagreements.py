"""
Disagreements over the whole ledger: sentences of independent documents that contradict each other on the same matter.

Another number, date or name in an otherwise like sentence is found by rule (`opposed`); where two sentences speak of
one matter in other words, the judge says whether one contradicts the other.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import combinations

from research_agent.deep_research.finds import passage_of
from research_agent.deep_research.opposed import of_one_matter, opposed, other_predicate
from research_agent.memory import Disagreement, LedgerEntry
from research_agent.text.copies import Alike
from research_agent.text.tokens import content_stems, jaccard, names, numbers, words
from research_agent.types import Document, Embed, Entail

__all__ = ["find_disagreements"]

Both = tuple[LedgerEntry, LedgerEntry]

MOST_PAIRS = 4_000
MOST_EMBEDDED = 160
"""Sentences whose meaning is compared."""
MOST_JUDGED = 120
"""Pairs that the judge reads."""
SAME_MATTER = 0.4
"""Share of stems in common (Jaccard) from which two sentences of one step are read by the judge."""
LIKE = 0.8
"""Cosine of two sentences of one subject from which they speak of one matter in whatever words."""
LIKELY, SURE, MEANT = 0.78, 0.9, 0.6
"""Probability from which the judge is believed that one contradicts the other; both ways."""


async def find_disagreements(
    ledger: Sequence[LedgerEntry],
    documents: dict[str, Document],
    alike: Alike,
    entail: Entail | None,
    embed: Embed | None = None,
) -> list[Disagreement]:
    """The disagreements in the order of the ledger, each pair of documents once for each pair of values."""
    pairs = list(_pairs(ledger, documents))[:MOST_PAIRS]
    meant = await _meant(pairs, documents, embed) if entail is not None else frozenset()
    found: dict[tuple[str, ...], Disagreement] = {}
    unclear: list[tuple[LedgerEntry, LedgerEntry]] = []
    for one, other in pairs:
        ours, theirs = passage_of(one, documents), passage_of(other, documents)
        same = _of_one_subject(ours.document, theirs.document, alike)
        if values := opposed(ours.text, theirs.text, same_thing=same):
            found.setdefault((one.document, other.document, *values), _disagreement(one, other, *values))
        elif one.step == other.step and ((one, other) in meant or _same_matter(ours.text, theirs.text)):
            unclear.append((one, other))
    for one, other in await _judged(unclear[:MOST_JUDGED], documents, entail, meant):
        texts = passage_of(one, documents).text, passage_of(other, documents).text
        texts = other_predicate(*texts) or texts
        found.setdefault((one.document, other.document, *texts), _disagreement(one, other, *texts, by_judge=True))
    return list(found.values())


def _pairs(ledger: Sequence[LedgerEntry], documents: dict[str, Document]) -> Iterator[tuple[LedgerEntry, LedgerEntry]]:
    """Pairs of different documents; each sentence once."""
    distinct = {(entry.document, entry.start): entry for entry in reversed(ledger)}
    stems = {key: set(content_stems(passage_of(entry, documents).text)) for key, entry in distinct.items()}
    for (mine, one), (yours, other) in combinations(reversed(distinct.items()), 2):
        if one.document != other.document and len(stems[mine] & stems[yours]) > 1:
            yield one, other


def _of_one_subject(one: Document, other: Document, alike: Alike) -> bool:
    """Whether two documents have one subject: the same title, or one is a copy of the other in which words changed."""
    return words(one.title) == words(other.title) != [] or alike(one, other)


def _same_matter(one: str, other: str) -> bool:
    """Whether two sentences speak of one matter in other words: a name in common, and much of what they say."""
    return bool(names(one) & names(other)) and jaccard(content_stems(one), content_stems(other)) >= SAME_MATTER


async def _meant(pairs: Sequence[Both], documents: dict[str, Document], embed: Embed | None) -> frozenset[Both]:
    """The pairs of one step that speak of one matter by their meaning, and of one measure, rank and time."""
    texts = {one: passage_of(one, documents).text for pair in pairs for one in pair if pair[0].step == pair[1].step}
    asked = list(dict.fromkeys(texts.values()))[:MOST_EMBEDDED]
    if embed is None or not asked:
        return frozenset()
    vectors = dict(zip(asked, await embed(asked), strict=True))
    return frozenset(
        (one, other)
        for one, other in pairs
        if one.step == other.step
        and texts[one] in vectors
        and texts[other] in vectors
        and float(vectors[texts[one]] @ vectors[texts[other]]) >= LIKE
        and of_one_matter(texts[one], texts[other])
    )


async def _judged(
    pairs: Sequence[Both], documents: dict[str, Document], entail: Entail | None, meant: frozenset[Both]
) -> list[Both]:
    """The pairs of which each sentence contradicts the other, as the judge reads them."""
    if entail is None or not pairs:
        return []
    texts = [(passage_of(one, documents).text, passage_of(other, documents).text) for one, other in pairs]
    rows = (await entail([*texts, *((theirs, ours) for ours, theirs in texts)])).tolist()
    found = [_contradicted(row) for row in rows]
    least = [min(said) for said in zip(found[: len(pairs)], found[len(pairs) :], strict=True)]
    return [
        pair
        for pair, probability, said in zip(pairs, least, texts, strict=True)
        if probability >= (MEANT if pair in meant else _needed(*said))
    ]


def _needed(ours: str, theirs: str) -> float:
    """The probability from which the judge is believed: less where the form says that only the figures differ."""
    if other_predicate(ours, theirs):
        return LIKELY
    return SURE if not numbers(ours) ^ numbers(theirs) else math.inf


def _contradicted(logits: Sequence[float]) -> float:
    """Probability of the second class: supported, contradicted, not said."""
    top = max(logits)
    weights = [math.exp(logit - top) for logit in logits]
    return weights[1] / sum(weights)


def _disagreement(
    one: LedgerEntry, other: LedgerEntry, ours: str, theirs: str, *, by_judge: bool = False
) -> Disagreement:
    return Disagreement(
        step=one.step,
        one=(one.document, one.start, one.end),
        other=(other.document, other.start, other.end),
        ours=ours,
        theirs=theirs,
        by="judge" if by_judge else "value",
    )
