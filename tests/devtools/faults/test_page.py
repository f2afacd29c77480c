"""The page of the battery: what was run now beside what was run before."""

from __future__ import annotations

import json
from pathlib import Path

from research_agent_devtools.faults.battery import rows
from research_agent_devtools.faults.page import page

ROWS = [row for row in rows() if row.id in ("A1", "A11", "D1")]
RUN = {"done": 7, "failed": 0, "seconds": 3.0, "seed": 1, "counts": {"kills": 7}, "measures": {}, "failures": []}
MACHINE = {"cpu": "a processor", "cores": 2, "python": "3.11", "load": 0.5}


def result(folder: Path, name: str, **run: object) -> None:
    twin = {**RUN, "failed": 2}
    (folder / f"{name}.json").write_text(
        json.dumps({"run": {**RUN, **run}, "twin": twin, "machine": MACHINE, "date": "2026-11-30"})
    )


def test_a_row_that_was_not_run_again_keeps_what_was_found_before(tmp_path: Path) -> None:
    result(tmp_path, "A1", done=5)
    first = page(ROWS, tmp_path)
    assert first.count("not run") == 2
    (tmp_path / "A1.json").unlink()
    result(tmp_path, "A11", done=9)
    second = page(ROWS, tmp_path, first)
    for line in first.splitlines():
        assert line in second or "not run" in line
    assert second.count("not run") == 1
    assert "| 9 cancellations" in second
    assert "\n- A11: 7 kills" in second
    assert page(ROWS, tmp_path, second) == second


def test_what_is_run_again_takes_the_place_of_what_was_found_before(tmp_path: Path) -> None:
    result(tmp_path, "A1", done=5)
    first = page(ROWS, tmp_path)
    result(tmp_path, "A1", done=6)
    assert page(ROWS, tmp_path, first) == page(ROWS, tmp_path)
