"""
Measurement of sides that take turns, in wall and in processor time; goals, lines, curves and results made of it.

A row runs its sides interleaved: in every round each side has its turn, so that a busy minute of the machine meets all
of them, and ratios are made within a round. Processor time is that of this process, of its children that have ended and
of those that live; servers that only play the outside world are left out.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from research_agent_devtools.kernel.machine import Machine, today
from research_agent_devtools.kernel.processor_time import of_children
from research_agent_devtools.kernel.statistics import Summary, summary

__all__ = [
    "Curve", "Goal", "Line", "Plot", "Result", "Row", "Run", "Samples", "Side", "as_json", "at_least", "at_most",
    "compared", "interleave", "measured", "of_value",
]  # fmt: skip

Side = Callable[[], Awaitable[Mapping[str, float] | None]]
"""One thing that is measured. It may return figures of its own, such as seconds to the first word."""
Samples = list[Mapping[str, float]]
"""Of each round its figures: `wall` and `cpu` in seconds, and those that the side returned."""


@dataclass(frozen=True, slots=True)
class Goal:
    """A figure is to be at most, or at least, `limit` of `unit`."""

    limit: float
    most: bool
    unit: str = "x"

    def met(self, value: float) -> bool:
        return value <= self.limit if self.most else value >= self.limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """
    One figure with its goal: `figure` is the ratio to the baseline, or the value itself where there is none.

    `ours` and `baseline` are in `unit`. Without a goal it is there to be read.
    """

    what: str
    unit: str
    ours: Summary
    figure: Summary
    figure_unit: str = "x"
    baseline: Summary | None = None
    baseline_is: str = ""
    goal: Goal | None = None
    met: bool | None = None


@dataclass(frozen=True, slots=True)
class Curve:
    """Points of a plot: x and what was measured there."""

    label: str
    points: Sequence[tuple[float, Summary]]
    ours: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """A plot, drawn to `plots/NAME.svg`; `alt` says in words what it shows."""

    name: str
    alt: str
    x: str
    y: str
    curves: Sequence[Curve]
    log: bool = False


@dataclass(kw_only=True)
class Result:
    """What came of a row: figures with goals, all sides as they were measured, plots, and what must be said beside."""

    lines: list[Line] = field(default_factory=list)
    sides: dict[str, dict[str, Summary]] = field(default_factory=dict)
    plots: list[Plot] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, samples: Mapping[str, Samples], *, prefix: str = "") -> None:
        """Add the summary of each side."""
        for name, rounds in samples.items():
            self.sides[f"{prefix}{name}"] = {key: summary(each[key] for each in rounds) for key in rounds[0]}


@dataclass(frozen=True, slots=True)
class Run:
    """How much is asked of a row: `pick` gives the number for a quick or a full run; in a smoke run all are 1."""

    level: str
    folder: Path

    def pick(self, quick: int, full: int) -> int:
        return {"smoke": 1, "quick": quick, "full": full}[self.level]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row: its name, what it shows, and how it is run. `needs` says why it cannot be run here ("" when it can)."""

    name: str
    title: str
    about: str
    run: Callable[[Run], Coroutine[Any, Any, Result]]
    needs: Callable[[], str] = lambda: ""


async def interleave(times: int, sides: Mapping[str, Side], *, warm: int = 1) -> dict[str, Samples]:
    """
    Run every side `times` times, in turns; before that each `warm` times unmeasured: imports, caches, connections.

    Each round begins with another side, so that none is always the one behind the slowest.
    """
    samples: dict[str, Samples] = {name: [] for name in sides}
    names = list(sides)
    for number in range(-warm, times):
        shift = number % len(names)
        for name in names[shift:] + names[:shift]:
            await asyncio.sleep(0)
            others, own, start = of_children(), time.process_time(), time.perf_counter()
            figures = await sides[name]()
            wall, own = time.perf_counter() - start, time.process_time() - own  # looking at the others is not in it
            if number >= 0:
                samples[name].append({"wall": wall, "cpu": own + of_children() - others, **(figures or {})})
    return samples


def at_most(limit: float, unit: str = "x") -> Goal:
    return Goal(limit, True, unit)


def at_least(limit: float, unit: str = "x") -> Goal:
    return Goal(limit, False, unit)


def compared(
    what: str,
    ours: Samples,
    baseline: Samples,
    *,
    is_: str,
    key: str = "wall",
    unit: str = "s",
    goal: Goal | None = None,
    upside_down: bool = False,
    scale: float = 1.0,
) -> Line:
    """
    Ours held against a baseline of the same rounds: the ratio is ours to theirs, or `upside_down`: how many times.

    `scale` turns the figures of `key` into `unit`.
    """
    mine, other = [scale * each[key] for each in ours], [scale * each[key] for each in baseline]
    pairs = zip(mine, other, strict=True)
    figure = summary(theirs / own if upside_down else own / theirs for own, theirs in pairs)
    return Line(
        what=what, unit=unit, ours=summary(mine), baseline=summary(other), baseline_is=is_, figure=figure, goal=goal,
        met=goal.met(figure.median) if goal else None,
    )  # fmt: skip


def measured(
    what: str, ours: Samples, *, key: str = "wall", unit: str = "s", goal: Goal | None = None, scale: float = 1.0
) -> Line:
    """Ours alone, held against a goal of the same unit."""
    return of_value(what, summary(scale * each[key] for each in ours), unit=unit, goal=goal)


def of_value(what: str, ours: Summary, *, unit: str, goal: Goal | None = None) -> Line:
    """A figure that stands for itself."""
    return Line(
        what=what,
        unit=unit,
        ours=ours,
        figure=ours,
        figure_unit=unit,
        goal=goal,
        met=goal.met(ours.median) if goal else None,
    )


def as_json(row: Row, result: Result, *, level: str, seconds: float, machine: Machine) -> dict[str, Any]:
    """All of a result that the page needs."""
    return {
        "row": row.name,
        "level": level,
        "seconds": round(seconds, 1),
        "command": f"make bench BENCH={level} BENCH_ROWS={row.name}",
        "date": today(),
        "machine": asdict(machine),
        **asdict(result),
    }
