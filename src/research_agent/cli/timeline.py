"""What ran when: spans -> a picture in characters, or a trace file for a browser's trace viewer. Pure functions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from research_agent.types import Span
from research_agent.words import printable

__all__ = ["draw", "trace"]

CONTAINERS = {"source": "fetch"}
"""A lane whose spans lie inside a stage: they are drawn below it, and the stage is not a part of its own."""

NAME_WIDTH = 16
SECONDS_WIDTH = 9
MOST_TICKS = 6
LEAST_WIDTH = 60


class Row(NamedTuple):
    """One line of the picture: everything of one name in one lane."""

    label: str
    spans: tuple[Span, ...]
    nested: bool


def draw(spans: Sequence[Span], *, width: int = 80, ascii_only: bool = False) -> str:
    """
    One row a stage and a source on one time axis in seconds, and the sum of the parts against the wall time.

    No line is wider than `width` (at least 60 is taken); every span shows, however short. Empty without spans.
    """
    if not spans:
        return ""
    wall = max(max(span.end for span in spans), 1e-6)
    rows = _rows(spans)
    names = min(NAME_WIDTH, max(len(row.label) for row in rows))
    cells = max(width, LEAST_WIDTH) - names - SECONDS_WIDTH - 2
    lines = [_line(row, names, cells, wall, ascii_only) for row in rows]
    return "\n".join([*lines, *_axis(names, cells, wall, ascii_only), _overlap(spans, wall)]) + "\n"


def trace(spans: Sequence[Span]) -> dict[str, Any]:
    """The spans as Chrome trace events (times in microseconds), one thread a row."""
    events: list[dict[str, Any]] = []
    for thread, row in enumerate(_rows(spans), 1):
        name = row.label.strip()
        events.append({"ph": "M", "pid": 1, "tid": thread, "name": "thread_name", "args": {"name": name}})
        events += [
            {
                "ph": "X",
                "pid": 1,
                "tid": thread,
                "name": name,
                "cat": span.lane,
                "ts": round(span.start * 1e6),
                "dur": round((span.end - span.start) * 1e6),
            }
            for span in row.spans
        ]
    return {"traceEvents": events, "displayTimeUnit": "ms"}


def _rows(spans: Sequence[Span]) -> list[Row]:
    """Stages in the order they began, each followed by what ran inside it."""
    groups: dict[tuple[str, str], list[Span]] = {}
    for span in sorted(spans, key=lambda span: (span.start, span.end)):
        groups.setdefault((span.lane, span.name), []).append(span)
    stages = {name for lane, name in groups if lane not in CONTAINERS}
    rows: list[Row] = []
    for (lane, name), group in groups.items():
        if CONTAINERS.get(lane) in stages:
            continue
        rows.append(Row(_label(name), tuple(group), nested=False))
        rows += [
            Row(_label(f"  {inner}"), tuple(inside), nested=True)
            for (inner_lane, inner), inside in groups.items()
            if CONTAINERS.get(inner_lane) == name and lane not in CONTAINERS
        ]
    return rows


def _label(name: str) -> str:
    clean = printable(name).replace("\n", " ").replace("\t", " ")
    return clean if len(clean) <= NAME_WIDTH else clean[: NAME_WIDTH - 1] + "."


def _line(row: Row, names: int, cells: int, wall: float, ascii_only: bool) -> str:
    block = ("=" if ascii_only else "▬") if row.nested else ("#" if ascii_only else "█")
    bar = [" "] * cells
    for span in row.spans:
        first, after = _cells(span, cells, wall)
        bar[first:after] = block * (after - first)
    seconds = sum(span.end - span.start for span in row.spans)
    return f"{row.label:<{names}} {''.join(bar)} {f'{seconds:.2f} s':>{SECONDS_WIDTH}}"


def _cells(span: Span, cells: int, wall: float) -> tuple[int, int]:
    """The cells [first, after) of a span: at least one, at most to the end."""
    first = min(cells - 1, max(0, int(span.start / wall * cells)))
    return first, min(cells, max(first + 1, round(span.end / wall * cells)))


def _axis(names: int, cells: int, wall: float, ascii_only: bool) -> Iterator[str]:
    """A ruler with a tick at each round number of seconds, and the numbers below it."""
    step, decimals = _step(wall)
    ruler, numbers = ["-" if ascii_only else "─"] * cells, [" "] * cells
    tick, count = "+" if ascii_only else "┬", 0
    while count * step <= wall:
        at = min(cells - 1, int(count * step / wall * cells))
        text = f"{count * step:.{decimals}f}"
        ruler[at] = tick
        if at + len(text) <= cells:
            numbers[at : at + len(text)] = text
        count += 1
    yield f"{'':{names}} {''.join(ruler)}"
    yield f"{'':{names}} {''.join(numbers)} seconds"


def _step(wall: float) -> tuple[float, int]:
    """The smallest of 1, 2, 5, 10, ... (or their fractions) that makes few enough ticks, and its decimals."""
    for exponent in range(-6, 7):
        for factor in (1, 2, 5):
            step = float(f"{factor}e{exponent}")
            if wall / step < MOST_TICKS:
                return step, max(0, -exponent)
    return wall, 0


def _overlap(spans: Sequence[Span], wall: float) -> str:
    full = {CONTAINERS[span.lane] for span in spans if span.lane in CONTAINERS}
    parts = sum(span.end - span.start for span in spans if span.lane in CONTAINERS or span.name not in full)
    return f"sum of parts {parts:.1f} s, wall {wall:.1f} s: {parts / wall:.1f} x overlapped"
