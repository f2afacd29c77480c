"""
The command line of the benchmarks: `python -m research_agent_devtools.benchmarks quick|full|page [ROW ...]`.

`quick` and `full` run the rows and write the page, `page` writes it again from what is stored.
"""

from __future__ import annotations

import asyncio
import json
import pkgutil
import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path

from research_agent_devtools.benchmarks import rows as package
from research_agent_devtools.benchmarks.frame import Line, Result, Row, Run, as_json
from research_agent_devtools.benchmarks.page import shown, write
from research_agent_devtools.checkout import CACHE, ROOT
from research_agent_devtools.evals.result import Machine

KEPT = CACHE / "bench"
LEVELS = ("quick", "full")
ORDER = ("world", "overhead", "embedding", "sessions", "saved", "start", "cold", "prefix", "fetch", "scaling", "rivals")


def rows() -> list[Row]:
    """The rows of every module, in the order in which the page has them."""
    names = [module.name for module in pkgutil.iter_modules(package.__path__)]
    modules = [import_module(f"{package.__name__}.{name}") for name in sorted(names, key=ORDER.index)]
    return [row for module in modules for row in module.ROWS]


def main(level: str = "quick", *wanted: str) -> int:
    """Run the rows, all or those that are named; 2 for a wrong call. A missed goal is no error."""
    known = rows()
    unknown = set(wanted) - {row.name for row in known}
    if level not in {*LEVELS, "page"} or unknown:
        wrong = f"There is no row {min(unknown)!r}." if unknown else f"BENCH={level} is neither quick nor full."
        print(f"{wrong} Rows: {' '.join(row.name for row in known)}", file=sys.stderr)
        return 2
    if level != "page":
        for row in known:
            if not wanted or row.name in wanted:
                run_row(row, level, KEPT)
    print(f"Written: {write(known, KEPT, ROOT / 'benchmarks').relative_to(ROOT)}")
    return 0


def run_row(row: Row, level: str, kept: Path) -> None:
    """Run one row, tell what came of it and keep that for the page."""
    if reason := row.needs():
        print(f"{row.name}: not run: {reason}", flush=True)
        return
    machine, start = Machine(), time.perf_counter()
    with tempfile.TemporaryDirectory(prefix=f"bench-{row.name}-") as folder:
        result = asyncio.run(row.run(Run(level, Path(folder))))
    seconds = time.perf_counter() - start
    kept.mkdir(parents=True, exist_ok=True)
    told = as_json(row, result, level=level, seconds=seconds, machine=machine)
    (kept / f"{row.name}.json").write_text(json.dumps(told, indent=1), "utf-8")
    _tell(row, result, seconds)


def _tell(row: Row, result: Result, seconds: float) -> None:
    print(f"{row.name}: {seconds:.0f} s")
    for line in result.lines:
        print(f"  {_line(line)}", flush=True)


def _line(line: Line) -> str:
    told = f"{line.what}: {shown(line.ours, line.unit)}"
    if line.baseline is not None:
        told += f", {line.baseline_is} {shown(line.baseline, line.unit)}"
    if line.figure_unit == "x":
        told += f": {shown(line.figure, 'x')}"
    if line.goal is not None:
        bound = f"{'<=' if line.goal.most else '>='} {line.goal.limit:g} {line.goal.unit}"
        told += f" (goal {bound}, {'met' if line.met else 'MISSED'})"
    return told


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
