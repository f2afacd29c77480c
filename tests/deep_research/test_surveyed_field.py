"""The field of a survey and the aspects that its question names."""

from __future__ import annotations

import pytest

from research_agent.deep_research.surveyed_field import is_about, surveyed_field


@pytest.mark.parametrize(
    ("question", "topics", "aspects"),
    [
        ("What are the effects of coffee on health?", ("coffee", "health"), ()),
        ("How does climate change affect coral reefs?", ("climate change", "coral reefs"), ()),
        ("What are the causes and effects of malaria?", ("malaria",), ("causes", "effects")),
        ("Tell me about glaciers: origins, kinds, importance.", ("glaciers",), ("origins", "kinds", "importance")),
        ("The history and culture of Japan", ("Japan",), ("history", "culture")),
        ("Tell me about the Silk Road", ("Silk Road",), ()),
        ("What causes tides?", ("tides",), ()),
        ("What is known about dark matter?", ("dark matter",), ()),
        ("Overview of the French Revolution", ("French Revolution",), ()),
    ],
)
def test_the_topic_and_the_aspects_are_told_by_form(
    question: str, topics: tuple[str, ...], aspects: tuple[str, ...]
) -> None:
    field = surveyed_field(question)
    assert (field.topics, field.aspects) == (topics, aspects)


def test_an_article_is_about_the_topic_in_any_number() -> None:
    assert is_about("Glacier", ("glaciers",))
    assert is_about("Wolfgang Amadeus Mozart", ("Mozart",))
    assert not is_about("Glacier Bay", ("glaciers",))
    assert not is_about("Battle of Vienna", ("Vienna",))
    assert is_about("Ludwig van Beethoven", ("Beethoven",))
    assert not is_about("", ())
