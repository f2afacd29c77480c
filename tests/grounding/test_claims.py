"""What a sentence states: names, figures with their units, quantities, and what it denies."""

from __future__ import annotations

import pytest

from research_agent.grounding.claims import figures, opposed, parse_statement
from research_agent.text.tokens import stem


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("600 million", "600,000,000"),
        ("three ships", "3 ships"),
        ("5 %", "5 percent"),
        ("the third wave", "the 3rd wave"),
        ("$5bn", "5 billion dollars"),
        ("two thousand men", "2,000 men"),
    ],
)
def test_one_number_has_one_spelling(one: str, other: str) -> None:
    assert figures(one) == figures(other) != frozenset()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("600 million", "60 million"),
        ("in 1990", "in the 1990s"),
        ("20 ships", "the 20th ship"),
        ("5 %", "5"),
        ("three ships", "four ships"),
    ],
)
def test_other_numbers_have_others(one: str, other: str) -> None:
    assert not figures(one) & figures(other)


def test_a_measure_is_a_figure_with_its_unit() -> None:
    assert parse_statement("It is 421 kilometres long.").measures == parse_statement("It has 421 km.").measures
    assert parse_statement("It is 421 miles long.").measures != parse_statement("It is 421 km long.").measures


def test_the_first_word_is_a_name_only_where_a_source_uses_it_as_one() -> None:
    text = "Lumen is a river."
    assert parse_statement(text).names == frozenset()
    assert parse_statement(text, frozenset({"lumen"})).names == {"lumen"}


def test_names_and_figures_weigh_more_than_words_of_the_same_length() -> None:
    weights = {word.stem: word.weight for word in parse_statement("In the north of Arvel lie 1867 rocks.").words}
    assert weights["arvel"] > weights["north"]
    assert weights["1867"] > weights["rock"]


def test_what_is_denied_is_the_word_behind_the_negation() -> None:
    assert parse_statement("It does not freeze in winter.").denied == {stem("freeze")}
    assert not parse_statement("It freezes in winter.").negated


def test_opposites_oppose_unless_both_are_said() -> None:
    rises, falls = frozenset({stem("rise"), "price"}), frozenset({stem("fall"), "price"})
    assert opposed(rises, falls)
    assert not opposed(rises, rises | falls)
