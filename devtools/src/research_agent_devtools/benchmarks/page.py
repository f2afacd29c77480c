"""The page of the benchmarks, benchmarks/RESULTS.md, with its plots; made from the JSON of each row."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from research_agent_devtools.benchmarks.measurement import Row
from research_agent_devtools.kernel import plots
from research_agent_devtools.kernel.machine import description
from research_agent_devtools.kernel.page import read_results, table, table_row
from research_agent_devtools.kernel.statistics import Summary

__all__ = ["page", "shown", "write"]

Figures = Mapping[str, Any]

HEAD = """# Speed

What `make bench` measured; made by it, not edited by hand. Every side of a row took its turn in every round
of one run, so that each ratio is made within a round; figures are medians, with least and most behind them. CPU is the
processor time of the whole family of processes, servers that play the outside world left out.
"""
UNITS = {"words": "", "pages": "", "turns/s": "", "turns/s of the ideal": "", "KiB a session": "KiB"}
"""Of what sides tell of themselves; all else is seconds."""
UNEXPLAINED = "Not yet explained in benchmarks/missed.toml."


def write(rows: Sequence[Row], results: Path, folder: Path) -> Path:
    """Write the page of the stored results into `folder`, its plots into `folder/plots`."""
    found = read_results(results, (row.name for row in rows), field="lines")
    drawn = plots.draw([plot for result in found.values() if result for plot in result["plots"]], folder / "plots")
    missed = tomllib.loads((folder / "missed.toml").read_text("utf-8"))
    file = folder / "RESULTS.md"
    file.write_text(page(rows, found, missed=missed, drawn=drawn), "utf-8")
    return file


def page(
    rows: Sequence[Row], found: Mapping[str, Figures | None], *, missed: Mapping[str, Any], drawn: bool = True
) -> str:
    """The page: all goals in one table, why some are missed, then each row. A row without a result was not run."""
    parts = [HEAD, *_machines(found), *_goals(rows, found), *_missed(rows, found, missed)]
    for row in rows:
        parts += _section(row, found[row.name], drawn)
    return "\n".join(parts)


def _machines(found: Mapping[str, Figures | None]) -> Iterator[str]:
    """Where it was measured, said once when it was one machine in one mood."""
    results = [each for each in found.values() if each]
    runs = {(description(each["machine"], load=False), each["level"], each["date"]) for each in results}
    loads = [each["machine"]["load"] for each in results]
    for machine, level, date in sorted(runs):
        yield (f"{machine}; a {level} run of {date}; load when a row began {min(loads)} to {max(loads)} a core.\n")


def _goals(rows: Sequence[Row], found: Mapping[str, Figures | None]) -> Iterator[str]:
    yield "| what | ours | baseline | ratio | goal | met? | N |\n|---|---|---|---|---|---|---|"
    for row in rows:
        result = found[row.name]
        for line in result["lines"] if result else ():
            if line["goal"]:
                yield table_row([line["what"], *_cells(line), _goal(line), _verdict(line), _n(line)])
    yield ""


def _missed(rows: Sequence[Row], found: Mapping[str, Figures | None], missed: Mapping[str, Any]) -> Iterator[str]:
    """By how much a goal is missed, as measured, and what was tried and what limits it, as put down by hand."""
    lines = []
    for row in rows:
        for line in (found[row.name] or {"lines": ()})["lines"]:
            if line["met"] is False:
                why = " ".join(missed.get(row.name, {}).get(line["what"], UNEXPLAINED).split())
                lines.append(f"- **{line['what']}** ({row.name}): {_by_how_much(line)}. {why}")
    if lines:
        yield "\n".join(["## Where a goal is missed\n", *lines, ""])


def _section(row: Row, result: Figures | None, drawn: bool) -> Iterator[str]:
    yield f"## {row.title}\n\n{row.about}\n"
    if result is None:
        reason = row.needs()
        yield f"Not run{f': {reason}' if reason else ''}.\n"
        return
    if result["lines"]:
        rows = ([line["what"], *_cells(line)] for line in result["lines"])
        yield from table(("what", "ours", "baseline", "ratio"), rows)
    yield from _sides(result["sides"])
    if drawn:
        yield from (f"![{plot['alt']}](plots/{plot['name']}.svg)\n" for plot in result["plots"])
    yield from (f"- {note}" for note in result["notes"])
    load = result["machine"]["load"]
    yield f"- `{result['command']}`, {result['seconds']:,.0f} s, load {load} a core when it began\n"


def _sides(sides: Mapping[str, Mapping[str, Figures]]) -> Iterator[str]:
    """Every side as it was measured, one a row; one a column where they result more figures than there are sides."""
    if not sides:
        return
    keys = list(dict.fromkeys(key for result in sides.values() for key in result))
    numbers = {name: str(next(iter(result.values()))["n"]) for name, result in sides.items()}
    grid = [["", *map(_head, keys), "N"]]
    grid += [
        [name, *(shown(result[key], UNITS.get(key, "s")) if key in result else "" for key in keys), numbers[name]]
        for name, result in sides.items()
    ]
    if len(keys) > max(3, len(sides)):
        grid = [list(column) for column in zip(*grid, strict=True)]
    head, *body = grid
    yield from table(head, body)


def _head(key: str) -> str:
    return {"cpu": "CPU"}.get(key, key)


def _cells(line: Figures) -> tuple[str, str, str]:
    if line["baseline"] is None:
        return shown(line["ours"], line["unit"]), "", ""
    baseline = f"{shown(line['baseline'], line['unit'])}, {line['baseline_is']}"
    if line["figure_unit"] == "x":
        ratio = shown(line["figure"], "x")
    else:  # its goal is of the value itself
        ratio = f"{_united(_number(line['baseline']['median'] / line['ours']['median']), 'x')} less"
    return shown(line["ours"], line["unit"]), baseline, ratio


def _goal(line: Figures) -> str:
    goal = line["goal"]
    return f"{'≤' if goal['most'] else '≥'} {_united(_number(goal['limit']), goal['unit'])}"


def _n(line: Figures) -> str:
    return str(line["ours"]["n"])


def _verdict(line: Figures) -> str:
    return "yes" if line["met"] else "**no**"


def _by_how_much(line: Figures) -> str:
    return f"{_united(_number(line['figure']['median']), line['goal']['unit'])} where {_goal(line)} is wanted"


def shown(stat: Summary | Figures, unit: str) -> str:
    """ "1.23 s (1.20 to 1.31)": a figure to three digits, with its range when there is one."""
    result = asdict(stat) if isinstance(stat, Summary) else stat
    middle, low, high = (_number(result[key]) for key in ("median", "low", "high"))
    spread = "" if low == middle == high else f" ({low} to {high})"
    return f"{_united(middle, unit)}{spread}"


def _united(number: str, unit: str) -> str:
    return f"{number} {'×' if unit == 'x' else unit}".strip()


def _number(value: float) -> str:
    """Three digits that count; whole numbers as they are, and all from a hundred up."""
    if float(value).is_integer() or abs(value) >= 100:
        return f"{value:,.0f}"
    digits = 2 if abs(value) < 10 else 1
    while abs(value) < 10 ** (-digits + 1) and digits < 6:
        digits += 1
    return f"{value:.{digits}f}"
