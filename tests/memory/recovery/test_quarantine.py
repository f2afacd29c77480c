"""A damaged store is renamed, never deleted, and a kill at any step is resumed."""

from __future__ import annotations

import logging
import os
import stat
from contextlib import closing, suppress
from pathlib import Path

import apsw
import pytest

from helpers.damaged_store import (
    WHOLE,
    content,
    head,
    opened,
    spoil,
    write,
)
from research_agent.errors import DamagedStoreError, StoreError
from research_agent.memory import open_memory
from research_agent.memory.recovery.quarantine import quarantine, suspect_mark

pytestmark = pytest.mark.anyio


async def test_a_suspect_mark_on_an_intact_file_changes_nothing(store: Path) -> None:
    suspect_mark(store).touch(mode=0o600)
    before = content(store)
    assert await opened(store) == ([], WHOLE)
    assert not suspect_mark(store).exists()
    assert content(store) == before


async def test_while_others_have_it_open_it_stays_where_it_is(store: Path) -> None:
    async with open_memory(store) as other:
        assert len(await other.turns("river")) == 7
        data = spoil(store, head)
        with pytest.raises(DamagedStoreError) as caught:
            async with open_memory(store):
                pass
        assert "Close every program" in caught.value.hint
        assert content(store) == data
    assert (await opened(store))[1] == WHOLE


async def test_without_room_the_damaged_file_is_where_it_was(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*given: object) -> None:
        raise apsw.FullError("the disk is full")

    data = spoil(store, head)
    monkeypatch.setattr("research_agent.memory.recovery.salvage._copy", full)
    with pytest.raises(StoreError, match="cannot be moved to a new one") as caught:
        await opened(store)
    assert not isinstance(caught.value, DamagedStoreError)
    assert content(store) == data
    assert sorted(os.listdir(store.parent)) == ["sessions.db", "sessions.db.lock"]
    monkeypatch.undo()
    assert (await opened(store))[1] == WHOLE


@pytest.mark.parametrize("step", range(6))
async def test_a_kill_at_any_step_is_gone_on_from(store: Path, monkeypatch: pytest.MonkeyPatch, step: int) -> None:
    class KilledError(BaseException):
        pass

    data = spoil(store, head)
    write(f"{store}-wal", b"of a log")
    left = [step]

    def until_killed(name: str) -> None:
        real = getattr(Path, name)

        def one(self: Path, *given: object, **named: object) -> object:
            if self.name.startswith("sessions.db"):
                left[0] -= 1
                if left[0] < 0:
                    raise KilledError
            return real(self, *given, **named)

        monkeypatch.setattr(Path, name, one)

    until_killed("rename")
    until_killed("replace")
    with suppress(KilledError):
        await opened(store)
    monkeypatch.undo()
    assert (await opened(store))[1] == WHOLE
    assert content(f"{store}.damaged-1") == data
    assert content(f"{store}.damaged-1-wal") == b"of a log"
    assert not [name for name in os.listdir(store.parent) if "rescue" in name or "rough" in name]


def test_what_is_quarantined_is_its_owners_alone(tmp_path: Path) -> None:
    for name in ("s.db", "s.db-wal", "s.db-shm"):
        (tmp_path / name).touch(0o644)
    quarantine(tmp_path / "s.db")
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()}
    assert modes == {f"s.db.damaged-1{part}": 0o600 for part in ("", "-wal", "-shm")}


def test_nothing_in_quarantine_is_written_over(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    for text in ("one", "two", "three"):
        path.write_text(text)
        if text == "two":
            (tmp_path / "s.db-wal").write_text("its log")
        quarantine(path)
    assert {file.name: file.read_text() for file in tmp_path.iterdir()} == {
        "s.db.damaged-1": "one", "s.db.damaged-2": "two", "s.db.damaged-2-wal": "its log", "s.db.damaged-3": "three",
    }  # fmt: skip


@pytest.mark.parametrize("sql", ["PRAGMA user_version = 99", "PRAGMA application_id = 7; DROP TABLE citations"])
async def test_a_file_of_others_or_of_a_newer_version_is_left_as_it_is(store: Path, sql: str) -> None:
    with closing(apsw.Connection(str(store))) as db:
        db.execute(sql)
    with pytest.raises(StoreError, match=r"another program|newer version"):
        await opened(store)
    assert not store.with_name("sessions.db.damaged-1").exists()


async def test_deleting_a_session_names_the_damaged_files_that_may_hold_it(
    store: Path, caplog: pytest.LogCaptureFixture
) -> None:
    spoil(store, head)
    with caplog.at_level(logging.WARNING):
        async with open_memory(store) as memory:
            await memory.delete("river")
    assert "0 damaged" not in caplog.text
    assert "sessions.db.damaged-1" in caplog.messages[-1]
    assert "may still hold its words" in caplog.messages[-1]
