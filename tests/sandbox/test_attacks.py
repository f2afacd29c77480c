"""The attacks by which sandboxes are compared have no effect at either level; `make faults` has two hundred more."""

from __future__ import annotations

import pytest

from research_agent_devtools.faults.battery import rows, run_row, run_twin
from research_agent_devtools.faults.row import Row

ROWS = [pytest.param(row, id=row.id) for row in rows() if row.id in ("B1", "B2")]


@pytest.mark.parametrize("row", ROWS)
def test_no_attack_has_an_effect(row: Row) -> None:
    if reason := row.needs():
        pytest.skip(reason)
    run = run_row(row, full=False)
    assert run.done == row.quick
    assert not run.failed, "\n".join(run.failures)


@pytest.mark.parametrize("row", ROWS)
def test_the_broken_twin_is_caught(row: Row) -> None:
    assert run_twin(row).failed, row.twin_is
