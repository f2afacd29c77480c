"""Quantities of a sentence, typed: numbers with their unit, and days, each with the place where it stands."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from research_agent.text.answer_forms import MONTH
from research_agent.text.numerals import NUMERAL, value_of

__all__ = ["CURRENCIES", "Day", "Quantity", "amount_of", "days", "quantities"]

SCALES = {
    "hundred": 1e2, "thousand": 1e3, "lakh": 1e5, "million": 1e6, "crore": 1e7, "billion": 1e9, "trillion": 1e12,
    "k": 1e3, "m": 1e6, "mn": 1e6, "b": 1e9, "bn": 1e9, "tn": 1e12,
}  # fmt: skip
SAME_LENGTH = {0xA0: " ", 0x2007: " ", 0x2009: " ", 0x202F: " ", 0x2212: "-"}
CURRENCIES = "$€£¥₹"
NO_UNIT = "and or in of the to by a an at as is was are were for from with on per than long tall high old deep wide"
UNIT_WORD = rf"(?!(?:{NO_UNIT.replace(' ', '|')})\b)"
UNIT = (
    rf"(?:(?:square|cubic|sq\.?|cu\.?|nautical|metric)\s[^\W\d_]+|°\s?[CFK]\b|%|{UNIT_WORD}[^\W\d_]+(?:[²³]|\^?[23](?!\d))?"
    r"(?:/[a-z]{1,2}\b|\sper\s(?:hour|second|minute|day|year))?)"
)
NUMBER = re.compile(
    rf"(?P<currency>(?:\b[A-Z]{{1,3}})?[{CURRENCIES}]\s?)?(?P<sign>(?<![\w.])(?:[-−–]|minus\s))?{NUMERAL}(?!(?:st|nd|rd|th)\b)"
    rf"(?:(?(currency)\s?|\s)(?P<scale>hundred|thousand|lakh|(?:m|b|tr)illion|crore|[mbt]n)\b"
    r"|(?(currency)(?P<letter>[kmb])\b|(?!)))?"
    rf"(?:[\s-]?(?P<unit>{UNIT}))?",
    re.IGNORECASE,
)
TWO_OF_ONE = re.compile(r"\s*(?:[-–—]|\bto\b|\bin\b|\bout of\b)?\s*", re.IGNORECASE)
"""Between two numbers that are no figures of their own: a range, "1 in 5", "5 ft 11 in", "8 848"."""
UNFINISHED = re.compile(r"[.,]\d|\s?[′″'\"]|\s(?:degrees )?below\b", re.IGNORECASE)
"""Behind a number that has more than one reading: "1,5", "5′ 11″", "430 m below sea level"."""
BC = r"\s?(?:BCE?|B\.\s?C\.(?:\s?E\.)?)(?!\w)"
TO_BC = rf"\s?(?:[–—-]|to)\s?(?:c\.\s?)?\d{{1,4}}{BC}"
DAY = re.compile(
    rf"\b(?:(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?\s(?P<m1>{MONTH}),?\s(?P<y1>\d{{3,4}})"
    rf"|(?P<m2>{MONTH})\s(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?,?\s(?P<y2>\d{{3,4}})"
    rf"|(?P<m3>{MONTH})\s(?P<y3>\d{{3,4}})|(?P<iso>\d{{4}}-\d\d-\d\d)"
    rf"|(?P<y4>(?<![\d,.$€£])(?:\d{{1,4}}(?={BC}|{TO_BC})|1\d{{3}}|20\d\d)(?![\d%]|[.,]\d)))(?P<bc>{BC}|(?={TO_BC}))?"
)
VAGUE = re.compile(
    r"(?:\b(?:about|around|circa|ca?\.|before|after|by|early|mid|late|probably|possibly|perhaps|either)[\s-]*(?:in\s)?(?:the\s)?"
    r"|~|≈)$",
    re.IGNORECASE,
)
OR_ANOTHER = re.compile(r"s\b|\s?\?|/\d|\sor\s(?:in\s)?\d")
MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
ABOUT = re.compile(
    r"(?:\b(?:about|approximately|around|circa|c\.|ca\.|roughly|nearly|almost|over|some|estimated|under|up to"
    r"|at (?:least|most)|(?:more|less|fewer) than)|~|≈)\s*$",
    re.IGNORECASE,
)
LOOKS_BACK = 24  # characters


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
    doubtful: bool = False
    """Whether it is a part of something else: of a range, of "5 ft 11 in", of digits in groups."""


@dataclass(frozen=True, slots=True)
class Day:
    """
    Day, month (day 0) or year (month 0, day 0) at `[start, end)`; years before Christ are 0 and less.

    It is `vague` when the text says so: "c. 1450", "the 1450s", "1450 or 1451".
    """

    year: int
    month: int
    day: int
    start: int
    end: int
    vague: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether the day is known."""
        return self.day > 0


def quantities(text: str) -> Iterator[Quantity]:
    """Numbers of a text with their units, in order; years and parts of dates are none."""
    taken = {at for day in days(text) for at in range(day.start, day.end)}
    spelled = text.translate(SAME_LENGTH)
    matches = [match for match in NUMBER.finditer(spelled) if taken.isdisjoint(range(*match.span()))]
    for at, match in enumerate(matches):
        value = value_of(match)
        if isinstance(value, str):
            continue
        start, end = match.span()
        scale = SCALES.get((match["scale"] or match["letter"] or "").lower(), 1.0)
        currency = (match["currency"] or "").strip().upper()
        unit = "$" if currency == "US$" else currency or match["unit"] or ""
        rough = ABOUT.search(spelled, max(0, start - LOOKS_BACK), start) is not None
        digits = len(match["decimals"] or ".") - 1
        doubtful = any(_is_one(spelled, *pair) for pair in itertools.pairwise(matches[max(0, at - 1) : at + 2]))
        doubtful |= UNFINISHED.match(spelled, end) is not None
        yield Quantity(-value * scale if match["sign"] else value * scale, unit, start, end, rough, digits, doubtful)


def amount_of(number: str, unit: str) -> str:
    """A number with its unit: "$5", "5%", "5 km"."""
    if unit.endswith(tuple(CURRENCIES)):
        return f"-{unit}{number[1:]}" if number.startswith("-") else f"{unit}{number}"
    return f"{number} {unit}" if unit and unit != "%" else f"{number}{unit}"


def _is_one(text: str, one: re.Match[str], other: re.Match[str]) -> bool:
    """Whether two numbers that follow each other are parts of one figure."""
    between = text[one.end() : other.start()]
    is_between = between.strip() == "and" and text[max(0, one.start() - LOOKS_BACK) : one.start()].rstrip().endswith(
        ("between", "between about")
    )
    is_either = between.strip() == "or" and not (one["unit"] or one["currency"])
    return is_between or is_either or TWO_OF_ONE.fullmatch(between) is not None


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
        if match["bc"] is not None:
            year = 1 - year
        if _is_day(year, month, day):
            start, end = match.span()
            vague = VAGUE.search(text, max(0, start - LOOKS_BACK), start) or OR_ANOTHER.match(text, end)
            yield Day(year, month, day, start, end, vague is not None)


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
