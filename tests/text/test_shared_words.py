"""Words that names share."""

from __future__ import annotations

import pytest

from research_agent.text.known_titles import NameKind
from research_agent.text.shared_words import with_shared_words

TITLES = frozenset(
    "solar power,wind power,nuclear power,inca empire,north korea,south korea,world war i,world war ii,red blood cell"
    ",white blood cell,guide dog,hot chocolate,french revolution,russian revolution,south america".split(",")
)


def known(phrase: str) -> NameKind:
    return "name" if phrase.casefold() in TITLES else ""


@pytest.mark.parametrize(
    ("names", "whole"),
    [
        (["nuclear", "solar", "wind power"], ["nuclear power", "solar power", "wind power"]),
        (["Aztec", "Inca empires"], ["Aztec empire", "Inca empire"]),
        (["French", "Russian Revolutions"], ["French Revolution", "Russian Revolution"]),
        (["North", "South Korea"], ["North Korea", "South Korea"]),
        (["World War I", "II"], ["World War I", "World War II"]),
        (["red", "white blood cells"], ["red blood cell", "white blood cell"]),
        (["coffee", "hot chocolate"], ["coffee", "hot chocolate"]),
        (["cats", "guide dogs"], ["cats", "guide dogs"]),
        (["Mars", "Venus"], ["Mars", "Venus"]),
        (["Africa", "South America"], ["Africa", "South America"]),
        (["Tokyo"], ["Tokyo"]),
    ],
)
def test_a_shared_word_goes_to_each_where_that_makes_known_names(names: list[str], whole: list[str]) -> None:
    assert with_shared_words(names, known) == whole
    assert with_shared_words(names, None) == names
