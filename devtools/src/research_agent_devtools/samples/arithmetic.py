"""
Questions that ask for arithmetic, over documents with made-up figures, and what is right.

The right result is reckoned here from the figures that were drawn, by other code than the program's. A quarter of the
questions cannot be answered: a figure is missing, is of another kind or of another thing, or a day is no single one.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

__all__ = ["Arithmetic", "Text", "questions"]

SYLLABLES = "bar ten lo mir sa vel dor ka nis tu fen ral go pis we han el or mun ta".split()
MONTHS = "January February March April May June July August September October November December".split()
FILLERS = (
    "It is known for its quiet autumns and its long history of trade.",
    "Several books have been written about it, most of them in the last century.",
    "Visitors come mostly in summer.",
    "Its name is first found in a letter of a travelling merchant.",
    "A festival is held there every other year.",
)
LIFE = (
    "{name} ({born} – {died}) was a composer of chamber music.",
    "{name} was born on {born} in a small harbour town and died on {died}.",
    "{name} (born {born}, died {died}) was a painter of landscapes.",
)


@dataclass(frozen=True, slots=True)
class Text:
    """Document of a question: a title and what it says."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """
    One question with its documents. `right` are results any of which is right; () when nothing can be computed.

    `kind` names what is asked for, or why it cannot be answered.
    """

    question: str
    kind: str
    texts: tuple[Text, ...]
    right: tuple[float | str, ...]


Maker = Callable[[random.Random], Arithmetic]


def questions(count: int, seed: int = 1) -> Iterator[Arithmetic]:
    """Questions of all kinds in turn, each drawn anew."""
    for number in range(count):
        rng = random.Random(f"{seed}:{number}")
        yield MAKERS[number % len(MAKERS)](rng)


def _name(rng: random.Random) -> str:
    return "".join(rng.sample(SYLLABLES, 2)).capitalize()


def _names(rng: random.Random, count: int) -> list[str]:
    names: list[str] = []
    while len(names) < count:
        name = _name(rng)
        if all(name[:4] != other[:4] for other in names):
            names.append(name)
    return names


def _text(rng: random.Random, title: str, *sentences: str) -> Text:
    """A document whose sentences stand between others that say nothing of what is asked."""
    said = list(sentences)
    for filler in rng.sample(FILLERS, 2):
        said.insert(rng.randrange(1, len(said) + 1), filler)
    return Text(title, " ".join(said))


def _river(rng: random.Random, name: str) -> tuple[Text, float]:
    length = rng.randrange(80, 4000)
    said = rng.choice(
        (
            f"The {name} is a river of the eastern plain. It is {length:,} km long.",
            f"The {name} is a river. It has a length of {length:,} km and a basin of {length * 7:,} square kilometres.",
            f"The {name} is a river that rises in the hills. At {length:,} km it is long: {length:,} km long.",
            f"The {name} is a northern river. The river is {length:,} kilometres long and drains {length * 9:,} km2.",
        )
    )
    return _text(rng, name, said), float(length)


def _mountain(rng: random.Random, name: str) -> tuple[Text, float]:
    height = rng.randrange(900, 8000)
    said = rng.choice(
        (
            f"Mount {name} is a mountain in the west. It is {height:,} m high.",
            f"Mount {name} is a mountain. Its summit has a height of {height:,} metres ({height * 3.2808:,.0f} ft).",
            f"Mount {name} is a peak with a height of {height:,} m, first climbed in {rng.randrange(1820, 1960)}.",
        )
    )
    return _text(rng, f"Mount {name}", said), float(height)


def _town(rng: random.Random, name: str) -> tuple[Text, int]:
    people = rng.randrange(2_000, 900_000)
    said = rng.choice(
        (
            f"{name} is a coastal town. It has a population of {people:,} and an area of {rng.randrange(9, 90)} km2.",
            f"{name} is a market town. The population was {people:,} in {rng.randrange(2011, 2025)}.",
            f"{name} is a town with {people:,} inhabitants, {rng.randrange(20, 300)} km from the capital.",
        )
    )
    return _text(rng, name, said), people


def _life(rng: random.Random, name: str) -> tuple[Text, date, date]:
    born = date(rng.randrange(1650, 1900), 1, 1) + timedelta(days=rng.randrange(365))
    died = born + timedelta(days=rng.randrange(25 * 365, 90 * 365))
    return _text(rng, name, rng.choice(LIFE).format(name=name, born=_day(born), died=_day(died))), born, died


def _day(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _years(born: date, later: date) -> int:
    return later.year - born.year - ((later.month, later.day) < (born.month, born.day))


def _person(rng: random.Random) -> str:
    return f"{rng.choice(('Ada', 'Tom', 'Irma', 'Olaf', 'Rosa', 'Emil'))} {_name(rng)}"


def _difference(rng: random.Random) -> Arithmetic:
    one, other = _names(rng, 2)
    (text, high), (second, low) = _mountain(rng, one), _mountain(rng, other)
    if high < low:
        one, other, text, second, high, low = other, one, second, text, low, high
    ask = rng.choice(("How much higher is Mount {0} than Mount {1}?", "How much taller is Mount {0} than Mount {1}?"))
    return Arithmetic(ask.format(one, other), "difference", (text, second), (high - low,))


def _difference_of(rng: random.Random) -> Arithmetic:
    one, other = _names(rng, 2)
    (text, many), (second, few) = _town(rng, one), _town(rng, other)
    question = f"What is the difference in population between {one} and {other}?"
    return Arithmetic(question, "difference of a measure", (text, second), (float(abs(many - few)),))


def _ratio(rng: random.Random) -> Arithmetic:
    one, other = _names(rng, 2)
    (text, long), (second, short) = _river(rng, one), _river(rng, other)
    ask = rng.choice(
        ("How many times longer is the {0} than the {1}?", "How many times as long is the {0} as the {1}?")
    )
    return Arithmetic(ask.format(one, other), "ratio", (text, second), (long / short,))


def _sum(rng: random.Random) -> Arithmetic:
    names = _names(rng, rng.choice((2, 3)))
    texts, counts = zip(*(_town(rng, name) for name in names), strict=True)
    listed = f"{', '.join(names[:-1])} and {names[-1]}"
    ask = rng.choice(("What is the total population of {0}?", "What is the combined population of {0}?"))
    return Arithmetic(ask.format(listed), "sum", texts, (float(sum(counts)),))


def _average(rng: random.Random) -> Arithmetic:
    one, other = _names(rng, 2)
    (text, a), (second, b) = _river(rng, one), _river(rng, other)
    return Arithmetic(
        f"What is the average length of the {one} and the {other}?", "average", (text, second), ((a + b) / 2,)
    )


def _age(rng: random.Random) -> Arithmetic:
    name = _person(rng)
    text, born, died = _life(rng, name)
    ask = rng.choice(("How old was {0} when he died?", "How old was {0} when she died?", "At what age did {0} die?"))
    return Arithmetic(ask.format(name), "age at death", (text,), (float(_years(born, died)),))


def _age_in(rng: random.Random) -> Arithmetic:
    name = _person(rng)
    text, born, died = _life(rng, name)
    year = rng.randrange(born.year + 5, died.year)
    ages = (year - born.year - 1, year - born.year)
    return Arithmetic(f"How old was {name} in {year}?", "age in a year", (text,), tuple(map(float, ages)))


def _duration(rng: random.Random) -> Arithmetic:
    name = _name(rng)
    begin = rng.randrange(1400, 1900)
    end = begin + rng.randrange(2, 60)
    said = rng.choice(
        (
            f"The {name} War was fought from {begin} to {end} between two leagues of towns.",
            f"The {name} War ({begin}–{end}) was a conflict between two leagues of towns.",
            f"The {name} War began in {begin} and ended in {end} with a treaty.",
        )
    )
    ages = (end - begin - 1, end - begin)
    return Arithmetic(
        f"How long did the {name} War last?", "duration", (_text(rng, f"{name} War", said),), tuple(map(float, ages))
    )


def _convert(rng: random.Random) -> Arithmetic:
    name = _name(rng)
    if rng.random() < 0.5:
        text, length = _river(rng, name)
        return Arithmetic(f"How long is the {name} in miles?", "unit", (text,), (length / 1.609344,))
    text, height = _mountain(rng, name)
    return Arithmetic(f"How high is Mount {name} in feet?", "unit", (text,), (height / 0.3048,))


def _rank(rng: random.Random) -> Arithmetic:
    one, other = _names(rng, 2)
    (text, a), (second, b) = _river(rng, one), _river(rng, other)
    question = f"Which is longer, the {one} or the {other}?"
    return Arithmetic(question, "rank", (text, second), (one if a > b else other,) if a != b else ())


def _older(rng: random.Random) -> Arithmetic:
    one, other = _person(rng), _person(rng)
    (text, a, _), (second, b, _) = _life(rng, one), _life(rng, other)
    if one == other or a.year == b.year:
        return _older(rng)
    return Arithmetic(f"Who was older, {one} or {other}?", "older", (text, second), (one if a < b else other,))


def _share(rng: random.Random) -> Arithmetic:
    one, other = _names(rng, 2)
    (text, a), (second, b) = _town(rng, one), _town(rng, other)
    question = f"What percentage of the population of {other} is that of {one}?"
    return Arithmetic(question, "share", (text, second), (100 * a / b,))


def _missing(rng: random.Random) -> Arithmetic:
    one, other = _names(rng, 2)
    text, _ = _mountain(rng, one)
    second = _text(
        rng, f"Mount {other}", f"Mount {other} is a mountain in the west, first climbed in 1911 by a party of 14."
    )
    return Arithmetic(f"How much higher is Mount {one} than Mount {other}?", "a figure is missing", (text, second), ())


def _other_kind(rng: random.Random) -> Arithmetic:
    one, other = _names(rng, 2)
    text, _ = _river(rng, one)
    second = _text(rng, other, f"The {other} is a river. It drains {rng.randrange(900, 9000):,} square kilometres.")
    return Arithmetic(
        f"How many times longer is the {one} than the {other}?", "a figure of another kind", (text, second), ()
    )


def _other_thing(rng: random.Random) -> Arithmetic:
    one, other, third = _names(rng, 3)
    (text, _), (second, _) = _town(rng, one), _town(rng, third)
    mentions = Text(second.title, f"{second.text} It lies next to {other}.")
    question = f"What is the total population of {one} and {other}?"
    return Arithmetic(question, "a figure of another thing", (text, mentions), ())


def _no_death(rng: random.Random) -> Arithmetic:
    name = _person(rng)
    born = rng.randrange(1650, 1900)
    said = f"{name} (born {rng.randrange(1, 28)} May {born}) was a painter who won a prize in {born + 30}."
    return Arithmetic(f"How old was {name} when she died?", "a day is missing", (_text(rng, name, said),), ())


MAKERS: tuple[Maker, ...] = (
    _difference, _ratio, _sum, _age, _missing, _convert, _rank, _duration, _average, _other_kind, _older, _share,
    _age_in, _difference_of, _other_thing, _difference, _age, _sum, _ratio, _no_death,
)  # fmt: skip
