"""Timeline chart of a turn in characters, and the same rows as a trace file for a browser's trace viewer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from research_agent.rendering.timeline import Row, leaves, rows, seconds, ticks, wall_time
from research_agent.types import Span

__all__ = ["bar", "draw", "label", "trace"]

NAME_WIDTH = 16
SECONDS_WIDTH = 9
LEAST_WIDTH = 60


def draw(spans: Sequence[Span], *, width: int = 80, ascii_only: bool = False) -> str:
    """
    Chart with a row for each stage and source on one axis of seconds, then the sum of the parts against the wall time.

    No line is wider than `width` (at least 60 is taken); every span shows, however short. Empty without spans.
    """
    if not spans:
        return ""
    wall, chart = wall_time(spans), rows(spans)
    names = min(NAME_WIDTH, max(len(label(row)) for row in chart))
    cells = max(width, LEAST_WIDTH) - names - SECONDS_WIDTH - 2
    lines = [_line(row, names, cells, wall, ascii_only) for row in chart]
    parts = seconds(leaves(spans))
    overlap = f"sum of parts {parts:.1f} s, wall {wall:.1f} s: {parts / wall:.1f} x overlapped"
    return "\n".join([*lines, *_axis(names, cells, wall, ascii_only), overlap]) + "\n"


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
        name = label(row).strip()
        for lane in _lanes(row.spans):
            thread += 1
            for key, value in (("thread_name", {"name": name}), ("thread_sort_index", {"sort_index": thread})):
                events.append({"ph": "M", "pid": 1, "tid": thread, "name": key, "args": value})
            events += [_event(name, span, thread) for span in lane]
    return {"traceEvents": events, "displayTimeUnit": "ms"}


def label(row: Row) -> str:
    """The row's name as the chart shows it: nested ones indented, at most 16 characters."""
    name = f"  {row.name}" if row.nested else row.name
    return name if len(name) <= NAME_WIDTH else f"{name[: NAME_WIDTH - 1]}."


def bar(row: Row, cells: int, wall: float, block: str) -> str:
    """The row's spans as blocks on an axis of `cells` characters: each at least one, at most to the end."""
    line = [" "] * cells
    for span in row.spans:
        first = min(cells - 1, max(0, int(span.start / wall * cells)))
        after = min(cells, max(first + 1, round(span.end / wall * cells)))
        line[first:after] = block * (after - first)
    return "".join(line)


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


def _line(row: Row, names: int, cells: int, wall: float, ascii_only: bool) -> str:
    block = ("=" if ascii_only else "▬") if row.nested else ("#" if ascii_only else "█")
    return f"{label(row):<{names}} {bar(row, cells, wall, block)} {f'{row.seconds:.2f} s':>{SECONDS_WIDTH}}"


def _axis(names: int, cells: int, wall: float, ascii_only: bool) -> Iterator[str]:
    """A ruler with a tick at each round number of seconds, and the numbers below it."""
    ruler, numbers = ["-" if ascii_only else "─"] * cells, [" "] * cells
    for moment, text in ticks(wall):
        at = min(cells - 1, int(moment / wall * cells))
        ruler[at] = "+" if ascii_only else "┬"
        if at + len(text) <= cells:
            numbers[at : at + len(text)] = text
    yield f"{'':{names}} {''.join(ruler)}"
    yield f"{'':{names}} {''.join(numbers)} seconds"
