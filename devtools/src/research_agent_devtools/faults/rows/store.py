"""The store's file: how it is opened, a full disk, one that may not be written, a kill during an upgrade."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest import mock

import apsw

from research_agent.errors import StoreError
from research_agent.memory import connection, migrations, open_memory
from research_agent.memory.backup import backup_path
from research_agent.sqlite import transaction
from research_agent_devtools.faults.row import Row, Run
from research_agent_devtools.samples.stored_sessions import RELEASED, SESSIONS, answer

CHILD = Path(__file__).parents[1] / "children" / "store.py"

Ask = Callable[..., Any]


@contextmanager
def children() -> Iterator[Ask]:
    """A process that forks one for each trial: an interpreter for each would take longer than the trial."""
    with subprocess.Popen([sys.executable, str(CHILD)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                          bufsize=1) as child:  # fmt: skip
        assert child.stdin
        assert child.stdout

        def ask(job: str, **wish: Any) -> Any:
            assert child.stdin
            assert child.stdout
            child.stdin.write(json.dumps({"job": job, **wish}) + "\n")
            return json.loads(child.stdout.readline())

        yield ask
        child.stdin.close()


# A4


def durable(run: Run) -> None:
    look_at_connections(run, connection._configure)


def durable_twin(run: Run) -> None:
    def naive(db: apsw.Connection, path: Path) -> None:
        connection._use_wal(db, path)
        with transaction(db, "BEGIN IMMEDIATE"):
            migrations.migrate(db, path)

    look_at_connections(run, naive)


def look_at_connections(run: Run, configure: Callable[[apsw.Connection, Path], None]) -> None:
    """What each connection of the store is set to, on an SQLite that was built for less; in several threads."""

    def less(db: apsw.Connection) -> None:
        if not db.readonly("main"):
            db.execute("PRAGMA synchronous = NORMAL")

    def settings(db: apsw.Connection) -> tuple[Any, ...]:
        return db.pragma("synchronous"), db.pragma("journal_mode"), db.pragma("busy_timeout") >= 5000

    async def use(path: Path) -> None:
        async with open_memory(path) as one, open_memory(path) as two:
            await one.remember(answer("s", 1))
            await two.turns("s")
            for memory in (one, two):
                found = await memory._writer.run("autocommit", settings)  # type: ignore[attr-defined]
                run.count("connections looked at")
                run.check(found == (2, "wal", True), f"synchronous, journal_mode, busy >= 5 s: {found}")

    apsw.connection_hooks.append(less)
    try:
        with mock.patch.object(connection, "_configure", configure), ThreadPoolExecutor(4) as threads:
            for number, _ in run.trials():
                paths = [run.folder / f"{number}-{place}.db" for place in range(4)]
                shutil.copy(RELEASED / "version-1.db", paths[0])
                list(threads.map(lambda path: asyncio.run(use(path)), paths))
    finally:
        apsw.connection_hooks.remove(less)


# A12


def full_disk(run: Run) -> None:
    fill(run, naive=False)


def full_disk_twin(run: Run) -> None:
    fill(run, naive=True)


def fill(run: Run, *, naive: bool) -> None:
    with children() as ask:
        for number, _ in run.trials():
            folder = run.folder / str(number)
            folder.mkdir()
            real = number % 2 == 1
            found = ask("fill_disk", path=str(folder), seed=number, real=real, naive=naive)
            if real and found.get("error", "").startswith(("PermissionError", "OSError")):
                run.count("trials with a limit on the file, since no disk can be made here")
                real = False
                found = ask("fill_disk", path=str(folder), seed=number, real=False, naive=naive)
            run.count("full disks (tmpfs)" if real else "limits on the file's size")
            if "error" in found:
                run.fail(f"trial {number}: {found['error']}")
                continue
            kept, acknowledged = found["kept"], found["acknowledged"]
            lost = [name for turn, name in acknowledged.items() if kept.get(turn) != name]
            run.check(not lost, f"trial {number}: acknowledged and lost: {lost}")
            run.check(found["whole"], f"trial {number}: the file is damaged")
            run.check("after" in kept.values(), f"trial {number}: no work after there was room again")
            unclear = [message for message in found["refused"] if "disk is full" not in message]
            run.check(not unclear, f"trial {number}: said {unclear}")
            run.count("turns acknowledged", len(acknowledged))


# A13

MODES = [(0o400, 0o700), (0o600, 0o500), (0o400, 0o500), (0o444, 0o555)]


def not_writable(run: Run) -> None:
    read(run, naive=False)


def not_writable_twin(run: Run) -> None:
    read(run, naive=True)


def read(run: Run, *, naive: bool) -> None:
    run.folder.chmod(0o755)
    with children() as ask:
        for number, rng in run.trials():
            path = run.folder / str(number) / "s.db"
            turns = rng.randrange(1, 6)
            asyncio.run(_store(path, turns))
            path.with_name("s.db.lock").unlink()
            before = path.read_bytes()
            mode, folder_mode = MODES[number % len(MODES)]
            found = ask("read_only", path=str(path), mode=mode, folder_mode=folder_mode, naive=naive)
            tried = f"trial {number}, file {mode:o} in folder {folder_mode:o}"
            if "error" in found:
                run.fail(f"{tried}: {found['error']}")
                continue
            expected = [answer("s", number).question for number in range(1, turns + 1)]
            run.check(found["kept"] == expected, f"{tried}: read {found['kept']}")
            run.check(all(found["told"]), f"{tried}: said {found['told']}")
            run.check(path.read_bytes() == before, f"{tried}: the file was changed")


async def _store(path: Path, turns: int) -> None:
    async with open_memory(path) as memory:
        for number in range(1, turns + 1):
            await memory.remember(answer("s", number))


# A15


def upgrade(run: Run) -> None:
    kill_upgrades(run, naive=False)


def upgrade_twin(run: Run) -> None:
    kill_upgrades(run, naive=True)


STATEMENTS = 120
"""A little more than an upgrade runs of them."""


def kill_upgrades(run: Run, *, naive: bool) -> None:
    """Every released version's file, killed while it is brought to this one; then opened as if nothing had been."""
    released = sorted(RELEASED.glob("version-*.db"))
    with children() as ask:
        for number, rng in run.trials():
            path = run.folder / f"{number}.db"
            shutil.copy(released[number % len(released)], path)
            by_time = number % 2
            delay, statement = (rng.uniform(0, 0.05), -1) if by_time else (None, rng.randrange(STATEMENTS))
            hit = ask("migrate", path=str(path), delay=delay, statement=statement, naive=naive)
            run.count("kills that hit the upgrade" if hit else "upgrades that were through")
            for problem in _problems(path):
                run.fail(f"trial {number}: {problem}")
            for file in run.folder.glob(f"{path.name}*"):
                file.unlink()


def _problems(path: Path) -> Iterator[str]:
    before = apsw.Connection(str(path))
    version = before.pragma("user_version")
    columns = [row[1] for row in before.execute("PRAGMA table_info(messages)")]
    before.close()
    if ("digest" in columns) != (version > 1):
        yield f"half an upgrade: version {version} with the columns {columns}"
    try:
        asyncio.run(_read_all(path))
    except (StoreError, AssertionError) as error:
        yield f"{error!r}"
    if (backup := backup_path(path, 1)).exists():
        copy = apsw.Connection(str(backup))
        if (copy.pragma("user_version"), copy.pragma("integrity_check")) != (1, "ok"):
            yield "the backup is not what was there before"
        copy.close()
    else:
        yield "there is no backup"


async def _read_all(path: Path) -> None:
    async with open_memory(path) as memory:
        for session, turns in (SESSIONS | {"river": 9}).items():
            kept = [turn.answer for turn in await memory.turns(session)]
            assert kept == [replace(answer(session, number), turn=number) for number in range(1, turns + 1)], session


ROWS = (
    Row(
        id="A4",
        fault="an SQLite built for synchronous=NORMAL, four threads, an upgrade",
        guarantee="every connection that may write has synchronous=FULL, WAL and waits 5 s or more for a lock",
        quick=2,
        full=50,
        unit="rounds",
        try_it=durable,
        twin=durable_twin,
        twin_is="leaves `synchronous` as SQLite was built",
        twin_trials=1,
    ),
    Row(
        id="A12",
        fault="the disk fills up while turns are stored, then has room again",
        guarantee="no acknowledged turn is lost, the error says why, and work goes on",
        quick=6,
        full=100,
        unit="disks",
        try_it=full_disk,
        twin=full_disk_twin,
        twin_is="acknowledges a turn whose write failed",
        twin_trials=2,
    ),
    Row(
        id="A13",
        fault="the file, its folder or both may only be read",
        guarantee="every turn can be read, a write says why not, the file is not changed",
        quick=8,
        full=200,
        unit="files",
        try_it=not_writable,
        twin=not_writable_twin,
        twin_is="opens every file for writing",
        twin_trials=4,
    ),
    Row(
        id="A15",
        fault="kill -9 while the file of an older version is upgraded",
        guarantee="the file is of the one version or of the other, all turns are there, and so is the backup",
        quick=40,
        full=500,
        unit="kills",
        try_it=upgrade,
        twin=upgrade_twin,
        twin_is="upgrades without a transaction",
        twin_trials=40,
    ),
)
