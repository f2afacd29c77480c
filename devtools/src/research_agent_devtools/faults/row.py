"""
One fault: how it is tried, how often, and its broken twin.

A row tries one guarantee many times, from a seed. Its twin is the naive version of what the row guards: the same trial
against it must fail, or the trial proves nothing.
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

__all__ = ["SEED", "Row", "Run"]

SEED = 1
STORED_FAILURES = 20


@dataclass(kw_only=True)
class Run:
    """
    One run of a row or of its twin: what it is to do, and what came of it.

    `trials()` counts them off; a trial that finds the guarantee broken calls `fail`. `count` adds up what happened on
    the way (kills that hit a write, rows rescued), `worst` keeps the largest of a measure.
    """

    wanted: int
    budget: float
    folder: Path
    seed: int = SEED
    done: int = 0
    failed: int = 0
    failures: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    measures: dict[str, float] = field(default_factory=dict)
    seconds: float = 0.0

    def trials(self) -> Iterator[tuple[int, random.Random]]:
        """Number and randomness of each trial, until all are done or the time budget (seconds) is spent."""
        start = time.monotonic()
        for number in range(self.wanted):
            if self.done and time.monotonic() - start > self.budget:
                return
            yield number, random.Random(f"{self.seed}:{number}")
            self.done += 1
            self.seconds = time.monotonic() - start
            self._print_progress()

    def fail(self, what: str, times: int = 1) -> None:
        """The guarantee did not hold, `times` over."""
        self.failed += times
        if len(self.failures) < STORED_FAILURES:
            self.failures.append(what)

    def check(self, holds: object, what: str) -> None:
        """Fail unless it holds."""
        if not holds:
            self.fail(what)

    def count(self, what: str, times: int = 1) -> None:
        """Add to what happened on the way."""
        self.counts[what] += times

    def worst(self, what: str, value: float) -> None:
        """Keep the largest value, such as seconds to an exit."""
        self.measures[what] = max(value, self.measures.get(what, value))

    def as_json(self) -> dict[str, Any]:
        """What came of it, ready for `json.dumps`."""
        left_out = ("folder", "budget")
        return {part.name: getattr(self, part.name) for part in fields(self) if part.name not in left_out}

    def _print_progress(self) -> None:
        if sys.stderr.isatty():
            sys.stderr.write(f"\r  {self.done:,} of {self.wanted:,}, {self.failed:,} failed \033[K")
            sys.stderr.flush()


@dataclass(frozen=True, kw_only=True)
class Row:
    """
    One row of the battery.

    `id` numbers it (A1, F3), `fault` says what is done, `guarantee` what must hold each time. `quick` and `full` are
    numbers of trials; `seconds` is the time budget of the full run. `try_it` runs the trials of the `Run` it is given;
    `twin` does the same to the naive version that `twin_is` describes, `twin_trials` times, and must fail.
    `unit` is what a trial is called.
    """

    id: str
    fault: str
    guarantee: str
    quick: int
    full: int
    try_it: Callable[[Run], None]
    twin: Callable[[Run], None]
    twin_is: str
    twin_trials: int = 5
    seconds: float = 900.0
    unit: str = "trials"
    needs: Callable[[], str] = lambda: ""
    """Why it cannot be tried here ("" when it can)."""
