"""
Computing: from the figures of the sources to one that no source says, by a small program that anyone can run again.

What the question asks for is known by its form (`text.arithmetic`); which sentence holds a figure the reader has said.
Here figures become values of one unit, a program goes over them, and its result becomes a sentence.
"""

from __future__ import annotations

import asyncio
import itertools
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from research_agent.text.arithmetic import Operand, Operation, Task
from research_agent.text.quantities import Day, Quantity, days, quantities
from research_agent.text.units import conversion, dimension
from research_agent.types import Document

__all__ = ["PROGRAMS", "Figure", "Program", "figure_of", "given_day", "program_for", "sentence_for"]

PROGRAMS: Mapping[Operation, str] = {
    "difference": 'a, b = values["a"], values["b"]\nresult = a - b',
    "change": 'a, b = values["a"], values["b"]\nresult = b - a',
    "ratio": 'result = values["a"] / values["b"]',
    "share": 'result = 100 * values["a"] / values["b"]',
    "sum": "result = sum(values.values())",
    "average": "result = sum(values.values()) / len(values)",
    "convert": 'result = values["a"] * values["factor"] + values["offset"]',
    "rank": "result = sorted(values, key=lambda name: -values[name])",
    "age": '(y1, m1, d1), (y2, m2, d2) = values["a"], values["b"]\nwhole = m1 and m2 and (m1 != m2 or (d1 and d2))\n'
    "years = y2 - y1 - (1 if whole and (m2, d2) < (m1, d1) else 0)\n"
    "result = [years, years] if whole else [years - 1, years]",
}
"""Operation -> the program over `values`, in the subset of Python that every level of the sandbox knows."""
LENGTH, AREA, MASS, SPEED, HEAT, NONE = "[length]", "[length] ** 2", "[mass]", "[length] / [time]", "[temperature]", ""
DIMENSIONS = {
    **dict.fromkeys(("tall", "high", "long", "deep", "wide", "far"), LENGTH),
    **dict.fromkeys(("height", "elevation", "altitude", "length", "width", "depth", "distance", "diameter"), LENGTH),
    **dict.fromkeys(("large", "big", "area", "surface area"), AREA),
    **dict.fromkeys(("heavy", "mass", "weight"), MASS),
    **dict.fromkeys(("fast", "speed"), SPEED),
    **dict.fromkeys(("hot", "temperature", "boiling point", "melting point"), HEAT),
    **dict.fromkeys(("population", "more populous", "less populous", "more populated"), NONE),
}
"""What is measured -> the dimension of its unit, as pint writes it; "" for a bare number."""
CUES = {
    **dict.fromkeys(
        ("tall", "high", "height", "elevation", "altitude"), "tall|high|height|elevation|altitude|summit|peak|rises"
    ),
    **dict.fromkeys(("long", "length"), "long|length|runs|flows|stretch"),
    **dict.fromkeys(("deep", "depth"), "deep|depth"),
    **dict.fromkeys(("wide", "width"), "wide|width"),
    **dict.fromkeys(("large", "big", "area", "surface area"), "area|cover|size|spans"),
    **dict.fromkeys(("heavy", "mass", "weight"), "mass|weigh|heavy"),
    **dict.fromkeys(("fast", "speed"), "speed|fast"),
    **dict.fromkeys(
        ("population", "more populous", "less populous", "more populated"), "population|people|inhabitants|residents"
    ),
    "diameter": "diameter|across",
}
"""What is measured -> the words beside its figure."""
EVENTS = {
    "begin": r"born|b\.|began|begun|start(?:ed)?|broke out|outbreak|from|since|founded|established|created",
    "end": r"died|d\.|death|dead|ended|end|over|until|surrender(?:ed)?|fell|dissolved",
    "when": r"born|built|completed|opened|founded|established|created|began|introduced|released|published|from|since",
}
"""Event -> the words before its day."""
RANGE = re.compile(r"\s*(?:–|-|—|to|until|till|and)\s*")
BESIDE = 45  # characters
NAMES = "abcde"
LARGEST_YEAR_GAP = 10_000
NEAR = 0.03  # two figures of one sentence that differ by less are one, in two units


class Figure(NamedTuple):
    """Figure that a sentence of a source (a span of the document) says; one that the question gives has no document."""

    operand: Operand
    value: Quantity | Day
    document: Document | None = None
    start: int = 0
    end: int = 0

    @property
    def text(self) -> str:
        """The figure as it is written."""
        if self.document is None:
            return self.operand.given
        sentence = self.document.text[self.start : self.end]
        return sentence[self.value.start : self.value.end].strip()


@dataclass(frozen=True, slots=True)
class Program:
    """
    Program over the `values` of figures, in `unit` ("" for none).

    `digits` are the decimals that its result may have; it is `rough` when a figure is.
    """

    text: str
    values: Mapping[str, Any]
    unit: str = ""
    digits: int = 0
    rough: bool = False


def figure_of(task: Task, operand: Operand, document: Document, span: tuple[int, int]) -> Figure | None:
    """
    The figure of an operand in a sentence, `span` of the document; None when it has none of the right kind.

    Of several the one counts that stands next to a word for what is measured ("a population of", "m tall"), or where a
    range says what is its beginning and its end; when neither decides, none does.
    """
    sentence = document.text[slice(*span)]
    if operand.year and not any(day.year == operand.year for day in days(sentence)):
        return None
    if operand.is_day:
        day = _day(operand, sentence)
        return None if day is None else Figure(operand, day, document, *span)
    found = _measured(task, sentence)
    distinct = [one for at, one in enumerate(found) if not any(_is_same(one, other) for other in found[:at])]
    cues = re.compile(rf"\b(?:{CUES.get(task.measure.removesuffix('s'), re.escape(task.measure))})", re.IGNORECASE)
    chosen = distinct[0] if len(distinct) == 1 else _beside(cues, sentence, distinct)
    return None if chosen is None else Figure(operand, chosen, document, *span)


def _beside(cues: re.Pattern[str], sentence: str, found: Sequence[Quantity]) -> Quantity | None:
    """The one quantity that stands beside a cue, with no other between; None when there is none, or several."""
    beside = []
    for one in found:
        before, behind = sentence[max(0, one.start - BESIDE) : one.start], sentence[one.end : one.end + BESIDE // 2]
        before = re.split(r"[,;()]|\d", before)[-1]
        behind = re.split(r"[,;()]|\d", behind)[0]
        if cues.search(before) or cues.match(behind.lstrip()):
            beside.append(one)
    return beside[0] if len(beside) == 1 else None


def _day(operand: Operand, sentence: str) -> Day | None:
    """The day of an operand's event: of a range its end, else the one day, or the one behind the event's verb."""
    found = list(days(sentence))
    for one, other in itertools.pairwise(found):
        if RANGE.fullmatch(sentence[one.end : other.start]):
            return {"begin": one, "end": other}.get(operand.event)  # an event that took years has no one day
    verbs = re.compile(rf"\b(?:{EVENTS.get(operand.event, operand.event)})\b[^\d;]{{0,{BESIDE}}}$", re.IGNORECASE)
    behind = [one for one in found if verbs.search(sentence[: one.start])]
    if len(behind) == 1:
        return behind[0]
    return found[0] if len(found) == 1 and (not behind) and operand.event == "when" else None


def given_day(operand: Operand, today: date) -> Figure:
    """The figure that the question itself gives: a year, or today."""
    if operand.given == "today":
        return Figure(operand, Day(today.year, today.month, today.day, 0, 0))
    return Figure(operand, Day(int(operand.given), 0, 0, 0, 0))


def _measured(task: Task, sentence: str) -> list[Quantity]:
    """Quantities of the dimension that is compared."""
    wanted = DIMENSIONS.get(task.measure.removesuffix("s") if task.measure not in DIMENSIONS else task.measure)
    found = []
    for one in quantities(sentence):
        of = dimension(one.unit)
        if wanted == NONE:
            fits = of is None and one.unit != "%" and one.value >= 1 and one.value == int(one.value)
        else:
            fits = of == wanted if wanted is not None else True
        if fits:
            found.append(one)
    return found


async def program_for(task: Task, figures: Sequence[Figure]) -> Program | None:
    """The program of a task over its figures, in one unit; None when they cannot be brought to one."""
    return await asyncio.to_thread(_program_for, task, figures)  # pint takes a quarter of a second to be imported


def _program_for(task: Task, figures: Sequence[Figure]) -> Program | None:
    names = NAMES[: len(figures)]
    if figures[0].operand.is_day:
        marked = dict(zip(names, (one.value for one in figures), strict=True))
        return _of_days(task, {name: day for name, day in marked.items() if isinstance(day, Day)})
    amounts = [one.value for one in figures if isinstance(one.value, Quantity)]
    rough, digits = any(one.rough for one in amounts), max(one.digits for one in amounts)
    counts = "popul" in task.measure  # "people", "inhabitants" and no word at all are one unit
    unit = "" if counts else task.unit or amounts[0].unit
    ways = [(1.0, 0.0) if counts else conversion(one.unit, unit) for one in amounts]
    known = [way for way in ways if way is not None]
    if len(known) < len(ways):
        return None
    if task.operation == "convert":
        ((factor, offset),) = known
        return Program(
            PROGRAMS["convert"], {"a": amounts[0].value, "factor": factor, "offset": offset}, unit, digits, rough
        )
    values = {name: one.value * way[0] + way[1] for name, one, way in zip(names, amounts, known, strict=True)}
    if task.operation in ("ratio", "share") and not values["b"]:
        return None
    if task.operation in ("rank", "difference", "change") and len(set(values.values())) < len(values):
        return None  # neither is more
    if task.operation == "average" or any(way != (1.0, 0.0) for way in known):
        digits = max(digits, 1)
    return Program(PROGRAMS[task.operation], values, unit, digits, rough)


def _of_days(task: Task, marked: Mapping[str, Day]) -> Program | None:
    """The program over days; of two that are not whole, and of one year, neither is known to be the earlier."""
    values = {name: [one.year, one.month, one.day] for name, one in marked.items()}
    if task.operation != "rank":
        return Program(PROGRAMS["age"], values, unit="year")
    whole = all(one.is_whole for one in marked.values())
    if len({tuple(day) if whole else day[0] for day in values.values()}) < len(values):
        return None
    return Program("result = sorted(values, key=lambda name: values[name])", values)


def _is_same(one: Quantity | Day, other: Quantity | Day) -> bool:
    """Whether two quantities are the same amount in two units."""
    if not isinstance(one, Quantity) or not isinstance(other, Quantity):
        return False
    factor = conversion(other.unit, one.unit)
    return factor is not None and math.isclose(other.value * factor[0] + factor[1], one.value, rel_tol=NEAR)


def sentence_for(task: Task, figures: Sequence[Figure], program: Program, result: Any) -> str | None:
    """The sentence that says the result, with the figures it rests on; None for a result that is none."""
    named = [f"{one.operand.subject} ({one.text})" for one in figures]
    if task.operation in ("age", "duration"):
        return _of_years(figures, result)
    if task.operation == "rank":
        return _of_rank(task, figures, named, result)
    if not isinstance(result, int | float) or not math.isfinite(result):
        return None
    about = "about " if program.rough else ""
    amount = f"{about}{_number(abs(result), program.digits)}{_spaced(program.unit)}"
    return _of_amount(task, named, about, amount, float(result))


def _of_amount(task: Task, named: Sequence[str], about: str, amount: str, result: float) -> str | None:
    measure, comparative = task.measure, task.comparative
    if task.operation == "difference":
        if not comparative:
            return f"The {measure} of {named[0]} and that of {named[1]} differ by {amount}."
        one, other = (named[0], named[1]) if (result >= 0) != task.less else (named[1], named[0])
        return _capital(f"{one} is {amount} {comparative} than {other}.")
    if task.operation == "ratio":
        times = f"{about}{_ratio(result)} times"
        if not comparative:
            return f"The {measure} of {named[0]} is {times} that of {named[1]}."
        return _capital(f"{named[0]} is {times} as {measure} as {named[1]}.")
    if task.operation == "share":
        return f"The {measure} of {named[0]} is {about}{_ratio(result)}% of that of {named[1]}."
    if task.operation == "change":
        way = "grew" if result > 0 else "fell"
        one, other = named
        return f"The {measure} of {one} {way} by {amount}, to {other}."
    if task.operation in ("sum", "average"):
        what = "the average" if task.operation == "average" else "the total"
        return _capital(f"{what}{f' {measure}' if measure else ''} of {_listed(named)} is {amount}.")
    if task.operation == "convert":
        if task.comparative:
            return _capital(f"{named[0]} is {amount} {task.measure}.")
        return f"The {measure} of {named[0]} is {amount}."
    return None


def _of_years(figures: Sequence[Figure], result: Any) -> str | None:
    if not (isinstance(result, list) and len(result) == 2 and all(isinstance(one, int) for one in result)):
        return None
    least, most = result
    if not 0 <= least <= most <= LARGEST_YEAR_GAP:
        return None
    years = f"{most:,}" if least == most else f"{least:,} or {most:,}"
    first, second = ((f"{one.operand.subject} ({one.text})" if one.document else _spoken(one)) for one in figures)
    if figures[0].operand.subject == figures[1].operand.subject:
        return _capital(f"{figures[0].operand.subject}: {years} years, from {figures[0].text} to {figures[1].text}.")
    return _capital(f"from {first} to {second} it is {years} years.")


def _spoken(figure: Figure) -> str:
    """A day that the question gave: "1921", or today's date."""
    day = figure.value
    if not isinstance(day, Day) or not day.is_whole:
        return figure.text
    return f"today, {date(day.year, day.month, day.day):%-d %B %Y}"


def _of_rank(task: Task, figures: Sequence[Figure], named: Sequence[str], result: Any) -> str | None:
    names = list(NAMES[: len(figures)])
    if not isinstance(result, list) or sorted(map(str, result)) != names:
        return None
    order = result[::-1] if task.less else result
    ranked = [named[names.index(name)] for name in order]
    if len(ranked) == 2:
        return _capital(f"{ranked[0]} is {task.comparative} than {ranked[1]}.")
    return _capital(f"{ranked[0]} is {task.comparative} than {_listed(ranked[1:])}.")


def _listed(items: Sequence[str]) -> str:
    return f"{', '.join(items[:-1])} and {items[-1]}" if len(items) > 1 else items[0]


def _spaced(unit: str) -> str:
    return f" {unit}" if unit and unit != "%" else unit


def _number(value: float, digits: int) -> str:
    """A number with as many decimals as the figures had."""
    text = f"{value:,.{min(digits, 6)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _ratio(value: float) -> str:
    """A ratio to three digits: two figures seldom know more."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{float(f'{value:.3g}'):g}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
