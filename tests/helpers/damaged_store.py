"""Stores that are damaged on purpose, and what must still be read from them."""

from __future__ import annotations

import stat
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import apsw

from research_agent.memory import open_memory
from research_agent.types import Turn
from research_agent_devtools.samples.stored_sessions import SESSIONS, SUMMARY, answer

HEAD = "x" * 100
WHOLE = {session: list(range(1, turns + 1)) for session, turns in SESSIONS.items()}


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
