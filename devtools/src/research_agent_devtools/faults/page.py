"""What the full battery found, as one page."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from research_agent_devtools.faults.row import Row, upper_bound

__all__ = ["page"]

HEAD = """# Faults

What `make faults FAULTS=full` found; made by it, not edited by hand. Each row breaks something on purpose, many times,
from a seed, and counts how often its guarantee did not hold; beside it stands the upper end of the 95 % interval of
that share (Clopper and Pearson, one-sided: about 3 / N at 0 of N). A *broken twin* is the naive version of the same
thing: the same trial against it must fail, or it would prove nothing.

| row | what is done | what must hold | tried | failed | at most (95 %) | the broken twin | its failures |
|---|---|---|---|---|---|---|---|
"""


def page(rows: Sequence[Row], kept: Path) -> str:
    """The page of the results in `kept`, one JSON file a row; a row without one was not run."""
    results = {row.id: _read(kept / f"{row.id}.json") for row in rows}
    lines = [_line(row, results[row.id]) for row in rows]
    return HEAD + "\n".join([*lines, "", *_details(rows, results)]) + "\n"


def _read(file: Path) -> Mapping[str, Any] | None:
    return json.loads(file.read_text("utf-8")) if file.exists() else None


def _line(row: Row, found: Mapping[str, Any] | None) -> str:
    if found is None:
        cells = [row.id, row.fault, row.guarantee, "not run", "", "", row.twin_is, ""]
    else:
        run, twin = found["run"], found["twin"]
        bound = f"{100 * upper_bound(min(run['failed'], run['done']), run['done']):.2g} %"
        tried = f"{run['done']:,} {row.unit}"
        if run["done"] < row.full:
            over = run["seconds"] >= row.seconds
            tried += f" (of {row.full:,}: the time was over)" if over else " (there are no others)"
        cells = [row.id, row.fault, row.guarantee, tried, f"{run['failed']:,}", bound,
                 row.twin_is, f"{twin['failed']:,} in {twin['done']:,}"]  # fmt: skip
    return f"| {' | '.join(cells)} |"


def _details(rows: Sequence[Row], results: Mapping[str, Mapping[str, Any] | None]) -> Iterator[str]:
    yield "What happened on the way, and how long it took:\n"
    for row in rows:
        if (found := results[row.id]) is None:
            continue
        run, machine = found["run"], found["machine"]
        told = [f"{count:,} {what}" for what, count in run["counts"].items()]
        told += [f"{what} at most {value:.3g}" for what, value in run["measures"].items()]
        told += [f"in the twin {count:,} {what}" for what, count in found["twin"]["counts"].items()]
        yield (
            f"- {row.id}: {'; '.join(told) or 'nothing to tell'}. {run['seconds']:.0f} s, seed {run['seed']}, "
            f"{found['date']}, {machine['cores']} cores of {machine['cpu']}, Python {machine['python']}, "
            f"load {machine['load']} a core"
        )
