"""
Figures: the number or the day that a sentence of a source says of an operand.

What the question asks for is known by its form (`text.arithmetic`); which sentence holds a figure the reader has said.
A figure that may be of something else, or has two readings, is none.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from research_agent.text.arithmetic import Operand, Task
from research_agent.text.quantities import Day, Quantity, days, quantities
from research_agent.text.units import conversion, dimension
from research_agent.types import Document

__all__ = ["HEAT", "Figure", "figure_of", "given_day", "is_rounding"]

LENGTH, AREA, MASS, SPEED, HEAT, NONE = "[length]", "[length] ** 2", "[mass]", "[length] / [time]", "[temperature]", ""
DIMENSIONS = {
    **dict.fromkeys(("tall", "high", "long", "deep", "wide", "far"), LENGTH),
    **dict.fromkeys(("height", "elevation", "altitude", "length", "width", "depth", "distance", "diameter"), LENGTH),
    **dict.fromkeys(("large", "big", "area", "surface area"), AREA),
    **dict.fromkeys(("heavy", "mass", "weight"), MASS),
    **dict.fromkeys(("fast", "speed"), SPEED),
    **dict.fromkeys(("hot", "cold", "temperature", "boiling point", "melting point"), HEAT),
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
LIFE = {
    "begin": re.compile(r"\b(?:born|b\.)[^\d;]{0,120}$", re.IGNORECASE),
    "end": re.compile(r"\b(?:died|d\.|death)[^\d;]{0,120}$", re.IGNORECASE),
}
"""What stands before the day of a birth and of a death."""
BEFORE_A_LIFE = re.compile(r"(?:[(;]|\bborn|\blived(?:\sfrom)?)\s*$", re.IGNORECASE)
DIRECTION = re.compile(r"\s*(?:in\s)?(tall|high|long|deep|wide|thick|across|broad)\b", re.IGNORECASE)
ABOVE_THE_SEA = frozenset({"high", "height", "elevation", "altitude"})
BESIDE = 45  # characters
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

    @property
    def year(self) -> int:
        """The one year that its sentence names; 0 without one, or with several."""
        sentence = self.document.text[self.start : self.end] if self.document is not None else ""
        years = {day.year for day in days(sentence)}
        return years.pop() if len(years) == 1 else 0


def figure_of(task: Task, operand: Operand, document: Document, span: tuple[int, int]) -> Figure | None:
    """
    The figure of an operand in a sentence, `span` of the document; None when it has none of the right kind.

    Of several the one counts that stands next to a word for what is measured ("a population of", "m tall"), or where a
    range says what is its beginning and its end; when neither decides, none does.
    """
    sentence = document.text[slice(*span)]
    if operand.is_day:
        day = _day(operand, sentence)
        return None if day is None or day.vague else Figure(operand, day, document, *span)
    found = _measured(task, sentence)
    if operand.year:
        found = list(_of_year(operand.year, sentence, found))
    distinct = [one for at, one in enumerate(found) if not any(_is_same(one, other) for other in found[:at])]
    words = CUES.get(task.measure, re.escape(task.measure)) + "|long|length" * (task.comparative == "shorter")
    cues = re.compile(rf"\b(?:{words})", re.IGNORECASE)
    chosen = distinct[0] if len(distinct) == 1 else _beside(cues, sentence, distinct)
    if chosen is None or chosen.doubtful or (chosen.value < 0 and not _may_be_below_zero(task.measure)):
        return None
    direction = DIRECTION.match(sentence, chosen.end)
    is_other = direction is not None and task.measure in CUES and not cues.match(direction[1])
    return None if is_other else Figure(operand, chosen, document, *span)


def _may_be_below_zero(measure: str) -> bool:
    """Whether there is less than none of what is measured: of degrees and of heights above the sea."""
    return measure not in DIMENSIONS or DIMENSIONS[measure] == HEAT or measure in ABOVE_THE_SEA


def _of_year(year: int, sentence: str, found: Sequence[Quantity]) -> Sequence[Quantity]:
    """The quantities of a year: all when the sentence names no other one, else those with it directly behind."""
    years = {day.year for day in days(sentence)}
    if year not in years:
        return []
    behind = re.compile(rf"(?:\s[^\W\d]+)?\s\(?(?:in|as of|by)\s(?:[^\W\d]+\s)?{year}\b", re.IGNORECASE)
    return found if len(years) == 1 else [one for one in found if behind.match(sentence, one.end)]


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
    if (life := LIFE.get(operand.event)) and re.search(r" (?:born|die)\?$", operand.question):
        behind = [one for one in found if life.search(sentence[: one.start])]
        if behind:
            return behind[0] if len(behind) == 1 else None
        lives = (
            {"begin": one, "end": other}[operand.event]
            for one, other in itertools.pairwise(found)
            if RANGE.fullmatch(sentence[one.end : other.start]) and _begins_a_life(sentence[: one.start], one, other)
        )
        return next(lives, None)
    for one, other in itertools.pairwise(found):
        if RANGE.fullmatch(sentence[one.end : other.start]):
            return {"begin": one, "end": other}.get(operand.event)  # an event that took years has no one day
    verbs = re.compile(rf"\b(?:{EVENTS.get(operand.event, operand.event)})\b[^\d;]{{0,{BESIDE}}}$", re.IGNORECASE)
    behind = [one for one in found if verbs.search(sentence[: one.start])]
    if len(behind) == 1:
        return behind[0]
    return found[0] if len(found) == 1 and (not behind) and operand.event == "when" else None


def _begins_a_life(before: str, one: Day, other: Day) -> bool:
    """Whether what stands before two days says that they are a birth and a death, and no term of office."""
    whole = one.is_whole and other.is_whole
    return BEFORE_A_LIFE.search(before) is not None or (whole and before.rstrip().endswith(","))


def given_day(operand: Operand, today: date) -> Figure:
    """The figure that the question itself gives: a year, or today."""
    if operand.given == "today":
        return Figure(operand, Day(today.year, today.month, today.day, 0, 0))
    return Figure(operand, Day(int(operand.given), 0, 0, 0, 0))


def _measured(task: Task, sentence: str) -> list[Quantity]:
    """Quantities of the dimension that is compared."""
    wanted = DIMENSIONS.get(task.measure)
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


def _is_same(one: Quantity, other: Quantity) -> bool:
    """Whether two quantities are the same amount: in two units, or the one a rounding of the other."""
    if one.unit == other.unit or dimension(one.unit) is None:
        return is_rounding(one.value, other.value)
    way = conversion(other.unit, one.unit)
    return way is not None and math.isclose(other.value * way[0] + way[1], one.value, rel_tol=NEAR)


def is_rounding(one: float, other: float) -> bool:
    """Whether two values are equal, or the one is a rounding of the other."""
    return one in (other, _rounded(other, one)) or other == _rounded(one, other)


def _rounded(value: float, model: float) -> float:
    """The value with as many digits as the model."""
    places = len(f"{abs(model):.15g}".replace(".", "").strip("0")) or 1
    return float(f"{value:.{places}g}")
