"""
Computing: from the figures of the sources to one that no source says, by a small program that anyone can run again.

Figures (`text.figures`) become values of one unit, a program goes over them, and its result becomes a sentence.
"""

from __future__ import annotations

import asyncio
import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from research_agent.text.arithmetic import Operation, Task
from research_agent.text.figures import HEAT, Figure, is_rounding
from research_agent.text.quantities import Day, Quantity, amount_of
from research_agent.text.units import conversion, dimension

__all__ = ["PROGRAMS", "Program", "program_for", "sentence_for"]

PROGRAMS: Mapping[Operation, str] = {
    "difference": 'a, b = values["a"], values["b"]\nresult = a - b',
    "change": 'a, b = values["a"], values["b"]\nresult = b - a',
    "ratio": 'result = values["a"] / values["b"]',
    "share": 'result = 100 * values["a"] / values["b"]',
    "sum": "result = sum(values.values())",
    "average": "result = sum(values.values()) / len(values)",
    "convert": 'result = values["a"] * values["factor"] + values["offset"]',
    "rank": "result = sorted(values, key=lambda name: -values[name])",
    "list": "result = sorted(values, key=lambda name: -values[name])",
    "age": '(y1, m1, d1), (y2, m2, d2) = values["a"], values["b"]\nwhole = m1 and m2 and (m1 != m2 or (d1 and d2))\n'
    "years = y2 - y1 - (1 if whole and (m2, d2) < (m1, d1) else 0)\n"
    "result = [years, years] if whole else [years - 1, years]",
}
"""Operation -> the program over `values`, in the subset of Python that every level of the sandbox knows."""
NAMES = "abcde"
LARGEST_YEAR_GAP = 10_000


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
        value = amounts[0].value
        digits = _decimals_of(amounts[0], value * factor + offset)
        return Program(PROGRAMS["convert"], {"a": value, "factor": factor, "offset": offset}, unit, digits, rough)
    if task.operation in ("ratio", "share", "sum") and dimension(unit) == HEAT:
        return None  # twice as many degrees are not twice as hot
    values = {name: one.value * way[0] + way[1] for name, one, way in zip(names, amounts, known, strict=True)}
    if task.operation in ("ratio", "share") and not values["b"]:
        return None
    if task.operation in ("rank", "difference", "change") and len(set(values.values())) < len(values):
        return None  # neither is more
    if counts and task.operation in ("rank", "difference"):
        pairs = itertools.combinations(values.values(), 2)
        if any(is_rounding(*pair) for pair in pairs):
            return None  # 3.4 million may be more than 3,432,000, or less
    converted = [(one, way) for one, way in zip(amounts, known, strict=True) if way != (1.0, 0.0)]
    if task.operation == "average" or converted:
        digits = max(digits, 1, *(_decimals_of(one, one.value * way[0] + way[1]) for one, way in converted))
    return Program(PROGRAMS[task.operation], values, unit, digits, rough)


def _decimals_of(figure: Quantity, converted: float) -> int:
    """Decimals of a converted figure that has as many digits as the one it comes from: 8,849 m are 8.849 km."""
    written = len(f"{abs(figure.value):.15g}".replace(".", "").lstrip("0"))
    return max(figure.digits, written - 1 - math.floor(math.log10(abs(converted))) if converted else 0)


def _of_days(task: Task, marked: Mapping[str, Day]) -> Program | None:
    """The program over days; of two that are not whole, and of one year, neither is known to be the earlier."""
    values = {name: [one.year, one.month, one.day] for name, one in marked.items()}
    if task.operation != "rank":
        return Program(PROGRAMS["age"], values, unit="year")
    whole = all(one.is_whole for one in marked.values())
    if len({tuple(day) if whole else day[0] for day in values.values()}) < len(values):
        return None
    return Program("result = sorted(values, key=lambda name: values[name])", values)


def _named(figures: Sequence[Figure]) -> list[str]:
    """The subjects with their figures; with the years too, where they are not of one year."""
    years = [0 if one.operand.is_day else one.year for one in figures]
    of_one = len(set(years)) == 1
    return [
        f"{one.operand.subject} ({one.text}{f' in {year}' if year and not of_one else ''})"
        for one, year in zip(figures, years, strict=True)
    ]


def sentence_for(task: Task, figures: Sequence[Figure], program: Program, result: Any) -> str | None:
    """The sentence that says the result, with the figures it rests on; None for a result that is none."""
    named = _named(figures)
    if task.operation in ("age", "duration"):
        return _of_years(figures, result)
    if task.operation in ("rank", "list"):
        return _of_order(task, figures, named, result)
    if not isinstance(result, int | float) or not math.isfinite(result):
        return None
    about = "about " if program.rough else ""
    shown = result if task.operation in ("sum", "average", "convert") else abs(result)
    amount = f"{about}{amount_of(_number(shown, program.digits), program.unit)}"
    return _of_amount(task, figures, about, amount, float(result))


def _of_amount(task: Task, figures: Sequence[Figure], about: str, amount: str, result: float) -> str | None:
    measure, comparative = task.measure, task.comparative
    named = _named(figures)
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
        begin, end = (f"{one.text} in {one.operand.year}" for one in figures)
        return f"The {measure} of {figures[0].operand.subject} {way} by {amount}, from {begin} to {end}."
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


def _of_order(task: Task, figures: Sequence[Figure], named: Sequence[str], result: Any) -> str | None:
    names = list(NAMES[: len(figures)])
    if not isinstance(result, list) or sorted(map(str, result)) != names:
        return None
    order = result[::-1] if task.less else result
    ranked = [named[names.index(name)] for name in order]
    if task.operation == "list":
        return _capital(f"{task.measure} of each, the largest first: {_listed(ranked)}.")
    if len(ranked) == 2:
        return _capital(f"{ranked[0]} is {task.comparative} than {ranked[1]}.")
    return _capital(f"{ranked[0]} is {task.comparative} than {_listed(ranked[1:])}.")


def _listed(items: Sequence[str]) -> str:
    return f"{', '.join(items[:-1])} and {items[-1]}" if len(items) > 1 else items[0]


def _number(value: float, digits: int) -> str:
    """A number with as many decimals as the figures had."""
    text = f"{value:,.{min(digits, 6)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _ratio(value: float) -> str:
    """A ratio to three digits: two figures seldom know more."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{float(f'{value:.3g}'):g}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
