"""What a comparison asks of each of its sides."""

from __future__ import annotations

import pytest

from research_agent.text.comparatives import side_question


@pytest.mark.parametrize(
    ("question", "side", "asked"),
    [
        ("Which is longer, the Nile or the Amazon?", "Nile", "How long is Nile?"),
        ("Which is heavier, a lion or a tiger?", "tiger", "How heavy is tiger?"),
        ("Are elephants bigger than whales?", "whales", "How big are whales?"),
        ("How do comets differ from asteroids?", "asteroids", "What are asteroids?"),
        ("Compare physics and chemistry", "physics", "What is physics?"),
        ("Which river is better, the Nile or the Amazon?", "Nile", "What is Nile?"),
    ],
)
def test_the_measure_that_is_compared_is_asked_for(question: str, side: str, asked: str) -> None:
    assert side_question(question, side) == asked
