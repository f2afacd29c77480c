"""Sentences are slices of the text, and list markers and headings are none."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from research_agent.text.sentences import LIST_MARKER, WIKI_HEADING, sentence_spans


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


@given(st.text(alphabet="aB1.!?。()[]\"“”'’ \n=-*»«।…", max_size=120))
def test_every_word_is_in_a_sentence_a_marker_or_a_heading(text: str) -> None:
    covered = {at for start, end in sentence_spans(text) for at in range(start, end)}
    offset = 0
    for line in text.splitlines(keepends=True):
        marker = LIST_MARKER.match(line)
        if not WIKI_HEADING.fullmatch(line):
            first = marker.end() if marker else 0
            assert all(offset + at in covered for at in range(first, len(line)) if line[at].isalnum())
        offset += len(line)
