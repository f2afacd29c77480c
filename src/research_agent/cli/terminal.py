"""
Terminal output: progress and draft as they come, then the checked answer.

Lines are only ever appended, so that scrolling back and copying work and nothing flickers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TextIO

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from research_agent.events import (
    Drafted,
    Event,
    ModelReady,
    Planned,
    Ranked,
    SourceFinished,
    StageFinished,
    Started,
    Token,
)
from research_agent.rendering.plots import plot_text
from research_agent.rendering.view import AnswerView, Reference, counted
from research_agent.text.humanize import ago
from research_agent.text.injection import unlinked
from research_agent.text.sanitize import one_line, printable
from research_agent.types import Answer, SourceReport

if TYPE_CHECKING:
    from research_agent.memory import Memory

__all__ = ["Progress", "open_console", "print_answer", "print_question"]

MEASURE = 100  # columns; longer lines are hard to read
LABEL = 22  # columns: the longest title of a built-in source; one of a plug-in may widen it
ROOM = 20  # columns that a step's text has at least beside its seconds, else they are left out

HEADINGS = {
    "offline": "answer from local material",
    "unanswered": "the sources do not say",
    "none": "no answer",
    "extracts": "extracts, no model",
    "interrupted": "interrupted draft",
}


def open_console(stream: TextIO) -> Console:
    """Rich console on a stream, without markup, highlighting and emoji codes."""
    return Console(file=stream, highlight=False, markup=False, emoji=False)


class Progress:
    """
    Event hook that prints a line for each finished step, and streams the draft, wrapped at words, without addresses.

    If the terminal is closed, it prints nothing more and the answer goes on. `titles` are the sources' display titles
    by name; they may be set later.
    """

    def __init__(self, console: Console, titles: Mapping[str, str] | None = None) -> None:
        self.titles: Mapping[str, str] = titles or {}
        self._console = console
        self._planning: float | None = None
        self._word = ""
        self._column: int | None = None  # None: no draft is open

    def __call__(self, event: Event) -> None:
        """Print an event, if it is one to be seen."""
        try:
            self._show(event)
        except OSError:
            self._console.quiet = True

    def _show(self, event: Event) -> None:
        match event:
            case Started(model=str() as model):
                self.step("model", model)
            case ModelReady(model=model):
                self.step("model", model or "none")
            case Planned(topics=topics):
                self.step("topics", ", ".join(topic.text for topic in topics), self._planning)
            case StageFinished(span=span) if span.name == "plan":
                self._planning = span.end - span.start
            case SourceFinished(report=report):
                self.step(self.titles.get(report.name, report.name), _outcome(report), report.ms / 1000)
            case Ranked(evidence=evidence):
                documents = len({item.passage.document.id for item in evidence})
                self.step("evidence", f"{counted(len(evidence), 'passage')} of {counted(documents, 'document')}")
            case Token(restarts=True):
                self.step("draft", "begins again: above were its thoughts")
            case Token(text=text):
                self._stream(text)
            case Drafted():
                self.close()

    async def show_due(self, memory: Memory) -> None:
        """Print how many watched questions are due, if any. They are not asked: that would be another request."""
        if due := await memory.watches.due():
            self.step("watch", f"{counted(due, 'question')} due: research-agent watch run")

    def step(self, label: str, text: str, seconds: float | None = None) -> None:
        """Print one line: label, outcome and, where there is room, the time it took."""
        self.close()
        width = _measure(self._console)
        column = min(max(LABEL, *map(cell_len, self.titles.values())) if self.titles else LABEL, width - 12)
        tail = "" if seconds is None else f" {seconds:6.2f} s"
        if width - column - 1 - len(tail) < ROOM:
            tail = ""
        head, body = Text(one_line(label), style="cyan"), Text(one_line(text))
        head.truncate(column, overflow="ellipsis", pad=True)
        body.truncate(width - column - 1 - len(tail), overflow="ellipsis", pad=True)
        self._console.print(Text.assemble(head, " ", body, (tail, "dim")), soft_wrap=True)

    def close(self) -> None:
        """End an open draft, so that the next output begins on a line of its own."""
        if self._column is not None:
            self._flush()
            self._column = None
            self._console.print()

    def _stream(self, text: str) -> None:
        if not text:
            return
        if self._column is None:
            self._console.print()
            self._console.print(_rule(self._console, "draft"), soft_wrap=True)
            self._column = 0
        for part in re.split(r"(\s)", printable(text)):
            if part.isspace():
                self._flush()
                self._space(part)
            else:
                self._word += part
                if cell_len(self._word) >= _measure(self._console) // 2:  # scripts without spaces
                    self._flush()

    def _flush(self) -> None:
        """Write the complete word, on the next line if this one has no room for it."""
        assert self._column is not None
        self._word = unlinked(self._word)
        size = cell_len(self._word)
        if self._column and self._column + size > _measure(self._console):
            self._write("\n")
            self._column = 0
        self._write(self._word)
        self._column += size
        self._word = ""

    def _space(self, space: str) -> None:
        assert self._column is not None
        if space == "\n":
            self._write("\n")
            self._column = 0
        elif 0 < self._column < _measure(self._console):
            self._write(" ")
            self._column += 1

    def _write(self, text: str) -> None:
        if text:
            self._console.print(Text(text, style="dim"), end="", soft_wrap=True)
            self._console.file.flush()


def print_question(console: Console, question: str, *, label: str) -> None:
    """Print a question of the demo with its place in the series."""
    console.print(Text.assemble((label, "dim"), "  ", (one_line(question), "bold")), width=_measure(console))


def print_answer(console: Console, answer: Answer, titles: Mapping[str, str], *, go_on: bool = False) -> None:
    """Print the checked answer, its sources, and what the user should know about it."""
    width, view = _measure(console), AnswerView(answer, titles)
    heading = HEADINGS.get(answer.status) or (
        "answer" if answer.answer_from == "model" else "answer in the sources' own words"
    )
    console.print()
    console.print(_rule(console, heading), soft_wrap=True)
    console.print(_body(view), width=width)
    for plot in view.plots:
        console.print()
        for line in plot_text(plot, width):
            console.print(Text(line), no_wrap=True, width=width)
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


def _outcome(report: SourceReport) -> str:
    if report.status in ("failed", "skipped"):
        return f"{report.status}: {report.reason}"
    documents = counted(report.documents, "document") if report.documents else "nothing found"
    stored = f"stored {ago(report.stored)}" if report.stored is not None else None
    return "; ".join(filter(None, (documents, report.reason, stored)))


def _rule(console: Console, title: str) -> Text:
    line = "-" if console.options.ascii_only else "─"
    return Text(f"{line * 2} {title} {line * (_measure(console) - len(title) - 4)}", style="dim")


def _measure(console: Console) -> int:
    return max(20, min(console.width, MEASURE))
