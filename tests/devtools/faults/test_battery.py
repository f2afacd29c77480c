"""The quick part of the battery: every row holds, and every broken twin is caught."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from research_agent_devtools.faults.battery import rows, run_row, run_twin
from research_agent_devtools.faults.row import Row, Run, upper_bound

ROWS = [pytest.param(row, id=row.id) for row in rows()]


@pytest.mark.parametrize("row", ROWS)
def test_the_guarantee_holds(row: Row) -> None:
    if reason := row.needs():
        pytest.skip(reason)
    run = run_row(row, full=False)
    assert run.done
    assert not run.failed, told(run)


@pytest.mark.parametrize("row", ROWS)
def test_the_broken_twin_is_caught(row: Row) -> None:
    if reason := row.needs():
        pytest.skip(reason)
    assert run_twin(row).failed, row.twin_is


def test_what_was_counted_and_measured_is_kept(tmp_path: Path) -> None:
    run = Run(wanted=1, budget=1, folder=tmp_path)
    run.count("kills", 3)
    run.worst("seconds", 0.5)
    kept = json.loads(json.dumps(run.as_json()))
    assert (kept["counts"], kept["measures"]) == ({"kills": 3}, {"seconds": 0.5})


def test_the_bound_is_the_rule_of_three_at_no_failure() -> None:
    assert upper_bound(0, 10_000) == pytest.approx(3 / 10_000, rel=0.01)
    assert upper_bound(1, 100) == pytest.approx(0.0466, abs=0.0005)  # the tables of Clopper and Pearson
    assert upper_bound(5, 5) == 1.0


def test_what_happened_on_the_way_is_kept(tmp_path: Path) -> None:
    run = Run(wanted=1, budget=1.0, folder=tmp_path)
    run.count("kills", 2)
    assert json.loads(json.dumps(run.as_json()))["counts"] == {"kills": 2}


def told(run: Run) -> str:
    return "\n".join([f"{run.failed} failures in {run.done} trials", *run.failures])
