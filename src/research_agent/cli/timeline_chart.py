"""What ran when: spans -> a picture in characters, or a trace file for a browser's trace viewer. Pure functions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from research_agent.text.sanitize import printable
from research_agent.types import Span

__all__ = ["Row", "draw", "leaves", "rows", "trace"]

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
    found = rows(spans)
    names = min(NAME_WIDTH, max(len(row.label) for row in found))
    cells = max(width, LEAST_WIDTH) - names - SECONDS_WIDTH - 2
    lines = [_line(row, names, cells, wall, ascii_only) for row in found]
    return "\n".join([*lines, *_axis(names, cells, wall, ascii_only), _overlap(spans, wall)]) + "\n"


def trace(spans: Sequence[Span]) -> dict[str, Any]:
    """
    The spans as a Chrome trace (JSON object format, complete events, times in microseconds): a thread a row.

    Spans of one name that overlap without one holding the other get threads of their own: a viewer cannot draw them
    in one.
    """
    events: list[dict[str, Any]] = [
        {"ph": "M", "pid": 1, "tid": 0, "name": "process_name", "args": {"name": "research-agent"}}
    ]
    thread = 0
    for row in rows(spans):
        name = row.label.strip()
        for lane in _lanes(row.spans):
            thread += 1
            for what, value in (("thread_name", {"name": name}), ("thread_sort_index", {"sort_index": thread})):
                events.append({"ph": "M", "pid": 1, "tid": thread, "name": what, "args": value})
            events += [_event(name, span, thread) for span in lane]
    return {"traceEvents": events, "displayTimeUnit": "ms"}


def leaves(spans: Sequence[Span]) -> list[Span]:
    """The spans without those of stages that only hold others, which are there too."""
    full = {CONTAINERS[span.lane] for span in spans if span.lane in CONTAINERS}
    return [span for span in spans if span.lane in CONTAINERS or span.name not in full]


def _event(name: str, span: Span, thread: int) -> dict[str, Any]:
    start, end = round(span.start * 1e6), round(span.end * 1e6)
    return {"ph": "X", "pid": 1, "tid": thread, "name": name, "cat": span.lane, "ts": start, "dur": end - start}


def _lanes(spans: Sequence[Span]) -> list[list[Span]]:
    """The spans in as few lists as it takes for each to hold only such as follow or hold each other."""
    lanes: list[list[Span]] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        fits = (lane for lane in lanes if all(span.start >= other.end or span.end <= other.end for other in lane))
        lane = next(fits, None)
        if lane is None:
            lanes.append([span])
        else:
            lane.append(span)
    return lanes


def rows(spans: Sequence[Span]) -> list[Row]:
    """Stages in the order they began, each followed by what ran inside it."""
    groups: dict[tuple[str, str], list[Span]] = {}
    for span in sorted(spans, key=lambda span: (span.start, span.end)):
        groups.setdefault((span.lane, span.name), []).append(span)
    stages = {name for lane, name in groups if lane not in CONTAINERS}
    found: list[Row] = []
    for (lane, name), group in groups.items():
        if CONTAINERS.get(lane) in stages:
            continue
        found.append(Row(_label(name), tuple(group), nested=False))
        found += [
            Row(_label(f"  {inner}"), tuple(inside), nested=True)
            for (inner_lane, inner), inside in groups.items()
            if CONTAINERS.get(inner_lane) == name and lane not in CONTAINERS
        ]
    return found


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
    parts = sum(span.end - span.start for span in leaves(spans))
    return f"sum of parts {parts:.1f} s, wall {wall:.1f} s: {parts / wall:.1f} x overlapped"
