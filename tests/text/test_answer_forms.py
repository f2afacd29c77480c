"""The kind of words that a question asks for, and where a sentence has them."""

from __future__ import annotations

import pytest

from research_agent.text.answer_forms import candidate_spans, lacks_form

LACKING = [
    ("When will Halley's comet come back?", "Officially designated 1P/Halley, it is a comet."),
    ("How many legs does it have?", "It has legs."),
    ("Who discovered it?", "It was discovered in March."),
]
HELD = [
    ("When will Halley's comet come back?", "It will next appear in mid-2061."),
    ("How fast is it?", "It runs at 58–65 mph.", "58–65 mph"),
    ("Who discovered it?", "Due to this Marie Curie became known.", "Marie Curie"),
]
ASKS_FOR_NONE = ["Is Brasília the capital of Brazil?", "Why is the sky blue?", "What is photosynthesis?"]


@pytest.mark.parametrize(("question", "sentence"), LACKING)
def test_a_sentence_without_such_words_lacks_the_form(question: str, sentence: str) -> None:
    assert lacks_form(question, sentence)


@pytest.mark.parametrize("row", HELD)
def test_a_sentence_with_such_words_has_it(row: tuple[str, ...]) -> None:
    question, sentence, *words = row
    assert not lacks_form(question, sentence)
    assert not words or words[0] in [sentence[slice(*span)] for span in candidate_spans(question, sentence)]


@pytest.mark.parametrize("question", ASKS_FOR_NONE)
def test_a_question_that_asks_for_no_such_words_is_never_lacking(question: str) -> None:
    assert not lacks_form(question, "It is long.")
