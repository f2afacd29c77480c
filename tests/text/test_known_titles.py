"""Titles that hold "and", and quoted ones, are one word of a question."""

from __future__ import annotations

from helpers.planned_questions import KNOWN
from research_agent.text.known_titles import GLUE, NameKind, glued, unglued


def known(phrase: str) -> NameKind:
    """What the encyclopedia says of the names in the rows."""
    return KNOWN.get(phrase, "")


def test_a_title_is_one_word_and_comes_back() -> None:
    question = "What is the capital of Bosnia and Herzegovina?"
    text = glued(question, known)
    assert f"Bosnia{GLUE}and{GLUE}Herzegovina" in text
    assert unglued(text) == question
