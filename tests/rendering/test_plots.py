"""Plots by what is drawn: bars in proportion, texts escaped, nothing that loads or runs."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from research_agent.rendering.plots import plot_svg, plot_table, plot_text
from research_agent.types import Plot, PlotKind, PlotPoint

SVG = "{http://www.w3.org/2000/svg}"


def point(label: str, value: float, shown: str, at: float = 0.0) -> PlotPoint:
    return PlotPoint(label=label, value=value, shown=shown, document="d", start=0, end=1, at=at)


PEAKS = Plot(
    kind="bar",
    title="Height",
    unit="m",
    points=(point("Everest", 8849, "8,849 m"), point("K2", 8611, "8,611 m"), point("Etna", 3357, "3,357 m")),
)


def bars(plot: Plot) -> list[float]:
    root = ElementTree.fromstring(plot_svg(plot))
    return [float(bar.attrib["width"]) for bar in root.iter(f"{SVG}rect")]


def test_bars_are_as_long_as_their_figures() -> None:
    lengths = bars(PEAKS)
    assert [round(one / lengths[0], 3) for one in lengths] == [1, round(8611 / 8849, 3), round(3357 / 8849, 3)]


@pytest.mark.parametrize("kind", ["bar", "line", "timeline"])
def test_each_picture_says_its_figures_and_loads_nothing(kind: PlotKind) -> None:
    points = tuple(replace(one, at=1900.0 + at, label=f"<script>{at}") for at, one in enumerate(PEAKS.points))
    picture = plot_svg(replace(PEAKS, kind=kind, points=points, title="A & B"))
    root = ElementTree.fromstring(picture)
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {
        "svg", "title", "desc", "text", "rect", "circle", "path", "polyline",
    }  # fmt: skip
    assert not re.search(r"href|style=|on\w+=|<script", picture)
    said = " ".join(root.itertext())
    assert all(one.shown in said for one in points)


def test_equal_or_single_values_and_zero_are_drawn() -> None:
    for values in ((0.0,), (0.0, 0.0), (5.0, 5.0), (-3.0, 2.0)):
        points = tuple(point(str(at), value, str(value), at=2000.0) for at, value in enumerate(values))
        for kind in ("bar", "line", "timeline"):
            ElementTree.fromstring(plot_svg(replace(PEAKS, kind=kind, points=points)))
            assert plot_text(replace(PEAKS, kind=kind, points=points), 40)


@pytest.mark.parametrize("width", [40, 80, 120])
def test_lines_of_text_fit_the_terminal(width: int) -> None:
    lines = plot_text(PEAKS, width)
    assert max(map(len, lines)) <= width
    assert lines[0].startswith("Everest  █")
    assert lines[2].endswith("3,357 m")
    assert lines[0].count("█") > 2 * lines[2].count("█")


def test_what_is_below_zero_lies_on_the_other_side_of_it() -> None:
    plot = replace(PEAKS, points=(point("a", -5, "-5"), point("b", 10, "10")))
    places = [
        (float(bar.attrib["x"]), float(bar.attrib["x"]) + float(bar.attrib["width"]))
        for bar in ElementTree.fromstring(plot_svg(plot)).iter(f"{SVG}rect")
    ]
    assert places[0][1] == pytest.approx(places[1][0], abs=0.2)
    assert bars(plot)[1] == pytest.approx(2 * bars(plot)[0], abs=0.2)
    lines = plot_text(plot, 60)
    assert (lines[0].count("█"), lines[1].count("▒")) == (0, 0)


def test_a_timeline_goes_in_order_of_time() -> None:
    points = (point("Apollo", 1969.5, "July 1969"), point("Sputnik", 1957.7, "October 1957"))
    lines = plot_text(replace(PEAKS, kind="timeline", points=points), 80)
    assert [line.split()[0] for line in lines] == ["Sputnik", "Apollo"]


def test_the_table_has_the_figures_as_they_are_written() -> None:
    assert plot_table(PEAKS) == [("Everest", "8,849 m"), ("K2", "8,611 m"), ("Etna", "3,357 m")]
