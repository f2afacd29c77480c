"""Terminal output: a line for each step as it ends, and the checked answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TextIO

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from research_agent.events import (
    Event,
    ModelReady,
    Planned,
    Ranked,
    SourceFinished,
    StageFinished,
    Started,
    Token,
)
from research_agent.messages import command_line, command_results
from research_agent.rendering.plots import plot_text
from research_agent.rendering.view import AnswerView, Reference, counted
from research_agent.text.humanize import ago
from research_agent.text.sanitize import one_line
from research_agent.types import Answer, SourceReport

if TYPE_CHECKING:
    from research_agent.cli.answer_stream import AnswerStream
    from research_agent.memory import Memory

__all__ = ["Progress", "measure", "open_console", "print_answer", "print_footer", "print_question", "rule"]

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
    Event hook that prints a line for each finished step, and passes the draft on to the `stream` that paints it.

    Without one a step says that a draft is written. If the terminal is closed, it prints nothing more and the answer
    goes on. `titles` are the sources' display titles by name; they may be set later.
    """

    def __init__(
        self, console: Console, titles: Mapping[str, str] | None = None, *, stream: AnswerStream | None = None
    ) -> None:
        self.titles: Mapping[str, str] = titles or {}
        self.stream = stream
        self._console = console
        self._planning: float | None = None
        self._writing = False

    def __call__(self, event: Event) -> None:
        """Print an event, if it is one to be seen."""
        if self.stream is not None:
            self.stream(event)
        try:
            self._show(event)
        except OSError:
            self._console.quiet = True

    def _show(self, event: Event) -> None:
        match event:
            case Started(model=model):
                self._writing = False
                if model:
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
            case Token(text=text) if text and self.stream is None and not self._writing:
                self._writing = True
                self.step("draft", command_line.BEING_WRITTEN())

    async def show_due(self, memory: Memory) -> None:
        """Print how many watched questions are due, if any. They are not asked: that would be another request."""
        if due := await memory.watches.due():
            self.step("watch", command_results.DUE(due=counted(due, "question")))

    def step(self, label: str, text: str, seconds: float | None = None) -> None:
        """Print one line: label, outcome and, where there is room, the time it took; none below an open draft."""
        if self.stream is not None and self.stream.is_open:
            return
        width = measure(self._console)
        column = min(max(LABEL, *map(cell_len, self.titles.values())) if self.titles else LABEL, width - 12)
        tail = "" if seconds is None else f" {seconds:6.2f} s"
        if width - column - 1 - len(tail) < ROOM:
            tail = ""
        head, body = Text(one_line(label), style="cyan"), Text(one_line(text))
        head.truncate(column, overflow="ellipsis", pad=True)
        body.truncate(width - column - 1 - len(tail), overflow="ellipsis", pad=True)
        self._console.print(Text.assemble(head, " ", body, (tail, "dim")), soft_wrap=True)


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


def _outcome(report: SourceReport) -> str:
    if report.status in ("failed", "skipped"):
        return f"{report.status}: {report.reason}"
    documents = counted(report.documents, "document") if report.documents else "nothing found"
    stored = f"stored {ago(report.stored)}" if report.stored is not None else None
    return "; ".join(filter(None, (documents, report.reason, stored)))


def rule(console: Console, title: str) -> Text:
    """A heading in a line across."""
    line = "-" if console.options.ascii_only else "─"
    width = measure(console)
    title = title[: width - 6]
    return Text(f"{line * 2} {title} {line * (width - len(title) - 4)}", style="dim")


def measure(console: Console) -> int:
    """Columns of a line: those of the terminal, as long as such lines are easy to read."""
    return max(20, min(console.width, MEASURE))
