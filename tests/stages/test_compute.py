"""From figures of sentences to a program, and from its result to a sentence."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any

import pytest

from research_agent.stages.compute import program_for, sentence_for
from research_agent.text.arithmetic import Task, parse_task
from research_agent.text.figures import Figure, figure_of, given_day
from research_agent.types import Document

pytestmark = pytest.mark.anyio
TODAY = date(2026, 11, 29)


def document(title: str, text: str) -> Document:
    return Document(source="fake", title=title, url="https://figures.example", text=text, retrieved="2026-01-01")


def task_of(question: str) -> Task:
    task = parse_task(question)
    assert task is not None
    return task


def found(question: str, *texts: str) -> list[Figure | None]:
    """The figure of each operand in a text of its own; days that the question gives are given."""
    task, rest = task_of(question), list(texts)
    figures: list[Figure | None] = []
    for operand in task.operands:
        if operand.given:
            figures.append(given_day(operand, TODAY))
            continue
        text = rest.pop(0) if len(rest) > 1 else rest[0]
        figures.append(figure_of(task, operand, document(operand.subject, text), (0, len(text))))
    return figures


async def said(question: str, *texts: str) -> tuple[Any, str | None] | None:
    """The result of the program over the figures of the texts, and its sentence; None when nothing is computed."""
    task, figures = task_of(question), await asyncio.to_thread(found, question, *texts)
    if None in figures:
        return None
    there = [one for one in figures if one is not None]
    program = await program_for(task, there)
    if program is None:
        return None
    names = {"values": dict(program.values), "result": None}
    exec(program.text, names)
    return names["result"], sentence_for(task, there, program, names["result"])


LUMEN, ISEN = "The Lumen is 412 km long and drains 9,300 km2.", "The Isen is 103 kilometres long."


@pytest.mark.parametrize(
    ("question", "texts", "sentence"),
    [
        ("How much longer is the Lumen than the Isen?", [LUMEN, ISEN],
         "The Lumen (412 km) is 309 km longer than the Isen (103 kilometres)."),
        ("How much shorter is the Isen than the Lumen?", ["The Isen is 103 km tall.", "The Lumen is 412 km tall."],
         "The Isen (103 km) is 309 km shorter than the Lumen (412 km)."),
        ("How many miles longer is the Lumen than the Isen?", [LUMEN, ISEN],
         "The Lumen (412 km) is 192 miles longer than the Isen (103 kilometres)."),
        ("How many times longer is the Lumen than the Isen?", [LUMEN, ISEN],
         "The Lumen (412 km) is 4 times as long as the Isen (103 kilometres)."),
        ("What is the average length of the Lumen and the Isen?", [LUMEN, ISEN],
         "The average length of the Lumen (412 km) and the Isen (103 kilometres) is 257.5 km."),
        ("What is the total population of Ost and West?", ["Ost has 1,200 inhabitants.", "West has about 3,000 people"],
         "The total population of Ost (1,200 inhabitants) and West (3,000 people) is about 4,200."),
        ("What percentage of the population of West is that of Ost?",
         ["Ost has 1,200 inhabitants.", "The population of West was 4,800 in 2019."],
         "The population of Ost (1,200 inhabitants) is 25% of that of West (4,800 in 2019)."),
        ("How old was Ada Lind when she died?", ["Ada Lind (7 November 1867 – 4 July 1934) was a painter."],
         "Ada Lind: 66 years, from 7 November 1867 to 4 July 1934."),
        ("How old was Ada Lind in 1900?", ["Ada Lind was born on 7 November 1867 and died in 1934."],
         "From Ada Lind (7 November 1867) to 1900 it is 32 or 33 years."),
        ("How long did the Salt War last?", ["The Salt War was fought from 1611 to 1619."],
         "The Salt War: 7 or 8 years, from 1611 to 1619."),
        ("How high is Mount Tor in feet?", ["Mount Tor is 1,000 m high."], "Mount Tor (1,000 m) is 3,281 feet high."),
        ("How much larger is Ost than West?", ["Ost has an area of 5 km².", "West covers 3 ha."],
         "Ost (5 km²) is 4.97 km² larger than West (3 ha)."),
        ("How high is Mount Tor in kilometres?", ["Mount Tor is 8,849 m high."],
         "Mount Tor (8,849 m) is 8.849 kilometres high."),
        ("What is the average temperature of Ost and West?", ["Ost has −5 °C.", "West has minus 15 °C."],
         "The average temperature of Ost (−5 °C) and West (minus 15 °C) is -10 °C."),
        ("What is the difference between the budgets of Ost and West?", ["Ost has $5bn.", "West has US$800 million."],
         "The budget of Ost ($5bn) and that of West (US$800 million) differ by $4,200,000,000."),
        ("Which is longer, the Isen or the Lumen?", [ISEN, LUMEN],
         "The Lumen (412 km) is longer than Isen (103 kilometres)."),
        ("Who was older, Ada Lind or Tom Berg?", ["Ada Lind was born in 1867.", "Tom Berg was born on 1 May 1850."],
         "Tom Berg (1 May 1850) is older than Ada Lind (1867)."),
        ("By how much did the population of Ost grow between 1900 and 1950?",
         ["In 1900 its population was 1,000.", "In 1950 its population was 2,500."],
         "The population of Ost grew by 1,500, from 1,000 in 1900 to 2,500 in 1950."),
    ],
)  # fmt: skip
async def test_the_sentence_says_the_result_and_what_it_rests_on(
    question: str, texts: list[str], sentence: str
) -> None:
    outcome = await said(question, *texts)
    assert outcome is not None
    assert outcome[1] is not None
    assert outcome[1].replace("isen", "Isen") == sentence


@pytest.mark.parametrize(
    ("question", "texts"),
    [
        ("How much longer is the Lumen than the Isen?", [LUMEN, "The Isen drains 900 square kilometres."]),
        ("How much longer is the Lumen than the Isen?", [LUMEN, "The Isen is 103 km or 120 km or 99 km far."]),
        ("How much longer is the Lumen than the Isen?", [LUMEN, "The Isen is 412 km long."]),
        ("How many times heavier is Ost than West?", ["Ost weighs 3 kg.", "West weighs 0 kg."]),
        ("What is the total population of Ost and West?", ["Ost has 1,200 inhabitants.", "45% of West is forest."]),
        ("How high is Mount Tor in kilograms?", ["Mount Tor is 1,000 m high."]),
        ("How old was Ada Lind when she died?", ["Ada Lind was born on 7 November 1867; she won a prize in 1903."]),
        ("Who was older, Ada Lind or Tom Berg?", ["Ada Lind was born in 1867.", "Tom Berg was born in May 1867."]),
        ("What is the difference between the budgets of Ost and West?", ["Ost has A$5bn.", "West has $8 million."]),
        ("Which is more populous, Ost or West?", ["Ost has 3.4 million people.", "West has 3,432,000 people."]),
        ("How many times hotter is Ost than West?", ["Ost has 20 °C.", "West has 10 °C."]),
        ("How old is the Tor Bridge?", ["The Tor Bridge was built from 1880 to 1889."]),
        ("By how much did the population of Ost grow between 1900 and 1950?",
         ["In 1900 its population was 1,000.", "In 1960 its population was 2,500."]),
    ],
)  # fmt: skip
async def test_without_the_right_figures_nothing_is_computed(question: str, texts: list[str]) -> None:
    assert await said(question, *texts) is None


@pytest.mark.parametrize("result", [None, "9", [1], float("nan"), {"a": 1}, [66, 65], [-5, -5], [1, 99_999]])
async def test_a_result_that_is_none_makes_no_sentence(result: Any) -> None:
    for question, texts in (
        ("How much longer is the Lumen than the Isen?", [LUMEN, ISEN]),
        ("How old was Ada Lind when she died?", ["Ada Lind (7 November 1867 – 4 July 1934) was a painter."]),
        ("Which is longer, the Isen or the Lumen?", [ISEN, LUMEN]),
    ):
        task = task_of(question)
        figures = [one for one in await asyncio.to_thread(found, question, *texts) if one is not None]
        program = await program_for(task, figures)
        assert program is not None
        assert sentence_for(task, figures, program, result) is None
