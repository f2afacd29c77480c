"""
The command line of the battery: `python -m research_agent_devtools.faults quick|full [ROW ...]`.

The full one writes evals/FAULTS.md.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict

from research_agent_devtools.checkout import CACHE, ROOT
from research_agent_devtools.faults.battery import rows, run_row, run_twin
from research_agent_devtools.faults.page import page
from research_agent_devtools.faults.row import Row, Run
from research_agent_devtools.kernel.command import usage_error
from research_agent_devtools.kernel.machine import Machine, today
from research_agent_devtools.kernel.page import write_result

RESULTS = CACHE / "faults"
PAGE = ROOT / "evals" / "FAULTS.md"


def main(level: str = "quick", *wanted: str) -> int:
    """Run the rows, all or those named; 1 when one does not hold or a twin is not caught, 2 for a wrong call."""
    known = rows()
    if error := usage_error(level, wanted, levels=("quick", "full"), rows=[row.id for row in known], setting="FAULTS"):
        print(error, file=sys.stderr)
        return 2
    broken = _broken([row for row in known if not wanted or row.id in wanted], full=level == "full")
    if level == "full":
        PAGE.write_text(page(known, RESULTS, PAGE.read_text("utf-8")), "utf-8")
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
        run, twin = run_row(row, full=full), run_twin(row)
        _print(row, run, twin)
        if full:
            _store(row, run, twin)
        if run.failed or not run.done or not twin.failed:
            broken.append(row.id)
    return broken


def _print(row: Row, run: Run, twin: Run) -> None:
    if sys.stderr.isatty():
        sys.stderr.write("\r\033[K")
    result = f"{run.failed:,} of {run.done:,} {row.unit} failed, {run.seconds:.0f} s"
    print(f"{row.id:<4} {row.fault}: {result}; twin: {twin.failed:,} in {twin.done:,}", flush=True)
    for failure in run.failures:
        print(f"     {failure}")


def _store(row: Row, run: Run, twin: Run) -> None:
    result = {"run": run.as_json(), "twin": twin.as_json(), "machine": asdict(Machine()), "date": today()}
    write_result(RESULTS, row.id, result)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
