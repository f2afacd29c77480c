"""Words, numbers, names and sentences are read the same way everywhere."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from research_agent.text.sanitize import clean
from research_agent.text.sentences import sentence_spans
from research_agent.text.tokens import (
    content_stems,
    content_words,
    is_negated,
    jaccard,
    names,
    numbers,
    shingles,
    without_addresses,
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


def test_stop_words_and_endings_do_not_count() -> None:
    assert content_stems("What are the plants converting?") == content_stems("plant converts")


def test_sentences_leave_out_list_marks_and_keep_abbreviations_whole() -> None:
    text = "- One sentence. Two!\n\n1. Dr. Smith lives in the U.S. now.\n***\n"
    assert [text[start:end] for start, end in sentence_spans(text)] == [
        "One sentence.",
        "Two!",
        "Dr. Smith lives in the U.S. now.",
    ]


def test_a_heading_of_a_wiki_is_no_sentence() -> None:
    text = "It is old.\n\n== Causes of the war ==\n=== By year ===\nTwo == three is false. x = y = z\n== open\n"
    assert [text[start:end] for start, end in sentence_spans(text)] == [
        "It is old.",
        "Two == three is false.",
        "x = y = z",
        "== open",
    ]


@given(st.text(max_size=300))
def test_sentence_spans_are_ordered_slices(text: str) -> None:
    last = 0
    for start, end in sentence_spans(text):
        assert last <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip()
        last = end


@given(st.text(st.characters(codec=None), max_size=200))
def test_clean_text_can_go_over_any_wire(text: str) -> None:
    cleaned = clean(text)
    assert cleaned.encode("utf-8").decode("utf-8") == cleaned
    assert "\x00" not in cleaned
    assert clean(cleaned) == cleaned


@given(st.text(max_size=200))
def test_reading_any_text_never_fails(text: str) -> None:
    words(text), names(text), numbers(text), shingles(text), is_negated(text)


def test_likeness_of_sets() -> None:
    assert jaccard({1, 2}, {2, 3}) == pytest.approx(1 / 3)
    assert jaccard([], []) == 0.0


def test_the_parts_of_an_address_are_no_words_of_a_question() -> None:
    asked = "What does https://example.org/python/2026?a=b say about rain?"
    assert content_words(without_addresses(asked)) == ["say", "rain"]
    assert without_addresses("What is https://example.org/a?") == "What is https://example.org/a?"
