"""Plots from figures: which are drawn, and that each point is what its source says."""

from __future__ import annotations

import asyncio

import pytest

from research_agent.stages.compute import program_for
from research_agent.stages.plot import plot_of
from research_agent.text.arithmetic import parse_task
from research_agent.text.figures import figure_of
from research_agent.types import Document, Plot

TEXTS = {
    "Everest": "Everest is 8,849 m high.",
    "K2": "K2 is 8,611 m high.",
    "Etna": "Etna is 3,357 m high.",
    "Berlin 1900": "In 1900 the population of Berlin was 1,888,848 people.",
    "Berlin 1950": "In 1950 the population of Berlin was 3,336,026 people.",
    "Mozart": "Mozart was born on 27 January 1756.",
    "Bach": "Bach was born on 31 March 1685.",
    "Haydn": "Haydn was born on 31 March 1732.",
}


async def plotted(question: str, *titles: str) -> Plot | None:
    task = parse_task(question)
    assert task is not None
    figures = []
    for operand, title in zip(task.operands, titles, strict=True):
        text = TEXTS[title]
        document = Document(source="s", title=title, url="https://s.example", text=text, retrieved="2026-01-01")
        figure = await asyncio.to_thread(figure_of, task, operand, document, (0, len(text)))  # it imports pint
        assert figure is not None
        figures.append(figure)
    program = await program_for(task, figures)
    assert program is not None
    return plot_of(task, figures, program.values, program.unit)


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("question", "titles", "kind", "values"),
    [
        ("Plot the heights of Everest, K2 and Etna", ("Everest", "K2", "Etna"), "bar", [8849, 8611, 3357]),
        ("Compare the heights of Everest and Etna", ("Everest", "Etna"), "bar", [8849, 3357]),
        ("What is the average height of Everest, K2 and Etna?", ("Everest", "K2", "Etna"), "bar", [8849, 8611, 3357]),
        (
            "By how much did the population of Berlin grow between 1900 and 1950?",
            ("Berlin 1900", "Berlin 1950"),
            "line",
            [1888848, 3336026],
        ),
        ("Who is older, Mozart, Bach or Haydn?", ("Mozart", "Bach", "Haydn"), "timeline", [1756, 1685, 1732]),
    ],
)
async def test_what_is_comparable_is_drawn(
    question: str, titles: tuple[str, ...], kind: str, values: list[int]
) -> None:
    plot = await plotted(question, *titles)
    assert plot is not None
    assert plot.kind == kind
    assert [int(point.value) for point in plot.points] == values
    for point, title in zip(plot.points, titles, strict=True):
        assert point.shown in TEXTS[title][point.start : point.end]


@pytest.mark.anyio
async def test_two_figures_are_no_picture_unless_one_is_asked_for() -> None:
    assert await plotted("How much higher is Everest than Etna?", "Everest", "Etna") is None
