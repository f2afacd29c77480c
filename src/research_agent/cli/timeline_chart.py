"""Timeline chart of a turn, drawn in characters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from research_agent.messages import command_results
from research_agent.rendering.timeline import Row, leaves, rows, seconds, ticks, wall_time
from research_agent.types import Span

__all__ = ["bar", "draw", "label"]

NAME_WIDTH = 16
SECONDS_WIDTH = 9
LEAST_WIDTH = 60


def draw(spans: Sequence[Span], *, width: int = 80, ascii_only: bool = False) -> str:
    """Chart of all spans on an axis of seconds, no wider than `width` (at least 60); empty without spans."""
    if not spans:
        return ""
    wall, chart = wall_time(spans), rows(spans)
    names = min(NAME_WIDTH, max(len(label(row)) for row in chart))
    cells = max(width, LEAST_WIDTH) - names - SECONDS_WIDTH - 2
    lines = [_line(row, names, cells, wall, ascii_only) for row in chart]
    parts = seconds(leaves(spans))
    overlap = command_results.OVERLAPPED(parts=parts, wall=wall, times=parts / wall)
    return "\n".join([*lines, *_axis(names, cells, wall, ascii_only), overlap]) + "\n"


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
