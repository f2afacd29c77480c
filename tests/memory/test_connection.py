from __future__ import annotations

import errno
import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import apsw
import pytest

from research_agent.errors import StoreError
from research_agent.memory.connection import connect, connect_read_only, store_error
from research_agent.memory.migrations import MIGRATIONS


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_only_the_owner_can_read_whatever_the_umask(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        db = connect(tmp_path / "home" / "sessions.db")
        db.execute("CREATE TABLE t (x)")
        assert mode(tmp_path / "home") == 0o700
        files = list((tmp_path / "home").iterdir())
        assert {file.name for file in files} == {"sessions.db", "sessions.db-wal", "sessions.db-shm"}
        assert {mode(file) for file in files} == {0o600}
        db.close()
    finally:
        os.umask(before)


def test_a_file_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    connect(path).close()
    path.chmod(0o644)
    connect(path).close()
    assert mode(path) == 0o600


def write_garbage(path: Path) -> None:
    path.write_bytes(b"not a database, but somebody's notes\n" * 200)


def break_header(path: Path) -> None:
    connect(path).close()
    path.write_bytes(b"\xff" * 64 + path.read_bytes()[64:])


def break_schema(path: Path) -> None:
    connect(path).close()
    path.write_bytes(path.read_bytes()[:100] + b"\xff" * 3996 + path.read_bytes()[4096:])


def write_newer(path: Path) -> None:
    db = connect(path)
    db.pragma("user_version", 99)
    db.close()


def write_other_program(path: Path) -> None:
    db = apsw.Connection(str(path))
    db.execute("CREATE TABLE bookmarks (url)")
    db.close()


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (write_garbage, "damaged or is not a database"),
        (break_header, "damaged or is not a database"),
        (break_schema, "damaged or is not a database"),
        (write_newer, f"version 99.* up to {len(MIGRATIONS)}"),
        (write_other_program, "of another program"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_and_left_as_it_is(
    tmp_path: Path, make: Callable[[Path], None], says: str
) -> None:
    path = tmp_path / "s.db"
    make(path)
    before = path.read_bytes()
    with pytest.raises(StoreError, match=says) as caught:
        connect(path)
    assert str(path) in caught.value.message
    assert caught.value.hint
    assert caught.value.exit_code == 1
    assert path.read_bytes() == before


def folder(path: Path) -> Path:
    path.mkdir()
    return path


def below_a_file(path: Path) -> Path:
    path.write_text("a file")
    return path / "home" / "sessions.db"


@pytest.mark.parametrize("place", [folder, below_a_file, lambda path: Path("/proc/research/sessions.db")])
def test_a_place_that_cannot_hold_a_file_is_a_plain_error(tmp_path: Path, place: Callable[[Path], Path]) -> None:
    with pytest.raises(StoreError, match="cannot be opened or written") as caught:
        connect(place(tmp_path / "x"))
    assert "RESEARCH_AGENT_HOME" in caught.value.hint


def sqlite_error(kind: type[Exception], code: str = "") -> Exception:
    error = kind("said by SQLite")
    if code:
        error.extendedresult = getattr(apsw, code)  # type: ignore[attr-defined]
    return error


@pytest.mark.parametrize(
    ("error", "says", "hint", "never"),
    [
        (sqlite_error(apsw.IOError, "SQLITE_IOERR_SHMMAP"), "without shared memory", "RESEARCH_AGENT_HOME", "full"),
        (sqlite_error(apsw.IOError, "SQLITE_IOERR_SHMOPEN"), "without shared memory", "RESEARCH_AGENT_HOME", "full"),
        (sqlite_error(apsw.IOError, "SQLITE_IOERR_SHMLOCK"), "without file locks", "RESEARCH_AGENT_HOME", "full"),
        (sqlite_error(apsw.IOError, "SQLITE_IOERR_LOCK"), "without file locks", "RESEARCH_AGENT_HOME", "full"),
        (sqlite_error(apsw.IOError, "SQLITE_IOERR_RDLOCK"), "without file locks", "RESEARCH_AGENT_HOME", "full"),
        (sqlite_error(apsw.IOError, "SQLITE_IOERR_READ"), "network is failing", "disk", "full"),
        (sqlite_error(apsw.IOError, "SQLITE_IOERR_WRITE"), "the disk is full, over its quota, or fail", "disk", "lock"),
        (sqlite_error(apsw.IOError, "SQLITE_IOERR_SHMSIZE"), "the disk is full", "disk", "shared memory"),
        (sqlite_error(apsw.IOError), "the disk is full, over its quota, or failing", "disk", "lock"),
        (sqlite_error(apsw.ReadOnlyError, "SQLITE_READONLY_DBMOVED"), "moved or deleted", "again", "read-only"),
        (sqlite_error(apsw.ReadOnlyError), "is read-only", "RESEARCH_AGENT_HOME", "full"),
        (sqlite_error(apsw.CantOpenError, "SQLITE_CANTOPEN_ISDIR"), "it is a folder", "RESEARCH_AGENT_HOME", "full"),
        (sqlite_error(apsw.FullError), "the disk is full", "Free some space", "RESEARCH_AGENT_HOME"),
        (OSError(errno.ENOSPC, "No space left on device"), "No space left", "Free some space", "folder"),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), "quota", "Free some space", "folder"),
        (OSError(errno.EROFS, "Read-only file system"), "Read-only", "RESEARCH_AGENT_HOME", "exists"),
        (OSError(errno.EMFILE, "Too many open files"), "Too many", "ulimit", "RESEARCH_AGENT_HOME"),
        (OSError(errno.EACCES, "Permission denied"), "Permission denied", "RESEARCH_AGENT_HOME", "full"),
        (OSError(errno.EIO, "Input/output error"), "Input/output", "disk", "RESEARCH_AGENT_HOME"),
        (OSError("odd"), "odd", "RESEARCH_AGENT_HOME", "None"),
    ],
)
def test_a_message_names_the_cause_and_no_other(
    error: Exception, says: str, hint: str, never: str, tmp_path: Path
) -> None:
    told = store_error(error, tmp_path / "s.db")
    assert says in told.message
    assert hint in told.hint
    assert never not in f"{told.message} {told.hint}"


@pytest.mark.parametrize(
    ("number", "says"),
    [
        (errno.ENOLCK, "without file locks"),
        (errno.EOPNOTSUPP, "without file locks"),
        (errno.ENOSYS, "without file locks"),
        (errno.EAGAIN, "locked by another program"),
        (errno.EACCES, "locked by another program"),
        (0, "locked by another program"),
    ],
)
def test_a_file_system_without_locks_is_not_told_as_another_program(
    number: int, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lock(*_: object) -> None:
        if number:
            raise OSError(number, os.strerror(number))

    monkeypatch.setattr("fcntl.lockf", lock)
    told = store_error(apsw.BusyError("database is locked"), tmp_path / "s.db")
    assert says in told.message
    assert ("RESEARCH_AGENT_HOME" in told.hint) is ("without" in says)


def test_a_migration_that_fails_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(db: apsw.Connection) -> None:
        db.execute("CREATE TABLE half (x)")
        raise apsw.FullError("disk full")

    path = tmp_path / "s.db"
    connect(path).close()
    monkeypatch.setattr("research_agent.memory.migrations.MIGRATIONS", (*MIGRATIONS, fail))
    with pytest.raises(StoreError, match="disk is full"):
        connect(path)
    monkeypatch.undo()
    db = connect(path)
    assert db.pragma("user_version") == len(MIGRATIONS)
    assert not db.execute("SELECT * FROM sqlite_schema WHERE name = 'half'").fetchall()
    db.close()


READING = """
import asyncio, json, resource, sys
from pathlib import Path
from research_agent.errors import StoreError
from research_agent.memory import open_memory
from research_agent.types import Answer

def answer(question):
    return Answer(session="s", turn=0, question=question, text="a", answer_from="model", status="complete")

async def main(path, told):
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
    for given in ({}, {"on_unwritable": lambda error: told.append(error.message)}):
        try:
            async with open_memory(path, **given) as memory:
                told.append([turn.question for turn in await memory.turns("s")])
                await memory.remember(answer("too late"))
        except StoreError as error:
            told.append(error.message)
    print(json.dumps(told))

asyncio.run(main(Path(sys.argv[1]), []))
"""

CRASHED = """
import asyncio, os, sys
from pathlib import Path
from research_agent.memory import open_memory
from research_agent.types import Answer

async def main(path):
    async with open_memory(path) as memory:
        await memory.remember(Answer(session="s", turn=0, question="in the log", text="a", answer_from="model",
                                     status="complete"))
        os._exit(0)

asyncio.run(main(Path(sys.argv[1])))
"""


def child(code: str, path: Path) -> str:
    done = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, check=True, timeout=60)
    return done.stdout


def test_where_there_is_no_room_to_write_what_is_stored_can_still_be_read(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    child(CRASHED, path)
    connect(path).close()
    before = path.read_bytes()
    refused, why, read, write = json.loads(child(READING, path))
    assert refused == why
    assert "disk is full" in why
    assert read == ["in the log"]
    assert "is read-only" in write
    assert path.read_bytes() == before


def test_a_log_with_something_in_it_is_never_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    child(CRASHED, path)
    connect(path).close()
    child(CRASHED, path)  # now there is a turn in the file, and another in the log alone
    (tmp_path / "s.db-shm").unlink()  # it must be made again, for which there is no room
    assert (tmp_path / "s.db-wal").stat().st_size > 0
    refused, again = json.loads(child(READING, path))
    assert refused == again
    assert "disk is full" in again
    # The twin that looks at the main file alone finds less than was stored.
    db = apsw.Connection(f"file:{path}?immutable=1", flags=apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI)
    assert db.execute("SELECT count(*) FROM messages WHERE role = 'user'").get == 1
    db.close()


def test_what_another_program_has_just_committed_is_read_too(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    other = connect(path)
    other.execute("INSERT INTO sessions (id, title, created, updated) VALUES ('s', x'', '', '')")
    db = connect_read_only(path)
    assert db.execute("SELECT id FROM sessions").fetchall() == [("s",)]
    with pytest.raises(apsw.ReadOnlyError):
        db.execute("DELETE FROM sessions")
    db.close()
    other.close()


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (write_garbage, "damaged or is not a database"),
        (write_newer, "version 99"),
        (write_other_program, "of another program"),
        (lambda path: path.touch(), "empty or of an older version"),
        (lambda path: None, "cannot be opened"),
    ],
)
def test_reading_refuses_what_writing_refuses(tmp_path: Path, make: Callable[[Path], None], says: str) -> None:
    path = tmp_path / "s.db"
    make(path)
    before = path.read_bytes() if path.exists() else None
    with pytest.raises(StoreError, match=says):
        connect_read_only(path)
    assert (path.read_bytes() if path.exists() else None) == before
