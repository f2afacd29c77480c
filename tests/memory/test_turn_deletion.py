"""One turn is erased: from the rows, the disk and the summary; the others stay whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from research_agent.errors import UnknownSessionError, UsageError
from research_agent.memory import open_memory
from research_agent_devtools.harness.scripted_engine import answer

pytestmark = pytest.mark.anyio


def files_in(folder: Path) -> list[bytes]:
    return [file.read_bytes() for file in folder.iterdir() if file.is_file()]


async def test_the_other_turns_keep_their_numbers_and_seals(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    async with open_memory(path, condense_after=2) as memory:
        for question in ("Secretone?", "Two?", "Three?", "Four?"):
            await memory.remember(answer(question=question, session="s"))
        job = await memory.claim_job()
        assert job is not None
        late = await memory.claim_job()
        assert late is None
        assert await memory.finish_job(job, "They asked secretone.")
        await memory.delete_turn("s", 1)
        with pytest.raises(UsageError, match="no turn 1"):
            await memory.delete_turn("s", 1)
        with pytest.raises(UnknownSessionError):
            await memory.delete_turn("none", 1)
    async with open_memory(path) as memory:
        history = await memory.recall("s")
        assert (history.summary, [turn.number for turn in history.turns]) == ("", [2, 3, 4])
        [info] = await memory.sessions()
        assert (info.title, info.turns) == ("Two?", 3)
        assert await memory.remember(answer(question="Five?", session="s")) == 5
        assert [turn.number for turn in await memory.turns("s")] == [2, 3, 4, 5]
    assert b"ecretone" not in b"".join(files_in(tmp_path))


async def test_a_summary_of_what_was_deleted_meanwhile_is_not_stored(tmp_path: Path) -> None:
    async with open_memory(tmp_path / "s.db", condense_after=2) as memory:
        for question in ("One?", "Two?", "Three?", "Four?"):
            await memory.remember(answer(question=question, session="s"))
        job = await memory.claim_job()
        assert job is not None
        await memory.delete_turn("s", 1)
        assert not await memory.finish_job(job, "One.")
        assert (await memory.recall("s")).summary == ""


async def test_a_session_goes_with_its_only_turn(tmp_path: Path) -> None:
    async with open_memory(tmp_path / "s.db") as memory:
        await memory.remember(answer(session="s"))
        await memory.delete_turn("s", 1)
        assert await memory.sessions() == ()
