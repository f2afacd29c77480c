"""Timeline of a turn: rows of spans on an axis of seconds, and the waterfall that the page draws of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from research_agent.text.sanitize import one_line
from research_agent.types import Span

__all__ = ["Bar", "Row", "Waterfall", "leaves", "rows", "seconds", "ticks", "wall_time", "waterfall"]

WIDTH = 1000
"""Units of the waterfall's axis: bars and ticks are drawn in a box of this width, whatever its width on the page."""
LEAST = 3
MOST_TICKS = 6
SHORTEST = 1e-6  # seconds
CONTAINERS = {"source": "fetch"}
"""Lanes whose spans lie inside a stage: they are drawn below it, and the stage is not counted beside them."""


class Row(NamedTuple):
    """All spans of one name in one lane; `nested` ones ran inside the stage above them."""

    name: str
    nested: bool
    spans: tuple[Span, ...]

    @property
    def seconds(self) -> float:
        """Sum of the durations."""
        return seconds(self.spans)

    @property
    def start(self) -> float:
        """Start of the first span."""
        return self.spans[0].start


class Bar(NamedTuple):
    """A span in units of the waterfall's axis."""

    x: float
    width: float


class Waterfall(NamedTuple):
    """Rows with their bars, ticks as pairs of place and label, wall time and the sum of the parts in seconds."""

    rows: tuple[tuple[Row, tuple[Bar, ...]], ...]
    ticks: tuple[tuple[float, str], ...]
    wall: float
    parts: float


def rows(spans: Sequence[Span]) -> list[Row]:
    """Stages in the order they began, each followed by what ran inside it."""
    groups: dict[tuple[str, str], list[Span]] = {}
    for span in sorted(spans, key=lambda span: (span.start, span.end)):
        groups.setdefault((span.lane, span.name), []).append(span)
    stages = {name for lane, name in groups if lane not in CONTAINERS}
    ordered: list[Row] = []
    for (lane, name), group in groups.items():
        if CONTAINERS.get(lane) in stages:
            continue
        ordered.append(Row(one_line(name), nested=False, spans=tuple(group)))
        ordered += [
            Row(one_line(inner), nested=True, spans=tuple(inside))
            for (inner_lane, inner), inside in groups.items()
            if CONTAINERS.get(inner_lane) == name and lane not in CONTAINERS
        ]
    return ordered


def leaves(spans: Sequence[Span]) -> list[Span]:
    """The spans without those of stages that only hold others of the list."""
    containers = {CONTAINERS[span.lane] for span in spans if span.lane in CONTAINERS}
    return [span for span in spans if span.lane in CONTAINERS or span.name not in containers]


def seconds(spans: Sequence[Span]) -> float:
    """Sum of the durations."""
    return sum(span.end - span.start for span in spans)


def wall_time(spans: Sequence[Span]) -> float:
    """End of the last span, at least a microsecond."""
    return max(*(span.end for span in spans), SHORTEST)


def ticks(wall: float) -> Iterator[tuple[float, str]]:
    """Round numbers of seconds up to `wall` with their labels, at most 6: multiples of 1, 2 or 5 of a power of ten."""
    for exponent in range(-6, 7):
        for factor in (1, 2, 5):
            step = float(f"{factor}e{exponent}")
            if wall / step < MOST_TICKS:
                yield from ((n * step, f"{n * step:.{max(0, -exponent)}f}") for n in range(1 + int(wall / step)))
                return


def waterfall(spans: Sequence[Span]) -> Waterfall | None:
    """The picture of these spans; None when there are none."""
    if not spans:
        return None
    wall = wall_time(spans)
    drawn = tuple((row, tuple(_bar(span, wall) for span in row.spans)) for row in rows(spans))
    axis = tuple((round(at / wall * WIDTH, 1), text) for at, text in ticks(wall))
    return Waterfall(drawn, axis, wall, seconds(leaves(spans)))


def _bar(span: Span, wall: float) -> Bar:
    """At least `LEAST` wide, so that every span shows, and within the axis."""
    width = min(WIDTH, max(LEAST, (span.end - span.start) / wall * WIDTH))
    return Bar(round(max(0.0, min(span.start / wall * WIDTH, WIDTH - width)), 1), round(width, 1))
