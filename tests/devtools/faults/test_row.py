"""A run of a row: what it counts, and what it measures."""

from __future__ import annotations

import json
from pathlib import Path

from research_agent_devtools.faults.row import Run


def test_what_was_counted_and_measured_is_stored(tmp_path: Path) -> None:
    run = Run(wanted=1, budget=1, folder=tmp_path)
    run.count("kills", 3)
    run.worst("seconds", 0.5)
    stored = json.loads(json.dumps(run.as_json()))
    assert (stored["counts"], stored["measures"]) == ({"kills": 3}, {"seconds": 0.5})
