"""Premises of a claim: the few spans of the evidence that it is held against, each with its title as context."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from research_agent.grounding.claims import Statement
from research_agent.grounding.spans import Quote
from research_agent.text.pointing import points_back
from research_agent.text.tokens import words

__all__ = [
    "NEAR_COPY",
    "Overlap",
    "Premise",
    "coverage",
    "find_premises",
    "is_near_copy",
    "overlap",
    "recall",
    "trimmed",
]

SENTENCES = 4  # of a premise
DOCUMENTS = 3  # with a premise of their own
ALONE = 2  # best sentences that are premises by themselves
LONGEST = 140  # words of a premise: what the model reads of it
NEAR_COPY = 0.75  # share of a claim's words that one sentence has, from which the claim is a near copy of it
NEAR = 0.5  # weight of a cosine beside the share of the claim's words


@dataclass(frozen=True, slots=True)
class Premise:
    """Spans read together, in the order of their documents; `best` has most of the claim's words."""

    quotes: tuple[Quote, ...]
    best: Quote

    @property
    def text(self) -> str:
        """What the model reads: the titles, and the sentences in their order."""
        pieces: list[str] = []
        title = None
        for quote in self.quotes:
            if quote.document.title != title:
                title = quote.document.title
                pieces.append(f"{title}:" if title else "")
            pieces.append(quote.text)
        return " ".join(" ".join(pieces).split())

    @property
    def terms(self) -> frozenset[str]:
        """The words of all spans."""
        return _terms(self.quotes)


@dataclass(frozen=True, slots=True)
class Overlap:
    """
    Overlap of a claim and a premise, shares of 0 to 1.

    Of the claim's words by weight (`coverage`), each counted once (`recall`), of its pairs of neighbouring words
    (`pairs`), and of its words by weight in all of the evidence (`anywhere`). `is_near_copy`: one sentence has most.
    """

    coverage: float
    recall: float
    pairs: float
    anywhere: float
    is_near_copy: bool


def overlap(claim: Statement, premise: Premise, anywhere: float) -> Overlap:
    """How much of a claim's words a premise has; `anywhere` is the coverage by all of the evidence."""
    tokens = words(claim.text)
    theirs = set(pairwise(token for quote in premise.quotes for token in quote.tokens))
    mine = list(pairwise(tokens))
    return Overlap(
        coverage=coverage(claim, premise.terms),
        recall=recall(claim, premise.terms),
        pairs=sum(pair in theirs for pair in mine) / len(mine) if mine else 0.0,
        anywhere=anywhere,
        is_near_copy=any(is_near_copy(claim, quote) for quote in premise.quotes),
    )


def recall(claim: Statement, terms: frozenset[str]) -> float:
    """Share of a claim's content words that are among the terms, each counted once."""
    mine = {word.stem for word in claim.words}
    return len(mine & terms) / len(mine) if mine else 0.0


def is_near_copy(claim: Statement, quote: Quote) -> bool:
    """Whether a sentence has most of a claim's content words, or of all its words in their order."""
    if recall(claim, quote.terms) >= NEAR_COPY:
        return True
    mine = words(claim.text)
    blocks = SequenceMatcher(None, mine, quote.tokens, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks) >= NEAR_COPY * len(mine) > 0


def find_premises(claim: Statement, quotes: Sequence[Quote], cosines: Sequence[float]) -> list[Premise]:
    """
    Premises of a claim, at most `ALONE + DOCUMENTS + 1`, without repeats.

    The best sentences alone, the best few of each document together, and the best few of all documents. `cosines` are
    those of the claim with each quote, zeros without an embedding model.
    """
    if not quotes:
        return []
    score = {
        id(quote): coverage(claim, quote.terms) + NEAR * max(0.0, cosine)
        for quote, cosine in zip(quotes, cosines, strict=True)
    }
    ordered = sorted(quotes, key=lambda quote: -score[id(quote)])
    documents: dict[str, list[Quote]] = {}
    for quote in ordered:
        documents.setdefault(quote.document.id, []).append(quote)
    own = {key: _chosen(claim, mine, score) for key, mine in documents.items()}
    places = {(quote.document.id, quote.start): at for at, quote in enumerate(quotes)}
    best = sorted(own.values(), key=lambda chosen: -coverage(claim, _terms(chosen)))[:DOCUMENTS]
    groups = [[quote] for quote in ordered[:ALONE]] + best + [_chosen(claim, ordered, score)]
    premises: dict[tuple[int, ...], Premise] = {}
    for group in groups:
        at = sorted({places[quote.document.id, quote.start] for quote in group})
        with_context = sorted({*at, *(one - 1 for one in at if _needs_the_one_before(quotes, one))})
        chosen = tuple(quotes[one] for one in with_context)
        premises.setdefault(tuple(with_context), Premise(chosen, max(chosen, key=lambda quote: score[id(quote)])))
    return list(premises.values())


def coverage(claim: Statement, terms: frozenset[str]) -> float:
    """Share of the weight of a claim's words that are among the terms, 0 to 1; 0 for a claim without words."""
    total = sum(word.weight for word in claim.words)
    return sum(word.weight for word in claim.words if word.stem in terms) / total if total else 0.0


def trimmed(claim: Statement, premise: Premise) -> Premise:
    """The premise without the spans that add no word of the claim to the others, the last of them first."""
    quotes = list(premise.quotes)
    for quote in reversed(premise.quotes):
        rest = [other for other in quotes if other is not quote]
        if rest and coverage(claim, _terms(rest)) >= coverage(claim, _terms(quotes)):
            quotes = rest
    return Premise(tuple(quotes), premise.best if premise.best in quotes else quotes[0])


def _chosen(claim: Statement, ordered: Sequence[Quote], score: dict[int, float]) -> list[Quote]:
    """Sentences chosen one by one, each for what it adds to those before, then for its own score."""
    chosen: list[Quote] = []
    terms: frozenset[str] = frozenset()
    length = 0
    pool = list(ordered[:24])
    while pool and len(chosen) < SENTENCES:
        have = coverage(claim, terms)
        best = max(pool, key=lambda quote: coverage(claim, terms | quote.terms) - have + 0.3 * score[id(quote)])
        pool.remove(best)
        length += len(best.tokens)
        if chosen and length > LONGEST:
            break
        chosen.append(best)
        terms |= best.terms
    return chosen


def _terms(chosen: Iterable[Quote]) -> frozenset[str]:
    return frozenset().union(*(quote.terms for quote in chosen))


def _needs_the_one_before(quotes: Sequence[Quote], at: int) -> bool:
    """Whether a quote points back at the sentence right before it, which the quotes hold."""
    if at == 0 or quotes[at - 1].document.id != quotes[at].document.id:
        return False
    return points_back(quotes[at].text) and 0 <= quotes[at].start - quotes[at - 1].end < 3
