"""Dates in texts, by their form: ISO 8601, and days, months and years as they are written in several languages."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from datetime import date

__all__ = ["DATES", "dates_in", "days_in", "first_date", "interval", "plausible"]

MONTHS = (
    "jan|janv|ene|gen", "feb|fév|fev", "mar|mär|mars", "apr|abr|avr", "may|mai|mayo|maio|mag", "jun|juin|giu",
    "jul|juil|lug", "aug|ago|aoû|aou", "sep|set", "oct|okt|out|ott", "nov", "dec|dez|dic|déc",
)  # fmt: skip
MONTH = rf"(?P<month>{'|'.join(MONTHS)})\w*\.?"
OF = r",?\s+(?:de\s+|of\s+)?"
DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.|er|º)?{OF}{MONTH}{OF}(?P<year>[12]\d{{3}})\b",
        rf"\b{MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>[12]\d{{3}})\b",
        rf"\b{MONTH}{OF}(?P<year>[12]\d{{3}})\b",
        r"\b(?P<year>[12]\d{3})-(?P<number>\d\d)(?:-(?P<day>\d\d))?\b",
        r"(?P<year>[12]\d{3})年(?P<number>\d{1,2})月(?:(?P<day>\d{1,2})日)?",
    )
)
"""How dates are written; of the groups `number` is a month in figures."""
ISO = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")
# Whose order is certain: with dots the day is first, with strokes only where one of the two cannot be a month.
NUMERIC = re.compile(
    r"(?<![\d./])(?:(\d{1,2})\.\s?(\d{1,2})\.\s?([12]\d{3})|(\d{1,2})/(\d{1,2})/([12]\d{3}))(?![\d/]|\.\d)"
)
FIRST_YEAR = 1900  # a page that says it is older has no date, but a mistake

Days = tuple[date, date]
"""First and last day of a date, which may be only a year or a month."""


def interval(text: str) -> Days | None:
    """First and last day of an ISO 8601 date, which may be only a year or a month."""
    match = ISO.match(text)
    return _days(int(match[1]), int(match[2] or 0), int(match[3] or 0)) if match else None


def dates_in(text: str) -> Iterator[Days | None]:
    """Dates in a text, as they are written; None for one that is no day of the calendar."""
    for pattern in DATES:
        for match in pattern.finditer(text):
            yield _of_match(match)


def first_date(text: str) -> str:
    """The day that a text gives first, in ISO 8601; "" when it gives none to the day."""
    return next((day for _, day in days_in(text)), "")


def days_in(text: str) -> list[tuple[int, str]]:
    """The days that a text gives, in ISO 8601, with the offsets at which they stand, in their order."""
    matches = [(match, _of_match(match)) for pattern in DATES for match in pattern.finditer(text)]
    matches += [(match, _of_figures(match)) for match in NUMERIC.finditer(text)]
    return sorted((match.start(), days[0].isoformat()) for match, days in matches if days and days[0] == days[1])


def plausible(stamp: str, today: date) -> bool:
    """Whether an ISO 8601 date can be that of a page: a day of the calendar, not in the future, and of our time."""
    days = interval(stamp)
    # It may be tomorrow already where the page is from.
    return days is not None and days[0].year >= FIRST_YEAR and (days[0] - today).days <= 1


def _of_match(match: re.Match[str]) -> Days | None:
    fields = match.groupdict()
    number = int(fields.get("number") or 0) or _month(fields.get("month") or "")
    return _days(int(fields["year"]), number, int(fields.get("day") or 0))


def _of_figures(match: re.Match[str]) -> Days | None:
    if match[1]:
        return _days(int(match[3]), int(match[2]), int(match[1]))
    one, two, year = int(match[4]), int(match[5]), int(match[6])
    if one <= 12 < two:
        one, two = two, one
    return _days(year, two, one) if one > 12 or one == two else None


def _days(year: int, month: int, day: int) -> Days | None:
    try:
        first = date(year, month or 1, day or 1)
        if day:
            return first, first
        last = calendar.monthrange(year, month)[1] if month else 31
        return first, date(year, month or 12, last)
    except (ValueError, calendar.IllegalMonthError):
        return None


def _month(name: str) -> int:
    """The number of a month; 13, which no calendar has, for what is none: "1999-00-00", "Maİ"."""
    return next((number for number, names in enumerate(MONTHS, 1) if name.lower() in names.split("|")), 13)
