"""`research-agent sandbox`: what programs are held in here, and running one."""

from __future__ import annotations

import asyncio
import json
import sys
from contextlib import AsyncExitStack
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from research_agent.cli.common_options import MODEL, command_settings
from research_agent.cli.read_only_store import open_reading
from research_agent.errors import ProgramError
from research_agent.messages import bundle_lines, command_results, sandbox_lines
from research_agent.text.sanitize import printable

if TYPE_CHECKING:
    from research_agent.pipeline.written_analysis import Analysis
    from research_agent.sandbox import Outcome
    from research_agent.settings import Settings

__all__ = ["command"]

LONGEST = 60.0  # seconds
WIDTH = 78  # columns of a plot


@click.group("sandbox", invoke_without_command=True)
@click.pass_context
def command(ctx: click.Context, /) -> None:
    """Say what holds a program here, or run one that nobody has read."""
    if ctx.invoked_subcommand is None:
        command_settings()
        for name, state in asyncio.run(_levels()):
            click.echo(printable(f"{name}: {state}"))


@command.command("run")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--values", metavar="JSON", default="{}", help="An object that the program knows as `values`.")
@click.option("--seconds", type=click.FloatRange(0.1, LONGEST), default=2.0, show_default=True, help="Limit of time.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def run(file: Path, values: str, seconds: float, as_json: bool) -> None:
    """Run the Python program in FILE (- is standard input): no files, no network, limited time and memory.

    What it prints is printed, then what it set `result` to.
    """
    command_settings()
    outcome = asyncio.run(_run(_program(file), _values(values), seconds))
    if as_json:
        click.echo(json.dumps(outcome._asdict()))
        return
    click.echo(printable(outcome.printed), nl=False)
    if outcome.result is not None:
        click.echo(printable(json.dumps(outcome.result, ensure_ascii=False)))


@command.command("analyze")
@click.argument("session")
@click.argument("request", default="")
@click.option("--turn", type=click.IntRange(min=1), metavar="N", help="This turn; else the newest.")
@click.option("--program", "file", type=click.Path(path_type=Path, allow_dash=True), help="Run this, ask no model.")
@click.option("--svg", type=click.Path(path_type=Path, dir_okay=False), help="Draw the plot of the result into a file.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@MODEL
def analyze(
    session: str, request: str, turn: int | None, file: Path | None, svg: Path | None, as_json: bool, model: str | None
) -> None:
    """Analyse the documents of a stored SESSION by a program: one that the model writes for REQUEST, or your own.

    The program knows `values`: documents, the figures in them, the turn's statistics. What it sets `result` to is
    printed; a result {"plot": "bar", "points": [[label, value], ...]} is drawn. No source was asked to say it.
    """
    if not request and file is None:
        raise click.UsageError(sandbox_lines.SAY_OR_GIVE())
    settings = command_settings(model=model)
    program = _program(file) if file is not None else ""
    found = asyncio.run(_analyze(settings, session, turn, request, program))
    from research_agent.pipeline.written_analysis import plot_in
    from research_agent.rendering.plots import plot_svg, plot_text

    plot = plot_in(found.outcome.result)
    if svg is not None:
        if plot is None:
            raise click.UsageError(sandbox_lines.NO_PLOT())
        try:
            svg.write_text(plot_svg(plot), encoding="utf-8")
        except OSError as error:
            raise click.UsageError(sandbox_lines.SVG_NOT_WRITTEN(name=str(svg), reason=error.strerror)) from error
    if as_json:
        drawn = {"program": found.program, "author": found.author, "plot": plot and asdict(plot)}
        click.echo(json.dumps({**drawn, **found.outcome._asdict()}))
        return
    click.echo(printable(found.outcome.printed), nl=False)
    if plot is not None:
        click.echo(printable("\n".join([*filter(None, [plot.title]), *plot_text(plot, WIDTH)])))
    elif found.outcome.result is not None:
        click.echo(printable(json.dumps(found.outcome.result, ensure_ascii=False, indent=2)))
    if found.author:
        click.echo(
            printable(
                "\n" + sandbox_lines.BY_PROGRAM(author=found.author, level=found.outcome.level, program=found.program)
            ),
            err=True,
        )
        click.echo(sandbox_lines.READ_PROGRAM(), err=True)


async def _analyze(settings: Settings, session: str, number: int | None, request: str, program: str) -> Analysis:
    from research_agent import llm
    from research_agent.errors import ChatUnavailableError
    from research_agent.pipeline.written_analysis import run_analysis
    from research_agent.sandbox import open_sandbox

    async with open_reading(settings.store) as memory, open_sandbox() as sandbox, AsyncExitStack() as opened:
        turns = await memory.turns(session)
        turn = next((one for one in reversed(turns) if number in (None, one.number)), None)
        if turn is None:
            missing = command_results.NO_TURN_OF_SESSION(session=session, turn=number)
            raise click.UsageError(f"{missing} {command_results.HAS_TURNS(turns=len(turns))}")
        if program:
            return await run_analysis(turn.answer, sandbox=sandbox, program=program)
        choice = await llm.choose_model(settings)
        if choice is None:
            raise ChatUnavailableError(sandbox_lines.NO_MODEL(), hint=sandbox_lines.GIVE_PROGRAM())
        chat = await opened.enter_async_context(llm.open_chat(choice, settings))
        try:
            return await run_analysis(turn.answer, sandbox=sandbox, request=request, chat=chat)
        except ProgramError as error:
            message = sandbox_lines.PROGRAM_OF(id=choice.id, message=error.message)
            raise ProgramError(message, hint=sandbox_lines.GIVE_PROGRAM_OR_MODEL()) from error


def _program(file: Path) -> str:
    """Text of the file. Raises `UsageError` for one that cannot be read."""
    try:
        return (sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()).decode("utf-8-sig")
    except OSError as error:
        raise click.UsageError(bundle_lines.UNREADABLE(name=str(file), reason=error.strerror)) from error
    except UnicodeDecodeError as error:
        raise click.UsageError(sandbox_lines.NOT_UNICODE(name=str(file))) from error


def _values(text: str) -> dict[str, Any]:
    """Object of the option --values. Raises `UsageError` for anything else."""
    try:
        values = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise click.UsageError(sandbox_lines.VALUES_NOT_JSON(error=error)) from error
    if not isinstance(values, dict):
        raise click.UsageError(sandbox_lines.VALUES_NOT_OBJECT())
    return values


async def _run(program: str, values: dict[str, Any], seconds: float) -> Outcome:
    from research_agent.sandbox import Limits, open_sandbox

    async with open_sandbox(Limits(seconds=seconds)) as sandbox:
        try:
            return await sandbox.run(program, values)
        except ProgramError as error:
            raise ProgramError(sandbox_lines.PROGRAM_DID(message=error.message)) from error


async def _levels() -> list[tuple[str, str]]:
    """Each level by name, with what holds it, or why it is not there."""
    from research_agent.sandbox import open_sandbox

    async with open_sandbox() as sandbox:
        held = [(str(level.name), level.holds) for level in await sandbox.levels()]
        return held + [(str(name), sandbox_lines.NOT_HERE(reason=reason)) for name, reason in sandbox.refusals.items()]
