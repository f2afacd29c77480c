"""Where commands print: progress only on a terminal, the answer laid out there and plain elsewhere."""

from __future__ import annotations

import sys

import pytest

from research_agent.cli.output import open_progress, show_answer
from research_agent.cli.progress import Progress
from research_agent.rendering.text import plain, plain_answer, plain_footer
from research_agent_devtools.harness.scripted_engine import answer


def test_progress_is_for_terminals(monkeypatch: pytest.MonkeyPatch) -> None:
    assert open_progress() is None
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    progress = open_progress()
    assert isinstance(progress, Progress)
    assert progress.stream is None  # standard output is a pipe


@pytest.mark.parametrize(
    ("term", "paints", "stream"), [("xterm", True, True), ("xterm", False, False), ("dumb", True, False)]
)
def test_the_draft_is_painted_on_a_terminal_that_can_go_back(
    term: str, paints: bool, stream: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", term)
    for one in (sys.stdout, sys.stderr):
        monkeypatch.setattr(one, "isatty", lambda: True)
    progress = open_progress(paints=paints)
    assert progress is not None
    assert (progress.stream is not None) == stream


def test_an_answer_is_plain_in_a_pipe_and_laid_out_on_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    titles = {"notes": "My notes"}
    show_answer(answer(), titles, go_on=True)
    assert capsys.readouterr() == (plain_answer(answer(), titles), plain_footer(answer(), titles, go_on=True))
    show_answer(answer(), titles, go_on=True, whole=True)
    assert capsys.readouterr().out == plain(answer(), titles, go_on=True)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    show_answer(answer(), titles)
    assert "── answer ──" in capsys.readouterr().out
