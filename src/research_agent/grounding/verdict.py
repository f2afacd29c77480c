"""
Verdict on a sentence: whether quotes of sources say it, and how much of it they cover.

Two questions, kept apart. *Agreement* is a matter of yes and no: names, figures with their units, quantities, what is
denied, direction. Nothing outweighs a disagreement. *Coverage* is a matter of degree: how much of the sentence is
there at all, each word with its weight (`statements`). How the numbers were fitted: docs/decisions/0007-support.md.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from research_agent.grounding.claims import HEDGES, MONTHS, Statement, opposed
from research_agent.grounding.spans import Quote, alters, copies, reorders, truncates
from research_agent.text.tokens import stem, words
from research_agent.types import JudgedBy

__all__ = ["UNCERTAIN", "Judgement", "Verdict", "judge_claim"]

Verdict = Literal["supported", "partly", "contradicted", "unsupported"]
MOST_QUOTES = 3  # of one sentence
# A source that says it of few, half or nearly all does not say it of all.
LIMITING = frozenset({"few", "half", "almost"})
MONTH_STEMS = frozenset(stem(month) for month in MONTHS)
PREPOSITIONS = frozenset("in at on of from under during by with for to near after before since until".split())

# One sentence of a source says a claim with WORDS_ALONE of its content words, or WORDS of them and COSINE in meaning;
# several together with TOGETHER of the weight of the words, softened by the meaning (`_held`). Both need PLAIN of the
# words that are neither name nor figure: names and a date alone do not say that something ended then.
WORDS_ALONE, WORDS, COSINE, TOGETHER, PLAIN = 0.85, 0.75, 0.70, 0.5, 0.5
SUPPORTED, PARTLY = 0.6, 0.15  # scores from which a sentence is supported, and partly supported
ALTERED, DISAGREES = "altered copy", "another name, figure, quantity, unit, negation or direction"  # vetoes
# Scores between which a verdict may well be wrong: there the user's own chat model is asked too (`second_opinion`).
UNCERTAIN = (0.35, 0.75)


@dataclass(frozen=True, slots=True)
class Judgement:
    """
    Judgement of one sentence by the evidence.

    `score` orders sentences by how well they are supported, 0 to 1. `quotes` are the spans that say it, each with a
    score of its own: alternatives from several documents, or up to three that say it together; for `partly`, those
    that say most of it; for `contradicted`, those that say otherwise; empty when `unsupported`. `by` is what decided.
    `veto` is the reason why a rule refused the sentence, whatever else speaks for it; "" without one.
    """

    score: float
    verdict: Verdict
    quotes: tuple[tuple[float, Quote], ...] = ()
    by: JudgedBy = "judge"
    veto: str = ""

    @property
    def uncertain(self) -> bool:
        """Whether the score is so near to the threshold that the verdict may well be wrong."""
        return UNCERTAIN[0] <= self.score <= UNCERTAIN[1]


def judge_claim(claim: Statement, quotes: Sequence[Quote], cosines: Sequence[float]) -> Judgement:
    """
    Judge one sentence by the quotes, `cosines` in their order (zeros without an embedding model).

    A sentence of a source says it alone, or up to three spans say it together. What one sentence has nearly all words
    of, or what repeats a source's words in their order, must be said by that very sentence: else a copy with one name
    changed would find the name elsewhere.
    """
    alone = _alone(claim, quotes, cosines)
    if alone:
        verbatim = any(claim.text in quote.text for _, quote in alone)
        return Judgement(alone[0][0], "supported", tuple(alone), by="verbatim" if verbatim else "judge")
    if not claim.words or not quotes:
        return Judgement(0.0, "unsupported")
    altered = _nearly_said(claim, quotes) or copies(claim.text, quotes)
    chosen, value = _best_together(claim, quotes, cosines)
    enough = value >= TOGETHER and _plain(claim, chosen) >= PLAIN
    veto = ALTERED if altered else "" if _agree_together(claim, chosen) else DISAGREES
    if chosen and enough and not veto:
        score = SUPPORTED + (0.99 - SUPPORTED) * value
        return Judgement(round(score, 4), "supported", tuple((round(score, 4), quote) for quote in chosen))
    score = round(SUPPORTED * value, 4)
    if score >= PARTLY and chosen:
        return Judgement(score, "partly", tuple((score, quote) for quote in chosen), veto=veto)
    return Judgement(score, "unsupported", veto=veto)


def _alone(claim: Statement, quotes: Sequence[Quote], cosines: Sequence[float]) -> list[tuple[float, Quote]]:
    """Best quote of each document that says the claim alone, best document first; the shorter in a tie."""
    best: dict[str, tuple[float, int, Quote]] = {}
    for quote, cosine in zip(quotes, cosines, strict=True):
        score = _score(claim, quote, float(cosine))
        if score is None:
            continue
        candidate = (score, quote.start - quote.end, quote)
        if quote.document.id not in best or candidate[:2] > best[quote.document.id][:2]:
            best[quote.document.id] = candidate
    ordered = sorted(best.values(), key=lambda item: item[:2], reverse=True)
    return [(score, quote) for score, _, quote in ordered[:MOST_QUOTES]]


def _score(claim: Statement, quote: Quote, cosine: float) -> float | None:
    """Score of one quote that says the claim alone, 0 to 1; None when it does not."""
    if claim.text == quote.text:
        return 1.0
    if quote.sentences > 1 or not claim.words:
        return None
    covered = _covered(claim, quote)
    enough = covered >= WORDS_ALONE or (covered >= WORDS and cosine >= COSINE)
    if not enough or not _agrees(claim, quote):
        return None
    if claim.text in quote.text:
        return 1.0
    if _plain(claim, [quote]) < PLAIN:
        return None
    if alters(claim, quote) or truncates(claim, quote) or reorders(claim, quote):
        return None
    score = (covered + max(cosine, 0.0)) / 2 if cosine else covered
    return round(max(SUPPORTED, min(0.99, score)), 4)


def _covered(claim: Statement, quote: Quote) -> float:
    """Share of the claim's content words that the quote has, each counted once."""
    mine = {word.stem for word in claim.words}
    return len(mine & quote.terms) / len(mine)


def _nearly_said(claim: Statement, quotes: Sequence[Quote]) -> bool:
    """Whether one quote has the claim's words but does not say it: then they disagree."""
    return any(quote.sentences == 1 and _covered(claim, quote) >= WORDS_ALONE for quote in quotes)


def _held(claim: Statement, terms: frozenset[str]) -> float:
    """
    Coverage of a claim by terms, 0 to 1: exp(-m / sqrt(t)), m the weight of its missing words, t of all.

    Between a sum and a mean: a long sentence may miss more than a short one, but not in proportion.
    """
    total = sum(word.weight for word in claim.words)
    missing = sum(word.weight for word in claim.words if word.stem not in terms)
    return math.exp(-missing / math.sqrt(total)) if total else 0.0


def _best_together(claim: Statement, quotes: Sequence[Quote], cosines: Sequence[float]) -> tuple[list[Quote], float]:
    """
    Quotes of one document that together say most of a claim, and how much, 0 to 1.

    Never of several: what one page says of Beethoven and another of Mozart makes no statement about either.
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
    """Coverage of the words that are neither name nor figure; 1 when there are none."""
    plain = [word.stem for word in claim.words if word.kind == "word"]
    terms = _union(quote.terms for quote in chosen)
    return sum(word in terms for word in plain) / len(plain) if plain else 1.0


def _together(claim: Statement, quotes: Sequence[Quote]) -> list[Quote]:
    """Quotes that together cover most of the claim, chosen greedily, shorter ones first in a tie."""
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
    """Whether the quotes, taken together, neither lack nor contradict anything that the claim states."""
    if claim.figures - _union(quote.figures for quote in chosen):
        return False
    if claim.names - _union(quote.stems for quote in chosen):
        return False
    if claim.quantities - _union(quote.statement.quantities for quote in chosen):
        return False
    if claim.negated and not any(
        quote.statement.negated and claim.denied <= quote.statement.denied for quote in chosen
    ):
        return False
    if any((quote.statement.denied - claim.denied) & claim.stems for quote in chosen):
        return False
    return not opposed(claim.stems, _union(quote.statement.stems for quote in chosen)) and all(
        _measures_agree(claim, quote.statement) for quote in chosen
    )


def _union(sets: Iterable[frozenset[str]]) -> frozenset[str]:
    return frozenset().union(*sets)


def _agrees(claim: Statement, quote: Quote) -> bool:
    """Whether the quote agrees with the claim in names, figures, quantity, negation and direction."""
    statement = quote.statement
    if claim.negated != statement.negated or claim.denied - statement.denied:
        return False
    if claim.figures - quote.figures or claim.quantities - statement.quantities:
        return False
    if statement.stems & HEDGES - claim.stems:
        return False
    if (statement.genders and claim.genders - statement.genders) or (
        LIMITING & statement.quantities
    ) - claim.quantities:
        return False
    return (
        _names_agree(claim, quote)
        and _measures_agree(claim, statement)
        and _order_agrees(claim, quote)
        and not opposed(claim.stems, statement.stems)
    )


def _names_agree(claim: Statement, quote: Quote) -> bool:
    """
    Whether every name of the claim is in the quote or its title.

    A name that only the title has may be what the sentence is about; it may not stand in for a name of the span.
    """
    if claim.names - quote.stems:
        return False
    of_title = claim.names - quote.statement.stems
    about = next((word.stem for word in claim.words if word.kind == "name"), "")
    return not of_title or about in of_title or quote.names <= claim.stems


def _measures_agree(claim: Statement, statement: Statement) -> bool:
    """Whether no figure is counted in another unit."""
    counted = {measure.split()[0] for measure in statement.measures}
    return all(measure.split()[0] not in counted for measure in claim.measures - statement.measures)


def _order_agrees(claim: Statement, quote: Quote) -> bool:
    """
    Whether names and figures stand in the same order in both: "A beat B" is not "B beat A".

    Only figures among each other, and who is the subject; a passive ("by") turns it round, and is let pass.
    """
    statement = quote.statement
    counted = claim.figures & statement.figures
    figures_here, figures_there = (
        dict.fromkeys(w.stem for w in one.words if w.stem in counted) for one in (claim, statement)
    )
    if list(figures_here) != list(figures_there):
        return False
    shared = (claim.names & statement.stems) - MONTH_STEMS
    names_here, names_there = ([word.stem for word in one.words if word.stem in shared] for one in (claim, statement))
    if names_here[:1] == names_there[:1] or ("by" in claim.stems) != ("by" in statement.stems):
        return True
    return _is_fronted(claim.text) or _is_fronted(statement.text)


def _is_fronted(text: str) -> bool:
    """Whether a sentence opens with "In Arvel, ...", so that its first name is not its subject."""
    return words(text)[:1] != [] and words(text)[0] in PREPOSITIONS
