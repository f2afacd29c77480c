"""A backup is the last committed state, whole or not there at all. What an upgrade does with it: test_migrations."""

from __future__ import annotations

import os
import stat
from contextlib import closing
from pathlib import Path

import apsw
import pytest

from research_agent.errors import StoreError
from research_agent.memory.backup import back_up, backup_path, remove_backups
from research_agent.memory.connection import connect


def titles(path: Path) -> list[str]:
    with closing(apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)) as db:
        assert db.pragma("integrity_check") == "ok"
        return [name for (name,) in db.execute("SELECT id FROM sessions ORDER BY id")]


def add(db: apsw.Connection, session: str) -> None:
    db.execute("INSERT INTO sessions (id, title, created, updated) VALUES (?, x'', '', '')", (session,))


def test_what_is_committed_is_backed_up_also_from_the_log(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    with closing(connect(path)) as db:
        add(db, "committed")
        assert (tmp_path / "s.db-wal").stat().st_size > 0
        db.execute("BEGIN IMMEDIATE")
        add(db, "begun")
        backup = back_up(path, 7)
        db.execute("ROLLBACK")
    assert backup == backup_path(path, 7) == tmp_path / "s.db.version-7"
    assert titles(backup) == ["committed"]
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600


def test_an_unfinished_copy_of_a_killed_program_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    connect(path).close()
    (tmp_path / "s.db.version-1.part").write_bytes(b"half of it")
    assert titles(back_up(path, 1)) == []
    assert not list(tmp_path.glob("*.part"))


def test_one_that_cannot_be_finished_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    path = tmp_path / "s.db"
    connect(path).close()
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match="cannot be backed up before its upgrade") as caught:
        back_up(path, 1)
    assert "nothing was changed" in caught.value.hint
    assert not list(tmp_path.glob("*.version-*"))


def test_all_backups_of_this_store_are_removed_and_of_no_other(tmp_path: Path) -> None:
    for name in ("s.db", "s.db.version-1", "s.db.version-2", "s.db.version-2.part", "t.db.version-1", "s.db.damaged-1"):
        (tmp_path / name).touch()
    remove_backups(tmp_path / "s.db")
    assert sorted(os.listdir(tmp_path)) == ["s.db", "s.db.damaged-1", "t.db.version-1"]
