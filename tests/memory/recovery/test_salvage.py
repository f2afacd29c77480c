"""A damaged store is kept aside, and what is whole in it goes on in a new one."""

from __future__ import annotations

import logging
import os
import shutil
import stat
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

import apsw
import pytest

from research_agent.errors import DamagedStoreError, StoreError
from research_agent.memory import open_memory
from research_agent.memory.connection import connect
from research_agent.memory.recovery.quarantine import is_suspect, mark_suspect, quarantine
from research_agent.memory.recovery.salvage import salvage
from research_agent.types import Turn
from research_agent_devtools.samples.stored_sessions import RELEASED, SESSIONS, SUMMARY, answer

pytestmark = pytest.mark.anyio

HEAD = "x" * 100


def expected(session: str, numbers: list[int]) -> list[Turn]:
    answers = [replace(answer(session, number), turn=number) for number in numbers]
    return [Turn(number=made.turn, question=made.question, answer=made) for made in answers]


async def fill(path: Path) -> None:
    async with open_memory(path, condense_after=4) as memory:
        for session, turns in SESSIONS.items():
            for number in range(1, turns + 1):
                await memory.remember(answer(session, number))
        job = await memory.claim_job()
        assert job
        assert await memory.finish_job(job, SUMMARY)


@pytest.fixture
async def store(tmp_path: Path) -> Path:
    path = tmp_path / "sessions.db"
    await fill(path)
    return path


def content(path: Path | str) -> bytes:
    return Path(path).read_bytes()


def write(path: Path | str, data: bytes) -> None:
    Path(path).write_bytes(data)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def spoil(path: Path, what: Callable[[bytearray], None]) -> bytes:
    data = bytearray(path.read_bytes())
    what(data)
    path.write_bytes(data)
    return bytes(data)


def head(data: bytearray) -> None:
    data[:100] = HEAD.encode()


def root_of(path: Path, table: str) -> int:
    with closing(apsw.Connection(str(path))) as db:
        return int(db.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (table,)).get)


def alter(path: Path, sql: str) -> None:
    with closing(apsw.Connection(str(path))) as db:
        db.execute(sql)
        assert db.changes()


async def opened(path: Path) -> tuple[list[str], dict[str, list[int]]]:
    """What was told, and the turns that are there; each is what was stored."""
    told: list[str] = []
    async with open_memory(path, on_salvaged=told.append) as memory:
        there = {}
        for info in await memory.sessions():
            turns = list(await memory.turns(info.id))
            there[info.id] = [turn.number for turn in turns]
            assert turns == expected(info.id, there[info.id])
    return told, there


WHOLE = {session: list(range(1, turns + 1)) for session, turns in SESSIONS.items()}


async def test_without_the_head_everything_is_rescued_and_the_file_is_kept_to_the_byte(store: Path) -> None:
    async with open_memory(store) as memory:
        before = await memory.sessions()
    data = spoil(store, head)
    told, there = await opened(store)
    assert told == [
        "The session store was damaged: 3 of 3 sessions and 10 of 10 turns were rescued. The damaged file is kept as "
        "sessions.db.damaged-1."
    ]
    assert there == WHOLE
    kept = store.with_name("sessions.db.damaged-1")
    assert content(kept) == data
    assert mode(kept) == mode(store) == 0o600
    async with open_memory(store) as memory:
        assert await memory.sessions() == before, "with their order, summaries and dates"
        assert (await memory.recall("river")).summary == SUMMARY
        assert await memory.remember(answer("river", 8)) == 8
    assert sorted(os.listdir(store.parent)) == ["sessions.db", "sessions.db.damaged-1", "sessions.db.lock"]


async def test_a_session_whose_row_is_lost_is_made_anew_from_its_turns(store: Path) -> None:
    place = 4096 * (root_of(store, "sessions") - 1)
    async with open_memory(store) as memory:
        before = await memory.sessions()
    spoil(store, lambda data: data.__setitem__(slice(place, place + 4096), bytes(4096)))
    told, there = await opened(store)
    assert "3 sessions without a summary; what was written last may be missing" in told[0]
    assert there == WHOLE
    async with open_memory(store) as memory:
        assert await memory.sessions() == tuple(replace(info, summary="") for info in before)


async def test_a_turn_that_is_not_what_was_saved_is_told_and_left_behind_at_the_next_start(store: Path) -> None:
    at = content(store).index(b"Question 3 of river")
    data = spoil(store, lambda data: data.__setitem__(slice(at, at + 8), b"Answered"))
    with pytest.raises(DamagedStoreError, match="Turn 3 of 'river'") as caught:
        await opened(store)
    assert "start again" in caught.value.hint
    assert is_suspect(store)
    told, there = await opened(store)
    assert "3 of 3 sessions and 9 of 10 turns" in told[0]
    assert there == WHOLE | {"river": [1, 2, 4, 5, 6, 7]}, "the others keep their numbers"
    assert content(f"{store}.damaged-1")[at : at + 8] == data[at : at + 8]
    async with open_memory(store) as memory:
        assert await memory.remember(answer("river", 8)) == 8
        assert (await memory.recall("river")).turns[-1].number == 8
    assert (await opened(store))[0] == [], "once"
    spoil(store, head)
    assert "3 of 3 sessions and 10 of 10 turns" in (await opened(store))[0][0], "what was lost before is not lost again"


async def test_doubt_about_a_file_that_is_whole_changes_nothing(store: Path) -> None:
    mark_suspect(store)
    before = content(store)
    assert await opened(store) == ([], WHOLE)
    assert not is_suspect(store)
    assert content(store) == before


async def test_a_file_of_version_1_is_rescued_by_seals_and_quotes(tmp_path: Path) -> None:
    path = Path(shutil.copy(RELEASED / "version-1.db", tmp_path / "sessions.db"))
    spoil(path, lambda data: data.__setitem__(slice(0, 100), bytes(100)))
    at = content(path).index(b"Question 2 of river")
    spoil(path, lambda data: data.__setitem__(slice(at, at + 10), b"Question 9"))
    told: list[str] = []
    async with open_memory(path, on_salvaged=told.append) as memory:
        assert "3 of 3 sessions and 11 of 12 turns" in told[0]
        assert [turn.number for turn in await memory.turns("river")] == [1, 3, 4, 5, 6, 7, 8, 9]
        assert {turn.question for turn in await memory.turns("Zürich")} == {
            turn.question for turn in expected("Zürich", [1, 2])
        }
        assert (await memory.recall("river")).summary == "", "nothing speaks for it"


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


def test_what_is_set_aside_is_its_owners_alone(tmp_path: Path) -> None:
    for name in ("s.db", "s.db-wal", "s.db-shm"):
        (tmp_path / name).touch(0o644)
    quarantine(tmp_path / "s.db")
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()}
    assert modes == {f"s.db.damaged-1{part}": 0o600 for part in ("", "-wal", "-shm")}


def test_nothing_that_was_set_aside_is_written_over(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    for content in ("one", "two", "three"):
        path.write_text(content)
        if content == "two":
            (tmp_path / "s.db-wal").write_text("its log")
        quarantine(path)
    assert {file.name: file.read_text() for file in tmp_path.iterdir()} == {
        "s.db.damaged-1": "one", "s.db.damaged-2": "two", "s.db.damaged-2-wal": "its log", "s.db.damaged-3": "three",
    }  # fmt: skip


@pytest.mark.parametrize("role", ["user", "assistant"])
@pytest.mark.parametrize("to", [4, 1000])
async def test_a_flipped_rowid_does_not_change_the_order(store: Path, role: str, to: int) -> None:
    async with open_memory(store) as memory:
        before = [info.id for info in await memory.sessions()]
    alter(store, "DELETE FROM messages WHERE session = 'river' AND turn = 2")  # its places, 3 and 4, are free
    alter(store, f"UPDATE messages SET rowid = {to} WHERE turn = 7 AND role = '{role}'")
    new = store.with_name("new.db")
    with closing(connect(new)) as into:
        assert salvage(store, into).turns == 9
    async with open_memory(new) as memory:
        assert [info.id for info in await memory.sessions()] == before


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
