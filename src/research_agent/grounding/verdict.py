"""
Verdict on a claim: from what the model reads in its premises, how much of its words they hold, and the vetoes.

The score is a calibrated probability that the sources say it. How its weights and the thresholds were chosen, and what
it is worth: docs/decisions/0007-support.md and docs/models.md.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from research_agent.grounding.premises import Overlap, Premise
from research_agent.grounding.spans import Quote
from research_agent.types import JudgedBy, Verdict

__all__ = ["UNCERTAIN", "Judgement", "Reading", "Verdict", "judge_claim"]

MOST_QUOTES = 3  # of one sentence

# Log-odds of support, chosen on labelled sentences as docs/decisions/0007-support.md says. What the model says of a
# near copy counts twice; of a free sentence it counts at most EVIDENT, since there the words tell as much as it does.
BIAS, NEAR_COPY = -0.9, 0.52
ENTAILMENT_OF_COPY, ENTAILMENT, EVIDENT = 0.52, 0.26, (-4.0, 2.0)
COVERAGE, RECALL, PAIRS, COVERAGE_ANYWHERE = 0.52, 0.26, 0.52, 0.52
VETOES: Mapping[str, float] = {
    "figure": 0.78, "name": 0.78, "negation": 0.13, "quantity": 0.13, "unit": 0.26, "direction": 0.26,
    "altered qualifier": 0.13,
}  # fmt: skip
# Any other way in which a near copy was altered, by words or by their place. It is never supported for its likeness.
ALTERED, MOVED = 0.52, 0.26
MOVES = frozenset({"altered order", "altered splice"})
# Ways that the model overlooks, so that it is refused whatever the model says; of the others the model decides.
REFUSING = frozenset(
    f"altered {kind}"
    for kind in ("figure", "unit", "name", "negation", "direction", "date", "pronoun", "splice", "class")
)
DOUBTED = 0.7  # log-odds of the model below which a near copy is refused, altered or not
SUPPORTED, PARTLY = 0.515, 0.42  # scores from which a sentence is supported, and partly supported
REFUSED = 0.51  # score of an altered copy at most: just below `SUPPORTED`
CONTRADICTED, SAME_MATTER = 0.8, 0.5  # the model's probability, and the share of words, from which it is contradicted
# Scores between which a verdict may well be wrong: there the user's own chat model is asked too (`second_opinion`).
UNCERTAIN = (0.42, 0.62)
COPIED = 0.9  # score of a sentence that leaves words of the source out, when there is no model to read it


@dataclass(frozen=True, slots=True)
class Judgement:
    """
    Judgement of one sentence by the evidence.

    `score` is the probability that the sources say it. `quotes` are the spans that say it, each with a score of its
    own: alternatives from several documents, or up to three that say it together; for `partly`, those that say most
    of it; for `contradicted`, those that say otherwise; empty when `unsupported`. `by` is what decided. `veto` is the
    reason why a rule refused the sentence, whatever else speaks for it; "" without one.
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


@dataclass(frozen=True, slots=True)
class Reading:
    """
    Premise of a claim as it was read: what its words have in common with the claim's, vetoes, the model's three logits.

    Without a model (None) it says the claim when that is `copied`: some words left out, and no veto.
    """

    premise: Premise
    overlap: Overlap
    vetoes: frozenset[str]
    logits: Sequence[float] | None
    copied: bool = False

    @property
    def score(self) -> float:
        """Probability that the premise says the claim, 0 to 1."""
        if self.logits is None:
            return COPIED if self.copied and not self.vetoes else _by_words(self.overlap.coverage)
        score = 1 / (1 + math.exp(-self._odds(_log_odds(self.logits))))
        return min(score, REFUSED) if "altered splice" in self.vetoes else score

    def _odds(self, entailed: float) -> float:
        overlap = self.overlap
        odds = BIAS + COVERAGE * overlap.coverage + RECALL * overlap.recall + PAIRS * overlap.pairs
        odds += COVERAGE_ANYWHERE * overlap.anywhere
        if overlap.is_near_copy:
            odds += NEAR_COPY + ENTAILMENT_OF_COPY * entailed
        else:
            odds += ENTAILMENT * min(max(entailed, EVIDENT[0]), EVIDENT[1])
        odds -= sum(VETOES.get(kind, 0.0) for kind in self.vetoes - {"unit"})
        odds -= VETOES["unit"] * ("unit" in self.vetoes and "direction" not in self.vetoes)
        return odds - ALTERED * bool(self.vetoes - VETOES.keys() - MOVES) - MOVED * bool(self.vetoes & MOVES)

    @property
    def is_altered_copy(self) -> bool:
        """Whether the claim is a near copy of a sentence of the premise, altered by a rule or in the model's eyes."""
        if not self.overlap.is_near_copy:
            return False
        if self.logits is None:
            return bool(self.vetoes - VETOES.keys())
        return _log_odds(self.logits) < DOUBTED or bool(self.vetoes & REFUSING)

    @property
    def refuted(self) -> float:
        """Probability, by the model alone, that the premise says otherwise; 0 without one."""
        return 0.0 if self.logits is None else _softmax(self.logits)[1]


def judge_claim(readings: Sequence[Reading]) -> Judgement:
    """
    Judge a claim by the readings of its premises: the best decides; documents that say it too are quoted beside.

    A near copy that was altered wherever it is one is not supported, however surely a longer premise seems to say it.
    """
    if not readings:
        return Judgement(0.0, "unsupported")
    best = max(readings, key=lambda reading: reading.score)
    copies = [reading for reading in readings if reading.overlap.is_near_copy]
    altered = bool(copies) and all(reading.is_altered_copy for reading in copies)
    score, veto = round(min(best.score, REFUSED) if altered else best.score, 4), ", ".join(sorted(best.vetoes))
    if best.score >= SUPPORTED and not altered:
        return Judgement(score, "supported", _quotes(readings))
    against = [one for one in readings if one.refuted >= CONTRADICTED and one.overlap.coverage >= SAME_MATTER]
    if against:  # of the shortest its best sentence: in a longer one that may not be what says otherwise
        shortest = min(against, key=lambda reading: (len(reading.premise.text), -reading.refuted))
        return Judgement(score, "contradicted", ((score, shortest.premise.best),), veto=veto)
    if score >= PARTLY:
        quotes = tuple((score, quote) for quote in best.premise.quotes[:MOST_QUOTES])
        return Judgement(score, "partly", quotes, veto=veto)
    return Judgement(score, "unsupported", veto=veto)


def _quotes(readings: Sequence[Reading]) -> tuple[tuple[float, Quote], ...]:
    """
    Spans that say the claim: of each document its shortest premise that is enough, the best document first.

    What needs several documents together is cited so only when none says it alone; at most `MOST_QUOTES` are cited.
    """
    own: dict[frozenset[str], list[Reading]] = {}
    for reading in readings:
        if reading.score >= SUPPORTED:
            own.setdefault(frozenset(quote.document.id for quote in reading.premise.quotes), []).append(reading)
    alone = [group for documents, group in own.items() if len(documents) == 1]
    quotes: dict[tuple[str, int], tuple[float, Quote]] = {}
    for group in sorted(alone or own.values(), key=lambda group: -max(reading.score for reading in group)):
        shortest = min(group, key=lambda reading: len(reading.premise.text))
        for quote in shortest.premise.quotes:
            quotes.setdefault((quote.document.id, quote.start), (round(shortest.score, 4), quote))
        if len(quotes) >= MOST_QUOTES:
            break
    return tuple(quotes.values())[:MOST_QUOTES]


def _by_words(coverage: float) -> float:
    """Score without a model: below `SUPPORTED` however many words there are, partly from a third of them."""
    return min(PARTLY * 3 * coverage, PARTLY + 0.9 * (SUPPORTED - PARTLY) * coverage)


def _log_odds(logits: Sequence[float]) -> float:
    supported = _softmax(logits)[0]
    return math.log((supported + 1e-6) / (1 - supported + 1e-6))


def _softmax(logits: Sequence[float]) -> list[float]:
    top = max(logits)
    powers = [math.exp(logit - top) for logit in logits]
    return [power / sum(powers) for power in powers]
