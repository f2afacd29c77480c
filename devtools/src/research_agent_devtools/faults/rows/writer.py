"""The store's writer: killed in mid-write, two processes at once, many threads at once."""

from __future__ import annotations

import asyncio
import json
import random
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import apsw

from research_agent.errors import StoreError, UnknownSessionError
from research_agent.memory import Memory, open_memory
from research_agent.memory.connection import connect
from research_agent.sqlite import fetch, transaction
from research_agent.types import Answer, Turn
from research_agent_devtools.faults.children.writer import SESSION, answer, write_as
from research_agent_devtools.faults.row import Row, Run
from research_agent_devtools.kernel.statistics import percentile

CHILD = Path(__file__).parents[1] / "children" / "writer.py"
CYCLES = 50
"""Kills of one file, before it is read and the next is begun."""


def stored(path: Path) -> tuple[Turn, ...]:
    async def read() -> tuple[Turn, ...]:
        async with open_memory(path) as memory:
            try:
                return await memory.turns(SESSION)
            except UnknownSessionError:
                return ()

    return asyncio.run(read())


def check_store(run: Run, path: Path, acknowledged: Sequence[str], tried: str) -> int:
    """Whether all that was acknowledged ("number name") is in the file, whole, and in one row; how many turns are."""
    kept = {turn.number: turn.answer for turn in stored(path)}
    lost = [line for line in acknowledged if not _is_whole(kept, line)]
    if lost:
        run.fail(f"{tried}: {len(lost)} of {len(acknowledged)} acknowledged turns are lost: {lost[:3]}", len(lost))
    run.check(list(kept) == list(range(1, len(kept) + 1)), f"{tried}: turns are numbered {list(kept)[:20]} ...")
    db = connect(path)
    run.check(db.pragma("integrity_check") == "ok", f"{tried}: the file is damaged")
    run.check(not db.execute("PRAGMA foreign_key_check").fetchall(), f"{tried}: rows point at nothing")
    db.close()
    return len(kept)


def _is_whole(kept: Mapping[int, Answer], line: str) -> bool:
    number, name = line.split(" ", 1)
    given = answer(name)
    found = kept.get(int(number))
    parts = ("question", "text", "citations", "documents")
    return all(getattr(found, part, None) == getattr(given, part) for part in parts)


# A1


def kill_store(run: Run) -> None:
    kill(run, "store")


def kill_twin(run: Run) -> None:
    kill(run, "save later")


def kill(run: Run, kind: str) -> None:
    """A writer forked for each trial, on the file that the writers before it were killed over."""
    acknowledged: list[str] = []
    path = run.folder / "0.db"
    with subprocess.Popen([sys.executable, str(CHILD), "template"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          text=True, bufsize=1) as template:  # fmt: skip
        assert template.stdin
        assert template.stdout
        for number, rng in run.trials():
            path = run.folder / f"{number // CYCLES}.db"
            wish = {"kind": kind, "path": str(path), "prefix": f"cycle{number}", "delay": rng.uniform(0, 0.03)}
            template.stdin.write(json.dumps(wish) + "\n")
            told = json.loads(template.stdout.readline())
            run.count("turns acknowledged", len(told))
            acknowledged += told
            if (number + 1) % CYCLES == 0:
                look(run, path, acknowledged, f"kills up to {number}")
                acknowledged = []
        template.stdin.close()
    if acknowledged:
        look(run, path, acknowledged, "the last kills")


def look(run: Run, path: Path, acknowledged: Sequence[str], tried: str) -> None:
    kept = check_store(run, path, acknowledged, tried)
    run.count("turns committed, and killed before that was said", max(0, kept - len(acknowledged)))
    for file in path.parent.glob(f"{path.name}*"):
        file.unlink()


# A5

TURNS = 500


def two_processes(run: Run) -> None:
    at_once(run, "store", TURNS)


def two_processes_twin(run: Run) -> None:
    at_once(run, "read, then write", 100)


def at_once(run: Run, kind: str, turns: int) -> None:
    """Two processes that make the store and remember `turns` turns each in one new session."""
    for number, _ in run.trials():
        path = run.folder / str(number) / "s.db"
        children = [start(kind, path, name, turns) for name in ("one", "two")]
        for child in children:
            assert child.stdout
            assert child.stdout.readline() == "ready\n"
        for child in children:
            assert child.stdin
            child.stdin.write("go\n")
            child.stdin.flush()
        told = [child.communicate(timeout=300) for child in children]
        for child, (_, errors) in zip(children, told, strict=True):
            run.check(child.returncode == 0, f"pair {number}: a process ended with {last_line(errors)}")
        lines = sorted((line for out, _ in told for line in out.splitlines()), key=lambda line: int(line.split()[0]))
        kept = check_store(run, path, lines, f"pair {number}")
        run.check(kept == 2 * turns, f"pair {number}: {kept} of {2 * turns} turns are stored")
        names = [line.split()[1].split("-")[0] for line in lines]
        run.count("turns remembered", len(lines))
        run.count("times the other process was next", sum(one != then for one, then in pairwise(names)))


def start(kind: str, path: Path, name: str, turns: int) -> subprocess.Popen[str]:
    argv = [sys.executable, str(CHILD), "turns", kind, str(path), name, str(turns), "0.0005"]
    pipe = subprocess.PIPE
    return subprocess.Popen(argv, stdin=pipe, stdout=pipe, stderr=pipe, text=True)


def last_line(text: str) -> str:
    return (text.strip().splitlines() or [""])[-1]


# A6

THREADS = 32
READS = 0.1
"""The share of turns after which the session is read."""


@dataclass
class Told:
    """What the threads were told: acknowledged turns ("number name"), seconds to each, errors; how often they read."""

    lines: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    reads: int = 0


Converse = Callable[[Path, Sequence[tuple[int, random.Random]], int, Told], None]


def threads(run: Run) -> None:
    many_threads(run, one_store, 200)


def threads_twin(run: Run) -> None:
    many_threads(run, deferred, 20)


def many_threads(run: Run, converse: Converse, turns: int) -> None:
    """All threads at once on one new session, `turns` turns each."""
    for number, rng in run.trials():
        path, told = run.folder / f"{number}.db", Told()
        converse(path, [(thread, random.Random(rng.random())) for thread in range(THREADS)], turns, told)
        for error in sorted(set(told.errors)):
            run.fail(f"round {number}: {error}", told.errors.count(error))
        kept = check_store(run, path, told.lines, f"round {number}")
        run.check(kept == THREADS * turns, f"round {number}: {kept} of {THREADS * turns} turns are stored")
        run.count("turns remembered", len(told.lines))
        run.count("reads meanwhile", told.reads)
        run.worst("milliseconds to a commit, 99th percentile,", 1000 * percentile(told.seconds, 99))


def one_store(path: Path, numbered: Sequence[tuple[int, random.Random]], turns: int, told: Told) -> None:
    """One open store for all of them; each thread has an event loop of its own."""

    async def converse(memory: Memory, thread: int, rng: random.Random) -> None:
        for place in range(turns):
            name = f"thread{thread}-{place}"
            given, start = answer(name), time.perf_counter()
            try:
                number = await memory.remember(given)
            except StoreError as error:
                told.errors.append(str(error))
                continue
            told.seconds.append(time.perf_counter() - start)
            told.lines.append(f"{number} {name}")
            if rng.random() < READS:
                (session,) = await memory.sessions()
                read = await memory.document(given.documents[0].id)
                told.reads += 1
                if session.turns < number or read != given.documents[0]:
                    told.errors.append("a turn that was acknowledged is not read")

    async def all_of_them() -> None:
        async with open_memory(path) as memory:
            with ThreadPoolExecutor(THREADS) as pool:
                loops = [pool.submit(asyncio.run, converse(memory, *one)) for one in numbered]
                for loop in loops:
                    await asyncio.wrap_future(loop)

    asyncio.run(all_of_them())


def deferred(path: Path, numbered: Sequence[tuple[int, random.Random]], turns: int, told: Told) -> None:
    """Naive: a connection for each thread, and a transaction that is begun as Python's sqlite3 does, without a lock."""

    def converse(thread: int) -> None:
        db = connect(path)
        for place in range(turns):
            name = f"thread{thread}-{place}"
            start = time.perf_counter()
            try:
                number = read_and_write(db, answer(name))
            except apsw.Error as error:
                told.errors.append(type(error).__name__)
                continue
            told.seconds.append(time.perf_counter() - start)
            told.lines.append(f"{number} {name}")
        db.close()

    connect(path).close()
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(converse, [thread for thread, _ in numbered]))


def read_and_write(db: apsw.Connection, answer: Answer) -> int:
    with transaction(db, "BEGIN"):
        rows = fetch(db, "SELECT turns FROM sessions")
        number: int = rows[0][0] + 1 if rows else 1
        write_as(db, answer, number)
    return number


ROWS = (
    Row(
        id="A1",
        fault="kill -9 of the store's writer, 0 to 30 ms after its first acknowledgement",
        guarantee="every acknowledged turn is stored whole, turns are numbered without a gap, the file is sound",
        quick=50,
        full=10_000,
        seconds=1200,
        try_it=kill_store,
        twin=kill_twin,
        twin_is="a turn is called saved, then saved in the background",
        twin_trials=10,
        unit="kills",
    ),
    Row(
        id="A5",
        fault=f"two processes make the store and write {TURNS} turns each into one session at once",
        guarantee=f"all {2 * TURNS} turns are stored whole, numbered without a gap, and no process meets an error",
        quick=1,
        full=20,
        try_it=two_processes,
        twin=two_processes_twin,
        twin_is="the number of the turn is read first, then the turn is written",
        twin_trials=1,
        unit="pairs",
    ),
    Row(
        id="A6",
        fault=f"{THREADS} threads write 200 turns each into one session at once, and read it now and then",
        guarantee="all turns are stored whole, numbered without a gap, read once acknowledged, without an error",
        quick=1,
        full=20,
        try_it=threads,
        twin=threads_twin,
        twin_is="a connection for each thread and a plain BEGIN",
        twin_trials=1,
        unit="rounds",
    ),
)
