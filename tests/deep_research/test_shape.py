"""The shape of a question, by its form."""

from __future__ import annotations

import pytest

from research_agent.deep_research.shape import form_of

CHAINS = {
    "In which country was the author of Hamlet born?": (
        "Who is the author of Hamlet?", "In which country was {1} born?",
    ),
    "What is the capital of the country where Mozart was born?": (
        "In which country was Mozart born?", "What is the capital of {1}?",
    ),
    "What is the currency of the country where Mount Fuji is?": (
        "In which country is Mount Fuji?", "What is the currency of {1}?",
    ),
    "When was the wife of the director of Titanic born?": (
        "Who is the director of Titanic?", "Who is the wife of {1}?", "When was {2} born?",
    ),
    "Where was Einstein's mother born?": ("Who is Einstein's mother?", "Where was {1} born?"),
    "Where was the discoverer of penicillin born?": (
        "Who is the discoverer of penicillin?", "Where was {1} born?",
    ),
    "Who is the president of the country that won the 1998 FIFA World Cup?": (
        "Which country won the 1998 FIFA World Cup?", "Who is the president of {1}?",
    ),
}  # fmt: skip
FAN_OUTS = {
    "What are the capitals of the countries that border Germany?": (
        "Which countries border Germany?", "What is the capital of {1}?",
    ),
    "What is the total number of employees in the five largest banks in the world?": (
        "What are the five largest banks in the world?", "What is the total number of employees in {1}?",
    ),
    "What is the population of each of the Baltic states?": (
        "What are the Baltic states?", "What is the population of {1}?",
    ),
    "For each planet in the solar system, what is its diameter?": (
        "What are the planets in the solar system?", "what is {1}'s diameter?",
    ),
    "Who are the directors of the ten highest grossing films of 2010?": (
        "What are the ten highest grossing films of 2010?", "Who is the director of {1}?",
    ),
}  # fmt: skip


@pytest.mark.parametrize("question", CHAINS)
def test_a_nested_description_is_a_chain(question: str) -> None:
    form = form_of(question)
    assert (form.shape, form.links) == ("chain", CHAINS[question])


@pytest.mark.parametrize("question", FAN_OUTS)
def test_the_same_of_each_is_a_fan_out(question: str) -> None:
    form = form_of(question)
    assert (form.shape, form.links) == ("fan-out", FAN_OUTS[question])


@pytest.mark.parametrize(
    ("question", "sides", "aspects"),
    [
        ("Compare the planets Mars and Venus: size, moons", ("Mars", "Venus"), ("size", "moons")),
        ("Compare Python and Java in terms of speed and memory use.", ("Python", "Java"), ("speed", "memory use")),
        ("What is the difference between mitosis and meiosis?", ("mitosis", "meiosis"), ()),
        ("Were Ada Vant and Ed Wood of the same nationality?", ("Ada Vant", "Ed Wood"), ("nationality",)),
    ],
)  # fmt: skip
def test_sides_are_compared_by_aspects(question: str, sides: tuple[str, ...], aspects: tuple[str, ...]) -> None:
    form = form_of(question)
    assert (form.shape, form.sides, form.aspects) == ("compare", sides, aspects)


def test_which_is_longer_asks_for_a_figure_of_each() -> None:
    form = form_of("Which is longer, the Nile or the Amazon?")
    assert (form.shape, len(form.sides), len(form.links)) == ("compare", 2, 2)


@pytest.mark.parametrize(
    ("question", "shape"),
    [
        ("What are the effects of coffee on health?", "survey"),
        ("How does sleep affect memory?", "survey"),
        ("The history of the printing press", "survey"),
        ("When was the Eiffel Tower built?", "single"),
        ("Who is the author of Hamlet?", "single"),
        ("What is the capital of France?", "single"),
        ("What is a quasar?", "single"),
        ("How does photosynthesis work?", "single"),
        ("Is coffee bad for you?", "single"),
        ("How many moons does Jupiter have?", "single"),
        ("", "survey"),
    ],
)
def test_other_questions_are_single_or_surveys(question: str, shape: str) -> None:
    assert form_of(question).shape == shape


def test_a_question_behind_a_comparison_is_asked_as_it_is() -> None:
    form = form_of("Which river is longer, the Nile or the Amazon, and through which countries do they flow?")
    assert form.links[0].startswith("How long is")
    assert form.links[2] == "Through which countries do they flow?"
    assert form.sides[2] == ""


@pytest.mark.parametrize(
    "question",
    ["Who was the president of Chile when the Berlin Wall fell?", "Who was the king of Denmark in 1940?"],
)
def test_who_was_it_at_a_time_is_one_question(question: str) -> None:
    assert form_of(question).shape == "single"
