"""
Whether spans of sources say a sentence, and how much of it they hold.

Two questions, kept apart. *Agreement* is a matter of yes and no: names, figures with their units, quantities, what is
denied, direction. Nothing outweighs a disagreement. *Coverage* is a matter of degree: how much of the sentence is
there at all, each word with its weight (`statements`). How the numbers were found: docs/decisions/0007-support.md.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from research_agent.grounding.claims import HEDGES, MONTHS, Statement, opposed
from research_agent.grounding.spans import Quote, alters, copies, reorders, truncates
from research_agent.text.tokens import stem, words

__all__ = ["THRESHOLDS", "Judgement", "Thresholds", "Verdict", "weigh"]

Verdict = Literal["supported", "partly", "unsupported"]
MOST_QUOTES = 3  # of one sentence
# A source that says it of few, half or nearly all does not say it of all.
LIMITING = frozenset({"few", "half", "almost"})
MONTH_STEMS = frozenset(stem(month) for month in MONTHS)
PREPOSITIONS = frozenset("in at on of from under during by with for to near after before since until".split())


@dataclass(frozen=True, slots=True)
class Thresholds:
    """
    When spans that agree support a sentence, and where the verdicts lie on the score.

    One sentence of a source: `words_alone` of the content words, or `words` of them and the `cosine` in meaning.
    Several together: `together` of the weight of the words, softened by the meaning (`held`). In both, `plain` of the
    words that are neither name nor figure: names and a date alone do not say that something ended then. A score of
    `supported` or more is a supported sentence; below it, `partly` or more is a partly supported one.
    """

    words_alone: float = 0.85
    words: float = 0.75
    cosine: float = 0.70
    together: float = 0.5
    plain: float = 0.5
    supported: float = 0.6
    partly: float = 0.15


THRESHOLDS = Thresholds()


@dataclass(frozen=True, slots=True)
class Judgement:
    """
    What the evidence makes of one sentence.

    `score` orders sentences by how well they are supported, 0 to 1. `quotes` are the spans that say it, each with a
    score of its own: alternatives from several documents, or up to three that say it together; for `partly`, those
    that say most of it; empty when `unsupported`.
    """

    score: float
    verdict: Verdict
    quotes: tuple[tuple[float, Quote], ...] = ()


def weigh(claim: Statement, quotes: Sequence[Quote], cosines: Sequence[float], thresholds: Thresholds) -> Judgement:
    """
    Judge one sentence by the quotes, `cosines` in their order (zeros without an embedding model).

    A sentence of a source says it alone, or up to three spans say it together. What one sentence has nearly all words
    of, or what repeats a source's words in their order, must be said by that very sentence: else a copy with one name
    changed would find the name elsewhere.
    """
    alone = _alone(claim, quotes, cosines, thresholds)
    if alone:
        return Judgement(alone[0][0], "supported", tuple(alone))
    if not claim.words or not quotes:
        return Judgement(0.0, "unsupported")
    altered = _nearly_said(claim, quotes, thresholds) or copies(claim.text, quotes)
    chosen, value = _best_together(claim, quotes, cosines)
    enough = value >= thresholds.together and _plain(claim, chosen) >= thresholds.plain
    if chosen and enough and _agree_together(claim, chosen) and not altered:
        score = thresholds.supported + (0.99 - thresholds.supported) * value
        return Judgement(round(score, 4), "supported", tuple((round(score, 4), quote) for quote in chosen))
    score = round(thresholds.supported * value, 4)
    if score >= thresholds.partly and chosen:
        return Judgement(score, "partly", tuple((score, quote) for quote in chosen))
    return Judgement(score, "unsupported")


def _alone(
    claim: Statement, quotes: Sequence[Quote], cosines: Sequence[float], thresholds: Thresholds
) -> list[tuple[float, Quote]]:
    """The best sentence of each document that says it alone, best document first; the short one in a draw."""
    best: dict[str, tuple[float, int, Quote]] = {}
    for quote, cosine in zip(quotes, cosines, strict=True):
        score = _score(claim, quote, float(cosine), thresholds)
        if score is None:
            continue
        candidate = (score, quote.start - quote.end, quote)
        if quote.document.id not in best or candidate[:2] > best[quote.document.id][:2]:
            best[quote.document.id] = candidate
    ordered = sorted(best.values(), key=lambda item: item[:2], reverse=True)
    return [(score, quote) for score, _, quote in ordered[:MOST_QUOTES]]


def _score(claim: Statement, quote: Quote, cosine: float, thresholds: Thresholds) -> float | None:
    """How well one sentence of a source says it, 0 to 1; None when it does not."""
    if claim.text == quote.text:
        return 1.0
    if quote.sentences > 1 or not claim.words:
        return None
    covered = _covered(claim, quote)
    enough = covered >= thresholds.words_alone or (covered >= thresholds.words and cosine >= thresholds.cosine)
    if not enough or not _agrees(claim, quote):
        return None
    if claim.text in quote.text:
        return 1.0
    if _plain(claim, [quote]) < thresholds.plain:
        return None
    if alters(claim, quote) or truncates(claim, quote) or reorders(claim, quote):
        return None
    score = (covered + max(cosine, 0.0)) / 2 if cosine else covered
    return round(max(thresholds.supported, min(0.99, score)), 4)


def _covered(claim: Statement, quote: Quote) -> float:
    """The share of the sentence's content words that the span has, each counted once."""
    mine = {word.stem for word in claim.words}
    return len(mine & quote.terms) / len(mine)


def _nearly_said(claim: Statement, quotes: Sequence[Quote], thresholds: Thresholds) -> bool:
    """Whether one sentence has the words of another, which it does not say: then they disagree."""
    return any(quote.sentences == 1 and _covered(claim, quote) >= thresholds.words_alone for quote in quotes)


def _held(claim: Statement, terms: frozenset[str]) -> float:
    """
    How much of a sentence stands in the terms, 0 to 1: exp(-m / sqrt(t)), m the weight of what is missing, t of all.

    Between a sum and a mean: a long sentence may miss more than a short one, but not in proportion.
    """
    total = sum(word.weight for word in claim.words)
    missing = sum(word.weight for word in claim.words if word.stem not in terms)
    return math.exp(-missing / math.sqrt(total)) if total else 0.0


def _best_together(claim: Statement, quotes: Sequence[Quote], cosines: Sequence[float]) -> tuple[list[Quote], float]:
    """
    The spans that say most of a sentence together, and how much, 0 to 1.

    Of one document: what one page says of Beethoven and another of Mozart makes no statement about either.
    """
    nearest = 0.8 + 0.2 * max(0.0, *cosines)
    documents: dict[str, list[Quote]] = {}
    for quote in quotes:
        documents.setdefault(quote.document.id, []).append(quote)
    best: tuple[list[Quote], float] = ([], 0.0)
    for own in documents.values():
        chosen = _together(claim, own)
        value = _held(claim, _union(quote.terms for quote in chosen)) * nearest
        if value > best[1]:
            best = (chosen, value)
    return best


def _plain(claim: Statement, chosen: Sequence[Quote]) -> float:
    """The share of the words that are neither name nor figure which the spans have; 1 when there are none."""
    plain = [word.stem for word in claim.words if word.kind == "word"]
    terms = _union(quote.terms for quote in chosen)
    return sum(word in terms for word in plain) / len(plain) if plain else 1.0


def _together(claim: Statement, quotes: Sequence[Quote]) -> list[Quote]:
    """The spans that together hold most of the sentence, chosen greedily, short ones first in a draw."""
    chosen: list[Quote] = []
    terms: frozenset[str] = frozenset()
    reached = _held(claim, terms)
    while len(chosen) < MOST_QUOTES:
        best = max(quotes, key=lambda quote: (_held(claim, terms | quote.terms), quote.start - quote.end))
        gained = _held(claim, terms | best.terms)
        if gained <= reached:
            break
        chosen.append(best)
        terms, reached = terms | best.terms, gained
    return chosen


def _agree_together(claim: Statement, chosen: Sequence[Quote]) -> bool:
    """Whether nothing the sentence states is missing in the spans, taken together, or otherwise in them."""
    if claim.figures - _union(quote.figures for quote in chosen):
        return False
    if claim.names - _union(quote.stems for quote in chosen):
        return False
    if claim.quantities - _union(quote.said.quantities for quote in chosen):
        return False
    if claim.negated and not any(quote.said.negated and claim.denied <= quote.said.denied for quote in chosen):
        return False
    if any((quote.said.denied - claim.denied) & claim.stems for quote in chosen):
        return False
    return not opposed(claim.stems, _union(quote.said.stems for quote in chosen)) and all(
        _measures_agree(claim, quote.said) for quote in chosen
    )


def _union(sets: Iterable[frozenset[str]]) -> frozenset[str]:
    return frozenset().union(*sets)


def _agrees(claim: Statement, quote: Quote) -> bool:
    """Whether nothing that the sentence states in names, figures, quantity or direction is otherwise in the span."""
    said = quote.said
    if claim.negated != said.negated or claim.denied - said.denied:
        return False
    if claim.figures - quote.figures or claim.quantities - said.quantities:
        return False
    if said.stems & HEDGES - claim.stems:
        return False
    if (said.genders and claim.genders - said.genders) or (LIMITING & said.quantities) - claim.quantities:
        return False
    return (
        _names_agree(claim, quote)
        and _measures_agree(claim, said)
        and _order_agrees(claim, quote)
        and not opposed(claim.stems, said.stems)
    )


def _names_agree(claim: Statement, quote: Quote) -> bool:
    """
    Whether every name is in the span or its title.

    A name that only the title has may be what the sentence is about; it may not stand in for a name of the span.
    """
    if claim.names - quote.stems:
        return False
    of_title = claim.names - quote.said.stems
    about = next((word.stem for word in claim.words if word.kind == "name"), "")
    return not of_title or about in of_title or quote.names <= claim.stems


def _measures_agree(claim: Statement, said: Statement) -> bool:
    """Whether no figure is counted in another unit."""
    counted = {measure.split()[0] for measure in said.measures}
    return all(measure.split()[0] not in counted for measure in claim.measures - said.measures)


def _order_agrees(claim: Statement, quote: Quote) -> bool:
    """
    Whether what stands first in the sentence does in the span: "A beat B" is not "B beat A".

    Only figures among each other, and who is the subject; a passive ("by") turns it round, and is let pass.
    """
    said = quote.said
    counted = claim.figures & said.figures
    figures_here, figures_there = (
        dict.fromkeys(w.stem for w in one.words if w.stem in counted) for one in (claim, said)
    )
    if list(figures_here) != list(figures_there):
        return False
    shared = (claim.names & said.stems) - MONTH_STEMS
    names_here, names_there = ([word.stem for word in one.words if word.stem in shared] for one in (claim, said))
    if names_here[:1] == names_there[:1] or ("by" in claim.stems) != ("by" in said.stems):
        return True
    return _is_fronted(claim.text) or _is_fronted(said.text)


def _is_fronted(text: str) -> bool:
    """Whether a sentence opens with "In Arvel, ...": its first name is not its subject."""
    return words(text)[:1] != [] and words(text)[0] in PREPOSITIONS
