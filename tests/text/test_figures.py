"""Which figure of a sentence is an operand's, and when none is."""

from __future__ import annotations

import pytest

from research_agent.text.arithmetic import parse_task
from research_agent.text.figures import figure_of
from research_agent.types import Document

LONGER, TALLER = "How much longer is the Lumen than the Isen?", "How much taller is Tom than Ada?"
PEOPLE = "What is the total population of Ost and West?"
BIRTH, GREW = "How old was Ada when she died?", "By how much did the population of Ost grow between 1900 and 1950?"


def figure(question: str, text: str, operand: int = 0) -> str | None:
    task = parse_task(question)
    assert task is not None
    document = Document(source="fake", title="T", url="https://t.example", text=text, retrieved="2026-01-01")
    found = figure_of(task, task.operands[operand], document, (0, len(text)))
    return None if found is None else found.text


@pytest.mark.parametrize(
    ("question", "text", "figure_there"),
    [
        (LONGER, "It is about 412 km long.", "412 km"),
        (LONGER, "It is 412 km (256 miles) long.", "412 km"),
        (PEOPLE, "The 3rd largest town, it has 5,200 inhabitants.", "5,200 inhabitants"),
        (PEOPLE, "It has about 5.6 million people, or 5,601,234.", "5.6 million people"),
        (BIRTH, "Ada taught from 1902 to 1909 and was born in 1879.", "1879"),
        (BIRTH, "Ada (born Lind; 18 July 1918 – 5 December 2013) taught.", "18 July 1918"),
        (GREW, "It had 1,000 people in 1900 and 1,020 people in 1950.", "1,000 people"),
    ],
)
def test_the_figure_of_an_operand(question: str, text: str, figure_there: str) -> None:
    assert figure(question, text) == figure_there


@pytest.mark.parametrize(
    ("question", "text"),
    [
        (LONGER, "It is 3 to 4 km long."),
        (LONGER, "It is 3–4 km long."),
        (LONGER, "It is between 3 and 4 km long."),
        (LONGER, "It is 500 m wide."),
        (LONGER, "It is −430 m long."),
        (LONGER, "It is 8 848 m long."),
        (TALLER, "Tom is 5 feet 11 inches tall."),
        (TALLER, "Tom is 6 ft 2 in tall."),
        (PEOPLE, "It has a population of about 3 to 4 million."),
        (PEOPLE, "It is the 3rd largest by population."),
        (PEOPLE, "A poll says that 1 in 5 people moved."),
        (BIRTH, "Ada was born c. 1450."),
        (BIRTH, "Ada was born in the 1450s."),
        (BIRTH, "Ada was born in 1450 or 1451."),
        (BIRTH, "Ada was born before 1450."),
        (BIRTH, "Queen Ada (reigned 1837–1901) was loved."),
        (GREW, "It had 1,020 people in 1950, long after 1900."),
    ],
)
def test_what_has_two_readings_or_is_of_something_else_is_no_figure(question: str, text: str) -> None:
    assert figure(question, text) is None
