"""`research-agent sandbox`: what programs are held in here, and running one."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from research_agent.cli.common_options import command_settings
from research_agent.errors import ProgramError
from research_agent.text.sanitize import printable

if TYPE_CHECKING:
    from research_agent.sandbox import Outcome

__all__ = ["command"]

LONGEST = 60.0  # seconds


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


def _program(file: Path) -> str:
    """Text of the file. Raises `UsageError` for one that cannot be read."""
    try:
        return (sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()).decode("utf-8-sig")
    except OSError as error:
        raise click.UsageError(f"{str(file)!r} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise click.UsageError(f"{str(file)!r} is no text in UTF-8.") from error


def _values(text: str) -> dict[str, Any]:
    """Object of the option --values. Raises `UsageError` for anything else."""
    try:
        values = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise click.UsageError(f"--values is no JSON: {error}.") from error
    if not isinstance(values, dict):
        raise click.UsageError('--values is no object, such as {"a": 1}.')
    return values


async def _run(program: str, values: dict[str, Any], seconds: float) -> Outcome:
    from research_agent.sandbox import Limits, open_sandbox

    async with open_sandbox(Limits(seconds=seconds)) as sandbox:
        try:
            return await sandbox.run(program, values)
        except ProgramError as error:
            raise ProgramError(f"The program {error.message}") from error


async def _levels() -> list[tuple[str, str]]:
    """Each level by name, with what holds it, or why it is not there."""
    from research_agent.sandbox import open_sandbox

    async with open_sandbox() as sandbox:
        held = [(str(level.name), level.holds) for level in await sandbox.levels()]
        return held + [(str(name), f"not here: {reason}") for name, reason in sandbox.refusals.items()]
