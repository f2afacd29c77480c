"""Quantities of a sentence, typed: numbers with their unit, and days, each with the place where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from research_agent.text.answer_forms import MONTH
from research_agent.text.numerals import NUMERAL, value_of

__all__ = ["Day", "Quantity", "days", "quantities", "years_between"]

SCALES = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "bn": 1e9}
SAME_LENGTH = {0xA0: " ", 0x2007: " ", 0x2009: " ", 0x202F: " ", 0x2212: "-"}
CURRENCIES = "$€£¥₹"
NO_UNIT = "and or in of the to by a an at as is was are were for from with on per than long tall high old deep wide"
UNIT_WORD = rf"(?!(?:{NO_UNIT.replace(' ', '|')})\b)"
UNIT = (
    rf"(?:(?:square|cubic|sq\.?|cu\.?|nautical|metric)\s[^\W\d_]+|°\s?[CFK]\b|%|{UNIT_WORD}[^\W\d_]+(?:[²³]|\^?[23](?!\d))?"
    r"(?:/[a-z]{1,2}\b|\sper\s(?:hour|second|minute|day|year))?)"
)
NUMBER = re.compile(
    rf"(?P<currency>[{CURRENCIES}]\s?)?(?P<sign>(?<![\w.])[-−])?{NUMERAL}"
    rf"(?:\s(?P<scale>{'|'.join(SCALES)})\b)?(?:[\s-]?(?P<unit>{UNIT}))?",
    re.IGNORECASE,
)
DAY = re.compile(
    rf"\b(?:(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?\s(?P<m1>{MONTH}),?\s(?P<y1>\d{{3,4}})"
    rf"|(?P<m2>{MONTH})\s(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?,?\s(?P<y2>\d{{3,4}})"
    rf"|(?P<m3>{MONTH})\s(?P<y3>\d{{3,4}})|(?P<iso>\d{{4}}-\d\d-\d\d)"
    r"|(?P<y4>(?<![\d,.$€£])(?:\d{1,4}(?=\sBCE?\b)|1\d{3}|20\d\d)(?![\d%]|[.,]\d)))(?P<bc>\sBCE?\b)?"
)
MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
ABOUT = re.compile(
    r"(?:\b(?:about|approximately|around|circa|c\.|ca\.|roughly|nearly|almost|over|some|estimated)|~|≈)\s*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """Number with its `unit` as it is written ("" for none), at `[start, end)`; `rough` when the text says so."""

    value: float
    unit: str
    start: int
    end: int
    rough: bool = False
    digits: int = 0
    """Decimals that are written, of the number before its scale."""


@dataclass(frozen=True, slots=True)
class Day:
    """Day, month (day 0) or year (month 0, day 0) at `[start, end)`; years before Christ are 0 and less."""

    year: int
    month: int
    day: int
    start: int
    end: int

    @property
    def is_whole(self) -> bool:
        """Whether the day is known."""
        return self.day > 0


def quantities(text: str) -> Iterator[Quantity]:
    """Numbers of a text with their units, in order; years and parts of dates are none."""
    taken = [(day.start, day.end) for day in days(text)]
    spelled = text.translate(SAME_LENGTH)
    for match in NUMBER.finditer(spelled):
        start, end = match.span()
        if any(one < end and start < other for one, other in taken):
            continue
        value = value_of(match)
        if isinstance(value, str):
            continue
        scale = SCALES.get((match["scale"] or "").lower(), 1.0)
        unit = (match["currency"] or match["unit"] or "").strip()
        rough = ABOUT.search(spelled[:start]) is not None
        digits = len(match["decimals"] or ".") - 1
        yield Quantity(-value * scale if match["sign"] else value * scale, unit, start, end, rough, digits)


def days(text: str) -> Iterator[Day]:
    """Days, months with a year and years of a text, in order. A day that no calendar has is none."""
    for match in DAY.finditer(text):
        if match["iso"]:
            year, month, day = map(int, match["iso"].split("-"))
        else:
            year = int(match["y1"] or match["y2"] or match["y3"] or match["y4"])
            name = match["m1"] or match["m2"] or match["m3"] or ""
            month = MONTHS.index(name[:3].lower()) + 1 if name else 0
            day = int(match["d1"] or match["d2"] or 0)
        if match["bc"]:
            year = 1 - year
        if _is_day(year, month, day):
            yield Day(year, month, day, *match.span())


def _is_day(year: int, month: int, day: int) -> bool:
    if not (0 <= month <= 12 and 0 <= day <= 31):
        return False
    if year < 1 or not (month and day):
        return True
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def years_between(one: Day, other: Day) -> tuple[int, bool]:
    """
    Whole years from one day to a later one, and whether they are certain.

    Where a year alone is known, the birthday of that year may not have come yet: one year less is possible.
    """
    years = other.year - one.year
    if one.month and other.month and one.month != other.month:
        return years - (other.month < one.month), True
    if one.is_whole and other.is_whole:
        return years - ((other.month, other.day) < (one.month, one.day)), True
    return years, False
