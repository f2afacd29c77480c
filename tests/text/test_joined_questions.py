"""Several questions in one, told from one thing whose name has "and" in it."""

from __future__ import annotations

import pytest

from helpers.planned_questions import KNOWN, PLANNED
from research_agent.deep_research.step_plan import plan_question
from research_agent.text.joined_questions import joined, parts_of, same_of_each
from research_agent.text.known_titles import NameKind


def known(phrase: str) -> NameKind:
    """What the encyclopedia says of the names in the rows."""
    return KNOWN.get(phrase, "")


@pytest.mark.parametrize(("question", "shape", "steps"), PLANNED, ids=[question for question, _, _ in PLANNED])
def test_a_question_has_the_plan_that_is_wanted(question: str, shape: str, steps: tuple[str, ...]) -> None:
    planned, made = plan_question(question, known)
    assert planned == shape
    assert tuple(step.text for step in made) == steps or shape == "survey"


@pytest.mark.parametrize(
    "question",
    [
        "Who were Simon and Garfunkel?",
        "What are the songs of Simon and Garfunkel?",
        "When were Bonnie and Clyde killed?",
        "Where were Lewis and Clark born?",
    ],
)
def test_two_bare_names_that_nobody_knows_stay_together(question: str) -> None:
    assert same_of_each(question, known) is None
    assert same_of_each("When were France and Germany founded?", known) is not None
    assert same_of_each("Where were Ada Lind and Bel Orr born?", known) is not None


@pytest.mark.parametrize(
    ("question", "second"),
    [
        ("How do vaccines work and what are their risks?", "What are vaccines' risks?"),
        ("How do solar panels make power and who invented them?", "Who invented solar panels?"),
        ("Why do leaves fall and what are they good for?", "What are leaves good for?"),
        ("How does the heart pump blood and how big is it?", "How big is the heart?"),
    ],
)
def test_a_pronoun_stands_for_what_does_something_in_the_first(question: str, second: str) -> None:
    names: dict[str, NameKind] = {"solar panel": "word", "panel": "word"}
    parts = joined(question, lambda phrase: names.get(phrase, ""))
    assert parts is not None
    assert parts.links[1] == second


@pytest.mark.parametrize(
    ("question", "items"),
    [
        ("What is mitosis, meiosis and osmosis?", ("mitosis", "meiosis", "osmosis")),
        ("What is a virus and a bacterium?", ("a virus", "a bacterium")),
        ("What is love and marriage?", None),
        ("What is salt and pepper?", None),
    ],
)
def test_one_verb_may_be_of_a_list(question: str, items: tuple[str, ...] | None) -> None:
    each = same_of_each(question, None)
    assert (each and each.items) == items
    assert each is None or each.links[1] == "What is {1}?"


def test_who_is_asked_after_by_name_is_whom_the_pronoun_stands_for() -> None:
    parts = joined("Who was Ada Lind and where was she born?", known)
    assert parts is not None
    assert parts.links[1] == "Where was Ada Lind born?"


def test_where_nobody_knows_what_does_something_the_question_stays_whole() -> None:
    assert joined("How do green plants make food and what are their leaves for?", None) is None
    assert joined("How do green plants make food and what are their leaves for?", known) is None


def test_how_many_asks_for_many_of_each() -> None:
    parts = same_of_each("How many moons do Mars and Jupiter have?", None)
    assert parts is not None
    assert parts.links[1] == "How many moons does {1} have?"


@pytest.mark.parametrize(
    "question",
    [
        "Why did Napoleon attack Russia and when did he die?",
        "Who is the CEO of Apple and where was it founded?",
        "Who won the Lumen Cup and who did they beat?",
        "Who wrote War and Peace?",
        "Who founded Procter and Gamble?",
        "What happened in 1066 and why does it matter?",
    ],
)
def test_one_question_is_not_split(question: str) -> None:
    assert joined(question, known) is None
    assert same_of_each(question, known) is None


def test_without_names_only_the_verb_and_articles_tell() -> None:
    assert same_of_each("Who wrote Hamlet and Don Quixote?", None) is None
    assert same_of_each("How high are Mont Blanc and the Matterhorn?", None) is not None


@pytest.mark.parametrize(
    ("question", "second"),
    [
        ("Who wrote Hamlet and when was he born?", "When was {1} born?"),
        ("What is the capital of Peru, and how many people live there?", "How many people live in {1}?"),
        ("When was Mozart born and where did he die?", "Where did Mozart die?"),
        ("Which countries are in Asia and what are their capitals?", "What is {1}'s capital?"),
        ("Who are the parents of Ada Lovelace and who taught her?", "Who taught Ada Lovelace?"),
        ("Who was the mother of Ada Lovelace and when was she born?", "When was {1} born?"),
        ("Who are the parents of Ada Lovelace and when were they born?", "When was {1} born?"),
    ],
)
def test_a_pronoun_stands_for_the_answer_or_for_what_it_is_about(question: str, second: str) -> None:
    parts = joined(question, known)
    assert parts is not None
    assert parts.links[1] == second


def test_plurals_keep_their_verb() -> None:
    parts = same_of_each("Why do cats and dogs fight?", None)
    assert parts is not None
    assert (parts.links[1], parts.items) == ("Why do {1} fight?", ("cats", "dogs"))
    parts = same_of_each("Why are cats and gold dear?", None)
    assert parts is not None
    assert parts.links[1] == "Why is {1} dear?"


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("Who wrote Hamlet and when was he born?", [("Who wrote Hamlet?", ""), ("When was {1} born?", "")]),
        ("Who wrote Hamlet? When was he born?", [("Who wrote Hamlet?", ""), ("When was {1} born?", "")]),
        (
            "What is the capital of Canada and what are its largest cities?",
            [
                ("What is the capital of Canada?", ""),
                ("What are {1}'s largest cities?", "What are Canada's largest cities?"),
            ],
        ),
        (
            "Who wrote Hamlet and how many copies were sold?",
            [("Who wrote Hamlet?", ""), ("How many copies were sold (Hamlet)?", "How many copies were sold?")],
        ),
        ("What is a virus, and how does it spread?", [("What is a virus?", ""), ("How does a virus spread?", "")]),
        (
            "What exactly is a vaccine and what does it contain?",
            [("What exactly is a vaccine?", ""), ("What does a vaccine contain?", "")],
        ),
        ("Who discovered penicillin and in what year?", []),
        ("Who wrote War and Peace?", []),
        ("Who were Simon and Garfunkel?", []),
        ("Where were Simon and Garfunkel from?", []),
        ("What is the difference between a virus and a bacterium?", []),
        ("What causes tides?", []),
    ],
)  # fmt: skip
def test_the_parts_of_a_question_stand_alone(question: str, parts: list[tuple[str, str]]) -> None:
    assert [(part.asked, part.instead) for part in parts_of(question, known)] == parts


def test_a_part_that_hangs_on_the_first_is_asked_with_its_answer() -> None:
    first, second = parts_of("Who wrote Hamlet and when was he born?", known)
    assert (first.hangs_on_first, second.hangs_on_first) == (False, True)
    assert (second.said, second.about("William Shakespeare")) == (
        "When was he born?", "When was William Shakespeare born?"
    )  # fmt: skip
