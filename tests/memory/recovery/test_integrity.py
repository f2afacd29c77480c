"""Damage is noticed before anything is written, and a torn write is none."""

from __future__ import annotations

import os
import shutil
from contextlib import closing
from pathlib import Path

import apsw
import pytest

from helpers.damaged_store import (
    alter,
    content,
    opened,
    root_of,
    spoil,
)
from research_agent.errors import DamagedStoreError
from research_agent.memory import open_memory
from research_agent.memory.recovery.integrity import check_integrity, is_safe_to_open
from research_agent_devtools.samples.stored_sessions import answer

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("torn", [1, 2, 3])
async def test_a_write_that_a_power_cut_tore_is_no_damage(tmp_path: Path, torn: int) -> None:
    """Only the last commit can be one that was never synced, and then the index of the log does not have it."""
    path, copy = tmp_path / "open.db", tmp_path / "sessions.db"
    ends = []
    async with open_memory(path) as memory:
        for number in (1, 2, 3):
            await memory.remember(answer("river", number))
            ends.append(len(content(f"{path}-wal")))
        for part in ("", "-wal"):
            shutil.copy(f"{path}{part}", f"{copy}{part}")
    sector = slice(ends[torn - 1] - 600, ends[torn - 1] - 88)
    spoil(Path(f"{copy}-wal"), lambda data: data.__setitem__(sector, bytes(byte ^ 0xFF for byte in data[sector])))
    told, there = await opened(copy)
    if torn == 3:
        assert (told, there) == ([], {"river": [1, 2]})
        assert not [name for name in os.listdir(tmp_path) if "damaged" in name]
    else:
        assert "may be missing" in told[0]


async def test_an_empty_file_with_a_log_is_not_a_new_store(tmp_path: Path) -> None:
    """SQLite takes it for one, and removes the log."""
    path, copy = tmp_path / "open.db", tmp_path / "sessions.db"
    async with open_memory(path) as memory:
        await memory.remember(answer("river", 1))
        shutil.copy(f"{path}-wal", f"{copy}-wal")
    copy.touch()
    told, there = await opened(copy)
    assert "may be missing" in told[0] or "1 of 1 turn" in told[0]
    assert there == {"river": [1]}


async def test_a_log_that_was_cut_is_told(tmp_path: Path) -> None:
    path, copy = tmp_path / "open.db", tmp_path / "sessions.db"
    async with open_memory(path) as memory:
        for number in (1, 2, 3):
            await memory.remember(answer("river", number))
        for part in ("", "-wal", "-shm"):
            shutil.copy(f"{path}{part}", f"{copy}{part}")
    log = Path(f"{copy}-wal")
    whole = Path(shutil.copytree(tmp_path, tmp_path / "whole") / "sessions.db")
    assert await opened(whole) == ([], {"river": [1, 2, 3]})
    spoil(log, lambda data: data.__delitem__(slice(-100, None)))
    cut = content(log)
    told, there = await opened(copy)
    assert "what was written last may be missing" in told[0]
    assert there == {"river": [1, 2]}
    assert content(f"{copy}.damaged-1-wal") == cut


def opened_to_check(path: Path, *, rows: bool = False, frames: int | None = 0) -> None:
    with closing(apsw.Connection(str(path))) as db:
        check_integrity(db, path, frames, rows=rows)


def test_an_intact_file_passes(store: Path) -> None:
    opened_to_check(store, rows=True)
    opened_to_check(store, rows=False)


def test_a_freelist_that_leads_to_pages_in_use_is_damage(store: Path) -> None:
    """SQLite would give the page to the next turn."""
    page = root_of(store, "messages").to_bytes(4, "big")
    spoil(store, lambda data: data.__setitem__(slice(32, 40), page + (1).to_bytes(4, "big")))
    with pytest.raises(DamagedStoreError):
        opened_to_check(store)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE messages SET created = '2025' WHERE turn = 2",
        "UPDATE sessions SET title = x'00'",
        "UPDATE documents SET text = CAST(replace(text, 'winter', 'summer') AS BLOB)",
        "UPDATE documents SET text = x'ff'",
        "DELETE FROM messages WHERE session = 'river' AND turn = 3",
    ],
)
def test_an_altered_row_is_damage_where_rows_are_checked(store: Path, sql: str) -> None:
    alter(store, sql)
    opened_to_check(store, rows=False)
    with pytest.raises(DamagedStoreError):
        opened_to_check(store, rows=True)


def test_frames_that_sqlite_does_not_accept_are_damage(store: Path) -> None:
    with pytest.raises(DamagedStoreError):
        opened_to_check(store, frames=1)


def test_a_structure_that_takes_too_long_to_check_counts_as_intact(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoil(store, lambda data: data.__setitem__(slice(32, 40), bytes(3) + b"\2" + bytes(3) + b"\1"))
    monkeypatch.setattr("research_agent.memory.recovery.integrity.TIME_LIMIT", -1.0)
    monkeypatch.setattr("research_agent.memory.recovery.integrity.STEPS", 1)
    opened_to_check(store)


def test_a_log_that_sqlite_would_ignore_or_remove_is_not_safe(store: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty.db"
    empty.touch()
    assert is_safe_to_open(store, 0)
    assert is_safe_to_open(store, 3)
    assert is_safe_to_open(empty, 0)
    assert not is_safe_to_open(empty, 3)
    assert not is_safe_to_open(store, None)
