"""What committing together gives: turns a second that are on disk, with many sessions writing at once."""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import apsw

from research_agent.memory import open_memory
from research_agent.memory.writer import Operation, Writer
from research_agent.types import Answer, Citation, Document, SourceReport
from research_agent_devtools.benchmarks.homes import a_home
from research_agent_devtools.benchmarks.measurement import Result, Row, Run, at_least, compared, interleave
from research_agent_devtools.kernel.statistics import median

SESSIONS = 100
SENTENCE = "The Lumen is 412 kilometres long and does not freeze in winter. "


def answer(session: str, number: int) -> Answer:
    """A turn as a session has it: two sentences, each with its words of one document of 2 KB."""
    opening = f"Question {number} of {session} is answered here. "
    text = opening + SENTENCE * ((2048 - len(opening)) // len(SENTENCE))
    document = Document(
        source="wikipedia",
        title="Lumen",
        url=f"https://en.wikipedia.org/wiki/{session}_{number}",
        text=text,
        retrieved="2026-01-02T00:00:00+00:00",
        licence="CC BY-SA 4.0",
    )
    first, second = opening.strip(), SENTENCE.strip()
    said = f"{first} [1] {second} [1]"
    place: dict[str, Any] = {"n": 1, "document": document.id, "title": "Lumen", "url": document.url}
    place |= {"source": "wikipedia", "score": 1.0}
    start = len(opening)
    return Answer(
        session=session,
        turn=0,
        question=f"What is said of {number}?",
        text=said,
        answer_from="model",
        status="complete",
        citations=(
            Citation(sentence=(0, len(first)), quote=text[: len(first)], start=0, end=len(first), **place),
            Citation(
                sentence=(len(first) + 5, len(first) + 5 + len(second)),
                quote=text[start : start + len(second)],
                start=start,
                end=start + len(second),
                **place,
            ),
        ),
        sources=(SourceReport(name="wikipedia", status="ok", documents=1, ms=100),),
        timings={"plan": 0.41, "fetch": 0.62, "first_token": 1.1, "total": 2.3},
        documents=(document,),
    )


@contextmanager
def one_commit_a_turn() -> Iterator[None]:
    """The same writer, but each turn of a group is committed, synced and acknowledged before the next begins."""
    together = Writer._commit

    def apart(self: Writer, db: apsw.Connection, group: Sequence[Operation]) -> None:
        for item in group:
            together(self, db, [item])

    Writer._commit = apart  # type: ignore[method-assign]
    try:
        yield
    finally:
        Writer._commit = together  # type: ignore[method-assign]


async def write(path: Path, answers: Sequence[Sequence[Answer]]) -> tuple[float, list[float]]:
    """All sessions at once, each its turns one after the other; seconds for all, and of each turn to its commit."""
    waited: list[float] = []

    async def converse(turns: Sequence[Answer]) -> None:
        for turn in turns:
            start = time.perf_counter()
            await memory.remember(turn)
            waited.append(time.perf_counter() - start)

    async with open_memory(path) as memory:
        start = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for turns in answers:
                group.create_task(converse(turns))
        seconds = time.perf_counter() - start
        stored = await memory.sessions()
    assert [session.turns for session in stored] == [len(turns) for turns in answers]
    return seconds, waited


def sync_ms(folder: Path, times: int = 50) -> float:
    """The median milliseconds of one small append and its sync on this disk."""
    taken = []
    with tempfile.TemporaryFile(dir=folder) as file:
        for _ in range(times):
            start = time.perf_counter()
            os.write(file.fileno(), b"x" * 4096)
            os.fdatasync(file.fileno())
            taken.append(time.perf_counter() - start)
    return 1000 * median(taken)


async def group_commit(run: Run) -> Result:
    sessions, turns = run.pick(SESSIONS, SESSIONS), run.pick(5, 20)
    answers = [[answer(f"s{s:03}", n) for n in range(turns)] for s in range(sessions)]
    syncs: list[float] = []

    async def together() -> dict[str, float]:
        with a_home(parts=False) as home:  # a new file on the project's own disk
            syncs.append(sync_ms(home))
            seconds, waited = await write(home / "sessions.db", answers)
        slow = sorted(waited)[int(0.99 * (len(waited) - 1))]
        return {"turns/s": len(waited) / seconds, "a turn, p99": slow}

    async def apart() -> dict[str, float]:
        with one_commit_a_turn():
            return await together()

    samples = await interleave(run.pick(3, 9), {"committed together": together, "a commit for each turn": apart})
    result = Result()
    result.add(samples)
    ours, theirs = samples["committed together"], samples["a commit for each turn"]
    result.lines = [
        compared(f"turns saved, {sessions} sessions", ours, theirs, key="turns/s", unit="turns/s",
                 is_="a commit for each turn", goal=at_least(4)),
    ]  # fmt: skip
    result.notes = [
        f"synchronous=FULL, {turns} turns a session and round, a document of 2 KB each; a sync takes "
        f"{median(syncs):.2f} ms on this disk, SQLite {apsw.sqlite_lib_version()}. The less a sync takes, "
        "the less there is to share.",
    ]
    return result


ROWS = [
    Row(
        name="saved",
        title="Turns saved",
        about="A turn is called saved only when the commit that holds it is synced; sessions share commits.",
        run=group_commit,
    )
]
