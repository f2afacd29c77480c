"""Sentences are slices of the text, and list markers and headings are none."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from research_agent.text.sentences import sentence_spans


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
