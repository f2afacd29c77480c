"""All rows, and running one of them."""

from __future__ import annotations

import pkgutil
import tempfile
from importlib import import_module
from pathlib import Path

from research_agent_devtools.faults import rows as package
from research_agent_devtools.faults.row import Row, Run

__all__ = ["rows", "run_row", "run_twin"]

QUICK_SECONDS = 60.0
"""The most that one row may take in the suite."""


def rows() -> list[Row]:
    """The rows of every module of the battery, by id."""
    modules = [import_module(f"{package.__name__}.{entry.name}") for entry in pkgutil.iter_modules(package.__path__)]
    return sorted((row for module in modules for row in module.ROWS), key=_place)


def run_row(row: Row, *, full: bool) -> Run:
    """Try the row; what came of it."""
    return _run(row, row.try_it, wanted=row.full if full else row.quick, budget=row.seconds if full else QUICK_SECONDS)


def run_twin(row: Row) -> Run:
    """Try its broken twin, which must fail."""
    return _run(row, row.twin, wanted=row.twin_trials, budget=QUICK_SECONDS)


def _run(row: Row, try_it: object, *, wanted: int, budget: float) -> Run:
    assert callable(try_it)
    with tempfile.TemporaryDirectory(prefix=f"faults-{row.id}-") as folder:
        run = Run(wanted=wanted, budget=budget, folder=Path(folder))
        try_it(run)
    return run


def _place(row: Row) -> tuple[str, int, str]:
    letter, number = row.id[0], row.id[1:]
    digits = "".join(char for char in number if char.isdigit())
    return letter, int(digits), number
