"""Classes of falsehood in figures, dates, units and names, and those that mix the words of two sentences."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping

from research_agent.text.tokens import NUMBER, numbers, words
from research_agent_devtools.samples.edits import NAME, put, table_pattern
from research_agent_devtools.samples.opposites import UNITS
from research_agent_devtools.samples.places import Alteration, Place

__all__ = ["FACTS"]

MONTHS = "January February March April May June July August September October November December".split()
NUMBER_WORDS = "two three four five six seven eight nine ten eleven twelve".split()
YEAR = re.compile(r"(?<![\d,.])(?P<year>1[0-9]\d\d|20[0-2]\d)(?![\d,.]\d)(?!\d)")
MONTH = re.compile(
    rf"\b(?:{'|'.join(MONTHS)})\b(?= \d)|(?<=\d )(?:{'|'.join(MONTHS)})\b|(?<=in )(?:{'|'.join(MONTHS)})\b"
)
FIGURE_WORD = re.compile(rf"\b(?:{'|'.join(NUMBER_WORDS)})\b", re.IGNORECASE)
SIBLING_UNITS: dict[str, list[str]] = {}
for group in UNITS:
    for unit_name in group:
        SIBLING_UNITS.setdefault(unit_name, []).extend(other for other in group if other != unit_name)
UNIT = re.compile(rf"(?<=\d )(?:{'|'.join(sorted(map(re.escape, SIBLING_UNITS), key=len, reverse=True))})(?![\w/])")
NAMES = re.compile(rf"(?<![.\w’'-])(?P<name>{NAME})(?=[ ,.;)]|[’']s)")
CENTURY = re.compile(r"\b(?P<n>\d{1,2})(?P<th>st|nd|rd|th)(?=[ -]century| centuries)")
SCALES = dict(
    pair.split(":")
    for pair in """million:billion billion:million thousand:million hundreds:thousands thousands:millions
    millions:thousands trillion:billion decades:centuries centuries:decades""".split()
)
SCALE_PATTERN = table_pattern(SCALES)
WIDE = frozenset(
    """Africa Asia Europe America Americas Oceania Australia Germany France Italy Spain Portugal England Britain
    Ireland Scotland Wales Netherlands Belgium Switzerland Austria Poland Hungary Romania Bulgaria Greece Turkey
    Russia Ukraine Norway Sweden Finland Denmark Iceland China Japan Korea India Pakistan Bangladesh Iran Iraq
    Syria Israel Egypt Libya Morocco Algeria Sudan Ethiopia Kenya Nigeria Ghana Djibouti Somalia Brazil
    Argentina Chile Peru Colombia Ecuador Bolivia Mexico Canada Cuba Indonesia Malaysia Thailand Vietnam
    Philippines Myanmar Earth""".split()
) | {"United States", "United Kingdom", "North America", "South America", "Soviet Union", "New Zealand", "South Africa"}
"""Where a thing may be as well as in the smaller place that its sentence names."""
NOT_NAMES = frozenset(
    """The A An It He She They This These Its His Her Their In On At By For From As Since During After Before When While
    Although Some Most Many Other There One Two Both All Also However Today
    According Such Since With Under Modern I BC AD CE BCE
    January February March April May June July August September October November December Monday Sunday""".split()
)


def number(place: Place, rng: random.Random) -> str | None:
    """A figure that the article does not state: digits changed or exchanged, ten times as many."""
    found = [match for match in _figures(place.sentence) if not YEAR.fullmatch(match["whole"])]
    rng.shuffle(found)
    for match in found:
        digits = match["whole"].replace(",", "")
        value = int(digits)
        options = [value * 10, value + max(1, value // 5), max(1, value - max(1, value // 4)), value + 1, value * 2]
        options += [int(digits[:-2] + digits[-1] + digits[-2])] if len(digits) > 1 and digits[-1] != digits[-2] else []
        new = rng.choice([option for option in options if option != value])
        text = f"{new:,}" if "," in match["whole"] or new >= 10_000 else str(new)
        changed = put(place.sentence, *match.span("whole"), text)
        if numbers(changed) - numbers(place.text):
            return changed
    return None


def _figures(sentence: str) -> list[re.Match[str]]:
    """Numbers that stand by themselves: no ordinal, part of a formula, range or name."""
    return [
        match
        for match in NUMBER.finditer(sentence)
        if match["whole"]
        and not re.match(r"[\w–(-]", sentence[match.end() :])
        and sentence[: match.start()][-1:] not in {"-", "–", "(", "#"}
    ]


def scale(place: Place, rng: random.Random) -> str | None:
    """Billion for million; percent for a count."""
    found = [match for match in SCALE_PATTERN.finditer(place.sentence) if SCALES[match[0]] not in place.text]
    if not found:
        return None
    match = rng.choice(found)
    return put(place.sentence, match.start(), match.end(), SCALES[match[0]])


def number_word(place: Place, rng: random.Random) -> str | None:
    """ "four" for "three"."""
    found = list(FIGURE_WORD.finditer(place.sentence))
    if not found:
        return None
    match = rng.choice(found)
    held = set(words(place.text))
    options = [word for word in NUMBER_WORDS if word not in held and str(NUMBER_WORDS.index(word) + 2) not in held]
    near = [word for word in options if abs(NUMBER_WORDS.index(word) - NUMBER_WORDS.index(match[0].lower())) <= 3]
    return put(place.sentence, match.start(), match.end(), rng.choice(near)) if near else None


def year(place: Place, rng: random.Random) -> str | None:
    """Another year, or another century."""
    found = list(YEAR.finditer(place.sentence)) + list(CENTURY.finditer(place.sentence))
    if not found:
        return None
    match = rng.choice(found)
    if "year" in match.groupdict():
        shift = rng.choice([-100, 100, -10, 10, -1, 1, -2, 3, -5, 7, 20, -30])
        new = str(int(match["year"]) + shift)
        return put(place.sentence, match.start(), match.end(), new) if new not in place.text else None
    century = int(match["n"]) + rng.choice([-2, -1, 1, 2])
    if century < 1 or century > 21 or f"{century}th" in place.text:
        return None
    ending = {1: "st", 2: "nd", 3: "rd"}.get(century % 10 if century not in {11, 12, 13} else 0, "th")
    return put(place.sentence, match.start(), match.end(), f"{century}{ending}")


def month(place: Place, rng: random.Random) -> str | None:
    """Another month; for a day, another day."""
    found = list(MONTH.finditer(place.sentence))
    if not found:
        return None
    match = rng.choice(found)
    options = [name for name in MONTHS if name not in place.text]
    return put(place.sentence, match.start(), match.end(), rng.choice(options))


def unit(place: Place, rng: random.Random) -> str | None:
    """Miles for kilometres."""
    found = [
        match
        for match in UNIT.finditer(place.sentence)
        if "(" not in place.sentence[: match.start()].rpartition(")")[2]
    ]
    if not found:
        return None
    match = rng.choice(found)
    options = [name for name in SIBLING_UNITS[match[0]] if not re.search(rf"\b{re.escape(name)}\b", place.text)]
    return put(place.sentence, match.start(), match.end(), rng.choice(options)) if options else None


def neighbour_number(place: Place, rng: random.Random) -> str | None:
    """A figure or year that another sentence of the article holds."""
    mine = _figures(place.sentence)
    rest = place.text.replace(place.sentence, " ")
    theirs = [match["whole"] for match in _figures(rest)]
    rng.shuffle(mine)
    for match in mine:
        is_year = bool(YEAR.fullmatch(match["whole"]))
        options = [
            text
            for text in theirs
            if bool(YEAR.fullmatch(text)) == is_year
            and not re.search(rf"(?<!\d){re.escape(text)}(?!\d)", place.sentence)
        ]
        if options:
            return put(place.sentence, *match.span("whole"), rng.choice(options))
    return None


def _names(sentence: str, *, start: int = 1) -> list[re.Match[str]]:
    return [
        match
        for match in NAMES.finditer(sentence, start)
        if match["name"].split()[0] not in NOT_NAMES
        and len(match["name"]) > 3
        and not match["name"].endswith((".", "-"))
    ]


def _kind(sentence: str, match: re.Match[str]) -> str:
    """What stands before a name, which names that stand for each other share; of adjectives, their ending."""
    name = match["name"]
    if re.search(r"(?:an|ish|ese|ian)$", name) and " " not in name:
        return "adjective"
    before = sentence[: match.start()].split()
    return before[-1].lower() if before else ""


def neighbour_name(place: Place, rng: random.Random) -> str | None:
    """A name that another sentence of the article holds, in the place of one that follows the same word."""
    mine = _names(place.sentence)
    rest = place.text.replace(place.sentence, " ")
    theirs = {(_kind(rest, match), match["name"]) for match in _names(rest)}
    rng.shuffle(mine)
    for match in mine:
        kind = _kind(place.sentence, match)
        taken = set(words(f"{place.sentence} {place.title}"))
        options = sorted(
            name for other, name in theirs if other == kind and name not in WIDE and not set(words(name)) & taken
        )
        if options and not set(words(match["name"])) & set(words(place.title)):
            return put(place.sentence, match.start(), match.end(), rng.choice(options))
    return None


def foreign_name(place: Place, rng: random.Random) -> str | None:
    """A name of another article in the place of one that follows the same word."""
    mine = [match for match in _names(place.sentence) if not set(words(match["name"])) & set(words(place.title))]
    held = set(words(place.text))
    theirs: dict[str, list[str]] = {}
    for match in _names(place.other):
        if not set(words(match["name"])) & held:
            theirs.setdefault(_kind(place.other, match), []).append(match["name"])
    rng.shuffle(mine)
    for match in mine:
        if options := theirs.get(_kind(place.sentence, match)):
            return put(place.sentence, match.start(), match.end(), rng.choice(options))
    if mine and place.stranger and rng.random() < 0.05 and place.stranger.lower() not in held:
        match = rng.choice(mine)
        return put(place.sentence, match.start(), match.end(), place.stranger)
    return None


FACTS: Mapping[str, Alteration] = {
    "number": number,
    "scale": scale,
    "number word": number_word,
    "year": year,
    "month": month,
    "unit": unit,
    "neighbour's number": neighbour_number,
    "neighbour's name": neighbour_name,
    "foreign name": foreign_name,
}
"""Classes of falsehood by name."""
