"""
The results of a release as one page: `python -m research_agent_devtools.evals.page FOLDER FILE`.

Reads NAME.json of each eval from the folder, writes Markdown. An eval without a file is said to be not run.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from research_agent_devtools.evals import EVALS
from research_agent_devtools.kernel.machine import description
from research_agent_devtools.kernel.page import read_results, table

__all__ = ["page", "write"]

HEAD = """# Results

What `research-agent eval` measures, each table with its n, 95 % interval, command, data and machine. Made by
`make evals` from the JSON of each eval; not edited by hand. Times are of the machine named under them, at its load.
"""


def write(folder: Path, file: Path) -> None:
    """Write the page of the results in `folder`. Raises `UsageError` for a file that is no result."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(page(read_results(folder, EVALS, field="metrics")), "utf-8")


def page(results: Mapping[str, Mapping[str, Any] | None]) -> str:
    """The page of these results; None is an eval that was not run."""
    return "\n".join([HEAD, *(line for name, result in results.items() for line in _section(name, result))])


def _section(name: str, result: Mapping[str, Any] | None) -> Iterator[str]:
    yield f"## {name}\n\n{EVALS[name].about}\n"
    if result is None:
        yield "Not run.\n"
        return
    yield from table(("metric", "value", "95 %"), [_metric(result, metric) for metric in result["metrics"]])
    yield from _groups(result["groups"])
    yield from (f"- {note}" for note in result["notes"])
    data = "; ".join(f"`{item['file']}` (sha256 `{item['sha256'][:16]}…`)" for item in result["data"])
    middle = "" if result["ms_p50"] is None else f", median {result['ms_p50']:,} ms"
    yield f"- n = {result['n']:,}{middle}; data: {data or 'made by the eval, from its seed'}; seed {result['seed']}"
    yield f"- `{result['command']}`"
    yield f"- {result['date']}, version {result['version']}, {description(result['machine'])}\n"


def _metric(result: Mapping[str, Any], metric: str) -> tuple[str, str, str]:
    ends = result["ci95"].get(metric)
    return metric, _figure(result["metrics"][metric]), " to ".join(_figure(end) for end in ends) if ends else ""


def _groups(groups: Mapping[str, Mapping[str, float | None]]) -> Iterator[str]:
    for names in dict.fromkeys(tuple(metrics) for metrics in groups.values()):
        rows = [(group, *map(_figure, held.values())) for group, held in groups.items() if tuple(held) == names]
        yield from table(("", *names), rows)


def _figure(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:,}" if isinstance(value, int) else f"{value:.3f}"


if __name__ == "__main__":
    write(Path(sys.argv[1]), Path(sys.argv[2]))
