"""What ran when, as a picture: one row a stage and a source, all on one axis of seconds. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from research_agent.text.sanitize import one_line
from research_agent.types import Span

__all__ = ["Bar", "Row", "Waterfall", "waterfall"]

WIDTH = 1000
"""Units of the axis: bars and ticks are drawn in a box that is this wide, whatever its width on the page."""
LEAST = 3
MOST_TICKS = 6
SHORTEST = 1e-6  # seconds
CONTAINERS = {"source": "fetch"}
"""A lane whose spans lie inside a stage: they are drawn below it."""


class Bar(NamedTuple):
    """One span in units of the axis."""

    x: float
    width: float


class Row(NamedTuple):
    """Everything of one name: its bars, and in words when it began, in seconds, and how long it took."""

    name: str
    nested: bool
    bars: tuple[Bar, ...]
    start: float
    seconds: float


class Waterfall(NamedTuple):
    """The whole picture; `ticks` are pairs of a place on the axis and what stands there."""

    rows: tuple[Row, ...]
    ticks: tuple[tuple[float, str], ...]
    wall: float
    parts: float


def waterfall(spans: Sequence[Span]) -> Waterfall | None:
    """The picture of these spans; None when there are none."""
    if not spans:
        return None
    wall = max(*(span.end for span in spans), SHORTEST)
    full = {CONTAINERS[span.lane] for span in spans if span.lane in CONTAINERS}
    parts = sum(span.end - span.start for span in spans if span.lane in CONTAINERS or span.name not in full)
    return Waterfall(tuple(_rows(spans, wall)), _ticks(wall), wall, parts)


def _rows(spans: Sequence[Span], wall: float) -> list[Row]:
    """Stages in the order they began, each followed by what ran inside it."""
    groups: dict[tuple[str, str], list[Span]] = {}
    for span in sorted(spans, key=lambda span: (span.start, span.end)):
        groups.setdefault((span.lane, span.name), []).append(span)
    stages = {name for lane, name in groups if lane not in CONTAINERS}
    rows = []
    for (lane, name), group in groups.items():
        if CONTAINERS.get(lane) in stages:
            continue
        rows.append(_row(name, group, wall, nested=False))
        if lane in CONTAINERS:
            continue
        rows += [
            _row(inner, inside, wall, nested=True)
            for (inner_lane, inner), inside in groups.items()
            if CONTAINERS.get(inner_lane) == name
        ]
    return rows


def _row(name: str, spans: Sequence[Span], wall: float, *, nested: bool) -> Row:
    seconds = sum(span.end - span.start for span in spans)
    bars = tuple(_bar(span, wall) for span in spans)
    return Row(one_line(name), nested, bars, spans[0].start, seconds)


def _bar(span: Span, wall: float) -> Bar:
    """At least `LEAST` wide, so that every span shows, and within the axis."""
    width = min(WIDTH, max(LEAST, (span.end - span.start) / wall * WIDTH))
    return Bar(round(max(0.0, min(span.start / wall * WIDTH, WIDTH - width)), 1), round(width, 1))


def _ticks(wall: float) -> tuple[tuple[float, str], ...]:
    """At round numbers of seconds: the smallest of 1, 2, 5, 10, ... (or their fractions) that makes few enough."""
    for exponent in range(-6, 7):
        for factor in (1, 2, 5):
            step = float(f"{factor}e{exponent}")
            if wall / step < MOST_TICKS:
                decimals = max(0, -exponent)
                places = ((n * step / wall * WIDTH, n * step) for n in range(1 + int(wall / step)))
                return tuple((round(x, 1), f"{seconds:.{decimals}f}") for x, seconds in places)
    return ()
