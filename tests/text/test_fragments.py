"""What states nothing is told from what states something, which would else go unchecked."""

from __future__ import annotations

import pytest

from research_agent.text.fragments import claim_spans, fragment_spans, is_heading, states_nothing
from research_agent.text.sentences import sentence_spans


def split(text: str) -> tuple[list[str], list[str]]:
    """The sentences that state something, and the fragments."""
    claims, fragments = ([text[start:end] for start, end in spans(text)] for spans in (claim_spans, fragment_spans))
    return claims, fragments


@pytest.mark.parametrize(
    ("text", "fragments"),
    [
        ("# The river Lumen\nIt is long.", ["The river Lumen"]),
        ("**The river Lumen**\n\nIt is long.", ["**The river Lumen**"]),
        ("It has these parts:\n- It is long.", ["It has these parts:"]),
        ("It has these parts:\n\n1. It is long.", ["It has these parts:"]),
        ("Yes. It is long.", ["Yes."]),
        ("It is long.\n```python\nx = 1\n```", ["```python", "x = 1"]),
    ],
)
def test_headings_lead_ins_answer_words_and_code_are_fragments(text: str, fragments: list[str]) -> None:
    assert split(text) == (["It is long."], fragments)


@pytest.mark.parametrize(
    "text",
    [
        "# Giants dug the river Lumen.",  # a heading that is a sentence
        "# Giants dug the long river Lumen in the north of Arvel before anybody was there",
        "It was dug by giants:",  # leads to no list
        "It was dug by giants: they were strong.",
        "Yes, giants dug it.",
        "- Oxygen",
        "**Giants** dug it.",
    ],
)
def test_what_could_hide_a_statement_is_none(text: str) -> None:
    assert split(text)[1] == []
    assert len(split(text)[0]) == 1


def test_prose_within_code_is_no_fragment() -> None:
    assert split("```\nGiants dug the Lumen.\nx = 1\n```") == (["Giants dug the Lumen."], ["x = 1"])


PAGE = """Error codes of the Lumen

When something is wrong, the display shows a code.

What you can do

E1: the tap is closed
the door is not shut
the hose is blocked

Codes above 9 come from the board"""


def test_a_heading_of_a_page_is_told_from_items_and_from_the_last_line() -> None:
    headings = [PAGE[start:end] for start, end in sentence_spans(PAGE) if is_heading(PAGE, start, end)]
    assert headings == ["Error codes of the Lumen", "What you can do"]


@pytest.mark.parametrize(
    ("said", "empty"),
    [
        ("How long is the Lumen?", True),
        ("“How long is the Lumen?”", True),
        ("The river Lumen", True),
        ("The river Lumen is long.", False),
        ("How long it is, nobody knows.", False),
    ],
)
def test_a_question_and_the_title_once_more_state_nothing(said: str, empty: bool) -> None:
    assert states_nothing("The River Lumen | Rivers", said) == empty
