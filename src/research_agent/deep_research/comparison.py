"""Table of a comparison: a row an aspect, a column a side; each cell is words of the sentence that it cites."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from research_agent.deep_research.finds import ANSWERS
from research_agent.deep_research.sections import Said
from research_agent.grounding import Judgement, Quote
from research_agent.memory import LedgerEntry, Step
from research_agent.stages.answer_span import answer_span
from research_agent.text.answer_forms import candidate_spans
from research_agent.text.tokens import WORD, content_stems
from research_agent.types import Document, Rerank

__all__ = ["Table", "compare_sides"]

ENOUGH, FEWEST = 0.5, 4
"""Share of the cells that must be filled, and how many there must be, for a table of all that is asked."""
NEAR = 40
"""Characters between the word for what is asked and its figure."""
# "The 15th most populous" is no population.
ORDINAL = re.compile(r"\d+(?:st|nd|rd|th)\b.*", re.IGNORECASE)
FIGURE = re.compile(r"\d[\d.,]*\s$")
RANKS = re.compile(r"\b(?:rank|place|position|century|order)", re.IGNORECASE)
UNSAFE = frozenset("|\n\r")


@dataclass(frozen=True, slots=True)
class Table:
    """Table with a `head` for each column but the first, and rows of a label with cells; None is an empty cell."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Said | None, ...]], ...]


async def compare_sides(
    ledger: Sequence[LedgerEntry], documents: dict[str, Document], steps: Sequence[Step], rerank: Rerank | None
) -> Table | None:
    """The table of a comparison by aspects; None when too few of its cells have a value."""
    sides = tuple(dict.fromkeys(step.side for step in steps if step.side))
    aspects = tuple(dict.fromkeys(step.heading for step in steps if step.side and step.heading))
    if len(sides) < 2 or len(sides) * len(aspects) < FEWEST or any(UNSAFE & set(name) for name in (*sides, *aspects)):
        return None
    best = {entry.step: entry for entry in sorted(ledger, key=lambda entry: entry.score or 0.0)}
    values: dict[tuple[str, str], Said] = {}
    for step in steps:
        entry = best.get(step.id)
        if entry is not None and (entry.score is None or entry.score >= ANSWERS):
            value = await _value(step, Quote(documents[entry.document], entry.start, entry.end), rerank)
            if value is not None:
                values[step.heading, step.side] = value
    rows = [(aspect, tuple(values.get((aspect, side)) for side in sides)) for aspect in aspects]
    fewest = 1 if len(values) >= ENOUGH * len(sides) * len(aspects) else 2  # else what compares two sides at least
    told = tuple((aspect, cells) for aspect, cells in rows if sum(map(bool, cells)) >= fewest)
    return Table(sides, told) if told else None


async def _value(step: Step, quote: Quote, rerank: Rerank | None) -> Said | None:
    """
    The words of a sentence that answer: the figure behind the word for what is asked, else what the reader says.

    None when the question asks for no figure, date or name, or the words would break the table.
    """
    spans = list(candidate_spans(step.asked, quote.text))
    if not RANKS.search(step.asked):
        spans = [span for span in spans if not ORDINAL.fullmatch(quote.text[slice(*span)])]
    aspect = set(content_stems(step.asked)) - set(content_stems(step.side))
    named = [match.end() for match in WORD.finditer(quote.text) if aspect & set(content_stems(match[0]))]
    behind = [span for span in spans if any(0 <= span[0] - end <= NEAR for end in named)]
    if behind:
        span = behind[0]
    elif not spans or rerank is None:
        return None
    else:
        found = await answer_span(step.asked, quote.document.title, quote.text, rerank)
        if found is None or (not named and any(map(str.isdigit, quote.text[slice(*found)]))):
            return None  # a figure of what the sentence does not name may be of anything
        span = found
    figure = FIGURE.search(quote.text[: span[0]])  # "million inhabitants" without its "107"
    text = quote.text[figure.start() if figure else span[0] : span[1]].strip()
    judgement = Judgement(1.0, "supported", ((1.0, quote),), by="verbatim")
    return None if UNSAFE & set(text) or not text else Said(text, judgement)
