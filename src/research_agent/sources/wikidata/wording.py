"""
Wording of Wikidata statements: a plain English sentence each, with its time; in other languages label and value.

"The population of Vatican City was 764 in 2023." - "Emmanuel Macron has been President of France since 14 May 2017."
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from research_agent.sources.wikidata.snaks import When

__all__ = ["Said", "sentence_of"]

OFFICEHOLDER = "P1308"
POSITION_HELD = "P39"
# Properties whose label is no word of such a question: how a sentence says them, with a date, else with another value.
DATED: Mapping[str, str] = {
    "P569": "{subject} was born {at}",
    "P570": "{subject} died {at}",
    "P571": "{subject} was founded or created {at}",
    "P576": "{subject} ended or was dissolved {at}",
    "P577": "{subject} was published {at}",
}
VALUED: Mapping[str, str] = {
    "P19": "{subject} was born in {value}",
    "P20": "{subject} died in {value}",
    "P31": "{subject} is an instance of {value}",
}
# A label by its form: one that ends so goes with "is" ("is member of"), one that begins so is a verb itself.
RELATIONS = frozenset("after as at by for from in of on to with".split())
VERBS = frozenset("connects contains depicts follows has produces shares uses".split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """
    What one statement says: `label` is its property's, `office` that of the office which the value holds, "" if none.

    `moment`, `start` and `end` are its time; `over` says that it has ended or that its subject has. `rest` are its
    other qualifiers, in brackets, with a space before them, or "".
    """

    name: str
    label: str
    value: str
    date: When | None = None
    moment: When | None = None
    start: When | None = None
    end: When | None = None
    over: bool = False
    office: str = ""
    rest: str = ""


def sentence_of(subject: str, said: Said, *, english: bool) -> str:
    """A statement as a sentence, without its full stop."""
    if not english:
        return f"{subject}: {said.label}: {said.value}{_limits(said)}{said.rest}"
    if said.date and said.name in DATED:
        return f"{DATED[said.name].format(subject=subject, at=said.date.at)}{said.rest}"
    if said.name in VALUED and not (said.moment or said.start or said.end):
        return f"{VALUED[said.name].format(subject=subject, value=said.value)}{said.rest}"
    if said.name in (OFFICEHOLDER, POSITION_HELD):
        holder, office = (said.value, subject) if said.name == OFFICEHOLDER else (subject, said.value)
        return f"{_held(holder, office, said)}{said.rest}"
    return f"{_about(subject, said)}{_time(said)}{said.rest}"


def _limits(said: Said) -> str:
    """The time of a statement in brackets, without a word of any language."""
    if said.moment:
        return f" ({said.moment.words})"
    ends = [when.words if when else "" for when in (said.start, said.end)]
    return f" ({' – '.join(ends).strip()})" if any(ends) else ""


def _held(holder: str, office: str, said: Said) -> str:
    """That somebody holds an office, or held it."""
    if said.start and not said.over and not said.end and not said.moment:
        return f"{holder} has been {office} since {said.start.words}"
    return f"{holder} {_verb(said)} {office}{_time(said)}"


def _about(subject: str, said: Said) -> str:
    """Subject, property and value as a clause, by the form of the property's label."""
    first, *_, last = (said.label.split() or [""]) * 2
    if first in VERBS:
        return f"{subject} {said.label} {said.value}"
    if last in RELATIONS:
        return f"{subject} {_verb(said)} {said.label} {said.value}"
    office = f" ({said.office})" if said.office else ""
    return f"The {said.label} of {subject}{office} {_verb(said)} {said.value}"


def _verb(said: Said) -> str:
    return "was" if said.over or said.moment else "is"


def _time(said: Said) -> str:
    """The time of a statement, with a space before it; "" for one without."""
    if said.moment:
        return f" {said.moment.at}"
    if said.start and said.end:
        return f", from {said.start.words} until {said.end.words}"
    if said.start:
        return f", {'from' if said.over else 'since'} {said.start.words}"
    return f", until {said.end.words}" if said.end else ""
