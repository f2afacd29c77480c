"""Real processes, really killed."""

from __future__ import annotations

import asyncio
import random
import signal
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

from research_agent.errors import UnknownSessionError
from research_agent.memory import open_memory
from research_agent.memory.connection import connect

CYCLES = 60

WRITE_FOREVER = """
import asyncio, os, sys
from pathlib import Path
from research_agent.memory import open_memory
from research_agent.types import Answer, Document

def answer(name):
    document = Document(source="s", title="t", url="u", text=f"The text of {name}. " * 50, retrieved="2026")
    return Answer(session="s", turn=0, question=name, text="a", answer_from="model", status="complete",
                  documents=(document,))

async def main(path, prefix, count, pause):
    os.write(1, b"ready\\n")
    sys.stdin.readline()
    async with open_memory(path) as memory:
        for i in range(int(count)):
            name = f"{prefix}-{i}"
            number = await memory.remember(answer(name))
            os.write(1, f"{number} {name}\\n".encode())
            await asyncio.sleep(float(pause))
"""
RUN = "asyncio.run(main(Path(sys.argv[1]), *sys.argv[2:]))\n"

ACKNOWLEDGE_FIRST = """
import threading
from research_agent.memory import writer

def acknowledge_first(self, db, group):
    for item in group:
        self._settle(item, writer.Outcome(1, None))
    threading.Event().wait()  # the kill comes before the write

writer.Writer._commit = acknowledge_first
"""


def start(code: str, path: Path, prefix: str, count: int, pause: float = 0.0) -> subprocess.Popen[str]:
    argv = [sys.executable, "-c", code, str(path), prefix, str(count), str(pause)]
    return subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def go(child: subprocess.Popen[str]) -> None:
    assert child.stdin
    child.stdin.write("go\n")
    child.stdin.flush()


def acknowledged_until_killed(code: str, path: Path, prefix: str, delay: float) -> list[str]:
    with start(code, path, prefix, 1_000_000) as child:
        assert child.stdout
        assert child.stdout.readline() == "ready\n"
        go(child)
        first = child.stdout.readline()
        time.sleep(delay)  # the moment of the kill is what is tried
        child.send_signal(signal.SIGKILL)
        lines = [first, *child.stdout.readlines()]
    return [line.rstrip("\n") for line in lines if line.endswith("\n")]


def stored(path: Path) -> list[str]:
    async def read() -> list[str]:
        async with open_memory(path) as memory:
            try:
                return [f"{turn.number} {turn.question}" for turn in await memory.turns("s")]
            except UnknownSessionError:
                return []

    return asyncio.run(read())


def test_kill_9_at_any_moment_loses_no_acknowledged_turn(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    acknowledged: list[str] = []
    for cycle in range(CYCLES):
        delay = random.uniform(0, 0.03)
        acknowledged += acknowledged_until_killed(WRITE_FOREVER + RUN, path, f"cycle{cycle}", delay)
    kept = stored(path)
    assert len(acknowledged) >= CYCLES
    assert set(acknowledged) - set(kept) == set()
    assert [int(line.split()[0]) for line in kept] == list(range(1, len(kept) + 1))
    db = connect(path)
    assert db.pragma("integrity_check") == "ok"
    assert not db.execute("PRAGMA foreign_key_check").fetchall()
    db.close()


def test_broken_twin_that_acknowledges_before_the_commit_loses_the_turn(tmp_path: Path) -> None:
    code = WRITE_FOREVER + ACKNOWLEDGE_FIRST + RUN
    acknowledged = acknowledged_until_killed(code, tmp_path / "s.db", "twin", 0.0)
    assert acknowledged == ["1 twin-0"]
    assert stored(tmp_path / "s.db") == []


def test_two_processes_on_one_new_session_interleave_and_lose_nothing(tmp_path: Path) -> None:
    for attempt in range(5):
        lines = two_at_once(tmp_path / f"home{attempt}" / "s.db")
        writers = [line.split()[1].split("-")[0] for line in lines]
        if (switches := sum(one != next_one for one, next_one in pairwise(writers))) > 10:
            break  # on a busy machine the one may be through before the other is given a processor
    assert switches > 10, "they did run at the same time"


def two_at_once(path: Path) -> list[str]:
    """Two processes remember a hundred turns each; what they were told, in the order of the turns' numbers."""
    children = [start(WRITE_FOREVER + RUN, path, name, 100, pause=0.001) for name in ("one", "two")]
    assert [child.stdout and child.stdout.readline() for child in children] == ["ready\n"] * 2
    for child in children:
        go(child)
    outputs = [child.communicate(timeout=60)[0].splitlines() for child in children]
    assert [child.returncode for child in children] == [0, 0]
    assert [len(lines) for lines in outputs] == [100, 100]
    lines = sorted((line for lines in outputs for line in lines), key=lambda line: int(line.split()[0]))
    assert lines == stored(path)
    assert [int(line.split()[0]) for line in lines] == list(range(1, 201))
    return lines
