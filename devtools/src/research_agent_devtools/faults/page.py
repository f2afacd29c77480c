"""The page of a full run of the battery, evals/FAULTS.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from research_agent_devtools.faults.row import Row
from research_agent_devtools.kernel.machine import description
from research_agent_devtools.kernel.page import read_results, table_row
from research_agent_devtools.kernel.statistics import upper_bound

__all__ = ["page"]

HEAD = """# Faults

What `make faults FAULTS=full` found; made by it, not edited by hand. Each row breaks something on purpose, many times,
from a seed, and counts how often its guarantee did not hold; beside it stands the upper end of the 95 % interval of
that share (Clopper and Pearson, one-sided: about 3 / N at 0 of N). A *broken twin* is the naive version of the same
thing: the same trial against it must fail, or it would prove nothing.

| row | what is done | what must hold | tried | failed | at most (95 %) | the broken twin | its failures |
|---|---|---|---|---|---|---|---|
"""


def page(rows: Sequence[Row], folder: Path, before: str = "") -> str:
    """
    The page of the results in `folder`, one JSON file a row.

    A row without one keeps what the page `before` says of it, with the date on which it was run; else it was not run.
    """
    results = read_results(folder, (row.id for row in rows), field="run")
    lines = [_line(row, results[row.id], before) for row in rows]
    return (
        HEAD
        + "\n".join([*lines, "", "What happened on the way, and how long it took:\n", *_details(rows, results, before)])
        + "\n"
    )


def _line(row: Row, result: Mapping[str, Any] | None, before: str) -> str:
    if result is None:
        if line := _of_before(f"| {row.id} |", before):
            return line
        cells = [row.id, row.fault, row.guarantee, "not run", "", "", row.twin_is, ""]
    else:
        run, twin = result["run"], result["twin"]
        bound = f"{100 * upper_bound(min(run['failed'], run['done']), run['done']):.2g} %"
        tried = f"{run['done']:,} {row.unit}"
        if run["done"] < row.full:
            over = run["seconds"] >= row.seconds
            tried += f" (of {row.full:,}: the time was over)" if over else " (there are no others)"
        cells = [row.id, row.fault, row.guarantee, tried, f"{run['failed']:,}", bound,
                 row.twin_is, f"{twin['failed']:,} in {twin['done']:,}"]  # fmt: skip
    return table_row(cells)


def _of_before(start: str, before: str) -> str:
    return next((line for line in before.splitlines() if line.startswith(start)), "")


def _details(rows: Sequence[Row], results: Mapping[str, Mapping[str, Any] | None], before: str) -> Iterator[str]:
    for row in rows:
        if (result := results[row.id]) is None:
            if line := _of_before(f"- {row.id}: ", before):
                yield line
            continue
        run = result["run"]
        events = [f"{count:,} {what}" for what, count in run["counts"].items()]
        events += [f"{what} at most {value:.3g}" for what, value in run["measures"].items()]
        events += [f"in the twin {count:,} {what}" for what, count in result["twin"]["counts"].items()]
        yield (
            f"- {row.id}: {'; '.join(events) or 'nothing to tell'}. {run['seconds']:.0f} s, seed {run['seed']}, "
            f"{result['date']}, {description(result['machine'])}"
        )
