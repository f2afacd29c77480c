"""The plan by rule: its steps, their slots, and what can be asked when."""

from __future__ import annotations

from dataclasses import replace

import pytest

from research_agent.deep_research.step_plan import active, heading_of, plan_question, ready, slots, waits_for
from research_agent.memory import Step


def test_a_comparison_goes_aspect_by_aspect() -> None:
    shape, steps = plan_question("Compare Mars and Venus: size, moons")
    assert shape == "compare"
    assert [(step.id, step.text, step.heading, step.side) for step in steps] == [
        (1, "What is the size of Mars?", "Size", "Mars"),
        (2, "What is the size of Venus?", "Size", "Venus"),
        (3, "What are the moons of Mars?", "Moons", "Mars"),
        (4, "What are the moons of Venus?", "Moons", "Venus"),
    ]


def test_a_word_that_the_sides_share_is_part_of_each() -> None:
    titles = {"Inca empire", "Aztec empire"}
    _, steps = plan_question(
        "How do the Aztec and Inca empires compare?", lambda name: "name" if name in titles else ""
    )
    assert [step.text for step in steps[:2]] == ["What is the Aztec empire?", "What is the Inca empire?"]


def test_a_side_keeps_the_article_that_it_was_named_with() -> None:
    _, steps = plan_question("Compare the Nile and Lake Victoria: length")
    assert [(step.text, step.side) for step in steps] == [
        ("What is the length of the Nile?", "Nile"), ("What is the length of Lake Victoria?", "Lake Victoria"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        ("Compare Mars and Venus", "What is Mars?", "What is Venus?"),
        ("Dogs vs wolves", "What are dogs?", "What are wolves?"),
        ("Compare the Netherlands and Texas", "What are the Netherlands?", "What is Texas?"),
        ("Compare gas and physics", "What is gas?", "What is physics?"),
    ],
)
def test_a_name_that_ends_as_a_plural_is_one_thing(question: str, one: str, other: str) -> None:
    _, steps = plan_question(question)
    assert [step.text for step in steps[:2]] == [one, other]


def test_a_survey_has_facets_and_what_speaks_against() -> None:
    _, steps = plan_question("What are the effects of coffee on health?")
    assert [step.kind for step in steps] == ["facets", "find", "contrary"]
    assert slots(steps[1]) == (1,)
    _, steps = plan_question("How does sleep affect memory?")
    assert "the effects of sleep on memory" in steps[2].text


def test_a_chain_waits_and_a_comparison_does_not() -> None:
    _, chain = plan_question("In which country was the author of Hamlet born?")
    assert [step.id for step in ready(chain)] == [1]
    assert waits_for(chain[1], chain) == (chain[0],)
    done = (replace(chain[0], state="done"), chain[1])
    assert [step.id for step in ready(done)] == [2]
    _, both = plan_question("Compare Mars and Venus: size")
    assert len(ready(both)) == 2


def test_what_was_dropped_is_no_part_of_the_plan() -> None:
    steps = (Step(id=1, text="a", position=2), Step(id=2, text="b", position=1), Step(id=3, text="c", state="dropped"))
    assert [step.id for step in active(steps)] == [2, 1]


@pytest.mark.parametrize(("heading", "expected"), [("", "Denmark"), ("Capital", "Capital: denmark")])
def test_an_item_heads_its_section(heading: str, expected: str) -> None:
    assert heading_of("denmark", Step(id=1, text="x", heading=heading)) == expected
