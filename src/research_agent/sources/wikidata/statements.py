"""Rendering of Wikidata statements, one line each; one with an unreadable part, even a qualifier, is left out whole."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from itertools import chain
from typing import Any

from research_agent.sources.wikidata.snaks import ITEM, SKIPPED, Labels, When, kind_of, value_of_snak, when_of
from research_agent.sources.wikidata.wording import Said, sentence_of
from research_agent.text.json_fields import Json, object_of, objects_of, text_of

__all__ = ["ASKED", "Rendering", "mentioned", "sentences"]

MAX_VALUES = 10  # of one property
MOMENT, START, END = "P585", "P580", "P582"
DIED, DISSOLVED = "P570", "P576"
# The offices of head of state and of head of government, and the property that names each office.
OFFICES = {"P35": "P1906", "P6": "P1313"}
ASKED = (
    "P1308 P35 P6 P1906 P1313 P39 P36 P1082 P569 P570 P19 P20 P571 P50 P170 P57 P86 P112 P169 P488 P26 P40 P22 P25 P106"
    " P27 P17 P131 P159 P38 P37 P2046 P2048 P2044 P2043 P2067 P577 P31 P576"
).split()
"""Properties that questions of a date, a number, a place or an office ask for: their labels are fetched first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendering:
    """
    How statements are rendered: with which labels, in English or not, and as of which day.

    `years` are those that the question names: what was so then is said too, where else only the best is. What has ended
    is said beside what has not for a question of the `past` only: else it would be taken for the answer.
    """

    labels: Labels
    english: bool = True
    years: Collection[int] = ()
    past: bool = False
    today: date = field(default_factory=lambda: datetime.now(UTC).date())


def sentences(entity: Json, subject: str, rendering: Rendering) -> Iterator[str]:
    """Statements of one entity as sentences without a full stop, what is asked most first, then in Wikidata's order."""
    claims = object_of(entity.get("claims"))
    gone = any(_best(objects_of(claims.get(name)), ()) for name in (DIED, DISSOLVED))
    for name in _in_order(claims):
        if name not in rendering.labels:
            continue
        best = _best(claims[name], rendering.years)
        told = [(said, one) for one in best if (said := _said(name, one, rendering, gone))]
        office = _office(claims, name, rendering)
        for said in sorted(_asked(told, rendering), key=_newest_first):
            yield sentence_of(subject, _with_office(said, office), english=rendering.english)
            if rendering.english:
                yield from (
                    f"In {year}, {sentence_of(subject, replace(said, over=True), english=True)}"
                    for year in sorted(rendering.years)
                    if _lasted_in(said, year, rendering.today)
                )


def _asked(told: Sequence[tuple[Said, Json]], rendering: Rendering) -> list[Said]:
    """What still is, and of what has ended that of the years asked for; all for the past, or when nothing still is."""
    if rendering.past or all(_has_ended(said) for said, _ in told):
        return [said for said, _ in told]
    return [said for said, one in told if not _has_ended(said) or any(_covers(one, year) for year in rendering.years)]


def _has_ended(said: Said) -> bool:
    return said.end is not None and said.over


def mentioned(entity: Json, years: Collection[int] = ()) -> Iterator[str]:
    """Ids of the properties, items and units in an entity's best statements: of each property the first value first."""
    by_name = {name: list(_of_property(name, claims, years)) for name, claims in _claims(entity)}
    depth = max(map(len, by_name.values()), default=0)
    first = (name for name in ASKED if name in by_name)
    yield from chain.from_iterable(chain.from_iterable(by_name[name][:1] for name in first))
    for at in range(depth):
        yield from chain.from_iterable(chain.from_iterable(ids[at : at + 1] for ids in by_name.values()))


def _claims(entity: Json) -> Iterator[tuple[str, Any]]:
    claims = object_of(entity.get("claims"))
    return ((name, claims[name]) for name in _in_order(claims))


def _in_order(claims: Json) -> list[str]:
    return list(dict.fromkeys([*(name for name in ASKED if name in claims), *claims]))


def _of_property(name: str, claims: Any, years: Collection[int]) -> Iterator[list[str]]:
    """The ids that each statement of a property needs; none for what is not for reading."""
    best = _best(claims, years)
    snaks = [object_of(one.get("mainsnak")) for one in best]
    if not any(snak.get("snaktype") == "value" and text_of(snak.get("datatype")) not in SKIPPED for snak in snaks):
        return
    for statement, snak in zip(best, snaks, strict=True):
        ids = [name, *_ids_in(snak)]
        for qualifier, values in object_of(statement.get("qualifiers")).items():
            readable = [value for value in objects_of(values) if text_of(value.get("datatype")) not in SKIPPED]
            if readable and qualifier not in (MOMENT, START, END):
                ids.append(qualifier)
            ids += [key for value in readable for key in _ids_in(value)]
        yield ids


def _best(claims: Any, years: Collection[int]) -> list[Json]:
    """
    Statements of preferred rank; without any, all that are not deprecated, of figures of several times the newest.

    Those of a year that was asked for come too.
    """
    valid = [one for one in objects_of(claims) if one.get("rank") != "deprecated"]
    best = [one for one in valid if one.get("rank") == "preferred"] or _newest(valid)
    asked = [one for one in valid if one not in best and any(_covers(one, year) for year in years)]
    return [*best[: MAX_VALUES - len(asked[:3])], *asked[:3]]


def _newest(statements: list[Json]) -> list[Json]:
    """Of numbers that each have their moment the one of the newest, else all."""
    moments = [_time(one, MOMENT) for one in statements]
    if len(statements) < 2 or any(kind_of(one.get("mainsnak")) != "quantity" for one in statements):
        return statements
    known = [when.parts for when in moments if when]
    return [statements[moments.index(when)] for when in moments if when and when.parts == max(known)][:1] or statements


def _covers(statement: Json, year: int) -> bool:
    """Whether a statement says that something was so in a year: at that moment, or from a start until an end."""
    moment, start, end = (_time(statement, name) for name in (MOMENT, START, END))
    if moment:
        return moment.parts[0] == year
    return start is not None and end is not None and start.parts[0] <= year <= end.parts[0]


def _lasted_in(said: Said, year: int, today: date) -> bool:
    """Whether something that has a start, and perhaps an end, was so in a year that is not to come."""
    last = said.end.parts[0] if said.end else today.year
    return said.start is not None and said.moment is None and said.start.parts[0] <= year <= min(last, today.year)


def _time(statement: Json, name: str) -> When | None:
    """The one date that a qualifier gives; None without one, or with several."""
    snaks = objects_of(object_of(statement.get("qualifiers")).get(name))
    return when_of(snaks[0]) if len(snaks) == 1 else None


def _ids_in(snak: Json) -> Iterator[str]:
    value = object_of(object_of(snak.get("datavalue")).get("value"))
    for key in (text_of(value.get("id")), text_of(value.get("unit")).rpartition("/")[2]):
        if ITEM.fullmatch(key):
            yield key


def _said(name: str, statement: Json, rendering: Rendering, gone: bool) -> Said | None:
    """What a statement says; None when a part of it cannot be said."""
    value, rest = value_of_snak(statement.get("mainsnak"), rendering.labels), _qualifiers(statement, rendering.labels)
    times = [_time(statement, key) for key in (MOMENT, START, END)]
    given = object_of(statement.get("qualifiers"))
    if not value or rest is None or any(given.get(key) and not when for key, when in zip(_TIMES, times, strict=True)):
        return None
    moment, start, end = times
    ended = end is not None and _is_past(end, rendering.today)
    return Said(
        name=name, label=rendering.labels[name], value=value, date=when_of(statement.get("mainsnak")), moment=moment,
        start=start, end=end, over=gone or ended, rest=rest,
    )  # fmt: skip


_TIMES = (MOMENT, START, END)


def _is_past(when: When, today: date) -> bool:
    """Whether a date, to its precision, is before today."""
    return when.parts < (today.year, today.month if when.parts[1] else 0, today.day if when.parts[2] else 0)


def _newest_first(said: Said) -> tuple[bool, tuple[int, ...]]:
    """What still is before what was, each by time, newest first."""
    when = said.moment or said.start or said.end
    return _has_ended(said), tuple(-part for part in when.parts) if when else ()


def _office(claims: Json, name: str, rendering: Rendering) -> str:
    """The one office that the values of a property hold: that of the head of state; "" for none or several."""
    offices = _best(claims.get(OFFICES.get(name, "")), ())
    return (value_of_snak(offices[0].get("mainsnak"), rendering.labels) or "") if len(offices) == 1 else ""


def _with_office(said: Said, office: str) -> Said:
    """The statement with the office that its value holds now."""
    return replace(said, office=office) if office and not said.over else said


def _qualifiers(statement: Json, labels: Labels) -> str | None:
    """Qualifiers of a statement but for its time, in brackets; None when one of them cannot be rendered."""
    parts = []
    for name, qualifiers in object_of(statement.get("qualifiers")).items():
        snaks: Sequence[Json] = [one for one in objects_of(qualifiers) if text_of(one.get("datatype")) not in SKIPPED]
        if not snaks or name in _TIMES:
            continue
        values = [value_of_snak(snak, labels) for snak in snaks]
        if name not in labels or not all(values):
            return None
        parts.append(f"{labels[name]}: {', '.join(value for value in values if value)}")
    return f" ({'; '.join(parts)})" if parts else ""
