"""The plan as lines: what is written is read back, and what a person changes is theirs."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from research_agent.deep_research.plan_text import MOST_STEPS, edited_by_line, parse_plan, plan_lines, plan_text
from research_agent.deep_research.step_plan import active, plan_question
from research_agent.errors import UsageError
from research_agent.memory import Candidate, Step

QUESTIONS = (
    "Compare Mars and Venus: size, moons",
    "What are the capitals of the countries that border Germany?",
    "In which country was the author of Hamlet born?",
    "What are the effects of coffee on health?",
    "When was the Eiffel Tower built?",
)


@pytest.mark.parametrize("question", QUESTIONS)
def test_an_unchanged_text_is_the_same_plan(question: str) -> None:
    _, steps = plan_question(question)
    assert parse_plan(plan_text(steps), steps) == steps


@given(st.text(max_size=80))
def test_any_text_is_a_plan_or_an_error_with_a_hint(text: str) -> None:
    _, steps = plan_question(QUESTIONS[1])
    try:
        made = parse_plan(text, steps)
    except UsageError as error:
        assert error.hint  # noqa: PT017 - it may be either
    else:
        assert parse_plan(plan_text(made), made) == made


def test_a_changed_line_is_the_users_and_is_asked_anew() -> None:
    found = Candidate(text="x", document="d", start=0, end=1)
    before = (Step(id=1, text="Which rivers?", kind="list", state="done", candidates=(found,)), Step(id=2, text="{1}?"))
    same, other, new = parse_plan(
        "1. Which rivers? [list]\n2. How long is {1}?\nAnd why? [sources: arxiv, web]", before
    )
    assert same == replace(before[0], position=1)
    assert (other.id, other.origin, other.state, other.candidates) == (2, "user", "waiting", ())
    assert (new.id, new.origin, new.sources, new.position) == (3, "user", ("arxiv", "web"), 3)


def test_the_steps_of_a_lists_items_stay_while_their_template_does() -> None:
    made = Step(id=2001, text="How long is the Lumen?", origin="found", parent=2, state="done")
    before = (Step(id=1, text="Which rivers?", kind="list"), Step(id=2, text="How long is {1}?"), made)
    assert [step.id for step in parse_plan(plan_text(before), before)] == [1, 2, 2001]
    assert plan_lines(before) == ["1. Which rivers?  [list]", "2. How long is {1}?"]
    assert [step.id for step in parse_plan("1. Which rivers? [list]\n2. How old is {1}?", before)] == [1, 2]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no step"),
        ("# nothing", "no step"),
        ("1. ...", "no words"),
        ("1. a\n1. b", "number 1"),
        ("1. How long is {7}?", "needs step 7"),
        ("1. a {2}?\n2. b {1}?", "wait for one another"),
        ("1. a [colour: red]", "not a mark"),
        (f"1. {'long ' * 200}", "characters"),
        ("\n".join(f"why {number}?" for number in range(MOST_STEPS + 1)), "201 steps"),
    ],
)
def test_what_cannot_be_done_is_told_with_its_line(text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        parse_plan(text, ())


def test_a_plan_of_200_steps_is_taken() -> None:
    assert len(parse_plan("\n".join(f"why {number}?" for number in range(MOST_STEPS)), ())) == MOST_STEPS


@pytest.mark.parametrize(
    ("line", "texts"),
    [
        ("+ Why?", ["What is the size of Mars?", "What is the size of Venus?", "Why?"]),
        ("- 1", ["What is the size of Venus?"]),
        ("2. How large is Venus?", ["What is the size of Mars?", "How large is Venus?"]),
    ],
)
def test_a_plan_is_edited_by_a_line(line: str, texts: list[str]) -> None:
    _, steps = plan_question("Compare Mars and Venus: size")
    assert [step.text for step in active(parse_plan(edited_by_line(steps, line), steps))] == texts


@pytest.mark.parametrize("line", ["- 9", "what", "9. What?"])
def test_a_line_that_changes_nothing_is_an_error(line: str) -> None:
    _, steps = plan_question("Compare Mars and Venus: size")
    with pytest.raises(UsageError, match="not an edit"):
        edited_by_line(steps, line)
