"""Where commands print: progress only on a terminal, the answer laid out there and plain elsewhere."""

from __future__ import annotations

import sys

import pytest

from research_agent.cli.output import open_progress, show_answer
from research_agent.cli.terminal import Progress
from research_agent.rendering.text import plain
from research_agent_devtools.harness.scripted_engine import answer


def test_progress_is_for_terminals(monkeypatch: pytest.MonkeyPatch) -> None:
    assert open_progress() is None
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert isinstance(open_progress(), Progress)


def test_an_answer_is_plain_in_a_pipe_and_laid_out_on_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    titles = {"notes": "My notes"}
    show_answer(answer(), titles, go_on=True)
    assert capsys.readouterr().out == plain(answer(), titles, go_on=True)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    show_answer(answer(), titles)
    assert "── answer ──" in capsys.readouterr().out
