"""Plurals, by their form."""

from __future__ import annotations

import pytest

from research_agent.text.plurals import is_plural, singular


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
