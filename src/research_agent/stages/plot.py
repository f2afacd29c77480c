"""Plots: comparable figures of the sources as points, each with the words that say it; `rendering/plots` draws them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from research_agent.text.arithmetic import Task
from research_agent.text.figures import Figure
from research_agent.text.quantities import Day
from research_agent.types import Document, Plot, PlotKind, PlotPoint

__all__ = ["plot_of", "plot_of_list"]

ENOUGH = 3
"""Points from which a picture says more than the sentence does; fewer are drawn when a picture is asked for."""
COMPARABLE = ("list", "rank", "sum", "average", "difference", "ratio", "share")
"""Operations over amounts that stand beside one another."""


def plot_of(task: Task, figures: Sequence[Figure], values: Mapping[str, Any], unit: str) -> Plot | None:
    """The plot of a task's figures, `values` being theirs in one `unit`; None when there is nothing to see."""
    known = [(one, value) for one, value in zip(figures, values.values(), strict=False) if one.document is not None]
    if len(known) < (2 if task.operation in ("list", "change") else ENOUGH) or len(known) < len(figures):
        return None
    kind: PlotKind
    if all(isinstance(one.value, Day) for one, _ in known):
        kind, points = "timeline", [_point(one, _years(value)) for one, value in known]
    elif task.operation == "change":
        kind, points = "line", [_point(one, float(value), at=float(one.operand.year)) for one, value in known]
    elif task.operation in COMPARABLE:
        kind, points = "bar", [_point(one, float(value)) for one, value in known]
    else:
        return None
    return Plot(kind=kind, title=_title(task), unit=unit if kind != "timeline" else "", points=tuple(points))


def plot_of_list(rows: Sequence[tuple[str, float, str, Document, int, int]], unit: str) -> Plot:
    """The plot of rows: a label, the value, the figure as it is written, and the words that say it."""
    points = tuple(
        PlotPoint(label=label, value=value, shown=shown, document=document.id, start=start, end=end)
        for label, value, shown, document, start, end in rows
    )
    return Plot(kind="bar", title="", unit=unit, points=points)


def _point(figure: Figure, value: float, *, at: float = 0.0) -> PlotPoint:
    document = figure.document
    if document is None:
        raise ValueError("a figure of the question itself is no point")
    label = f"{at:.0f}" if at else figure.operand.subject
    place = (document.id, figure.start, figure.end)
    return PlotPoint(
        label=label, value=value, shown=figure.text, document=place[0], start=place[1], end=place[2], at=at
    )


def _years(day: Sequence[int]) -> float:
    """A day [year, month, day] in years; an unknown month is the middle of the year."""
    year, month, number = day
    return year + ((month - 1) / 12 + max(number - 1, 0) / 372 if month else 0.5)


def _title(task: Task) -> str:
    measure = {"tall": "height", "high": "height", "long": "length", "large": "area", "big": "area", "heavy": "mass"}
    named = measure.get(task.measure, task.measure)
    return f"{named[:1].upper()}{named[1:]}"
