"""Critical path of a turn, and a profile table with it marked. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from research_agent.cli.timeline_chart import bar, label
from research_agent.messages import command_results
from research_agent.rendering.timeline import Row, leaves, rows, wall_time
from research_agent.types import Span

__all__ = ["RunCost", "critical_path", "profile"]

TOUCHING = 0.002  # seconds between an end and the beginning that waited for it
SHORT = 0.0005  # seconds; a part of the path that is shorter is not named
OWN = "(own work)"
NUMBERS_WIDTH = 28
LEAST_BAR = 10


class RunCost(NamedTuple):
    """Seconds before the turn, and processor seconds of the process itself and of its ended children."""

    before: float
    own: float
    children: float


class Step(NamedTuple):
    """Segment of the critical path: what was waited for, and when."""

    name: str
    start: float
    end: float


def critical_path(spans: Sequence[Span], wall: float) -> list[Step]:
    """
    Critical path from the beginning to `wall`; its steps follow each other and fill the wall time.

    Walked backwards from the end: what ended last before a moment is what it waited for. Where nothing had ended, what
    was running then is (sources until their deadline); where nothing ran either, it is the program's own work. What
    depended on what is not recorded, so of two that ended within 2 ms of each other the longer one is taken.
    """
    parts = leaves(spans)
    steps: list[Step] = []
    at = wall
    while at > SHORT:
        ended = [span for span in parts if span.end <= at + TOUCHING and span.start < at - SHORT]
        last = max((span.end for span in ended), default=0.0)
        if ended and last >= at - TOUCHING:
            span = min((one for one in ended if one.end >= last - TOUCHING), key=lambda one: one.start)
            steps.append(Step(span.name, span.start, at))
            at = span.start
            continue
        running = [span for span in parts if span.start < at - SHORT and span.end > at]
        name = max(running, key=lambda one: one.end - one.start).name if running else OWN
        until = max(last, min((span.start for span in running), default=0.0))
        steps.append(Step(name, until, at))
        at = until
    return _joined(reversed(steps))


def profile(
    spans: Sequence[Span],
    *,
    timings: Mapping[str, float] = {},
    cost: RunCost | None = None,
    width: int = 80,
    ascii_only: bool = False,
) -> str:
    """Profile: a row for each stage and source, `*` on the critical path; then path and cost. Empty without spans."""
    if not spans:
        return ""
    wall, table = wall_time(spans), rows(spans)
    path = critical_path(spans, wall)
    critical = {step.name for step in path}
    names = max(len("stage"), *(len(label(row)) for row in table))
    cells = max(LEAST_BAR, width - names - NUMBERS_WIDTH - 3)
    lines = [f"  {'stage':<{names}}  start    time   share"]
    lines += [_line(row, names, cells, wall, label(row).strip() in critical, ascii_only) for row in table]
    return "\n".join([*lines, "", *_facts(path, wall, timings, cost)]) + "\n"


def _line(row: Row, names: int, cells: int, wall: float, critical: bool, ascii_only: bool) -> str:
    block = "#" if ascii_only else "█"
    mark = "*" if critical else " "
    numbers = f"{row.start:5.2f} s {row.seconds:5.2f} s {row.seconds / wall * 100:4.0f} %"
    return f"{mark} {label(row):<{names}} {numbers}  {bar(row, cells, wall, block)}".rstrip()


def _facts(path: Sequence[Step], wall: float, timings: Mapping[str, float], cost: RunCost | None) -> list[str]:
    steps = " > ".join(f"{step.name} {step.end - step.start:.2f}" for step in path if step.end - step.start >= 0.005)
    lines = [command_results.CRITICAL_PATH(steps=steps)]
    first = (command_results.FIRST_WORD(seconds=timings["first_token"]) + " ") if "first_token" in timings else ""
    lines.append(command_results.TURN_TOOK(first=first, seconds=wall))
    if cost is not None:
        lines.append(command_results.BEFORE_TURN(before=cost.before, own=cost.own, children=cost.children))
    return lines


def _joined(steps: Iterable[Step]) -> list[Step]:
    """Steps with adjacent ones of the same name merged."""
    joined: list[Step] = []
    for step in steps:
        if joined and joined[-1].name == step.name:
            joined[-1] = Step(step.name, joined[-1].start, step.end)
        else:
            joined.append(step)
    return joined
