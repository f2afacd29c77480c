"""
Made-up pairs of texts: 100 that contradict each other, 100 that do not.

The contradictions: another number, date, name, unit of time or a denial, in the same words or in others. The others:
the same in other words, a rounded figure, another unit, another year, another thing, another aspect of it.
"""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["AGREEING", "CONTRADICTING", "Pair"]


class Pair(NamedTuple):
    """Two texts of two documents with their titles."""

    one: str
    other: str
    titles: tuple[str, str]


THINGS = ("Lumen", "Arvel", "Brone", "Cinth", "Dovrel", "Estrin", "Fallow", "Garth", "Hollin", "Ivren")

CONTRADICTIONS = (
    ("The {x} is {a} kilometres long.", "The {x} is {b} kilometres long."),
    ("The {x} bridge was opened in 19{c}.", "The {x} bridge was opened in 19{d}."),
    ("{x} has a population of {a},000 people.", "{x} has a population of {b},000 people."),
    ("The mayor of {x} is Mira Vant.", "The mayor of {x} is Ole Brandt."),
    ("The {x} does not freeze in winter.", "The {x} does freeze in winter."),
    ("The tower of {x} stands {a} metres tall.", "The tower of {x} is {b} metres high."),
    ("{x} was founded in 18{c} by Ines Holt.", "{x} was founded in 18{d} by Ines Holt."),
    ("About {c} percent of {x} is covered by forest.", "Some {d} percent of {x} is covered by forest."),
    ("The company {x} is based in Ostrel.", "The company {x} is based in Norvik."),
    (
        "Construction of the {x} dam cost {a} million dollars.",
        "The construction of the {x} dam cost {b} million dollars.",
    ),
)
AGREEMENTS = (
    ("The {x} is {a} kilometres long.", "The {x} has a length of {a} kilometres."),
    ("The {x} bridge was opened in 19{c}.", "In 19{c} the {x} bridge was opened to trains."),
    ("{x} had a population of {a},000 in 19{c}.", "{x} had a population of {b},000 in 20{c}."),
    ("The mayor of {x} is Mira Vant.", "The bishop of {x} is Ole Brandt."),
    ("The {x} is {a} kilometres long.", "The {x} is {b} metres wide."),
    ("The tower of {x} stands {a} metres tall.", "The tower of {y} stands {b} metres tall."),
    ("{x} was founded in 18{c} by Ines Holt.", "{x} was rebuilt in 19{d} by Ines Holt."),
    ("About {c} percent of {x} is covered by forest.", "About {d} percent of {x} is covered by lakes."),
    ("The company {x} is based in Ostrel.", "The company {x} was bought by Norvik in 20{c}."),
    ("The {x} dam is {a} metres high.", "The {x} dam is {a}.0 metres high and holds a lake."),
)


def _pairs(forms: tuple[tuple[str, str], ...]) -> tuple[Pair, ...]:
    made = []
    for at, thing in enumerate(THINGS):
        values = {
            "x": thing, "y": THINGS[(at + 3) % len(THINGS)],
            "a": 312 + 17 * at, "b": 481 + 13 * at, "c": 12 + 3 * at, "d": 51 + 4 * at,
        }  # fmt: skip
        for one, other in forms:
            texts = (one.format(**values), other.format(**values))
            made.append(Pair(*texts, titles=(f"{thing} today", f"A guide to {thing}")))
    return tuple(made)


CONTRADICTING = _pairs(CONTRADICTIONS)
AGREEING = _pairs(AGREEMENTS)
