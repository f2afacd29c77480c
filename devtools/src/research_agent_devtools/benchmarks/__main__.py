"""
The command line of the benchmarks: `python -m research_agent_devtools.benchmarks quick|full|page [ROW ...]`.

`quick` and `full` run the rows and write the page, `page` writes it again from what is stored.
"""

from __future__ import annotations

import asyncio
import pkgutil
import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path

from research_agent_devtools.benchmarks import rows as package
from research_agent_devtools.benchmarks.measurement import Line, Result, Row, Run, as_json
from research_agent_devtools.benchmarks.page import shown, write
from research_agent_devtools.checkout import CACHE, ROOT
from research_agent_devtools.kernel.command import usage_error
from research_agent_devtools.kernel.machine import Machine
from research_agent_devtools.kernel.page import write_result

RESULTS = CACHE / "bench"
ORDER = (
    "world",
    "web",
    "overhead",
    "embedding",
    "sessions",
    "saved",
    "start",
    "cold",
    "prefix",
    "fetch",
    "scaling",
    "library",
    "new_folder",
    "rivals",
)


def rows() -> list[Row]:
    """The rows of every module, in the order in which the page has them."""
    names = [module.name for module in pkgutil.iter_modules(package.__path__)]
    modules = [import_module(f"{package.__name__}.{name}") for name in sorted(names, key=ORDER.index)]
    return [row for module in modules for row in module.ROWS]


def main(level: str = "quick", *wanted: str) -> int:
    """Run the rows, all or those that are named; 2 for a wrong call. A missed goal is no error."""
    known = rows()
    if error := usage_error(
        level, wanted, levels=("quick", "full", "page"), rows=[row.name for row in known], setting="BENCH"
    ):
        print(error, file=sys.stderr)
        return 2
    if level != "page":
        for row in known:
            if not wanted or row.name in wanted:
                run_row(row, level, RESULTS)
    print(f"Written: {write(known, RESULTS, ROOT / 'benchmarks').relative_to(ROOT)}")
    return 0


def run_row(row: Row, level: str, results: Path) -> None:
    """Run one row, print its result, and store it in the folder `results` for the page."""
    if reason := row.needs():
        print(f"{row.name}: not run: {reason}", flush=True)
        return
    machine, start = Machine(), time.perf_counter()
    with tempfile.TemporaryDirectory(prefix=f"bench-{row.name}-") as folder:
        result = asyncio.run(row.run(Run(level, Path(folder))))
    seconds = time.perf_counter() - start
    write_result(results, row.name, as_json(row, result, level=level, seconds=seconds, machine=machine))
    _print(row, result, seconds)


def _print(row: Row, result: Result, seconds: float) -> None:
    print(f"{row.name}: {seconds:.0f} s")
    for line in result.lines:
        print(f"  {_line(line)}", flush=True)


def _line(line: Line) -> str:
    text = f"{line.what}: {shown(line.ours, line.unit)}"
    if line.baseline is not None:
        text += f", {line.baseline_is} {shown(line.baseline, line.unit)}"
    if line.figure_unit == "x":
        text += f": {shown(line.figure, 'x')}"
    if line.goal is not None:
        bound = f"{'<=' if line.goal.most else '>='} {line.goal.limit:g} {line.goal.unit}"
        text += f" (goal {bound}, {'met' if line.met else 'MISSED'})"
    return text


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
