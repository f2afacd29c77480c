"""How far a library is read: told to others while a sync runs, and by none that was killed."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from research_agent.library import reading_state as module
from research_agent.library.libraries import sync_lock
from research_agent.library.reading_state import ReadingState, reading_state


async def state(path: Path) -> ReadingState | None:
    return await asyncio.to_thread(reading_state, path)


@pytest.mark.anyio
async def test_it_is_told_while_a_sync_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "own.db"
    assert await state(path) is None
    async with sync_lock(path) as note:
        assert await state(path) is None  # nothing to read so far
        note.tell(812, 1033)
        assert await state(path) == ReadingState(812, 1033)
        note.tell(813, 1033)
        assert await state(path) == ReadingState(812, 1033), "not for each file"
        monkeypatch.setattr(module, "PAUSE", 0.0)
        note.tell(9, 1033)
        assert await state(path) == ReadingState(9, 1033)
        note.tell(1033, 1033)
        assert await state(path) is None
        note.tell(5, 7)
    assert await state(path) is None


@pytest.mark.anyio
async def test_the_note_of_a_killed_program_is_none(tmp_path: Path) -> None:
    path, mark = tmp_path / "own.db", tmp_path / "own.db.sync"
    mark.write_text("[3, 9]")
    assert await state(path) is None
    async with sync_lock(path):
        assert await state(path) is None  # the next sync begins anew
    assert mark.read_text() == ""


@pytest.mark.anyio
@pytest.mark.parametrize("note", ["[3", "{}", "[1]", "[-1, 4]", "[5, 4]", '["a", 4]', "[1, 2, 3]", "\x00" * 9])
async def test_a_damaged_note_is_none(note: str, tmp_path: Path) -> None:
    path, mark = tmp_path / "own.db", tmp_path / "own.db.sync"
    async with sync_lock(path):
        mark.write_text(note)
        assert await state(path) is None
