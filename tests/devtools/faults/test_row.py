"""A run of a row: what it counts, what it measures, and the bound of its failures."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from research_agent_devtools.faults.row import Run, upper_bound


def test_what_was_counted_and_measured_is_stored(tmp_path: Path) -> None:
    run = Run(wanted=1, budget=1, folder=tmp_path)
    run.count("kills", 3)
    run.worst("seconds", 0.5)
    stored = json.loads(json.dumps(run.as_json()))
    assert (stored["counts"], stored["measures"]) == ({"kills": 3}, {"seconds": 0.5})


def test_the_bound_is_the_rule_of_three_at_no_failure() -> None:
    assert upper_bound(0, 10_000) == pytest.approx(3 / 10_000, rel=0.01)
    assert upper_bound(1, 100) == pytest.approx(0.0466, abs=0.0005)  # the tables of Clopper and Pearson
    assert upper_bound(5, 5) == 1.0
