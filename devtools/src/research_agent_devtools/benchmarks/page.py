"""The results as one page, benchmarks/RESULTS.md, with its plots; made from the JSON of each row."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from research_agent_devtools.benchmarks import plots
from research_agent_devtools.benchmarks.frame import Row, Stat

__all__ = ["page", "shown", "write"]

Told = Mapping[str, Any]

HEAD = """# Speed

What `make bench` measured; made by it, not edited by hand. Every side of a row took its turn in every round
of one run, so that each ratio is made within a round; figures are medians, with least and most behind them. CPU is the
processor time of the whole family of processes, servers that play the outside world left out.
"""
UNITS = {"words": "", "turns/s": "", "turns/s of the ideal": "", "KiB a session": "KiB"}
"""Of what sides tell of themselves; all else is seconds."""
UNEXPLAINED = "Not yet explained in benchmarks/missed.toml."


def write(rows: Sequence[Row], kept: Path, folder: Path) -> Path:
    """Write the page of the results in `kept` into `folder`, its plots into `folder/plots`."""
    found = {row.name: _read(kept / f"{row.name}.json") for row in rows}
    drawn = plots.draw([plot for told in found.values() if told for plot in told["plots"]], folder / "plots")
    missed = tomllib.loads((folder / "missed.toml").read_text("utf-8"))
    file = folder / "RESULTS.md"
    file.write_text(page(rows, found, missed=missed, drawn=drawn), "utf-8")
    return file


def page(
    rows: Sequence[Row], found: Mapping[str, Told | None], *, missed: Mapping[str, Any], drawn: bool = True
) -> str:
    """The page: all goals in one table, why some are missed, then each row. A row without a result was not run."""
    parts = [HEAD, *_machines(found), *_goals(rows, found), *_missed(rows, found, missed)]
    for row in rows:
        parts += _section(row, found[row.name], drawn)
    return "\n".join(parts)


def _read(file: Path) -> Told | None:
    return json.loads(file.read_text("utf-8")) if file.exists() else None


def _machines(found: Mapping[str, Told | None]) -> Iterator[str]:
    """Where it was measured, said once when it was one machine in one mood."""
    told = [each for each in found.values() if each]
    names = {(t["machine"]["cpu"], t["machine"]["cores"], t["machine"]["python"], t["level"], t["date"]) for t in told}
    loads = [each["machine"]["load"] for each in told]
    for cpu, cores, python, level, date in sorted(names):
        yield (
            f"{cores} cores of {cpu}, Python {python}; a {level} run of {date}; load when a row began "
            f"{min(loads)} to {max(loads)} a core.\n"
        )


def _goals(rows: Sequence[Row], found: Mapping[str, Told | None]) -> Iterator[str]:
    yield "| what | ours | baseline | ratio | goal | met? | N |\n|---|---|---|---|---|---|---|"
    for row in rows:
        told = found[row.name]
        for line in told["lines"] if told else ():
            if line["goal"]:
                yield f"| {' | '.join([line['what'], *_cells(line), _goal(line), _verdict(line), _n(line)])} |"
    yield ""


def _missed(rows: Sequence[Row], found: Mapping[str, Told | None], missed: Mapping[str, Any]) -> Iterator[str]:
    """By how much a goal is missed, as measured, and what was tried and what limits it, as put down by hand."""
    lines = []
    for row in rows:
        for line in (found[row.name] or {"lines": ()})["lines"]:
            if line["met"] is False:
                why = " ".join(missed.get(row.name, {}).get(line["what"], UNEXPLAINED).split())
                lines.append(f"- **{line['what']}** ({row.name}): {_by_how_much(line)}. {why}")
    if lines:
        yield "\n".join(["## Where a goal is missed\n", *lines, ""])


def _section(row: Row, told: Told | None, drawn: bool) -> Iterator[str]:
    yield f"## {row.title}\n\n{row.about}\n"
    if told is None:
        reason = row.needs()
        yield f"Not run{f': {reason}' if reason else ''}.\n"
        return
    if told["lines"]:
        yield "| what | ours | baseline | ratio |\n|---|---|---|---|"
        yield from (f"| {' | '.join([line['what'], *_cells(line)])} |" for line in told["lines"])
        yield ""
    yield from _sides(told["sides"])
    if drawn:
        yield from (f"![{plot['alt']}](plots/{plot['name']}.svg)\n" for plot in told["plots"])
    yield from (f"- {note}" for note in told["notes"])
    yield f"- `{told['command']}`, {told['seconds']:,.0f} s, load {told['machine']['load']} a core when it began\n"


def _sides(sides: Mapping[str, Mapping[str, Told]]) -> Iterator[str]:
    """Every side as it was measured, one a row; one a column where they told more figures than there are sides."""
    if not sides:
        return
    keys = list(dict.fromkeys(key for told in sides.values() for key in told))
    numbers = {name: str(next(iter(told.values()))["n"]) for name, told in sides.items()}
    table = [["", *map(_head, keys), "N"]]
    table += [
        [name, *(shown(told[key], UNITS.get(key, "s")) if key in told else "" for key in keys), numbers[name]]
        for name, told in sides.items()
    ]
    if len(keys) > max(3, len(sides)):
        table = [list(column) for column in zip(*table, strict=True)]
    head, *body = table
    yield f"| {' | '.join(head)} |\n|{'---|' * len(head)}"
    yield from (f"| {' | '.join(cells)} |" for cells in body)
    yield ""


def _head(key: str) -> str:
    return {"cpu": "CPU"}.get(key, key)


def _cells(line: Told) -> tuple[str, str, str]:
    if line["baseline"] is None:
        return shown(line["ours"], line["unit"]), "", ""
    baseline = f"{shown(line['baseline'], line['unit'])}, {line['baseline_is']}"
    if line["figure_unit"] == "x":
        ratio = shown(line["figure"], "x")
    else:  # its goal is of the value itself
        ratio = f"{_united(_number(line['baseline']['median'] / line['ours']['median']), 'x')} less"
    return shown(line["ours"], line["unit"]), baseline, ratio


def _goal(line: Told) -> str:
    goal = line["goal"]
    return f"{'≤' if goal['most'] else '≥'} {_united(_number(goal['limit']), goal['unit'])}"


def _n(line: Told) -> str:
    return str(line["ours"]["n"])


def _verdict(line: Told) -> str:
    return "yes" if line["met"] else "**no**"


def _by_how_much(line: Told) -> str:
    return f"{_united(_number(line['figure']['median']), line['goal']['unit'])} where {_goal(line)} is wanted"


def shown(stat: Stat | Told, unit: str) -> str:
    """ "1.23 s (1.20 to 1.31)": a figure to three digits, with its range when there is one."""
    told = asdict(stat) if isinstance(stat, Stat) else stat
    middle, low, high = (_number(told[key]) for key in ("median", "low", "high"))
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
