"""
Opposed sentences: two that say of one thing what cannot both be so, by their form.

The words of both are aligned with values blotted out. What stands in the same place must be of the same kind: another
number with the same unit, another name in a place that only one can hold, or a denial. A different predicate, year,
unit or aspect is no opposition, nor is a rounded figure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from research_agent.stages.conflicts import NAME, NUMERAL, Item, agree, items_of
from research_agent.text.measures import same_measure
from research_agent.text.pointing import leans_back, subject
from research_agent.text.tokens import STOP_WORDS, is_negated

__all__ = ["of_one_matter", "opposed", "other_predicate"]

ALIKE = 0.6
"""Share of two sentences' words that stands in the same order (Ratcliff-Obershelp), from which they are compared."""
DENIED = 0.85
"""The same, of a sentence and its denial."""
ROUNDED = 0.02
"""Share by which a rounded figure may differ from another."""
MATTER = 0.6
"""Share of their words (Jaccard) from which sentences in another order say one thing."""
MEASURES = ("high", "long", "wide", "deep", "old")
BEING = frozenset("has have had stands measures reaches runs amounts totals counts".split())
MOST_MORE = 3
"""Words that one sentence may have more than the other."""
YEAR = re.compile(r"1\d{3}|20\d{2}")
RANKED = re.compile(
    r"(?<!\ba )(?<!\bone )\b(?:second|third|fourth|fifth|sixth|next|\d+(?:st|nd|rd|th))\b", re.IGNORECASE
)
# A name in such a place is the only one there: "is Mira Vant", "was born in Ostrel", "founded by Ines Holt".
ONLY_ONE = re.compile(
    r"(?:\bthe\s[^,;.]*\b(?:is|was)\s+(?:the\s+)?"
    r"|\b(?:based|born|buried|died|headquartered|held|located|situated|takes place|took place)\s+(?:in|at|near)\s+"
    r"|\b(?:built|composed|designed|directed|discovered|founded|invented|painted|won|written)\s+by\s+"
    r"|\b(?:flows|empties|drains)\s+into\s+(?:the\s+)?)$",
    re.IGNORECASE,
)
MONTHS = frozenset("january february march april may june july august september october november december".split())


class _Aligned(NamedTuple):
    """Values that stand in the same place, the words that stand for one another, and those that one has more."""

    pairs: list[tuple[Item, Item]]
    replaced: list[tuple[list[Item], list[Item]]]
    more: list[Item]


def opposed(one: str, other: str, *, same_thing: bool = False) -> tuple[str, str] | None:
    """
    The two values in which sentences oppose each other, or the sentences when one denies the other; None when they
    do not. Without `same_thing` (they are of one subject) a name in both must say that it is.
    """
    mine, yours = items_of(one), items_of(other)
    matcher = SequenceMatcher(None, [item.mask for item in mine], [item.mask for item in yours], autojunk=False)
    if len(mine) < 3 or len(yours) < 3:
        return None
    if matcher.real_quick_ratio() < ALIKE or matcher.quick_ratio() < ALIKE or matcher.ratio() < ALIKE:
        return _turned_round(mine, yours, same_thing=same_thing)
    aligned = _aligned(matcher, mine, yours)
    agreeing = any(pair[0].mask == NAME and agree(*pair) for pair in aligned.pairs)
    if not (agreeing or same_thing or _same_subject(one, other)) or any(
        not _is_same(*pair) for pair in aligned.replaced
    ):
        return None
    if not _is_one_matter(matcher, mine, yours):
        return None
    differing = [pair for pair in aligned.pairs if not agree(*pair)]
    names = [pair for pair in differing if pair[0].mask == NAME]
    if not differing:
        denied = is_negated(one) != is_negated(other) and matcher.ratio() >= DENIED
        return (one, other) if denied and not any(item.mask in (NUMERAL, NAME) for item in aligned.more) else None
    if names:
        only = len(differing) == 1 and not _content(aligned.more) and _holds_one(one, names[0][0], other, names[0][1])
        return (names[0][0].text, names[0][1].text) if only else None
    return _other_figure(differing, aligned, mine, yours)


def _turned_round(mine: Sequence[Item], yours: Sequence[Item], *, same_thing: bool) -> tuple[str, str] | None:
    """The figures of sentences that say one thing in another order, each with one figure: "The span of X is 398 m"."""
    ours, theirs = ([item for item in items if item.mask == NUMERAL] for items in (mine, yours))
    if len(ours) != 1 or len(theirs) != 1 or agree(ours[0], theirs[0]) or _is_rounded(ours[0], theirs[0]):
        return None
    if any(YEAR.fullmatch(item.text) for item in (*ours, *theirs)):
        return None
    named, also = _names(mine), _names(yours)
    if not (named <= also or also <= named) or not (same_thing or named & also):
        return None
    stems, other = (frozenset(_measure(item) for item in _content(items)) - {""} for items in (mine, yours))
    unit = _unit(mine, ours[0])
    if unit != _unit(yours, theirs[0]) or len(stems & other) < MATTER * len(stems | other) or len(stems & other) < 2:
        return None
    return _with_unit(ours[0], unit, mine), _with_unit(theirs[0], unit, yours)


def _names(items: Sequence[Item]) -> frozenset[str]:
    return frozenset(value for item in items if item.mask == NAME for value in item.values)


def _measure(item: Item) -> str:
    """The stem of a word, one for all names of a measure; "" for a value, and for a verb that only says "is"."""
    if item.mask in (NUMERAL, NAME) or item.text.casefold() in BEING:
        return ""
    return next((word for word in MEASURES if same_measure(item.text, word)), item.mask)


def _same_subject(one: str, other: str) -> bool:
    """Whether both sentences begin with one name, which alone in front is not told from any first word."""
    (mine, named), (yours, also) = subject(one), subject(other)
    return named and also and mine == yours and not leans_back(one)


def other_predicate(one: str, other: str) -> tuple[str, str] | None:
    """
    The figures, of one unit, of sentences that differ only between their subject's name and the figure: "Orlen Lake
    covers 54 km2", "Orlen Lake has an area of 61 km2". Whether they say one thing is the judge's to say.
    """
    sides = (items_of(one), items_of(other))
    figures = [[at for at, item in enumerate(items) if item.mask == NUMERAL] for items in sides]
    named = [[at for at, item in enumerate(items) if item.mask == NAME] for items in sides]
    if any(len(found) != 1 for found in figures) or not all(named) or _names(sides[0]) != _names(sides[1]):
        return None
    ours, theirs = (items[found[0]] for items, found in zip(sides, figures, strict=True))
    outside = [
        [item.mask for item in _content((*items[: names[-1]], *items[found[0] + 1 :]))]
        for items, names, found in zip(sides, named, figures, strict=True)
    ]
    before = all(names[-1] < found[0] for names, found in zip(named, figures, strict=True))
    units = _unit(sides[0], ours), _unit(sides[1], theirs)
    is_year = YEAR.fullmatch(ours.text) and not units[0]
    if not before or is_year or outside[0][: len(outside[1])] != outside[1][: len(outside[0])]:
        return None
    if units[0] != units[1] or not units[0] or agree(ours, theirs) or _is_rounded(ours, theirs):
        return None
    return _with_unit(ours, units[0], sides[0]), _with_unit(theirs, units[1], sides[1])


def of_one_matter(one: str, other: str) -> bool:
    """
    Whether sentences that are alike by meaning are of one subject, measure, rank and time, by their form.

    "The second highest peak" is not "the highest", 21 metres wide is not 412 long, and of two years both may be so.
    """
    sides = (items_of(one), items_of(other))
    mine, yours = map(_names, sides)
    subjects = subject(one), subject(other)
    if not (mine & yours or (not mine and not yours and subjects[0][0] & subjects[1][0])):
        return False
    measures = [{word for item in items for word in MEASURES if same_measure(item.text, word)} for items in sides]
    if measures[0] != measures[1] or bool(RANKED.search(one)) != bool(RANKED.search(other)):
        return False
    years, figures = ([_numerals(items, years=of_years) for items in sides] for of_years in (True, False))
    return years[0] == years[1] or not any(years[0] | years[1]) or not any((*figures[0], *figures[1]))


def _numerals(items: Sequence[Item], *, years: bool) -> frozenset[str]:
    return frozenset(item.text for item in items if item.mask == NUMERAL and bool(YEAR.fullmatch(item.text)) is years)


def _is_one_matter(matcher: SequenceMatcher[str], mine: Sequence[Item], yours: Sequence[Item]) -> bool:
    """Whether the words that only one of the sentences has are of one measure, if both have such: a span, a width."""
    ours: list[str] = []
    theirs: list[str] = []
    for tag, start, end, at, until in matcher.get_opcodes():
        if tag != "equal":
            ours += [word for item in _content(mine[start:end]) if (word := _measure(item))]
            theirs += [word for item in _content(yours[at:until]) if (word := _measure(item))]
    return not ours or not theirs or set(ours) == set(theirs)


def _aligned(matcher: SequenceMatcher[str], mine: Sequence[Item], yours: Sequence[Item]) -> _Aligned:
    aligned = _Aligned([], [], [])
    for tag, start, end, at, until in matcher.get_opcodes():
        if tag == "equal":
            both = zip(mine[start:end], yours[at:until], strict=True)
            aligned.pairs.extend(pair for pair in both if pair[0].mask in (NUMERAL, NAME))
        elif tag == "replace":
            aligned.replaced.append((list(mine[start:end]), list(yours[at:until])))
        else:
            aligned.more.extend((*mine[start:end], *yours[at:until]))
    return aligned


def _content(items: Sequence[Item]) -> list[Item]:
    return [item for item in items if item.text.casefold() not in STOP_WORDS]


def _is_same(mine: Sequence[Item], yours: Sequence[Item]) -> bool:
    """Whether words that stand for one another say the same: stop words, or names of one measure (tall, high)."""
    ours, theirs = _content(mine), _content(yours)
    if any(item.mask in (NUMERAL, NAME) for item in (*ours, *theirs)):
        return False
    if not ours or not theirs:
        return len(ours) + len(theirs) <= 1
    return all(same_measure(item.text, like.text) for item in ours for like in theirs)


def _holds_one(one: str, mine: Item, other: str, yours: Item) -> bool:
    """Whether both names stand where only one can."""
    if mine.text.casefold() in MONTHS and yours.text.casefold() in MONTHS:
        return True
    places = [text[: text.find(item.text)] for text, item in ((one, mine), (other, yours))]
    return all(ONLY_ONE.search(place) for place in places)


def _other_figure(
    differing: Sequence[tuple[Item, Item]], aligned: _Aligned, mine: Sequence[Item], yours: Sequence[Item]
) -> tuple[str, str] | None:
    """The two figures with their units, where they are of one measure and time and neither is rounded."""
    years = [pair for pair in differing if all(YEAR.fullmatch(item.text) for item in pair)]
    if years and len(differing) > len(years):
        return None  # of two times
    if len(_content(aligned.more)) > MOST_MORE or any(YEAR.fullmatch(item.text) for item in aligned.more):
        return None
    for one, other in differing:
        ours, theirs = _unit(mine, one), _unit(yours, other)
        if ours == theirs and ((one, other) in years or not _is_rounded(one, other)):
            return _with_unit(one, ours, mine), _with_unit(other, theirs, yours)
    return None


def _unit(items: Sequence[Item], item: Item) -> str:
    """The stem of the word behind a number."""
    at = next(place for place, candidate in enumerate(items) if candidate is item)
    following = items[at + 1 : at + 2]
    return following[0].mask if following and following[0].mask not in (NUMERAL, NAME) else ""


def _with_unit(item: Item, unit: str, items: Sequence[Item]) -> str:
    word = next((candidate.text for candidate in items if candidate.mask == unit), "")
    return f"{item.text} {word}" if word and word.casefold() not in STOP_WORDS else item.text


def _is_rounded(one: Item, other: Item) -> bool:
    """Whether one figure is about the other."""
    try:
        ours, theirs = (float(min(item.values)) for item in (one, other))
    except ValueError:
        return False
    return abs(ours - theirs) <= ROUNDED * max(abs(ours), abs(theirs))
