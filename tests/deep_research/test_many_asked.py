"""What is asked of each of many."""

from __future__ import annotations

import pytest

from research_agent.deep_research.many_asked import many_asked


@pytest.mark.parametrize(
    ("question", "listing", "template"),
    [
        ("Where was each of the Brontë sisters born?", "What are the Brontë sisters?", "Where was {1} born?"),
        (
            "How long are the three longest rivers in Europe?",
            "What are the three longest rivers in Europe?",
            "How long is {1}?",
        ),
        (
            "List the noble gases and their boiling points",
            "What are the noble gases?",
            "What is the boiling point of {1}?",
        ),
    ],
)
def test_the_list_and_the_template_are_told_apart(question: str, listing: str, template: str) -> None:
    found = many_asked(question)
    assert found is not None
    assert found.links == (listing, template)


@pytest.mark.parametrize("question", ["What are the ten largest lakes?", "How old are the pyramids of Giza?"])
def test_a_list_alone_is_none(question: str) -> None:
    assert many_asked(question) is None
