"""Results of programs: the analysis of all documents, computed sentences, and the plots of their figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

__all__ = ["Computation", "Finding", "Plot", "PlotKind", "PlotPoint"]

PlotKind = Literal["bar", "line", "timeline"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Result of the analysis: `report` as the child process wrote it, or empty with a `reason`."""

    report: Mapping[str, Any]
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlotPoint:
    """
    Point of a plot: a figure that a source says, `shown` as it is written in `document.text[start:end]`.

    `value` is in the plot's unit; on a line at the year `at`, on a timeline the day itself, in years.
    """

    label: str
    value: float
    shown: str
    document: str
    start: int
    end: int
    at: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """Comparable figures of sources, to be drawn by fixed code (`rendering/plots.py`), never by a model."""

    kind: PlotKind
    title: str
    unit: str
    points: tuple[PlotPoint, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Computation:
    """
    How a computed sentence (a span of the answer) came about: the `program` over `values` gives `result`.

    The values are figures of the sentence's citations, brought to one unit; days are [year, month, day], 0 for unknown.
    `plot` shows them, where there are enough of them or a picture was asked for.
    """

    sentence: tuple[int, int]
    program: str
    values: Mapping[str, Any]
    result: Any
    plot: Plot | None = None
