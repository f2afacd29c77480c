"""Plurals, by their form."""

from __future__ import annotations

import pytest

from research_agent.text.plurals import both_numbers, is_plural, singular
from research_agent.text.tokens import content_stems


@pytest.mark.parametrize("noun", ["moons", "countries", "children", "boxes"])
def test_a_plural_is_told_by_its_form(noun: str) -> None:
    assert is_plural(noun)


@pytest.mark.parametrize(("plural", "one"), [("capitals", "capital"), ("countries", "country"), ("boxes", "box")])
def test_a_plural_is_made_one(plural: str, one: str) -> None:
    assert singular(plural) == one
    assert not is_plural("virus")
    assert not is_plural("mass")
    assert not any(map(is_plural, ("physics", "economics", "gas", "bus")))
    assert all(map(is_plural, ("plastics", "comics", "cows")))


@pytest.mark.parametrize(
    ("plural", "one"),
    [("wolves", "wolf"), ("bacteria", "bacterium"), ("teeth", "tooth"), ("crises", "crisis"), ("people", "person")],
)
def test_an_irregular_plural_has_the_stem_of_its_singular(plural: str, one: str) -> None:
    assert singular(plural) == one
    assert is_plural(plural)
    assert content_stems(f"the {plural}") == content_stems(f"a {one}")
    assert both_numbers(one) == (one, plural)
    assert both_numbers(plural) == (plural, one)


def test_other_words_have_one_form() -> None:
    assert both_numbers("virus") == ("virus",)
    assert both_numbers("viruses") == ("viruses",)  # its stem tells it
