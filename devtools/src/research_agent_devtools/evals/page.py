"""
The results of a release as one page: `python -m research_agent_devtools.evals.page FOLDER FILE`.

Reads NAME.json of each eval from the folder, writes Markdown. An eval without a file is said to be not run. What is
measured on claims of WiCE stands in `support-wice.json`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from research_agent_devtools.evals import EVALS
from research_agent_devtools.evals.word_rules import HEADS, MEASURED_AT, WORD_RULES
from research_agent_devtools.kernel.machine import description
from research_agent_devtools.kernel.page import read_results, table

__all__ = ["page", "write"]

HEAD = """# Results

What `research-agent eval` measures, each table with its n, 95 % interval, command, data and machine. Made by
`make evals` from the JSON of each eval; not edited by hand. Times are of the machine named under them, at its load.
"""


ON_OTHER_DATA = {
    "support": ("support-wice",),
    "answers": ("answers-everyday",),
    "multihop": ("multihop-2wiki",),
    "library": ("library-pdfs",),
}
"""Results of an eval on data of another kind, by the eval that they follow."""
SECTIONS = [section for name in EVALS for section in (name, *ON_OTHER_DATA.get(name, ()))]


def write(folder: Path, file: Path) -> None:
    """Write the page of the results in `folder`. Raises `UsageError` for a file that is no result."""
    file.parent.mkdir(parents=True, exist_ok=True)
    results = read_results(folder, SECTIONS, field="metrics")
    file.write_text(page({name: found for name, found in results.items() if found or name in EVALS}), "utf-8")


def page(results: Mapping[str, Mapping[str, Any] | None]) -> str:
    """The page of these results; None is an eval that was not run."""
    return "\n".join([HEAD, *(line for name, result in results.items() for line in _section(name, result))])


def _section(name: str, result: Mapping[str, Any] | None) -> Iterator[str]:
    yield f"## {name}\n\n{EVALS[name.partition('-')[0]].about}\n"
    if result is None:
        yield "Not run.\n"
        return
    yield from table(("metric", "value", "95 %"), [_metric(result, metric) for metric in result["metrics"]])
    yield from _groups(result)
    yield from _before(result)
    yield from _calibration(result)
    yield from (f"- {note}" for note in result["notes"])
    data = "; ".join(f"`{item['file']}` (sha256 `{item['sha256'][:16]}…`)" for item in result["data"])
    middle = "" if result["ms_p50"] is None else f", median {result['ms_p50']:,} ms"
    yield f"- n = {result['n']:,}{middle}; data: {data or 'made by the eval, from its seed'}; seed {result['seed']}"
    yield f"- `{result['command']}`"
    yield f"- {result['date']}, version {result['version']}, {description(result['machine'])}\n"


def _metric(result: Mapping[str, Any], metric: str) -> tuple[str, str, str]:
    ends = result["ci95"].get(metric)
    return metric, _figure(result["metrics"][metric]), " to ".join(_figure(end) for end in ends) if ends else ""


def _groups(result: Mapping[str, Any]) -> Iterator[str]:
    groups: Mapping[str, Mapping[str, float | None]] = result["groups"]
    files: Mapping[str, Mapping[str, Any]] = result.get("files", {})
    for names in dict.fromkeys(tuple(metrics) for metrics in groups.values()):
        rows = []
        for group, held in groups.items():
            if tuple(held) == names:
                ends = files.get(group, {}).get("ci95", {})
                rows.append((group, *(_with_interval(value, ends.get(name)) for name, value in held.items())))
        yield from table(("", *names), rows)


def _with_interval(value: float | None, ends: Sequence[float] | None) -> str:
    return f"{_figure(value)} ({_figure(ends[0])} to {_figure(ends[1])})" if ends else _figure(value)


def _before(result: Mapping[str, Any]) -> Iterator[str]:
    """What the word rules did on the sets that were measured again, beside what is measured now."""
    files: Mapping[str, Mapping[str, Any]] = result.get("files", {})
    rows = [
        (name, *map(_figure, WORD_RULES[name]), _figure(held["balanced_accuracy"]))
        for name, held in files.items()
        if name in WORD_RULES
    ]
    if rows:
        yield f"The check of before, word rules alone, as measured at {MEASURED_AT} on the whole of each set:\n"
        yield from table(("", *HEADS, "balanced_accuracy now"), rows)


def _calibration(result: Mapping[str, Any]) -> Iterator[str]:
    calibration = result.get("calibration")
    if calibration:
        yield f"Scores as probabilities: expected calibration error {_figure(calibration['ece'])}.\n"
        rows = [
            (
                f"{row['low']:.1f} to {row['high']:.1f}",
                *(_figure(row[name]) for name in ("n", "mean_score", "true_share")),
            )
            for row in calibration["bins"]
        ]
        yield from table(("score", "n", "mean score", "share true"), rows)


def _figure(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:,}" if isinstance(value, int) else f"{value:.3f}"


if __name__ == "__main__":
    write(Path(sys.argv[1]), Path(sys.argv[2]))
