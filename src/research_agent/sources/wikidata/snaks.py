"""Values of Wikidata statements in words: dates to their precision, numbers with their unit, places in degrees."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from research_agent.text.json_fields import Json, number_of, object_of, text_of

__all__ = ["ITEM", "SKIPPED", "Labels", "When", "kind_of", "value_of_snak", "when_of"]

ITEM = re.compile(r"[QPL][1-9]\d{0,14}")
TIME = re.compile(r"([+-])(\d{1,16})-(\d\d)-(\d\d)T")
AMOUNT = re.compile(r"[+-]?(\d{1,40})(\.\d{1,40})?")
JULIAN = "Q1985786"
MONTHS = "January February March April May June July August September October November December".split()
# Data types that are not for reading: identifiers, files, formulas.
SKIPPED = frozenset({
    "external-id", "commonsMedia", "math", "musical-notation", "geo-shape", "tabular-data", "entity-schema",
})  # fmt: skip

Labels = Mapping[str, str]
"""Labels of properties, items and units by id."""


class When(NamedTuple):
    """Date in words, how a sentence says that something was then ("on 4 May 1998"), and its parts, to be compared."""

    words: str
    at: str
    parts: tuple[int, int, int]


def kind_of(snak: Any) -> str:
    """Type of the value of a snak; "" without a value."""
    fields = object_of(snak)
    return text_of(object_of(fields.get("datavalue")).get("type")) if fields.get("snaktype") == "value" else ""


def value_of_snak(snak: Any, labels: Labels) -> str | None:
    """Value of a snak (property-value pair) in words; None for no value, an unknown or an unreadable one."""
    fields = object_of(snak)
    if fields.get("snaktype") != "value" or text_of(fields.get("datatype")) in SKIPPED:
        return None
    value, kind = object_of(fields.get("datavalue")).get("value"), kind_of(snak)
    if kind == "wikibase-entityid":
        return labels.get(text_of(object_of(value).get("id")))
    if kind == "time":
        when = when_of(snak)
        return when.words if when else None
    if kind == "quantity":
        return _quantity(object_of(value), labels)
    if kind == "monolingualtext":
        return " ".join(text_of(object_of(value).get("text")).split()) or None
    if kind == "globecoordinate":
        return _coordinate(object_of(value))
    return " ".join(text_of(value).split()) or None


def when_of(snak: Any) -> When | None:
    """Date of a snak to its precision, at least the century; None for a vaguer one, or no date."""
    if kind_of(snak) != "time":
        return None
    value = object_of(object_of(object_of(snak).get("datavalue")).get("value"))
    match = TIME.match(text_of(value.get("time")))
    precision = value.get("precision")
    if match is None or not isinstance(precision, int):
        return None
    year, month, day = int(match[2]), int(match[3]), int(match[4])
    era = " BC" if match[1] == "-" else ""
    calendar = " (Julian calendar)" if text_of(value.get("calendarmodel")).endswith(JULIAN) else ""
    if year == 0 or (precision >= 10 and not 1 <= month <= 12) or (precision >= 11 and not 1 <= day <= 31):
        return None
    signed = -year if era else year
    if precision >= 11:
        words = f"{day} {MONTHS[month - 1]} {year}{era}{calendar}"
        return When(words, f"on {words}", (signed, month, day))
    if precision == 10:
        words = f"{MONTHS[month - 1]} {year}{era}{calendar}"
        return When(words, f"in {words}", (signed, month, 0))
    if precision == 9:
        return When(f"{year}{era}", f"in {year}{era}", (signed, 0, 0))
    if precision == 8:
        words = f"{year // 10 * 10}s{era}"
    elif precision == 7:
        words = f"{_ordinal((year + 99) // 100)} century{era}"
    else:
        return None
    return When(words, f"in the {words}", (signed, 0, 0))


def _ordinal(value: int) -> str:
    ending = "th" if 10 <= value % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")
    return f"{value}{ending}"


def _quantity(value: Json, labels: Labels) -> str | None:
    """Number with its unit; None when the unit has no label."""
    match = AMOUNT.fullmatch(text_of(value.get("amount")))
    if match is None:
        return None
    sign = "-" if text_of(value.get("amount")).startswith("-") else ""
    amount = f"{sign}{int(match[1]):,}{match[2] or ''}"
    unit = text_of(value.get("unit"))
    if unit in ("", "1"):
        return amount
    name = labels.get(unit.rpartition("/")[2])
    return f"{amount} {name}" if name else None


def _coordinate(value: Json) -> str | None:
    north, east = number_of(value.get("latitude")), number_of(value.get("longitude"))
    if north is None or east is None or not (abs(north) <= 90 and abs(east) <= 360):
        return None
    return f"{abs(north):.6g}° {'N' if north >= 0 else 'S'}, {abs(east):.6g}° {'E' if east >= 0 else 'W'}"
