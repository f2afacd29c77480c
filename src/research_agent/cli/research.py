"""`research-agent research`: a question in steps, planned, searched and written; its runs listed, edited, resumed."""

from __future__ import annotations

import asyncio
import json
import sys
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import click

from research_agent.cli.ask import EXIT_CODES
from research_agent.cli.common_options import MODEL, OFFLINE, RESTRICTION, SOURCE, command_settings, restriction_options
from research_agent.cli.research_plan import edit_plan, is_agreed, show_plan
from research_agent.cli.signals import INTERRUPTED
from research_agent.cli.store_calls import read_store, write_store
from research_agent.errors import UsageError
from research_agent.memory import Memory, ResearchRun
from research_agent.messages import plans, research_lines
from research_agent.text.sanitize import printable

if TYPE_CHECKING:
    from research_agent.deep_research.research_runs import Report
    from research_agent.memory import Budget
    from research_agent.settings import Settings
    from research_agent.types import Turn

__all__ = ["command"]

T = TypeVar("T")
BUDGET = click.option(
    "--budget", metavar="BUDGET", help="quick, standard (the default), long, or parts: 5m,120req,20ktok."
)
JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output, nothing else.")
RUN = click.argument("run", metavar="ID")
FORMATS = ("markdown", "html", "pdf", "docx", "bibtex", "csl", "json")
ASK = "ask"


class _Group(click.Group):
    """Group whose first word is a subcommand only when it is the name of one; else a question is asked."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            args = [ASK, *args]
        return super().parse_args(ctx, args)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage(ctx.command_path, '"QUESTION" [OPTIONS] | COMMAND [ARGS]...')


@click.group("research", cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """Research a QUESTION in steps: a plan that you can edit, then a report in which every sentence is checked."""


@command.command(ASK, hidden=True)
@click.argument("question")
@click.option("--plan", "plan_only", is_flag=True, help="Show the plan and stop; nothing is searched for.")
@click.option("--yes", is_flag=True, help="Run the plan without asking.")
@BUDGET
@MODEL
@SOURCE
@OFFLINE
@restriction_options
@JSON
@click.pass_context
def ask(
    ctx: click.Context, /, question: str, plan_only: bool, yes: bool, budget: str | None, as_json: bool, **options: Any
) -> None:
    """Plan a QUESTION, show the plan, and run it. What was begun is kept: see `research list`."""
    from research_agent.deep_research.budget import parse_budget
    from research_agent.deep_research.research_runs import start_run

    limits = parse_budget(budget) if budget else None
    kept = _kept_options(options)
    parts = command_settings().parts
    run = _with_lines_of_model(write_store(partial(start_run, question, budget=limits, options=kept, parts=parts)))
    if as_json and plan_only:
        return click.echo(json.dumps(read_store(partial(_plan_json, run.id))))
    if plan_only or not (yes or _is_interactive()):
        show_plan(run)
        return click.echo(research_lines.NOT_RUN_YET(run=run.id), err=True)
    if not yes and not is_agreed(run):
        return click.echo(research_lines.KEPT(run=run.id), err=True)
    return _run(ctx, run.id, as_json=as_json)


@command.command("list")
@JSON
def list_runs(as_json: bool) -> None:
    """All runs, the newest first."""
    runs = read_store(lambda memory: memory.research.all())
    if as_json:
        return click.echo(json.dumps([_info(run) for run in runs], indent=2))
    if not runs:
        return click.echo(research_lines.NO_RUNS(), err=True)
    for run in runs:
        resumed = f"  ({plans.RESUMED().rstrip('.')})" if run.state == "running" and run.resumed else ""
        click.echo(printable(f"{run.id}  {run.state:8}  {run.question}{resumed}"))
    return None


@command.command("show")
@RUN
@JSON
def show(run: str, as_json: bool) -> None:
    """The report of a run, or its plan before there is one."""
    from research_agent.deep_research.research_runs import report_json

    report = read_store(partial(_report, run))
    if as_json:
        click.echo(json.dumps(report_json(report) if report.answer else read_store(partial(_plan_json, run))))
    elif report.answer is None:
        show_plan(report.rows.run)
    else:
        _print_report(report)


@command.command("plan")
@RUN
@click.option("--edit", is_flag=True, help="Edit it in $EDITOR, or take the new plan from standard input.")
@JSON
def plan(run: str, edit: bool, as_json: bool) -> None:
    """The plan of a run, a line a step."""
    if edit:
        edit_plan(run)
    if as_json:
        click.echo(json.dumps(read_store(partial(_plan_json, run))))
    else:
        show_plan(read_store(lambda memory: memory.research.get(run)))


@command.command("resume")
@RUN
@BUDGET
@JSON
@click.pass_context
def resume(ctx: click.Context, /, run: str, budget: str | None, as_json: bool) -> None:
    """Run what was planned, or go on with what was stopped, with a new budget if one is given."""
    from research_agent.deep_research.budget import parse_budget

    known = read_store(lambda memory: memory.research.get(run))
    if budget:
        limits: Budget = parse_budget(budget)
        write_store(lambda memory: memory.research.set_budget(known.id, limits))
    _run(ctx, known.id, as_json=as_json)


@command.command("budget")
@RUN
@click.argument("budget", metavar="BUDGET")
def budget(run: str, budget: str) -> None:
    """Raise or lower the budget of a run, also while it is at work in another window."""
    from research_agent.deep_research.budget import budget_text, parse_budget

    limits: Budget = parse_budget(budget)
    changed = write_store(lambda memory: memory.research.set_budget(run, limits))
    click.echo(plans.AT_MOST(run=changed.id, budget=budget_text(changed.budget)), err=True)


@command.command("stop")
@RUN
def stop(run: str) -> None:
    """Have a run that is at work write its report now."""
    stopped = write_store(lambda memory: memory.research.ask_stop(run))
    click.echo(
        research_lines.WRITES_NOW(run=stopped.id) if stopped.state == "running" else research_lines.NOT_RUNNING(),
        err=True,
    )


@command.command("replay")
@RUN
@click.pass_context
def replay(ctx: click.Context, /, run: str) -> None:
    """Run a plan again from what is stored alone, and say whether the report is the same. Exit 1 when it is not."""
    from research_agent.cli.research_run import replay_research

    before = read_store(partial(_report, run))
    if before.answer is None:
        raise UsageError(research_lines.NO_REPORT(run=before.rows.run.id), hint=research_lines.RUN_IT())
    after = asyncio.run(replay_research(before.rows.run.id, _settings_of(before.rows.run)))
    _print_report(after)
    write_store(lambda memory: memory.research.remove(after.rows.run.id))
    same = after.answer is not None and after.answer.text == before.answer.text
    told = research_lines.SAME_REPORT() if same else research_lines.OTHER_REPORT(run=before.rows.run.id)
    click.echo(told, err=True)
    ctx.exit(0 if same else 1)


@command.command("remove")
@RUN
def remove(run: str) -> None:
    """Forget a run with its report, on the disk too."""
    write_store(lambda memory: memory.research.remove(run))
    click.echo(f"Removed {printable(run)}.", err=True)


@command.command("export")
@RUN
@click.option("--format", "form", type=click.Choice(FORMATS), default="markdown", show_default=True)
@click.option("--bundle", metavar="FILE", help="Write one file that `verify FILE` checks anywhere; - prints it.")
@click.option("--force", is_flag=True, help="With --bundle: write over a FILE that exists.")
def export(run: str, form: str, bundle: str | None, force: bool) -> None:
    """The newest report of a run on standard output, or as a bundle."""
    from research_agent.cli.sessions import load_session, write_bundle, write_export
    from research_agent.deep_research.research_runs import report_json

    report = read_store(partial(_report, run))
    known = report.rows.run
    if report.answer is None or form == "json":
        return click.echo(json.dumps(report_json(report), indent=2))
    info, turns = load_session(known.id)
    chosen: list[Turn] = [turn for turn in turns if turn.number == known.turn]
    if bundle is not None:
        return write_bundle(known.id, chosen, bundle, force)
    return write_export(form, info, chosen)


def _kept_options(options: dict[str, Any]) -> dict[str, Any]:
    """The options that are kept with a run; checked now, so that what is wrong is told before anything is planned."""
    from research_agent.sources.registry import load_sources
    from research_agent.text.restriction import read_restriction

    restriction = {name: options.pop(name) for name in RESTRICTION}
    given: dict[str, Any] = {
        name: list(value) if isinstance(value, tuple) else value for name, value in restriction.items() if value
    }
    read_restriction(**given)
    kept = {name: list(value) if isinstance(value, tuple) else value for name, value in options.items() if value}
    if sources := kept.get("sources"):
        load_sources(command_settings(), sources)
    return {**kept, **({"restriction": given} if given else {})}


def _with_lines_of_model(run: ResearchRun) -> ResearchRun:
    """The run, after a large chat model was asked for lines of its plan, where there is one and tokens for it."""
    from research_agent.cli.research_run import suggest_plan_lines

    if run.budget.tokens <= 0:
        return run
    if line := asyncio.run(suggest_plan_lines(run.id, _settings_of(run))):
        click.echo(printable(line), err=True)
    return read_store(lambda memory: memory.research.get(run.id)) if line else run


def _is_interactive() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


def _run(ctx: click.Context, run: str, *, as_json: bool) -> None:
    """Run to the report and print it. Ctrl-C: the report of what is there; once more: at once."""
    from research_agent.cli.research_run import run_research
    from research_agent.deep_research.research_runs import report_json

    known = read_store(lambda memory: memory.research.get(run))
    report, titles = asyncio.run(run_research(known.id, _settings_of(known)))
    if report is None or report.answer is None:
        click.echo(research_lines.STOPPED(run=known.id), err=True)
        ctx.exit(INTERRUPTED)
    if as_json:
        click.echo(json.dumps(report_json(report)))
    else:
        _print_report(report, titles)
        click.echo(research_lines.ASK_ABOUT(id=known.id), err=True)
    ctx.exit(EXIT_CODES[report.answer.status])


def _settings_of(run: ResearchRun) -> Settings:
    """Settings under the options that a run was begun with."""
    options = {name: value for name, value in run.options.items() if name not in {"restriction", "replays"}}
    return command_settings(
        **{name: tuple(value) if isinstance(value, list) else value for name, value in options.items()}
    )


def _print_report(report: Report, titles: dict[str, str] | None = None) -> None:
    from research_agent.rendering.report_markdown import report_markdown

    assert report.answer is not None
    click.echo(report_markdown(report.answer, titles or {}), nl=False)


async def _report(run: str, memory: Memory) -> Report:
    from research_agent.deep_research.research_runs import report_of

    return await report_of(run, memory)


async def _plan_json(run: str, memory: Memory) -> dict[str, Any]:
    from research_agent.deep_research.research_runs import run_json

    rows = await memory.research.load(run)
    return run_json(rows.run, rows)


def _info(run: ResearchRun) -> dict[str, Any]:
    return {name: getattr(run, name) for name in ("id", "state", "shape", "question", "created", "resumed", "note")}
