"""`research-agent models`: which chat models can be used here, and a download of one by Ollama."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from research_agent.cli.common_options import command_settings
from research_agent.messages import chat_models

if TYPE_CHECKING:
    from rich.progress import TaskID

    from research_agent.llm.available_models import AvailableModel
    from research_agent.llm.ollama_pull import PullStep

__all__ = ["command"]

PER_LINE = 10  # percent between two lines, where there is no terminal for a bar


@click.group("models", invoke_without_command=True, help="List the chat models that can be used here, or download one.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_context
def command(ctx: click.Context, /, as_json: bool) -> None:
    """List what Ollama, an OpenAI-compatible server and the built-in part offer."""
    if ctx.invoked_subcommand is not None:
        return
    from research_agent.cli.table import print_line, print_rows
    from research_agent.llm.available_models import available_models

    settings = command_settings()
    found = asyncio.run(available_models(settings))
    if as_json:
        click.echo(json.dumps({"models": [asdict(one) for one in found.models], "problems": list(found.problems)}))
        return
    if found.models:
        rows = [(one.id, _size(one), _memory(one), one.place) for one in found.models]
        print_rows(rows, heads=("model", "size", "memory", "where"))
    else:
        print_line(chat_models.NO_MODELS())
    for line in found.problems:
        click.echo(line, err=True)


@command.command("pull")
@click.argument("name")
def pull(name: str) -> None:
    """Let Ollama download the model NAME, such as llama3.2."""
    from research_agent.llm.ollama_pull import pull_model

    settings, name = command_settings(), name.removeprefix("ollama:")

    async def run() -> None:
        with _progress() as show:
            async for step in pull_model(name, settings):
                show(step)

    asyncio.run(run())
    click.echo(chat_models.PULLED(name=name), err=True)


def _size(model: AvailableModel) -> str:
    parts = (
        "" if model.billions is None else _parameters(model.billions),
        f"{model.bytes / 1e9:.1f} GB" if model.bytes is not None else "",
    )
    return ", ".join(filter(None, parts)) or "-"


def _parameters(billions: float) -> str:
    return f"{billions:g} B parameters" if billions >= 1 else f"{1000 * billions:.0f} M parameters"


def _memory(model: AvailableModel) -> str:
    if model.fits is None:
        return chat_models.ELSEWHERE()
    return chat_models.FITS() if model.fits else chat_models.TOO_LARGE()


@contextmanager
def _progress() -> Iterator[Callable[[PullStep], None]]:
    """Progress on standard error: a bar a file on a terminal, elsewhere now and then a line."""
    if not sys.stderr.isatty():
        yield _lines()
        return
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    from research_agent.cli.terminal import open_console

    columns = (TextColumn("{task.description:<22}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=open_console(sys.stderr)) as progress:
        tasks: dict[str, TaskID] = {}

        def show(step: PullStep) -> None:
            key = step.digest or step.status
            if key not in tasks:
                tasks[key] = progress.add_task(step.status[:22], total=step.total or None)
            progress.update(tasks[key], completed=step.done, total=step.total or None)

        yield show


def _lines() -> Callable[[PullStep], None]:
    printed: set[tuple[str, int]] = set()

    def show(step: PullStep) -> None:
        percent = 100 * step.done // step.total // PER_LINE * PER_LINE if step.total else -1
        if (step.status, percent) not in printed:
            printed.add((step.status, percent))
            click.echo(f"{step.status}{f' {percent} %' if percent >= 0 else ''}", err=True)

    return show
