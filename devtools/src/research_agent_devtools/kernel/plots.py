"""Plots as SVG that can be read on a light and on a dark page; the same figures give the same file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

__all__ = ["draw"]

INK = "#7b818a"  # at least 3.9 to 1 on white and on the near black of dark pages
OURS = ("#2f81f7", "#a371f7", "#1a9c8a")
THEIRS = ("#d9730d", "#b08800", "#cf5c78")
STYLE: Any = {  # of any keys: matplotlib has a type for them, and is not on every machine
    "svg.hashsalt": "bench",  # the ids in the file are made from this, not at random
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 10.5,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": INK,
    "ytick.color": INK,
    "text.color": INK,
    "grid.color": INK,
    "grid.alpha": 0.22,
    "grid.linewidth": 0.7,
    "lines.linewidth": 2.0,
    "lines.markersize": 5.0,
}


def draw(plots: Sequence[Mapping[str, Any]], folder: Path) -> bool:
    """Draw each into `folder/NAME.svg`; False when there is no matplotlib to draw with, and then nothing is done."""
    if find_spec("matplotlib") is None:
        return False
    folder.mkdir(parents=True, exist_ok=True)
    for plot in plots:
        _draw(plot, folder / f"{plot['name']}.svg")
    return True


def _draw(plot: Mapping[str, Any], file: Path) -> None:
    import matplotlib as mpl

    mpl.use("svg")
    from matplotlib import pyplot as plt

    with mpl.rc_context(STYLE):
        figure, axes = plt.subplots(figsize=(6.4, 3.4), layout="constrained")
        colours = {True: iter(OURS), False: iter(THEIRS)}
        ends = []
        for curve in plot["curves"]:
            colour = next(colours[curve["ours"]])
            ends.append((curve, colour, _line(axes, curve, colour)))
        axes.set_xlabel(plot["x"])
        axes.set_ylabel(plot["y"])
        _scale(axes, plot)
        axes.grid(axis="y")
        _label(axes, ends, log=plot["log"])
        figure.savefig(file, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
        plt.close(figure)


def _line(axes: Any, curve: Mapping[str, Any], colour: str) -> tuple[float, float]:
    """A curve with its range; where it ends."""
    x = [point[0] for point in curve["points"]]
    middle, low, high = ([point[1][key] for point in curve["points"]] for key in ("median", "low", "high"))
    axes.plot(x, middle, marker="o", color=colour, linestyle="-" if curve["ours"] else "--")
    axes.fill_between(x, low, high, color=colour, alpha=0.18, linewidth=0)
    return x[-1], middle[-1]


def _scale(axes: Any, plot: Mapping[str, Any]) -> None:
    ticks = sorted({point[0] for curve in plot["curves"] for point in curve["points"]})
    if plot["log"]:
        from matplotlib.ticker import FormatStrFormatter, LogLocator

        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.minorticks_off()
        axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axes.yaxis.set_major_formatter(FormatStrFormatter("%g"))
    else:
        axes.set_ylim(bottom=0)
    axes.set_xticks(ticks, [f"{tick:,.0f}" if tick == int(tick) else f"{tick:g}" for tick in ticks])


def _label(axes: Any, ends: Sequence[tuple[Mapping[str, Any], str, tuple[float, float]]], *, log: bool) -> None:
    """The name of each curve at its end, moved apart where two would meet: no legend to look up."""
    axes.figure.draw_without_rendering()  # places are known only then
    places = [axes.transData.transform(end)[1] for _, _, end in ends]
    height, taken = 13.0 * axes.figure.dpi / 72, float("-inf")
    for at in sorted(range(len(ends)), key=places.__getitem__):
        curve, colour, end = ends[at]
        shift = max(0.0, taken + height - places[at])
        taken = places[at] + shift
        axes.annotate(curve["label"], end, xytext=(8, shift * 72 / axes.figure.dpi), textcoords="offset points",
                      color=colour, va="center", annotation_clip=False)  # fmt: skip
