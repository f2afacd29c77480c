"""A page that repeats a question is told from one that answers it."""

from __future__ import annotations

import pytest

from research_agent.text.stuffing import is_stuffed

QUESTION = "How long can I keep cooked rice in the fridge?"
ABOUT = "It is a grain, and half of the world eats it."
REPEATED = (
    "Keeping cooked rice in the fridge is common.",
    "How long you can keep cooked rice in the fridge is often asked.",
    "If you keep cooked rice in the fridge, you should know how long.",
)
ANSWER = "Cooked rice keeps in the fridge for a day."


@pytest.mark.parametrize(
    ("question", "sentences", "stuffed"),
    [
        (QUESTION, (*REPEATED, ABOUT, ABOUT), True),
        (QUESTION, (ANSWER, ABOUT, "Cooked rice that was left out overnight goes from the fridge to the bin."), False),
        (QUESTION, (*REPEATED[:2], ABOUT), False),
        (QUESTION, (*REPEATED, *[ABOUT] * 6), False),
        ("What is rice?", ("Rice is a grain.", "Rice is eaten.", "Rice grows."), False),
        ("", (), False),
    ],
)
def test_a_page_is_stuffed_when_most_of_it_repeats_the_question(
    question: str, sentences: tuple[str, ...], stuffed: bool
) -> None:
    assert is_stuffed(question, "\n".join(sentences)) == stuffed
