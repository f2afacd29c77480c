"""Output of `ask`, the chat and the demo: progress on standard error, the answer on standard output."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from research_agent.messages import command_line
from research_agent.rendering.text import plain
from research_agent.types import Answer

if TYPE_CHECKING:
    from research_agent.cli.terminal import Progress

__all__ = ["acknowledge_stop", "open_progress", "show_answer"]


def open_progress() -> Progress | None:
    """Progress display on standard error; None if that is no terminal."""
    if not sys.stderr.isatty():
        return None
    from research_agent.cli.terminal import Progress, open_console

    return Progress(open_console(sys.stderr))


def acknowledge_stop(progress: Progress | None) -> None:
    """Acknowledge a Ctrl-C on a terminal at once: an import or a save in progress must end first."""
    if progress is not None:
        progress.close()
        click.echo(command_line.STOPPING(), err=True)


def show_answer(answer: Answer, titles: Mapping[str, str], *, go_on: bool = False) -> None:
    """Print the answer: laid out on a terminal, plain otherwise; `go_on` adds the command to continue."""
    if not sys.stdout.isatty():
        click.echo(plain(answer, titles, go_on=go_on), nl=False)
        return
    from research_agent.cli.terminal import open_console, print_answer

    print_answer(open_console(sys.stdout), answer, titles, go_on=go_on)
