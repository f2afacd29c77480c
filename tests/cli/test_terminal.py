"""Terminal output: the answer, within the width, and nothing that acts on the terminal."""

from __future__ import annotations

import fcntl
import io
import os
import pty
import struct
import termios
from dataclasses import replace

import pytest
from rich.console import Console

from helpers.hostile_text import ATTACKS, acting, hostile_answer
from research_agent.cli.terminal import open_console, print_answer
from research_agent.types import Answer, SourceReport
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


def on_terminal(shown: Answer, width: int, titles: dict[str, str] | None = None) -> str:
    stream = io.StringIO()
    print_answer(Console(file=stream, width=width, color_system=None), shown, titles or {})
    return stream.getvalue()


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


@pytest.mark.parametrize(("columns", "width"), [(40, 40), (60, 60), (200, 200), (0, 80)])
def test_a_dumb_terminal_is_as_wide_as_it_is(columns: int, width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.delenv("COLUMNS", raising=False)
    ours, other = pty.openpty()
    try:
        fcntl.ioctl(other, termios.TIOCSWINSZ, struct.pack("HHHH", 24 if columns else 0, columns, 0, 0))
        with os.fdopen(other, "w", encoding="utf-8") as stream:
            assert open_console(stream).width == width
    finally:
        os.close(ours)
