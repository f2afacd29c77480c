"""Files of released versions are read, backed up and brought to this version, whole or not at all."""

from __future__ import annotations

import os
import shutil
import stat
from dataclasses import replace
from pathlib import Path

import apsw
import pytest

from research_agent.errors import StoreError
from research_agent.memory import migrations, open_memory
from research_agent.memory.backup import backup_path
from research_agent.memory.migrations import MIGRATIONS
from research_agent.types import Turn
from research_agent_devtools.samples.stored_sessions import RELEASED as RELEASED_FOLDER
from research_agent_devtools.samples.stored_sessions import SESSIONS, SUMMARY, answer

pytestmark = pytest.mark.anyio

RELEASED = sorted(RELEASED_FOLDER.glob("version-*.db"))


def expected(session: str, turns: int) -> list[Turn]:
    """The turns as they are read: the site of a citation follows from its address."""
    stored = (replace(answer(session, number), turn=number) for number in range(1, turns + 1))
    answers = (
        replace(one, citations=tuple(replace(cited, site="notes.example") for cited in one.citations)) for one in stored
    )
    return [Turn(number=made.turn, question=made.question, answer=made) for made in answers]


@pytest.fixture(params=RELEASED, ids=lambda file: file.stem)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A store that a released version wrote."""
    return Path(shutil.copy(request.param, tmp_path / "sessions.db"))


def content(path: Path) -> bytes:
    return path.read_bytes()


def contents(folder: Path) -> list[bytes]:
    return [content(file) for file in folder.iterdir() if file.is_file()]


def version_of(path: Path) -> int:
    db = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        return int(db.pragma("user_version"))
    finally:
        db.close()


def test_there_is_a_file_of_every_version_before_this_one() -> None:
    assert [file.stem for file in RELEASED] == [f"version-{number}" for number in range(1, len(MIGRATIONS))]


async def test_everything_of_an_older_version_is_there(old: Path) -> None:
    async with open_memory(old, condense_after=4) as memory:
        for session, turns in (SESSIONS | {"river": 9}).items():
            assert list(await memory.turns(session)) == expected(session, turns)
        history = await memory.recall("river")
        assert (history.summary, history.summarised_to) == (SUMMARY, 1)
        assert [info.id for info in await memory.sessions()] == ["river", *list(SESSIONS)[:0:-1]]
        job = await memory.claim_job()
        assert job, "its process is gone: the job is resumed"
        assert (job.session, job.attempts) == ("river", 2)
        assert await memory.finish_job(job, "A newer summary.")
        assert await memory.remember(answer("river", 10)) == 10
    assert version_of(old) == len(MIGRATIONS)


async def test_the_file_is_backed_up_as_it_was(old: Path) -> None:
    version, before = version_of(old), list(apsw.Connection(str(old)).execute("SELECT * FROM messages"))
    async with open_memory(old):
        pass
    backup = backup_path(old, version)
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert version_of(backup) == version
    copy = apsw.Connection(str(backup))
    assert list(copy.execute("SELECT * FROM messages")) == before
    assert copy.pragma("integrity_check") == "ok"
    assert not [name for name in os.listdir(old.parent) if name.endswith(".part")]


async def test_an_upgrade_makes_no_truth_of_a_quote_that_was_moved_before_it(old: Path) -> None:
    db = apsw.Connection(str(old))
    db.execute("UPDATE citations SET quote_end = quote_end - 1 WHERE session = 'river' AND turn = 1")
    db.close()
    async with open_memory(old) as memory:
        with pytest.raises(StoreError, match="not what was saved"):
            await memory.turns("river")
        assert await memory.turns("Zürich")


async def test_a_backup_is_a_store_of_its_own(old: Path) -> None:
    version = version_of(old)
    async with open_memory(old) as memory:
        await memory.remember(answer("Zürich", 3))
    backup_path(old, version).replace(old)
    async with open_memory(old) as memory:
        assert list(await memory.turns("Zürich")) == expected("Zürich", 2)


async def test_a_step_that_fails_leaves_the_file_as_it_was(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def half(db: apsw.Connection) -> None:
        db.execute("DELETE FROM messages")
        raise apsw.FullError("the disk is full")

    before, version = content(old), version_of(old)
    monkeypatch.setattr(migrations, "MIGRATIONS", (*MIGRATIONS[:version], half))
    with pytest.raises(StoreError, match="disk is full"):
        async with open_memory(old):
            pass
    monkeypatch.undo()
    assert content(old) == before
    async with open_memory(old) as memory:
        assert len(await memory.turns("river")) == 9


async def test_a_file_that_cannot_be_backed_up_is_not_upgraded(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    version = version_of(old)
    backup_path(old, version).mkdir()  # nothing can be put in its place
    with pytest.raises(StoreError, match="cannot be backed up"):
        async with open_memory(old):
            pass
    assert version_of(old) == version


async def test_deleting_a_session_takes_the_backup_that_holds_it(old: Path) -> None:
    word = b"Nobody has lived there since 1931"
    async with open_memory(old) as memory:
        assert any(word in data for data in contents(old.parent))
        for session in SESSIONS:
            await memory.delete(session)
    assert not any(word in data for data in contents(old.parent))


async def test_a_new_store_needs_no_backup(tmp_path: Path) -> None:
    async with open_memory(tmp_path / "sessions.db"):
        pass
    assert sorted(os.listdir(tmp_path)) == ["sessions.db", "sessions.db.lock"]
