"""A model's program: what may run, and when its result is believed."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from research_agent.stages.written_program import (
    agrees,
    given_values,
    named_operation,
    program_in,
    said_of,
    used_values,
)
from research_agent.types import Document, Evidence, Passage

TEXT = "The Lumen yard built 412 boats. The Isen yard built 103 boats."
BOTH = 'result = values["v1"] / values["v2"]'


def evidence() -> list[Evidence]:
    document = Document(source="fake", title="Yards", url="https://x.example", text=TEXT, retrieved="2026-01-01")
    cut = TEXT.index(" The Isen")
    sentences = ((0, cut, 4.0), (cut + 1, len(TEXT), 3.0))
    return [Evidence("e1", Passage(document, 0, len(TEXT)), 1.0, sentences)]


def test_values_are_the_quantities_of_the_sentences_that_answer_best() -> None:
    assert [(one.name, one.quantity.value, one.text) for one in given_values(evidence())] == [
        ("v1", 412.0, "412 boats"),
        ("v2", 103.0, "103 boats"),
    ]


@pytest.mark.parametrize(
    ("question", "operation"),
    [
        ("How many times as many boats did the Lumen yard build?", "ratio"),
        ("How many more boats did the one build than the other?", "difference"),
        ("How many boats did they build together?", "sum"),
        ("What is the average number of boats?", "average"),
        ("What percentage of all boats is that?", "share"),
        ("How many boats did the Lumen yard build?", None),
        ("Who built boats?", None),
    ],
)
def test_the_operation_is_named_by_the_question(question: str, operation: str | None) -> None:
    assert named_operation(question) == operation


@pytest.mark.parametrize(
    "reply",
    [BOTH, f"```python\n{BOTH}\n```", f"Here it is:\n```\n{BOTH}\n```\nDone.", f"x = values['v1']\n{BOTH}"],
)
def test_a_program_is_found_in_a_reply(reply: str) -> None:
    program = program_in(reply)
    assert program is not None
    assert [one.name for one in used_values(program, given_values(evidence()))] == ["v1", "v2"]


@pytest.mark.parametrize(
    "reply",
    [
        "", "The answer is 4.", "result = 42", "result = values['v1'] * 0.25", "print(values['v1'] / values['v2'])",
        "result = values['v1'] / 103", "x = 7\nresult = values['v1'] / x", "result = (", "x" * 3_000,
    ],
)  # fmt: skip
def test_what_brings_numbers_of_its_own_or_no_result_does_not_run(reply: str) -> None:
    assert program_in(reply) is None


@pytest.mark.parametrize(
    ("operation", "result", "right"),
    [
        ("ratio", 4.0, True), ("ratio", 0.25, True), ("difference", 309.0, True), ("difference", -309.0, True),
        ("sum", 515.0, True), ("average", 257.5, True), ("share", 25.0, True), ("share", 400.0, True),
        ("ratio", 309.0, False), ("sum", 309.0, False), ("average", 515.0, False), ("difference", 4.0, False),
        ("ratio", 4.0001, False), ("sum", None, False), ("sum", "515", False), ("sum", True, False),
        ("sum", float("nan"), False), ("sum", [515.0], False),
    ],
)  # fmt: skip
def test_a_result_counts_when_the_named_operation_gives_it_too(operation: Any, result: Any, right: bool) -> None:
    assert agrees(operation, given_values(evidence()), result) is right


def test_values_of_different_units_are_not_reckoned_with_together() -> None:
    document = Document(source="f", title="T", url="u", text="It is 4 km long and weighs 2 kg.", retrieved="2026")
    items = [Evidence("e1", Passage(document, 0, 32), 1.0, ((0, 32, 1.0),))]
    values = asyncio.run(asyncio.to_thread(given_values, items))
    assert not agrees("sum", values, 6.0)


def test_the_sentence_is_ours() -> None:
    values = given_values(evidence())
    assert said_of("sum", values, 515.0) == "The total of 412 boats (Yards) and 103 boats (Yards) is 515."
    assert said_of("ratio", values, 4.0) == "Of 412 boats (Yards) and 103 boats (Yards), the one is 4 times the other."


def test_two_currencies_in_words_are_not_reckoned_with_together() -> None:
    text = "It cost 5 million euros and 3 million dollars, with 4 percent for 2 people."
    document = Document(source="f", title="T", url="u", text=text, retrieved="2026")
    given = given_values([Evidence("e1", Passage(document, 0, len(text)), 1.0, ((0, len(text), 1.0),))])
    assert not agrees("sum", given[:2], 8e6)
    assert not agrees("sum", given[2:], 6.0)


def test_a_total_below_zero_keeps_its_sign() -> None:
    text = "It was −5 °C and −3 °C."
    document = Document(source="f", title="T", url="u", text=text, retrieved="2026")
    given = given_values([Evidence("e1", Passage(document, 0, len(text)), 1.0, ((0, len(text), 1.0),))])
    assert said_of("average", given, -4.0) == "The average of −5 °C (T) and −3 °C (T) is -4.0 °C."
