"""
Plots of figures that sources say: bars, a line or a timeline, as SVG, as rows of text and as a table.

Drawn by fixed code from a `Plot`; its texts are escaped, and the picture loads nothing, runs nothing and takes the
colour of the text around it.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from research_agent.text.sanitize import one_line
from research_agent.types import Plot

__all__ = ["plot_svg", "plot_table", "plot_text"]

WIDTH = 640
"""Width of a picture in its own units; it is scaled to the page."""
ROW = 28
LABEL = 190  # units of a bar's label, at its left
BELOW = 46  # units of the axis and its labels
HEIGHT = 180  # of a line
LONGEST = 26  # characters of a label in a picture
NARROWEST = 40  # columns of a plot in a terminal
BAR, BAR_BELOW = "█", "▒"
PARTS = ("", "▏", "▎", "▍", "▌", "▋", "▊", "▉")


def plot_svg(plot: Plot) -> str:
    """The plot as an SVG element, with a title and a description for those who cannot see it."""
    body, height = {"bar": _bars, "line": _line, "timeline": _timeline}[plot.kind](plot)
    told = "; ".join(f"{one_line(point.label)}: {one_line(point.shown)}" for point in plot.points)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="plot" role="img" viewBox="0 0 {WIDTH} {height}"'
        f' font-family="inherit" font-size="13" fill="currentColor">'
        f"<title>{_text(plot.title or 'Figures')}</title><desc>{_text(told)}</desc>{''.join(body)}</svg>"
    )


def plot_text(plot: Plot, width: int) -> list[str]:
    """The plot as lines of at most `width` columns: a bar for each point, or the points in order of time."""
    labels = [one_line(point.label)[:LONGEST] for point in plot.points]
    shown = [one_line(point.shown) for point in plot.points]
    column = max(map(len, labels))
    if plot.kind == "timeline":
        rows = sorted(zip((point.value for point in plot.points), labels, shown, strict=True))
        return [f"{label:<{column}}  {text}" for _, label, text in rows]
    space = max(width, NARROWEST) - column - max(map(len, shown)) - 4
    top = max((abs(point.value) for point in plot.points), default=0) or 1
    return [
        f"{label:<{column}}  {_block(abs(point.value) / top * max(space, 4), below=point.value < 0)} {text}".rstrip()
        for label, text, point in zip(labels, shown, plot.points, strict=True)
    ]


def plot_table(plot: Plot) -> list[tuple[str, str]]:
    """The plot's points as rows: label, and the figure as it is written."""
    return [(one_line(point.label), one_line(point.shown)) for point in plot.points]


def _block(columns: float, *, below: bool = False) -> str:
    """A bar of so many columns, to an eighth of one; what is more than nothing is seen. One `below` zero is hatched."""
    if below:
        return BAR_BELOW * max(round(columns), 1)
    eighths = max(round(columns * 8), 1) if columns > 0 else 0
    return BAR * (eighths // 8) + PARTS[eighths % 8]


def _bars(plot: Plot) -> tuple[list[str], int]:
    values = [point.value for point in plot.points]
    low, high = min(*values, 0.0), max(*values, 0.0)
    room = WIDTH - LABEL - min(max(len(one_line(point.shown)) for point in plot.points), LONGEST) * 8 - 16
    scale = max(room, 60) / ((high - low) or 1)
    body = []
    for at, point in enumerate(plot.points):
        y = at * ROW + 6
        left = LABEL + (min(point.value, 0.0) - low) * scale  # what is below zero goes to the left of it
        length = abs(point.value) * scale
        body.append(_label(LABEL - 10, y + 14, point.label, anchor="end"))
        body.append(f'<rect x="{left:.1f}" y="{y}" width="{length:.1f}" height="18" rx="2" opacity=".55"/>')
        body.append(_label(left + length + 8, y + 14, point.shown))
    return body, len(plot.points) * ROW + 6


def _line(plot: Plot) -> tuple[list[str], int]:
    points = sorted(plot.points, key=lambda point: point.at)
    low, high = min(point.value for point in points), max(point.value for point in points)
    xs = _spread([point.at for point in points])
    ys = [24 + (HEIGHT - 24) * (1 - (point.value - low) / ((high - low) or 1)) for point in points]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in zip(xs, ys, strict=True))
    body = [f'<polyline points="{path}" fill="none" stroke="currentColor" stroke-width="2" opacity=".55"/>']
    for x, y, point in zip(xs, ys, points, strict=True):
        body.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4"/>')
        body.append(_label(x, y - 10, point.shown, anchor=_anchor(x)))
        body.append(_label(x, HEIGHT + 26, point.label, anchor=_anchor(x)))
    return body, HEIGHT + BELOW


def _timeline(plot: Plot) -> tuple[list[str], int]:
    """A rule with a mark for each day, and below it the days in order, each with its number."""
    points = sorted(plot.points, key=lambda point: point.value)
    body = [f'<path d="M20 22H{WIDTH - 20}" stroke="currentColor" opacity=".4"/>']
    for number, (x, point) in enumerate(zip(_spread([one.value for one in points]), points, strict=True), 1):
        body.append(f'<circle cx="{x:.1f}" cy="22" r="5"/>')
        body.append(_label(x, 12, str(number), anchor="middle"))
        body.append(_label(20, 22 + number * ROW, f"{number}. {point.shown}: {point.label}", longest=90))
    return body, 34 + len(points) * ROW


def _spread(values: Sequence[float]) -> list[float]:
    """Places along the picture's width for values, in proportion."""
    low, high = min(values), max(values)
    return [40 + (WIDTH - 80) * (value - low) / ((high - low) or 1) for value in values]


def _anchor(x: float) -> str:
    return "start" if x < WIDTH / 4 else "end" if x > WIDTH * 3 / 4 else "middle"


def _label(x: float, y: float, text: str, *, anchor: str = "start", longest: int = LONGEST) -> str:
    line = one_line(text)
    short = line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{_text(short)}</text>'


def _text(text: str) -> str:
    return escape(one_line(text))
