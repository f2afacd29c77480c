"""Rendering of Wikidata statements, one line each; one with an unreadable part, even a qualifier, is left out whole."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from research_agent.text.json_fields import Json, number_of, object_of, objects_of, text_of

__all__ = ["ITEM", "Labels", "mentioned", "statements"]

MAX_VALUES = 10  # of one property
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


def statements(entity: Json, labels: Labels) -> Iterator[str]:
    """Statements of one entity as lines, "date of birth: 11 March 1952", in Wikidata's order."""
    for name, claims in object_of(entity.get("claims")).items():
        if name not in labels:
            continue
        for statement in _best(objects_of(claims))[:MAX_VALUES]:
            value = _snak(statement.get("mainsnak"), labels)
            qualifiers = _qualifiers(statement, labels)
            if value and qualifiers is not None:
                yield f"{labels[name]}: {value}{qualifiers}"


def mentioned(entity: Json) -> Iterator[str]:
    """Ids of all properties, items and units in an entity's best statements, in order."""
    for name, statements in object_of(entity.get("claims")).items():
        best = _best(objects_of(statements))[:MAX_VALUES]
        snaks = [object_of(one.get("mainsnak")) for one in best]
        if not any(snak.get("snaktype") == "value" and text_of(snak.get("datatype")) not in SKIPPED for snak in snaks):
            continue
        yield name
        for statement, snak in zip(best, snaks, strict=True):
            yield from _ids_in(snak)
            for qualifier, values in object_of(statement.get("qualifiers")).items():
                readable = [value for value in objects_of(values) if text_of(value.get("datatype")) not in SKIPPED]
                if readable:
                    yield qualifier
                for value in readable:
                    yield from _ids_in(value)


def _best(statements: Sequence[Json]) -> list[Json]:
    """Statements of preferred rank; without any, all that are not deprecated."""
    preferred = [one for one in statements if one.get("rank") == "preferred"]
    return preferred or [one for one in statements if one.get("rank") != "deprecated"]


def _ids_in(snak: Json) -> Iterator[str]:
    value = object_of(object_of(snak.get("datavalue")).get("value"))
    for key in (text_of(value.get("id")), text_of(value.get("unit")).rpartition("/")[2]):
        if ITEM.fullmatch(key):
            yield key


def _qualifiers(statement: Json, labels: Labels) -> str | None:
    """Qualifiers of a statement, in brackets; None when one of them cannot be rendered."""
    parts = []
    for name, qualifiers in object_of(statement.get("qualifiers")).items():
        snaks = [snak for snak in objects_of(qualifiers) if text_of(snak.get("datatype")) not in SKIPPED]
        if not snaks:
            continue
        values = [_snak(snak, labels) for snak in snaks]
        if name not in labels or not all(values):
            return None
        parts.append(f"{labels[name]}: {', '.join(value for value in values if value)}")
    return f" ({'; '.join(parts)})" if parts else ""


def _snak(snak: Any, labels: Labels) -> str | None:
    """Value of a snak (property-value pair) in words; None for no value, an unknown or an unreadable one."""
    fields = object_of(snak)
    if fields.get("snaktype") != "value" or text_of(fields.get("datatype")) in SKIPPED:
        return None
    value = object_of(fields.get("datavalue")).get("value")
    kind = text_of(object_of(fields.get("datavalue")).get("type"))
    if kind == "wikibase-entityid":
        return labels.get(text_of(object_of(value).get("id")))
    if kind == "time":
        return _time(object_of(value))
    if kind == "quantity":
        return _quantity(object_of(value), labels)
    if kind == "monolingualtext":
        return " ".join(text_of(object_of(value).get("text")).split()) or None
    if kind == "globecoordinate":
        return _coordinate(object_of(value))
    return " ".join(text_of(value).split()) or None


def _time(value: Json) -> str | None:
    """Date to its precision, at least the century; None for a vaguer one, or no date."""
    match = TIME.match(text_of(value.get("time")))
    precision = value.get("precision")
    if match is None or not isinstance(precision, int):
        return None
    year, month, day = int(match[2]), int(match[3]), int(match[4])
    era = " BC" if match[1] == "-" else ""
    calendar = " (Julian calendar)" if text_of(value.get("calendarmodel")).endswith(JULIAN) else ""
    if year == 0 or (precision >= 10 and not 1 <= month <= 12) or (precision >= 11 and not 1 <= day <= 31):
        return None
    if precision >= 11:
        return f"{day} {MONTHS[month - 1]} {year}{era}{calendar}"
    if precision == 10:
        return f"{MONTHS[month - 1]} {year}{era}{calendar}"
    if precision == 9:
        return f"{year}{era}"
    if precision == 8:
        return f"{year // 10 * 10}s{era}"
    return f"{_ordinal((year + 99) // 100)} century{era}" if precision == 7 else None


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
