"""The command behind `research-agent eval NAME`: run an eval and print its result, as a table or as JSON."""

from __future__ import annotations

import asyncio
import json
import math
import shlex
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import click

from research_agent.cli.table import print_heading, print_line, print_rows
from research_agent_devtools.evals import Request, Result, evaluate

__all__ = [
    "answers",
    "choice",
    "citations",
    "computing",
    "falsehoods",
    "injection",
    "library",
    "multihop",
    "reports",
    "retrieval",
    "run",
    "sentences",
    "support",
    "web",
]


def run(
    name: str,
    *,
    data: Path | None,
    limit: int | None,
    seed: int,
    as_json: bool,
    more: Sequence[Path] = (),
    baselines: bool = False,
    plot: Path | None = None,
    corpus: Path | None = None,
    documents: Path | None = None,
) -> None:
    """Run the eval of that name and print its result; `plot` is the SVG file to draw, of an eval that has a plot."""
    start = time.perf_counter()
    request = Request(
        data=data,
        more=tuple(more),
        limit=limit,
        seed=seed,
        baselines=baselines,
        plot=plot,
        corpus=corpus,
        documents=documents,
    )
    result = asyncio.run(evaluate(name, request))
    result = replace(result, command=_command(name, request))
    if as_json:
        click.echo(json.dumps(result.as_json()))
    else:
        _print(result, time.perf_counter() - start)


retrieval = partial(run, "retrieval")
support = partial(run, "support")
citations = partial(run, "citations")
injection = partial(run, "injection")
falsehoods = partial(run, "falsehoods")
answers = partial(run, "answers")
web = partial(run, "web")
choice = partial(run, "choice")
sentences = partial(run, "sentences")
computing = partial(run, "computing")
multihop = partial(run, "multihop")
reports = partial(run, "reports")
library = partial(run, "library")
"""The entry points of the group `research_agent.evals`."""


def _command(name: str, request: Request) -> str:
    """The command that makes the same figures again."""
    words = ["research-agent", "eval", name]
    words += ["--data", *map(str, request.files)] if request.files else []
    words += ["--corpus", str(request.corpus)] if request.corpus else []
    words += ["--documents", str(request.documents)] if request.documents else []
    words += ["--baselines"] if request.baselines else []
    words += ["--limit", str(request.limit)] if request.limit is not None else []
    words += ["--seed", str(request.seed)] if request.seed != 1 else []
    return shlex.join(words)


def _print(result: Result, seconds: float) -> None:
    print_heading(f"{result.eval}: {result.n:,} in {seconds:.1f} s")
    print_rows(_metrics(result), heads=("metric", "value", "95 %"))
    if result.ms_p50 is not None:
        print_line(f"ms_p50  {result.ms_p50:.1f}")
    for heads, rows in _tables(result):
        print_line()
        print_rows(rows, heads=heads)
    print_line()
    for item in result.data:
        print_line(f"data  {item.file}, sha256 {item.sha256}")
    for note in result.notes:
        print_line(f"note  {note}")
    print_line(f"seed  {result.seed}; {result.command}")


def _metrics(result: Result) -> Iterator[tuple[str, str, str]]:
    for name, value in result.metrics.items():
        low_high = result.ci95.get(name)
        yield name, _shown(value), f"{_shown(low_high[0])} to {_shown(low_high[1])}" if low_high else ""


def _tables(result: Result) -> Iterator[tuple[Sequence[str], list[tuple[str, ...]]]]:
    """The groups, those with the same metrics under one head."""
    kinds = dict.fromkeys(tuple(metrics) for metrics in result.groups.values())
    for names in kinds:
        rows = [
            (group, *(_shown(value) for value in metrics.values()))
            for group, metrics in result.groups.items()
            if tuple(metrics) == names
        ]
        yield ("group", *names), rows


def _shown(value: float) -> str:
    if math.isnan(value):
        return "-"
    return f"{value:,}" if isinstance(value, int) else f"{value:.3f}"
