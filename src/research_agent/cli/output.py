"""Output of `ask`, the chat and the demo: progress on standard error, the answer on standard output."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from research_agent.cli.common_options import is_quiet
from research_agent.messages import command_line
from research_agent.rendering.text import plain, plain_answer, plain_footer
from research_agent.types import Answer

if TYPE_CHECKING:
    from research_agent.cli.progress import Progress

__all__ = ["acknowledge_stop", "open_progress", "show_answer"]


def open_progress(*, paints: bool = True) -> Progress | None:
    """
    Progress display on standard error; None if that is no terminal.

    The draft is painted where the answer goes, on a terminal that can go back to what it shows, unless `paints` is
    False.
    """
    if is_quiet() or not sys.stderr.isatty():
        return None
    from research_agent.cli.answer_stream import AnswerStream
    from research_agent.cli.progress import Progress
    from research_agent.cli.terminal import open_console

    console = open_console(sys.stdout)
    paints = paints and sys.stdout.isatty() and console.is_terminal and not console.is_dumb_terminal
    return Progress(open_console(sys.stderr), stream=AnswerStream(console) if paints else None)


def acknowledge_stop(progress: Progress | None) -> None:
    """Acknowledge a Ctrl-C on a terminal at once: an import or a save in progress must end first."""
    if progress is not None and progress.stream is not None and progress.stream.is_open:
        progress.stream.note(command_line.STOPPING())
    elif progress is not None:
        click.echo(command_line.STOPPING(), err=True)


def show_answer(
    answer: Answer,
    titles: Mapping[str, str],
    *,
    go_on: bool = False,
    progress: Progress | None = None,
    whole: bool = False,
) -> None:
    """
    Print the answer: laid out on a terminal, in place of the draft that `progress` painted there; plain otherwise.

    Standard output then has the checked text and its sources, and standard error all that is said about them, unless
    `whole` wants it together. `go_on` adds the command to continue.
    """
    if not sys.stdout.isatty():
        if whole:
            click.echo(plain(answer, titles, go_on=go_on), nl=False)
        else:
            click.echo(plain_answer(answer, titles), nl=False)
            if not is_quiet():
                click.echo(plain_footer(answer, titles, go_on=go_on), nl=False, err=True)
        return
    if progress is not None and progress.stream is not None:
        progress.stream.finish(answer, titles, go_on=go_on)
        return
    from research_agent.cli.terminal import open_console, print_answer

    print_answer(open_console(sys.stdout), answer, titles, go_on=go_on)
