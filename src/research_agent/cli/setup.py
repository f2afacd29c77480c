"""`research-agent setup`: download, check and remove the embedded parts, with progress."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from research_agent.cli.common_options import command_settings
from research_agent.messages import command_results, installing

if TYPE_CHECKING:
    from rich.progress import TaskID

    from research_agent.settings import Settings
    from research_agent.setup import PartState, Step

__all__ = ["bring", "command"]

QUIET = 10.0
"""Seconds between two lines about the same step, where there is no terminal for bars."""


@click.command("setup")
@click.option("--verify", "verifying", is_flag=True, help="Bring nothing; check every byte. Exit 1 if any is wrong.")
@click.option("--remove", "removing", is_flag=True, help="Remove the parts called NAME, or all of them.")
@click.option("--lang", "languages", multiple=True, metavar="CODE", help="Bring Wikipedia leads in es or fr as well.")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.pass_context
def command(
    ctx: click.Context, /, verifying: bool, removing: bool, languages: tuple[str, ...], names: tuple[str, ...]
) -> None:
    """Download the built-in models, the encyclopedia and its index. What is there and whole is kept."""
    from research_agent.setup import check, remove
    from research_agent.setup.parts import LANGUAGE_PARTS

    settings = command_settings()
    if verifying and removing:
        raise click.UsageError(command_results.VERIFY_OR_REMOVE())
    if names and not removing:
        raise click.UsageError(command_results.NAME_AFTER_REMOVE())
    known = [part.lang for part in LANGUAGE_PARTS]
    if unknown := [lang for lang in languages if lang not in known]:
        raise click.UsageError(command_results.NO_LEADS(unknown=unknown[0], known=", ".join(known)))
    if languages and (removing or verifying):
        raise click.UsageError(command_results.LANG_BRINGS())
    if removing:
        _print_removed(remove(settings, names))
        return
    states = asyncio.run(check(settings) if verifying else bring(settings, languages))
    _print_states(states)
    ctx.exit(0 if all(state.state == "ready" for state in states) else 1)


async def bring(settings: Settings, languages: Sequence[str] = ()) -> list[PartState]:
    """Bring what is missing, with its progress; the states of all parts."""
    from research_agent.setup import setup

    with _progress() as on_step:
        return await setup(settings, languages=languages, on_step=on_step)


@contextmanager
def _progress() -> Iterator[Callable[[Step], None]]:
    """Progress display on standard error: bars on a terminal, elsewhere now and then a line for each step."""
    if not sys.stderr.isatty():
        yield _lines()
        return
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    from research_agent.cli.terminal import open_console

    columns = (
        TextColumn("{task.fields[part]:<13}{task.description:<22}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=open_console(sys.stderr)) as progress:
        tasks: dict[str, TaskID] = {}

        def show(step: Step) -> None:
            if step.part not in tasks:
                tasks[step.part] = progress.add_task(step.what, part=step.part, total=None)
            ready = step.what == "ready"
            progress.update(
                tasks[step.part],
                description=step.what,
                total=1 if ready else (step.total or None),
                completed=1 if ready else step.done,
            )

        yield show


def _lines() -> Callable[[Step], None]:
    printed: dict[tuple[str, str], float] = {}

    def show(step: Step) -> None:
        key = (step.part, step.what)
        if time.monotonic() - printed.get(key, -QUIET) >= QUIET:
            printed[key] = time.monotonic()
            how_far = f" {step.done / step.total:.0%}" if step.total else ""
            click.echo(f"{step.part}: {step.what}{how_far}", err=True)

    return show


def _print_states(states: Sequence[PartState]) -> None:
    from research_agent.cli.table import print_line, print_rows

    print_rows(
        ((state.name, state.version, state.licence, _size(state), state.state, str(state.path)) for state in states),
        heads=("part", "version", "licence", "size", "state", "folder"),
    )
    if wrong := [f"{state.name} is {state.state}" for state in states if state.state != "ready"]:
        print_line(command_results.PARTS_WRONG(wrong=", ".join(wrong)))
    else:
        print_line(installing.ALL_THERE())


def _print_removed(removed: Sequence[PartState]) -> None:
    for state in removed:
        click.echo(f"removed {state.name}, {_size(state)}")
    if len(removed) > 1:
        click.echo(command_results.IN_ALL(megabytes=sum(state.bytes for state in removed) / 1000000.0))
    if not removed:
        click.echo(installing.NOTHING_TO_REMOVE(), err=True)


def _size(state: PartState) -> str:
    return f"{state.bytes / 1e6:,.1f} MB"
