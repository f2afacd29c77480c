"""
How something is measured: sides that take turns, and what came of each, in wall and in processor time.

A row runs its sides interleaved: in every round each side has its turn, so that a busy minute of the machine meets all
of them, and ratios are made within a round. Processor time is that of this process, of its children that have ended and
of those that live; servers that only play the outside world are kept apart (`apart`).
"""

from __future__ import annotations

import asyncio
import os
import resource
import statistics
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from research_agent_devtools.evals.result import Machine

__all__ = [
    "Curve", "Goal", "Line", "Plot", "Result", "Row", "Run", "Samples", "Side", "Stat", "apart", "at_least", "at_most",
    "compared", "cpu_seconds", "interleave", "measured", "of_value", "stat",
]  # fmt: skip

TICK = 1 / os.sysconf("SC_CLK_TCK")
_apart: set[int] = set()

Side = Callable[[], Awaitable[Mapping[str, float] | None]]
"""One thing that is measured. It may tell more of its run than the time, such as seconds to the first word."""
Samples = list[Mapping[str, float]]
"""Of each round its figures: `wall` and `cpu` in seconds, and whatever the side told."""


@dataclass(frozen=True, slots=True)
class Stat:
    """The middle, the ends and the number of some figures."""

    median: float
    low: float
    high: float
    n: int


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
    ours: Stat
    figure: Stat
    figure_unit: str = "x"
    baseline: Stat | None = None
    baseline_is: str = ""
    goal: Goal | None = None
    met: bool | None = None


@dataclass(frozen=True, slots=True)
class Curve:
    """Points of a plot: x and what was measured there."""

    label: str
    points: Sequence[tuple[float, Stat]]
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
    sides: dict[str, dict[str, Stat]] = field(default_factory=dict)
    plots: list[Plot] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, samples: Mapping[str, Samples], *, prefix: str = "") -> None:
        """Put down how each side was measured."""
        for name, rounds in samples.items():
            told = {key: stat(round_[key] for round_ in rounds) for key in rounds[0]}
            self.sides[f"{prefix}{name}"] = told


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
    run: Callable[[Run], Awaitable[Result]]
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
            others, own, start = _of_children(), time.process_time(), time.perf_counter()
            told = await sides[name]()
            wall, own = time.perf_counter() - start, time.process_time() - own  # looking at the others is not in it
            if number >= 0:
                samples[name].append({"wall": wall, "cpu": own + _of_children() - others, **(told or {})})
    return samples


def cpu_seconds() -> float:
    """Processor seconds of this process and all it started, ended or not, but for those that were set `apart`."""
    return time.process_time() + _of_children()


def apart(pid: int) -> None:
    """Leave out a child that plays the outside world; it must outlive what is measured."""
    _apart.add(pid)


def _of_children() -> float:
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return ended.ru_utime + ended.ru_stime + _of_the_living(os.getpid())


def _of_the_living(parent: int) -> float:
    """Of the children of a process, and theirs: with what their own ended children took. In ticks of the kernel."""
    total = 0.0
    with suppress(OSError):  # it has just ended; then it is among the ended ones
        for task in Path(f"/proc/{parent}/task").iterdir():
            for pid in map(int, (task / "children").read_text().split()):
                if pid not in _apart:
                    total += _own(pid) + _of_the_living(pid)
    return total


def _own(pid: int) -> float:
    with suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return TICK * sum(map(int, fields[11:15]))  # utime, stime, and both of its ended children
    return 0.0


def stat(values: Iterable[float]) -> Stat:
    """Median and range."""
    held = list(values)
    return Stat(statistics.median(held), min(held), max(held), len(held))


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
    figure = stat(theirs / own if upside_down else own / theirs for own, theirs in pairs)
    return Line(
        what=what, unit=unit, ours=stat(mine), baseline=stat(other), baseline_is=is_, figure=figure, goal=goal,
        met=goal and goal.met(figure.median),
    )  # fmt: skip


def measured(
    what: str, ours: Samples, *, key: str = "wall", unit: str = "s", goal: Goal | None = None, scale: float = 1.0
) -> Line:
    """Ours alone, held against a goal of the same unit."""
    return of_value(what, stat(scale * each[key] for each in ours), unit=unit, goal=goal)


def of_value(what: str, ours: Stat, *, unit: str, goal: Goal | None = None) -> Line:
    """A figure that stands for itself."""
    return Line(
        what=what, unit=unit, ours=ours, figure=ours, figure_unit=unit, goal=goal, met=goal and goal.met(ours.median)
    )


def as_json(row: Row, result: Result, *, level: str, seconds: float, machine: Machine) -> dict[str, Any]:
    """All of a result that the page needs."""
    return {
        "row": row.name,
        "level": level,
        "seconds": round(seconds, 1),
        "command": f"make bench BENCH={level} BENCH_ROWS={row.name}",
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "machine": asdict(machine),
        **asdict(result),
    }
