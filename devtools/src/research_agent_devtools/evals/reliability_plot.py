"""The reliability plot: of sentences with a score of x, how many are true."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from research_agent.errors import UsageError
from research_agent_devtools.kernel.plots import draw
from research_agent_devtools.kernel.statistics import wilson

__all__ = ["draw_reliability"]


def draw_reliability(bins: Sequence[Mapping[str, Any]], file: Path) -> None:
    """
    Draw the bins of `metrics.reliability` as an SVG file, beside scores that are probabilities.

    Raises `UsageError` for another kind of file, and where there is no matplotlib to draw with.
    """
    if file.suffix != ".svg":
        raise UsageError(f"{str(file)!r} is no SVG file.", hint="Give --plot a name that ends in .svg.")
    plot = {
        "name": file.stem,
        "x": "score of a sentence",
        "y": "share of the sentences that are true",
        "log": False,
        "curves": [
            {"label": "the check", "ours": True, "points": [_point(row) for row in bins if row["n"]]},
            {"label": "a probability", "ours": False, "points": [_ideal(row) for row in bins]},
        ],
    }
    if not draw([plot], file.parent):
        raise UsageError("There is no matplotlib to draw with.", hint="Run: pip install matplotlib")


def _point(row: Mapping[str, Any]) -> tuple[float, dict[str, float]]:
    low, high = wilson(round(row["true_share"] * row["n"]), row["n"])
    return _middle(row), {"median": row["true_share"], "low": low, "high": high}


def _ideal(row: Mapping[str, Any]) -> tuple[float, dict[str, float]]:
    return _middle(row), dict.fromkeys(("median", "low", "high"), _middle(row))


def _middle(row: Mapping[str, Any]) -> float:
    return round(float(row["low"] + row["high"]) / 2, 4)
