"""Terminal output: progress, draft and answer, within the width, and nothing that acts on the terminal."""

from __future__ import annotations

import errno
import io
from dataclasses import replace

import pytest
from rich.cells import cell_len
from rich.console import Console

from helpers.hostile_text import ATTACKS, acting, hostile_answer
from research_agent.cli import terminal
from research_agent.cli.terminal import Progress, print_answer
from research_agent.events import Drafted, Planned, SourceFinished, Started, Token
from research_agent.settings import load_settings
from research_agent.sources import load_sources
from research_agent.types import Answer, SourceReport, Topic
from research_agent_devtools.harness.scripted_engine import answer


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_nothing_that_acts_on_a_terminal_is_printed(attack: str) -> None:
    assert acting(on_terminal(hostile_answer(attack), 80, {"notes": attack})) == set()


@pytest.mark.parametrize("width", [20, 40, 80, 200])
def test_no_line_on_a_terminal_is_wider_than_it(width: int) -> None:
    long = answer(text="word " * 300, unsupported=((5, 900),), citations=answer().citations[:1])
    assert max(map(len, on_terminal(long, width).splitlines())) <= width


def test_unsupported_is_said_in_words_also_without_colour() -> None:
    assert "It is old. [unsupported]" in on_terminal(answer(), 80)


def test_a_terminal_that_is_not_utf8_gets_characters_it_has() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii", errors="replace")
    print_answer(Console(file=stream, force_terminal=True, width=60), answer(text="Grüße. [1]", unsupported=()), {})
    stream.flush()
    assert b"-- answer --" in raw.getvalue()
    assert b"Gr??e." in raw.getvalue()


def test_a_terminal_that_was_closed_costs_the_answer_nothing() -> None:
    class Closed(io.StringIO):
        def write(self, text: str) -> int:
            raise OSError(errno.EIO, "Input/output error")

    progress = Progress(Console(file=Closed()))
    for event in (Started("s", "q", None), Token("The Lumen "), Token("is long."), Drafted("The Lumen is long.")):
        progress(event)


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
    assert max(len(source.title) for source in built_in) == terminal.LABEL
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


def on_terminal(shown: Answer, width: int, titles: dict[str, str] | None = None) -> str:
    stream = io.StringIO()
    print_answer(Console(file=stream, width=width, color_system=None), shown, titles or {})
    return stream.getvalue()


def progressed(*events: object, width: int, titles: dict[str, str] | None = None) -> str:
    stream = io.StringIO()
    console = Console(file=stream, width=width, color_system=None)
    progress = Progress(console, titles or {"hackernews": "Hacker News"})
    for event in events:
        progress(event)  # type: ignore[arg-type]
    return "\n".join(line.rstrip() for line in stream.getvalue().splitlines())


def test_why_sources_were_asked_is_told_where_it_is_more_than_one_reason() -> None:
    reports = [
        SourceReport(name="notes", status="ok", documents=1, ms=9, why="asked for every question"),
        SourceReport(name="papers", status="ok", documents=1, ms=9, why="question about \x1b[2Jscience"),
    ]
    titles = {"notes": "Notes", "papers": "Papers"}
    both, one = (replace(answer(), sources=tuple(given)) for given in (reports, reports[:1]))
    told = "searched: Notes (asked for every question); Papers (question about [2Jscience)"
    assert told in " ".join(on_terminal(both, 80, titles).split())
    assert "searched" not in on_terminal(one, 80, titles)
