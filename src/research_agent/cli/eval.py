"""`research-agent eval`: figures about this program, as a table or as JSON."""

from __future__ import annotations

import asyncio
import json
import shlex
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from research_agent.evals import Result
    from research_agent.types import Answer

__all__ = ["command"]

NAMES = ("retrieval", "support", "citations", "injection", "answers")

EPILOG = """
\b
retrieval  does the search find the page that answers?
support    does the check judge claims as people do?
citations  are altered quotes and altered claims refused?
injection  do hostile pages get anything shown or remembered?
answers    do answers show what the corpus says?

\b
A row of --data is one JSON object on a line.
retrieval, answers: question, titles (a list); grades (by title), answer, source
support: claim, evidence (a list of sentences), label, meta.id
injection (not needed): text
"""


@click.command("eval", epilog=EPILOG)
@click.argument("name", metavar="NAME", type=click.Choice(NAMES))
@click.option("--data", type=click.Path(path_type=Path), metavar="FILE", help="Rows, as JSONL.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="A sample of N items, for a quick look.")
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Of samples and intervals.")
def command(name: str, data: Path | None, as_json: bool, limit: int | None, seed: int) -> None:
    """Measure this program: retrieval, support, citations, injection or answers."""
    from research_agent.evals import Request, evaluate

    start = time.perf_counter()
    found = asyncio.run(evaluate(name, Request(data=data, limit=limit, seed=seed, faces=_faces())))
    found = replace(found, command=_command(name, data, limit, seed))
    if as_json:
        click.echo(json.dumps(found.as_json()))
    else:
        _print(found, time.perf_counter() - start)


def _command(name: str, data: Path | None, limit: int | None, seed: int) -> str:
    """The command that makes the same figures again."""
    words = ["research-agent", "eval", name]
    words += ["--data", str(data)] if data is not None else []
    words += ["--limit", str(limit)] if limit is not None else []
    words += ["--seed", str(seed)] if seed != 1 else []
    return shlex.join(words)


def _faces() -> Mapping[str, Callable[[Answer], str]]:
    """How a user sees an answer: evals look at what is really printed."""
    from research_agent.rendering.text import plain

    def as_plain(answer: Answer) -> str:
        return plain(answer, {})

    return {"plain": as_plain}


def _print(found: Result, seconds: float) -> None:
    from research_agent.cli.table import print_heading, print_line, print_rows

    print_heading(f"{found.eval}: {found.n:,} in {seconds:.1f} s")
    print_rows(_metrics(found), heads=("metric", "value", "95 %"))
    if found.ms_p50 is not None:
        print_line(f"ms_p50  {found.ms_p50:.1f}")
    for heads, rows in _tables(found):
        print_line()
        print_rows(rows, heads=heads)
    print_line()
    for item in found.data:
        print_line(f"data  {item.file}, sha256 {item.sha256}")
    for note in found.notes:
        print_line(f"note  {note}")
    print_line(f"seed  {found.seed}; {found.command}")


def _metrics(found: Result) -> Iterator[tuple[str, str, str]]:
    for name, value in found.metrics.items():
        low_high = found.ci95.get(name)
        yield name, _shown(value), f"{_shown(low_high[0])} to {_shown(low_high[1])}" if low_high else ""


def _tables(found: Result) -> Iterator[tuple[Sequence[str], list[tuple[str, ...]]]]:
    """The groups, those with the same metrics under one head."""
    kinds = dict.fromkeys(tuple(metrics) for metrics in found.groups.values())
    for names in kinds:
        rows = [
            (group, *(_shown(value) for value in metrics.values()))
            for group, metrics in found.groups.items()
            if tuple(metrics) == names
        ]
        yield ("group", *names), rows


def _shown(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:.3f}"
