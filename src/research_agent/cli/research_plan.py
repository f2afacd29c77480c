"""Plan of deep research in a terminal: shown, edited, agreed to."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING

import click

from research_agent.cli.store_calls import read_store, write_store
from research_agent.errors import UsageError
from research_agent.memory import ResearchRun
from research_agent.messages import research_lines
from research_agent.text.sanitize import printable

if TYPE_CHECKING:
    pass


__all__ = ["edit_plan", "is_agreed", "show_plan"]


def is_agreed(run: ResearchRun) -> bool:
    """Show the plan on a terminal and let it be edited; whether it is to be run."""
    from research_agent.deep_research.budget import budget_text

    while True:
        show_plan(run)
        click.echo(research_lines.AT_MOST(budget=budget_text(run.budget)), err=True)
        said = click.prompt(
            research_lines.EDIT_PROMPT(),
            default="", show_default=False, err=True,
        ).strip()  # fmt: skip
        if said in {"", "y", "yes"}:
            return True
        if said in {"q", "n", "no"}:
            return False
        try:
            edit_plan(run.id, None if said == "e" else said)
        except UsageError as error:
            click.echo(printable(f"{error.message} {error.hint}"), err=True)


def edit_plan(run: str, line: str | None = None) -> None:
    """Edit a plan: by one line, in an editor on a terminal, else from standard input."""
    from research_agent.deep_research import research_runs
    from research_agent.deep_research.plan_text import edited_by_line, plan_text

    known, steps = read_store(partial(research_runs.plan_of, run))
    if line is not None:
        text: str | None = edited_by_line(steps, line)
    elif sys.stdin.isatty():
        text = click.edit(plan_text(steps))
    else:
        text = sys.stdin.read()
    if text is None:
        return click.echo(research_lines.UNCHANGED(), err=True)
    write_store(lambda memory: research_runs.edit_plan(known.id, memory, known.plan_version, text))
    return None


def show_plan(run: ResearchRun) -> None:
    """Print the plan of a run, a line a step."""
    from research_agent.deep_research.plan_text import plan_lines
    from research_agent.deep_research.research_runs import plan_of

    _, steps = read_store(partial(plan_of, run.id))
    click.echo(research_lines.PLAN_OF(run=run.id, shape=run.shape), err=True)
    click.echo(printable("\n".join(plan_lines(steps))))
