"""A session's title and pin: kept over a reopening, sealed, and of sessions that are there only."""

from __future__ import annotations

from pathlib import Path

import pytest

from research_agent.errors import UnknownSessionError, UsageError
from research_agent.memory import open_memory
from research_agent_devtools.harness.scripted_engine import answer

pytestmark = pytest.mark.anyio


async def test_a_title_and_a_pin_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    async with open_memory(path) as memory:
        await memory.remember(answer(session="a"))
        await memory.remember(answer(session="b"))
        await memory.rename("a", "  The river,\n at last ")
        await memory.pin("a", True)
        await memory.pin("a", True)
    async with open_memory(path) as memory:
        await memory.remember(answer(session="a"))  # the seal holds
        by_id = {info.id: info for info in await memory.sessions()}
        assert (by_id["a"].title, by_id["a"].pinned, by_id["b"].pinned) == ("The river, at last", True, False)
        await memory.pin("a", False)
        assert not any(info.pinned for info in await memory.sessions())
        await memory.pin("b", True)
        await memory.delete("b")
        await memory.remember(answer(session="b"))
        assert not any(info.pinned for info in await memory.sessions())


@pytest.mark.parametrize("title", ["", " \n ", "x" * 201])
async def test_what_is_no_title_is_refused(tmp_path: Path, title: str) -> None:
    async with open_memory(tmp_path / "s.db") as memory:
        await memory.remember(answer())
        with pytest.raises(UsageError):
            await memory.rename("s", title)


async def test_what_is_not_there_is_neither_named_nor_pinned(tmp_path: Path) -> None:
    async with open_memory(tmp_path / "s.db") as memory:
        with pytest.raises(UnknownSessionError):
            await memory.rename("none", "x")
        with pytest.raises(UnknownSessionError):
            await memory.pin("none\ud800", True)
