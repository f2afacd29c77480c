"""A store that cannot be written is opened for reading, and that is reported once."""

from __future__ import annotations

from pathlib import Path

import pytest

from research_agent.cli import read_only_store
from research_agent.cli.read_only_store import open_reading, print_salvage_report
from research_agent.errors import StoreError
from research_agent.memory import open_memory
from research_agent_devtools.harness.scripted_engine import answer

pytestmark = pytest.mark.anyio


async def test_a_store_that_can_be_written_is_opened_without_a_word(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with open_memory(tmp_path / "sessions.db") as memory:
        await memory.remember(answer(turn=0))
    async with open_reading(tmp_path / "sessions.db") as memory:
        assert [info.id for info in await memory.sessions()] == ["s"]
    assert capsys.readouterr() == ("", "")


def test_reports_go_to_standard_error_and_act_on_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    print_salvage_report("2 turns\x1b[2J")
    read_only_store._print_unwritable(StoreError("The disk is full.", hint=""))
    assert capsys.readouterr() == ("", "2 turns[2J\nThe disk is full. It is opened for reading only.\n")
