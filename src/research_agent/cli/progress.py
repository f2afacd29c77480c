"""Progress of a turn on a terminal: a line for each step as it ends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from research_agent.cli.terminal import measure
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
from research_agent.rendering.view import counted
from research_agent.text.humanize import ago
from research_agent.text.sanitize import one_line
from research_agent.types import SourceReport

if TYPE_CHECKING:
    from research_agent.cli.answer_stream import AnswerStream
    from research_agent.memory import Memory

__all__ = ["Progress"]

LABEL = 22  # columns: the longest title of a built-in source; one of a plug-in may widen it
ROOM = 20  # columns that a step's text has at least beside its seconds, else they are left out


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


def _outcome(report: SourceReport) -> str:
    if report.status in ("failed", "skipped"):
        return f"{report.status}: {report.reason}"
    documents = counted(report.documents, "document") if report.documents else "nothing found"
    stored = f"stored {ago(report.stored)}" if report.stored is not None else None
    return "; ".join(filter(None, (documents, report.reason, stored)))
