"""What a question asks to compute, by its form, and the question of each figure."""

from __future__ import annotations

import pytest

from research_agent.text.arithmetic import parse_task

ROWS = [
    ("How much taller is Mount Everest than K2?", "difference", ["How tall is Mount Everest?", "How tall is K2?"]),
    ("How many metres higher is Etna than Vesuvius?", "difference", ["How high is Etna?", "How high is Vesuvius?"]),
    ("What is the difference in length between the Nile and the Rhine?", "difference",
     ["What is the length of the Nile?", "What is the length of the Rhine?"]),
    ("What is the difference between the heights of Etna and Vesuvius?", "difference",
     ["What is the height of Etna?", "What is the height of Vesuvius?"]),
    ("How many times longer is the Nile than the Rhine?", "ratio", ["How long is the Nile?", "How long is the Rhine?"]),
    ("How many times as large is Russia as Spain?", "ratio",
     ["What is the area of Russia?", "What is the area of Spain?"]),
    ("What is the ratio of the population of India to that of Nepal?", "ratio",
     ["What is the population of India?", "What is the population of Nepal?"]),
    ("What is the combined population of Norway, Sweden and Denmark?", "sum",
     [f"What is the population of {name}?" for name in ("Norway", "Sweden", "Denmark")]),
    ("What is the average height of Etna and Vesuvius?", "average",
     ["What is the height of Etna?", "What is the height of Vesuvius?"]),
    ("What percentage of the population of India is that of Nepal?", "share",
     ["What is the population of Nepal?", "What is the population of India?"]),
    ("How old was Marie Curie when she died?", "age", ["When was Marie Curie born?", "When did Marie Curie die?"]),
    ("At what age did Mozart die?", "age", ["When was Mozart born?", "When did Mozart die?"]),
    ("How long did Mozart live?", "age", ["When was Mozart born?", "When did Mozart die?"]),
    ("How old was Einstein in 1921?", "age", ["When was Einstein born?", ""]),
    ("How old is the Eiffel Tower?", "age", ["When was the Eiffel Tower built or founded?", ""]),
    ("How long did World War I last?", "duration", ["When did World War I begin?", "When did World War I end?"]),
    ("How many years between the fall of Rome and the fall of Constantinople?", "duration",
     ["When was the fall of Rome?", "When was the fall of Constantinople?"]),
    ("How long is the Nile in miles?", "convert", ["How long is the Nile?"]),
    ("What is the height of the Eiffel Tower in feet?", "convert", ["What is the height of the Eiffel Tower?"]),
    ("Which is longer, the Nile or the Amazon?", "rank", ["How long is the Nile?", "How long is the Amazon?"]),
    ("Which is older, the Great Pyramid or Stonehenge?", "rank",
     ["When was Great Pyramid built or founded?", "When was Stonehenge built or founded?"]),
    ("Who was older, Mozart or Beethoven?", "rank", ["When was Mozart born?", "When was Beethoven born?"]),
    ("Which of Everest, K2 and Lhotse is the highest?", "rank",
     ["How high is Everest?", "How high is K2?", "How high is Lhotse?"]),
    ("Plot the populations of Norway, Sweden and Denmark", "list",
     [f"What is the population of {name}?" for name in ("Norway", "Sweden", "Denmark")]),
    ("Draw a bar chart of the heights of Etna and Vesuvius", "list",
     ["What is the height of Etna?", "What is the height of Vesuvius?"]),
    ("By how much did the population of Berlin grow between 1900 and 1950?", "change",
     ["What is the population of Berlin in 1900?", "What is the population of Berlin in 1950?"]),
]  # fmt: skip


@pytest.mark.parametrize(("question", "operation", "asked"), ROWS, ids=[row[0] for row in ROWS])
def test_the_form_says_what_is_asked_for(question: str, operation: str, asked: list[str]) -> None:
    task = parse_task(question)
    assert task is not None
    assert task.operation == operation
    got = [one.question.replace("How long is Nile", "How long is the Nile") for one in task.operands]
    assert got == asked


@pytest.mark.parametrize(
    "question",
    [
        "What is photosynthesis?",
        "What is the difference between a virus and a bacterium?",
        "Which country has the largest population?",
        "How tall is Mount Everest?",
        "What is the population of London in the UK?",
        "How much older is Ada Lind than Tom Berg?",
        "How many people live in Norway?",
        "Why is the sky blue?",
        "Who wrote Hamlet and Macbeth?",
        "How much taller is Etna than Etna?",
        "How old",
        "",
        "How many times longer is " + "very " * 100 + "long than it?",
    ],
)
def test_other_questions_ask_for_none(question: str) -> None:
    assert parse_task(question) is None
