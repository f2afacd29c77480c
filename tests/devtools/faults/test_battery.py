"""The fault battery: one row of each family in the suite, quick, with its broken twin; `make faults` runs them all."""

from __future__ import annotations

import pytest

from research_agent_devtools.faults.battery import rows, run_row, run_twin
from research_agent_devtools.faults.row import Row, Run

SUITE = ("A1", "D18", "D19", "F6", "G1", "L4", "S1")
"""The store, the sources, the readers, the workers, the server, the library; chosen because they take seconds."""
ROWS = [pytest.param(row, id=row.id) for row in rows() if row.id in SUITE]


def test_each_row_has_an_id_of_its_own() -> None:
    ids = [row.id for row in rows()]
    assert len(ids) == len(set(ids))
    assert set(SUITE) < set(ids)


@pytest.mark.parametrize("row", ROWS)
def test_the_guarantee_holds(row: Row) -> None:
    if reason := row.needs():
        pytest.skip(reason)
    run = run_row(row, full=False)
    assert run.done
    assert not run.failed, report(run)


@pytest.mark.parametrize("row", ROWS)
def test_the_broken_twin_is_caught(row: Row) -> None:
    if reason := row.needs():
        pytest.skip(reason)
    assert run_twin(row).failed, row.twin_is


def report(run: Run) -> str:
    return "\n".join([f"{run.failed} failures in {run.done} trials", *run.failures])
