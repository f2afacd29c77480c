"""
Judge: sentences held against the evidence, each against its premises, all in one batch through the model.

A sentence that a source has word for word is never read by the model. Where several spans say it together, a second,
small batch looks whether fewer of them do.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import dropwhile
from typing import TYPE_CHECKING

from research_agent.concurrency import cooperative
from research_agent.grounding.claims import Statement, parse_statement
from research_agent.grounding.premises import Premise, coverage, find_premises, overlap, trimmed
from research_agent.grounding.spans import Quote
from research_agent.grounding.verdict import MOST_QUOTES, SUPPORTED, Judgement, Reading, judge_claim
from research_agent.grounding.vetoes import find_vetoes
from research_agent.text.pointing import points_back
from research_agent.text.tokens import words
from research_agent.types import Entail

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["judge_claims"]

# What opens a sentence without saying anything, or only whom it is from.
OPENER = re.compile(
    r"(?:additionally|furthermore|moreover|in addition|also|overall|however|therefore|thus|in fact|in summary"
    r"|in conclusion|in short|notably|specifically"
    r"|according to (?:the|this) (?:source|article|text|evidence|passage)s?)"
    r",\s+",
    re.IGNORECASE,
)
SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class _Claim:
    """Sentence as it is judged, and its premises; none when it stands in a source word for word (`verbatim`)."""

    text: str
    statement: Statement
    premises: tuple[Premise, ...]
    verbatim: tuple[Quote, ...]
    anywhere: float  # coverage by all of the evidence


async def judge_claims(
    sentences: Sequence[str], quotes: Sequence[Quote], cosines: NDArray[np.float32], entail: Entail | None
) -> list[Judgement]:
    """
    Judge each sentence by the quotes, `cosines` of shape (sentences, quotes); zeros without an embedding model.

    Without `entail` only sentences of a source, or those that leave some of its words out, are supported.
    """
    async with cooperative():
        known = frozenset(name for quote in quotes for name in quote.names | quote.titled)
        claims = [
            _claim(sentence, quotes, row, known) for sentence, row in zip(sentences, cosines.tolist(), strict=True)
        ]
    readings = await _read(claims, [claim.premises for claim in claims], entail)
    fewer = [_fewer(claim, own) for claim, own in zip(claims, readings, strict=True)]
    again = await _read(claims, fewer, entail)
    return [
        _verbatim(claim.verbatim) if claim.verbatim else judge_claim([*own, *more])
        for claim, own, more in zip(claims, readings, again, strict=True)
    ]


def _claim(sentence: str, quotes: Sequence[Quote], cosines: Sequence[float], known_names: frozenset[str]) -> _Claim:
    opener = OPENER.match(sentence)
    text = sentence[opener.end() :] if opener else sentence
    text = text[:1].upper() + text[1:] if opener else text
    statement = parse_statement(text, known_names)
    form = _form(text)
    # The floor puts a title before a sentence that only says "It": the words are the source's all the same.
    verbatim = tuple(
        quote for quote in quotes if form in (_form(quote.text), _form(f"{quote.document.title}: {quote.text}"))
    )
    premises = () if verbatim or not statement.words else tuple(find_premises(statement, quotes, cosines))
    anywhere = coverage(statement, frozenset().union(*(quote.terms for quote in quotes)))
    return _Claim(text, statement, premises, verbatim, anywhere)


def _form(text: str) -> str:
    """A sentence as it is compared: white space, the last full stop and the kind of quotation marks do not matter."""
    return SPACE.sub(" ", text).strip().rstrip(".").translate({0x2019: "'", 0x2018: "'", 0x201C: '"', 0x201D: '"'})


def _verbatim(quotes: Sequence[Quote]) -> Judgement:
    """The first quote of each document that has the sentence."""
    own = {quote.document.id: quote for quote in reversed(quotes)}
    cited = tuple((1.0, quote) for quote in list(reversed(own.values()))[:MOST_QUOTES])
    return Judgement(1.0, "supported", cited, by="verbatim")


async def _read(
    claims: Sequence[_Claim], premises: Sequence[Sequence[Premise]], entail: Entail | None
) -> list[list[Reading]]:
    """Readings of the premises of each claim: all pairs of all claims in one call of the model."""
    pairs = [(claim.text, premise.text) for claim, own in zip(claims, premises, strict=True) for premise in own]
    rows = iter((await entail(pairs)).tolist() if entail is not None and pairs else [None] * len(pairs))
    async with cooperative():
        return [
            [_reading(claim, premise, next(rows)) for premise in own]
            for claim, own in zip(claims, premises, strict=True)
        ]


def _reading(claim: _Claim, premise: Premise, logits: Sequence[float] | None) -> Reading:
    vetoes = find_vetoes(claim.statement, premise.quotes)
    shared = overlap(claim.statement, premise, claim.anywhere)
    return Reading(premise, shared, vetoes, logits, logits is None and _is_copied(claim, premise))


def _is_copied(claim: _Claim, premise: Premise) -> bool:
    """
    Whether the claim is one sentence of a source with words left out: all of its words are there, in their order.

    The title may open it in place of a pronoun: "The Lumen is long" for "It is long".
    """
    quote = premise.best
    mine = words(claim.text)
    if points_back(quote.text):
        title = {"the", *words(quote.document.title)}
        mine = list(dropwhile(title.__contains__, mine))
    theirs = iter(quote.tokens)
    return bool(mine) and all(word in theirs for word in mine)


def _fewer(claim: _Claim, readings: Sequence[Reading]) -> list[Premise]:
    """The best premise without the quotes that add nothing to its words, where it has several and is enough."""
    enough = [reading for reading in readings if reading.score >= SUPPORTED]
    if not enough or any(len(reading.premise.quotes) == 1 for reading in enough):
        return []
    best = max(enough, key=lambda reading: reading.score)
    premise = trimmed(claim.statement, best.premise)
    return [] if premise == best.premise else [premise]
