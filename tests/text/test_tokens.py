"""Words, numbers and names are read the same way everywhere."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from research_agent.text.tokens import (
    content_stems,
    content_words,
    is_negated,
    is_yes_no_question,
    jaccard,
    names,
    numbers,
    shingles,
    without_urls,
    words,
)


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("600 million", "600,000,000"),
        ("5 %", "5 percent"),
        ("1,114", "1114"),
        ("3.50", "3.5"),
        ("2 billion", "2000 million"),
    ],
)
def test_one_number_has_one_spelling(text: str, same: str) -> None:
    assert numbers(text) == numbers(same)


@pytest.mark.parametrize(
    ("text", "other"), [("600 million", "60 million"), ("5", "5%"), ("1867", "1876"), ("3.5", "35")]
)
def test_different_numbers_share_nothing(text: str, other: str) -> None:
    assert not numbers(text) & numbers(other)


def test_a_naive_reading_of_digits_would_confuse_scales() -> None:
    """The broken twin: digits alone find 600 in "600 million" and in "600"."""
    import re

    def naive(text: str) -> set[str]:
        return set(re.findall(r"\d+", text))

    assert naive("600 million") == naive("600")
    assert numbers("600 million") != numbers("600")


def test_names_are_capitalised_words_that_do_not_open_a_sentence() -> None:
    assert names("Marie Curie was born in Warsaw. NASA said no.") == {"curie", "warsaw", "nasa"}


@pytest.mark.parametrize("text", ["It is not so.", "She never came.", "It can't be.", "Life without water."])
def test_denials_are_seen(text: str) -> None:
    assert is_negated(text)


@pytest.mark.parametrize(("question", "expected"), [("Is it old?", True), ("How old is it?", False), (" did it", True)])
def test_a_yes_no_question_is_known_by_its_first_word(question: str, expected: bool) -> None:
    assert is_yes_no_question(question) is expected


def test_stop_words_and_endings_do_not_count() -> None:
    assert content_stems("What are the plants converting?") == content_stems("plant converts")


@given(st.text(max_size=200))
def test_reading_any_text_never_fails(text: str) -> None:
    words(text), names(text), numbers(text), shingles(text), is_negated(text)


def test_jaccard_is_the_shared_part_of_two_sets() -> None:
    assert jaccard({1, 2}, {2, 3}) == pytest.approx(1 / 3)
    assert jaccard([], []) == 0.0


def test_the_parts_of_an_address_are_no_words_of_a_question() -> None:
    asked = "What does https://example.org/python/2026?a=b say about rain?"
    assert content_words(without_urls(asked)) == ["say", "rain"]
    assert without_urls("What is https://example.org/a?") == "What is https://example.org/a?"
