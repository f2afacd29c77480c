"""Tables and prose: wrapped on a terminal, plain elsewhere."""

from __future__ import annotations

import sys

import pytest

from research_agent.cli.table import print_text
from research_agent.messages.command_line import WELCOME


@pytest.mark.parametrize("width", [20, 40, 80])
def test_lines_on_a_terminal_are_broken_at_words(
    width: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", str(width))
    print_text(WELCOME())
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= width
    assert " ".join(lines) == WELCOME()
    assert (len(lines) == 1) == (width == 80)
