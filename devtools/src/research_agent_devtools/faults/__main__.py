"""
The command line of the battery: `python -m research_agent_devtools.faults quick|full [ROW ...]`.

The full one writes evals/FAULTS.md.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime

from research_agent_devtools.checkout import CACHE, ROOT
from research_agent_devtools.evals.result import Machine
from research_agent_devtools.faults.battery import rows, run_row, run_twin
from research_agent_devtools.faults.page import page
from research_agent_devtools.faults.row import Row, Run

KEPT = CACHE / "faults"
PAGE = ROOT / "evals" / "FAULTS.md"


def main(level: str = "quick", *wanted: str) -> int:
    """Run the rows, all or those named; 1 when one does not hold or a twin is not caught, 2 for a wrong call."""
    known = rows()
    unknown = set(wanted) - {row.id for row in known}
    if level not in {"quick", "full"} or unknown:
        wrong = f"There is no row {min(unknown)!r}." if unknown else f"FAULTS={level} is neither quick nor full."
        print(f"{wrong} Rows: {' '.join(row.id for row in known)}", file=sys.stderr)
        return 2
    broken = _broken([row for row in known if not wanted or row.id in wanted], full=level == "full")
    if level == "full":
        PAGE.write_text(page(known, KEPT), "utf-8")
        print(f"Written: {PAGE.relative_to(ROOT)}")
    if broken:
        print(f"Broken: {' '.join(broken)}")
    return 1 if broken else 0


def _broken(chosen: Sequence[Row], *, full: bool) -> list[str]:
    """Run them; the ids of those that did not hold or whose twin was not caught."""
    broken = []
    for row in chosen:
        if reason := row.needs():
            print(f"{row.id:<4} not tried: {reason}")
            continue
        found, twin = run_row(row, full=full), run_twin(row)
        _tell(row, found, twin)
        if full:
            _keep(row, found, twin)
        if found.failed or not found.done or not twin.failed:
            broken.append(row.id)
    return broken


def _tell(row: Row, found: Run, twin: Run) -> None:
    if sys.stderr.isatty():
        sys.stderr.write("\r\033[K")
    result = f"{found.failed:,} of {found.done:,} {row.unit} failed, {found.seconds:.0f} s"
    print(f"{row.id:<4} {row.fault}: {result}; twin: {twin.failed:,} in {twin.done:,}", flush=True)
    for failure in found.failures:
        print(f"     {failure}")


def _keep(row: Row, found: Run, twin: Run) -> None:
    KEPT.mkdir(parents=True, exist_ok=True)
    told = {
        "run": found.as_json(),
        "twin": twin.as_json(),
        "machine": asdict(Machine()),
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
    }
    (KEPT / f"{row.id}.json").write_text(json.dumps(told, indent=1), "utf-8")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
