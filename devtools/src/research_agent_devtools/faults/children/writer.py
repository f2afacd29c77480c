"""
The processes that write for the rows of `writer`, and are killed.

`template` imports everything once and forks a writer for each cycle: a fork is a millisecond, an interpreter 200. It
has no thread and no open store when it forks. It kills the writer itself and tells what that had acknowledged.
`turns` is one of several processes that write at once.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import apsw

from research_agent.memory import Memory, open_memory
from research_agent.memory.mapping import add_turn
from research_agent.memory.writer import Writer
from research_agent.sqlite import fetch
from research_agent.types import Answer, Citation, Document

SESSION = "s"
NOW = "2026-01-02T00:00:00+00:00"


def answer(name: str, session: str = SESSION) -> Answer:
    """A turn with a document of its own and two citations; `name` is its question and stands in every text of it."""
    text = f"The text of {name}. " + "It has more words than are cited. " * 40
    document = Document(source="s", title=name, url=f"https://s.example/{name}", text=text, retrieved=NOW)
    first, second = f"The text of {name}.", "It has more words than are cited."
    cited: dict[str, Any] = {"n": 1, "document": document.id, "title": name, "url": document.url, "source": "s"}
    start = len(first) + 1
    return Answer(
        session=session,
        turn=0,
        question=name,
        text=f"{first} {second}",
        answer_from="model",
        status="complete",
        citations=(
            Citation(sentence=(0, len(first)), quote=first, start=0, end=len(first), score=1.0, **cited),
            Citation(
                sentence=(start, start + len(second)),
                quote=second,
                start=start,
                end=start + len(second),
                score=0.5,
                **cited,
            ),
        ),
        documents=(document,),
    )


def write_as(db: apsw.Connection, answer: Answer, number: int) -> None:
    """Write the turn under that number, whatever stands there, as a store does that saves what it has read."""
    db.execute(
        "INSERT INTO sessions (id, title, created, updated) VALUES (?, x'', '', '') ON CONFLICT DO NOTHING",
        (answer.session,),
    )
    db.execute("UPDATE sessions SET turns = ? WHERE id = ?", (number, answer.session))
    for table in ("messages", "retrievals"):
        db.execute(f"DELETE FROM {table} WHERE session = ? AND turn = ?", (answer.session, number))
    add_turn(db, answer, number, NOW)


class SaveLater:
    """Naive: the turn gets its number and is called saved, then it is saved in the background."""

    def __init__(self, memory: Memory, group: asyncio.TaskGroup, turns: int) -> None:
        self._memory, self._group, self._turns = memory, group, turns

    async def remember(self, answer: Answer) -> int:
        self._turns += 1
        self._group.create_task(self._save(answer))
        await asyncio.sleep(0.001)  # an answer takes its time
        return self._turns

    async def _save(self, answer: Answer) -> None:
        await asyncio.sleep(0.005)  # behind what the user waits for
        await self._memory.remember(answer)

    @classmethod
    @asynccontextmanager
    async def open(cls, path: Path) -> AsyncIterator[SaveLater]:
        async with open_memory(path) as memory, asyncio.TaskGroup() as group:
            yield cls(memory, group, sum(session.turns for session in await memory.sessions()))


class ReadThenWrite:
    """Naive: the number of the turn is read, then the turn is written under the next, each by itself."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    async def remember(self, answer: Answer) -> int:
        rows = await self._writer.run("read", lambda db: fetch(db, "SELECT turns FROM sessions"))
        number: int = rows[0][0] + 1 if rows else 1
        await self._writer.run("write", lambda db: write_as(db, answer, number))
        return number

    @classmethod
    @asynccontextmanager
    async def open(cls, path: Path) -> AsyncIterator[ReadThenWrite]:
        async with open_memory(path):
            writer = Writer(path)
            await writer.opened()
            try:
                yield cls(writer)
            finally:
                await writer.close()


OPEN: dict[str, Callable[[Path], AbstractAsyncContextManager[Any]]] = {
    "store": open_memory,
    "save later": SaveLater.open,
    "read, then write": ReadThenWrite.open,
}


async def remember(kind: str, path: Path, prefix: str, count: int, out: int, pause: float = 0.0) -> None:
    """Remember turns one after the other; a line for each that is acknowledged: its number and its name."""
    async with OPEN[kind](path) as memory:
        for place in range(count):
            name = f"{prefix}-{place}"
            number = await memory.remember(answer(name))
            os.write(out, f"{number} {name}\n".encode())
            if pause:
                await asyncio.sleep(pause)


def template() -> None:
    """For each line of standard input a writer that is killed; a line of what it had acknowledged for each."""
    for line in sys.stdin:
        print(json.dumps(one_cycle(**json.loads(line))), flush=True)


def one_cycle(kind: str, path: str, prefix: str, delay: float) -> list[str]:
    """Fork a writer, kill it `delay` seconds after its first acknowledgement; the lines that it had written whole."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        status = 1
        try:
            asyncio.run(remember(kind, Path(path), prefix, 1_000_000, writing))
        finally:
            os._exit(status)
    os.close(writing)
    with open(reading, "rb") as lines:
        first = lines.readline()
        time.sleep(delay)  # the moment of the kill is what is tried
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        told = [first, *lines.readlines()]
    assert os.WIFSIGNALED(status), f"the writer ended by itself: {told[-3:]}"
    return [line.decode().rstrip("\n") for line in told if line.endswith(b"\n")]


def turns(kind: str, path: str, prefix: str, count: str, pause: str) -> None:
    """Say that it is ready, wait for a line, remember `count` turns."""
    os.write(1, b"ready\n")
    sys.stdin.readline()
    asyncio.run(remember(kind, Path(path), prefix, int(count), 1, float(pause)))


if __name__ == "__main__":
    programs: dict[str, Callable[..., None]] = {"template": template, "turns": turns}
    programs[sys.argv[1]](*sys.argv[2:])
