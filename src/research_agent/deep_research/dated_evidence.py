"""Timeline of a report: its dated sentences in the order of time, each date in words of the sentence it is cited by."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from research_agent.deep_research.computed_figures import ComputedSaid
from research_agent.deep_research.sections import Said, Section
from research_agent.deep_research.titles import unqualified
from research_agent.errors import ProgramError, SandboxError
from research_agent.grounding import Judgement, Quote
from research_agent.messages import report_lines
from research_agent.sandbox import Sandbox
from research_agent.text.fragments import is_unfinished
from research_agent.text.quantities import Day, days
from research_agent.text.tokens import STOP_WORDS
from research_agent.types import Computation, Plot, PlotPoint

__all__ = ["Timeline", "timeline_of"]

FEWEST, MOST = 3, 12
"""Dates from which there is a timeline, and that it shows."""
PLENTY, SHARE = 5, 1 / 3
"""Dates, or their share of all sentences, from which the matter is one of dates."""
JOINED = re.compile(r"\s*(?:–|-|—|to|until|till)\s*")
PROGRAM = "days = sorted(values.values())\nresult = [days[0][0], days[-1][0]]"
UNSAFE = frozenset("|\n\r")
NAMED = re.compile(r"\b([A-Z][\w'’.-]*)\s$")
COUNTS = re.compile(r"[\s-]([a-zµ°][^\W\d_]*)")
"""What makes a number of four digits no year: a name before it ("Room 1999"), or what it counts ("1500 seats")."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """Rows of a label, a date and the sentence that says it, the earliest first; `span` says how far they reach."""

    rows: tuple[tuple[str, tuple[Said, Said]], ...]
    span: ComputedSaid | None


@dataclass(frozen=True, slots=True)
class _Dated:
    said: Said
    quote: Quote
    day: Day
    last: Day  # of a range; else the same
    shown: str

    @property
    def order(self) -> tuple[int, int, int]:
        return _parts(self.day)


async def timeline_of(sections: Sequence[Section], sandbox: Sandbox | None) -> Timeline | None:
    """The timeline of the sentences that have one date, or one range; None where the matter is none of dates."""
    said = [one for section in sections for paragraph in section.paragraphs for one in paragraph]
    found: dict[tuple[int, int, int], _Dated] = {}
    for one in said:
        if dated := _dated(one):
            found.setdefault(dated.order, dated)
    if len(found) < FEWEST or len(found) < min(PLENTY, SHARE * len(said)):
        return None
    ordered = sorted(list(found.values())[:MOST], key=lambda one: one.order)
    return Timeline(tuple(map(_row, ordered)), await _span(ordered, sandbox) if sandbox is not None else None)


def _dated(said: Said) -> _Dated | None:
    """A sentence in the words of its one source with its date; None for none, several, and one that is not sure."""
    if len(said.quotes) != 1 or UNSAFE & set(said.text):
        return None
    quote = said.quotes[0][1]
    found = [day for day in days(said.text) if not day.vague]
    if said.text != quote.text or not found or any(day.year < 1 for day in found):
        return None
    last = found[0]
    for one, other in itertools.pairwise(found):
        if not JOINED.fullmatch(said.text[one.end : other.start]) or last is not found[0]:
            return None
        last = other
    if _may_be_no_year(said.text, found[0], last):
        return None
    return _Dated(said, quote, found[0], last, said.text[found[0].start : last.end].strip())


def _may_be_no_year(text: str, first: Day, last: Day) -> bool:
    """Whether a bare number, which is read as a year, may be another one."""
    name = None if first.month else NAMED.search(text, 0, first.start)
    counted = None if last.month else COUNTS.match(text, last.end)
    is_named = name is not None and name[1].lower() not in STOP_WORDS | {"since", "till"}
    return is_named or (counted is not None and counted[1] not in STOP_WORDS)


def _row(dated: _Dated) -> tuple[str, tuple[Said, Said]]:
    title = unqualified(dated.quote.document.title)
    label = title if is_unfinished(title) and not UNSAFE & set(title) else ""
    judgement = Judgement(1.0, "supported", ((1.0, dated.quote),), by="verbatim")
    return label, (Said(dated.shown, judgement), dated.said)


async def _span(ordered: Sequence[_Dated], sandbox: Sandbox) -> ComputedSaid | None:
    """From when to when, computed, with the picture of all dates; None when the sandbox does not run."""
    days_of = [day for one in ordered for day in dict.fromkeys((one.day, one.last))]
    values = {f"d{at}": list(_parts(day)) for at, day in enumerate(days_of, 1)}
    try:
        outcome = await sandbox.run(PROGRAM, values)
    except (ProgramError, SandboxError):
        return None
    first, last = ordered[0], max(ordered, key=lambda one: _parts(one.last))
    sentence = report_lines.TIMELINE_SPAN(first=first.day.year, last=last.last.year)
    points = tuple(
        PlotPoint(
            label=one.said.text, value=_years(one.day), shown=one.shown, document=one.quote.document.id,
            start=one.quote.start, end=one.quote.end,
        )
        for one in ordered
    )  # fmt: skip
    quotes = {(one.quote.document.id, one.quote.start): one.quote for one in (first, last)}.values()
    judged = Judgement(1.0, "supported", tuple((1.0, quote) for quote in quotes), by="computed")
    plot = Plot(kind="timeline", title="Timeline", unit="", points=points)
    made = Computation(sentence=(0, len(sentence)), program=PROGRAM, values=values, result=outcome.result, plot=plot)
    return ComputedSaid(Said(sentence, judged), made)


def _parts(day: Day) -> tuple[int, int, int]:
    return (day.year, day.month, day.day)


def _years(day: Day) -> float:
    """A day in years; an unknown month is the middle of the year."""
    return day.year + ((day.month - 1) / 12 + max(day.day - 1, 0) / 372 if day.month else 0.5)
