"""Terminal output: a question, the checked answer and what stands below it, within a readable width."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping, Sequence
from typing import TextIO

from rich.console import Console, ConsoleDimensions
from rich.table import Table
from rich.text import Text

from research_agent.messages import command_line
from research_agent.rendering.plots import plot_text
from research_agent.rendering.view import AnswerView, Reference
from research_agent.text.sanitize import one_line
from research_agent.types import Answer

__all__ = ["measure", "open_console", "print_answer", "print_footer", "print_question", "rule"]

DUMB = ConsoleDimensions(80, 25)
MEASURE = 100  # columns; longer lines are hard to read

HEADINGS = {
    "offline": "answer from local material",
    "unanswered": "the sources do not say",
    "none": "no answer",
    "extracts": "extracts, no model",
    "interrupted": "interrupted draft",
}


def open_console(stream: TextIO) -> Console:
    """Rich console on a stream, without markup, highlighting and emoji codes."""
    console = Console(file=stream, highlight=False, markup=False, emoji=False)
    if console.is_dumb_terminal and console.size == DUMB:  # Rich does not ask how wide it is
        with contextlib.suppress(OSError, ValueError):
            width, height = os.get_terminal_size(stream.fileno())
            console.size = ConsoleDimensions(width or DUMB.width, height or DUMB.height)
    return console


def print_question(console: Console, question: str, *, label: str) -> None:
    """Print a question of the demo with its place in the series."""
    console.print(Text.assemble((label, "dim"), "  ", (one_line(question), "bold")), width=measure(console))


def print_answer(console: Console, answer: Answer, titles: Mapping[str, str], *, go_on: bool = False) -> None:
    """Print the checked answer, its sources, and what the user should know about it."""
    width, view = measure(console), AnswerView(answer, titles)
    heading = HEADINGS.get(answer.status) or ("answer" if answer.answer_from == "model" else command_line.OWN_WORDS())
    console.print()
    console.print(rule(console, heading), soft_wrap=True)
    console.print(_body(view), width=width)
    for plot in view.plots:
        console.print()
        for line in plot_text(plot, width):
            console.print(Text(line), no_wrap=True, width=width)
    print_footer(console, answer, titles, go_on=go_on)


def print_footer(console: Console, answer: Answer, titles: Mapping[str, str], *, go_on: bool = False) -> None:
    """Print what stands below an answer: its sources, what to know about it, and where it is stored."""
    width, view = measure(console), AnswerView(answer, titles)
    if view.references:
        console.print()
        console.print(_sources(view.references), width=width)
    console.print()
    for line in view.ledger:
        console.print(Text(line), width=width)
    # One reason for all needs no line: the user named the sources, or it is a question like any other.
    searched = [f"searched: {'; '.join(view.searched)}"] if len(view.searched) > 1 else []
    for line in (*searched, view.session_line(go_on=go_on)):
        console.print(Text(line, style="dim"), width=width)


def _body(view: AnswerView) -> Text:
    body = Text()
    for piece in view.pieces():
        if piece.verdict:
            body.append(piece.text, style="dim strike" if piece.struck else "dim italic")
            body.append(f" [{piece.verdict}]", style="yellow")
        else:
            body.append(piece.text, style="cyan" if piece.mark else "bold" if piece.answers else "")
    return body


def _sources(references: Sequence[Reference]) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(justify="right", style="cyan", no_wrap=True)
    table.add_column(overflow="fold")
    for item in references:
        about = " - ".join(filter(None, (item.source, item.terms)))
        table.add_row(f"[{item.n}]", Text.assemble((item.title, "bold"), "  ", (about, "dim")))
        if item.url:
            table.add_row("", Text(item.url, style="dim", overflow="fold"))
    return table


def rule(console: Console, title: str) -> Text:
    """A heading in a line across."""
    line = "-" if console.options.ascii_only else "─"
    width = measure(console)
    title = title[: width - 6]
    return Text(f"{line * 2} {title} {line * (width - len(title) - 4)}", style="dim")


def measure(console: Console) -> int:
    """Columns of a line: those of the terminal, as long as such lines are easy to read."""
    return max(20, min(console.width, MEASURE))
