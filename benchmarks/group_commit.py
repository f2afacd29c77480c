"""
What committing together gives: turns a second at synchronous=FULL with many sessions writing at once.

It is the product's store, against the same store with a commit for each turn:

    python benchmarks/group_commit.py [--sessions 100] [--turns 20] [--rounds 9] [--folder .]

Both sides write the same turns (a document of 2 KB, two citations) to a new file and say a turn is saved only after
the commit that holds it is synced. The rounds alternate, so that a busy minute of the machine meets both. The
folder has to be on a real disk: the less a sync takes there, the less there is to share.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import apsw

from research_agent.evals.result import Machine
from research_agent.memory import open_memory
from research_agent.memory.writer import Work, Writer
from research_agent.types import Answer, Citation, Document, SourceReport

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
    told = {"n": 1, "document": document.id, "title": "Lumen", "url": document.url, "source": "wikipedia", "score": 1.0}
    start = len(opening)
    return Answer(
        session=session,
        turn=0,
        question=f"What is said of {number}?",
        text=said,
        answer_from="model",
        status="complete",
        citations=(
            Citation(sentence=(0, len(first)), quote=text[: len(first)], start=0, end=len(first), **told),
            Citation(
                sentence=(len(first) + 5, len(first) + 5 + len(second)),
                quote=text[start : start + len(second)],
                start=start,
                end=start + len(second),
                **told,
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

    def apart(self: Writer, db: apsw.Connection, group: Sequence[Work]) -> None:
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
    return 1000 * statistics.median(taken)


def measure(folder: Path, answers: Sequence[Sequence[Answer]]) -> tuple[float, float]:
    """One round on a new file: turns a second, and the 99th percentile of the milliseconds to a commit."""
    with tempfile.TemporaryDirectory(dir=folder, prefix="group-commit-") as home:
        seconds, waited = asyncio.run(write(Path(home) / "s.db", answers))
    return len(waited) / seconds, 1000 * statistics.quantiles(waited, n=100)[98]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[1])
    parser.add_argument("--sessions", type=int, default=100)
    parser.add_argument("--turns", type=int, default=20, help="of each session, in each round")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--folder", type=Path, default=Path(), help="on the disk that is measured")
    given = parser.parse_args()
    answers = [[answer(f"s{s:03}", n) for n in range(given.turns)] for s in range(given.sessions)]
    together, apart, syncs = [], [], []
    for number in range(given.rounds + 1):
        syncs.append(sync_ms(given.folder))
        pair = [measure(given.folder, answers)]
        with one_commit_a_turn():
            pair.append(measure(given.folder, answers))
        if number:  # the first is for the caches
            together.append(pair[0])
            apart.append(pair[1])
    machine = Machine()
    print(
        f"{given.sessions} sessions at once, {given.turns} turns each, synchronous=FULL; {given.rounds} rounds, medians"
    )
    print(f"{machine.cores} cores of {machine.cpu}, load {machine.load} a core, Python {machine.python}, "
          f"SQLite {apsw.sqlite_lib_version()}, a sync takes {statistics.median(syncs):.2f} ms\n")  # fmt: skip
    print(f"{'':24}{'turns/s':>10}{'(least to most)':>18}{'p99 ms':>10}")
    for name, rounds in (("committed together", together), ("a commit for each turn", apart)):
        rates, slow = zip(*rounds, strict=True)
        spread = f"{min(rates):,.0f} to {max(rates):,.0f}"
        print(f"{name:24}{statistics.median(rates):>10,.0f}{spread:>18}{statistics.median(slow):>10.1f}")
    ratios = [one / other for (one, _), (other, _) in zip(together, apart, strict=True)]
    print(f"\n{statistics.median(ratios):.1f} times as many (each round: {min(ratios):.1f} to {max(ratios):.1f})")


if __name__ == "__main__":
    main()
