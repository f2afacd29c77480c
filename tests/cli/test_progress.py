"""Progress of a turn on a terminal: a line a step, whatever the width, and nothing lost when it is closed."""

from __future__ import annotations

import errno
import io

import pytest
from rich.cells import cell_len
from rich.console import Console

from research_agent.cli import progress
from research_agent.cli.progress import Progress
from research_agent.events import Drafted, Planned, SourceFinished, Started, Token
from research_agent.settings import load_settings
from research_agent.sources import load_sources
from research_agent.types import SourceReport, Topic


def test_a_terminal_that_was_closed_costs_the_answer_nothing() -> None:
    class Closed(io.StringIO):
        def write(self, text: str) -> int:
            raise OSError(errno.EIO, "Input/output error")

    show = Progress(Console(file=Closed()))
    for event in (Started("s", "q", None), Token("The Lumen "), Token("is long."), Drafted("The Lumen is long.")):
        show(event)


def test_steps_are_appended_line_by_line_and_a_draft_that_is_not_painted_is_one() -> None:
    shown = progressed(
        Started("s", "q", "ollama:llama3.2"),
        Planned((Topic(text="river Lumen", question="q"),)),
        SourceFinished(SourceReport(name="hackernews", status="failed", documents=0, ms=8000, reason="timed out")),
        *(Token(f"word{number} ") for number in range(12)),
        Drafted(""),
        width=60,
    )
    assert shown.splitlines() == [
        "model                  ollama:llama3.2",
        "topics                 river Lumen",
        "Hacker News            failed: timed out              8.00 s",
        "draft                  being written, and checked sentence …",
    ]


def test_the_column_of_labels_is_as_wide_as_the_longest_title() -> None:
    built_in = load_sources(load_settings(), ["wikipedia", "encyclopedia", "hackernews"])
    assert max(len(source.title) for source in built_in) == progress.LABEL
    steps = [
        SourceFinished(SourceReport(name=name, status="empty", documents=0, ms=10)) for name in ("long", "hackernews")
    ]
    shown = progressed(*steps, width=80, titles={"long": "東" * 12, "hackernews": "Hacker News"})
    assert [cell_len(line.partition("nothing found")[0]) for line in shown.splitlines()] == [25, 25]


@pytest.mark.parametrize("width", [20, 40, 43, 44, 60, 80, 200])
def test_a_step_is_one_line_and_loses_its_seconds_before_its_words(width: int) -> None:
    report = SourceReport(name="encyclopedia", status="ok", documents=3, ms=123_456, reason="very " * 50)
    (line,) = progressed(SourceFinished(report), width=width, titles={"encyclopedia": "T" * 22}).splitlines()
    assert len(line) <= width
    assert (" 123.46 s" in line) == (width >= 60)
    assert width < 40 or "3 documents" in line


def progressed(*events: object, width: int, titles: dict[str, str] | None = None) -> str:
    stream = io.StringIO()
    console = Console(file=stream, width=width, color_system=None)
    show = Progress(console, titles or {"hackernews": "Hacker News"})
    for event in events:
        show(event)  # type: ignore[arg-type]
    return "\n".join(line.rstrip() for line in stream.getvalue().splitlines())
