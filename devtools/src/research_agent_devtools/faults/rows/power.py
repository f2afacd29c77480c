"""
Power cuts, simulated: the real store writes to a disk in memory (`disk`), which is cut off at any operation.

The operations of a stretch of work are noted once; each trial cuts them somewhere, opens what is left with the real
store, and looks. A later stretch often begins on what a cut of the one before it has left, so that the repair after a
cut is cut off too.
"""

from __future__ import annotations

import asyncio
import random
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

import apsw

from research_agent.errors import StoreError
from research_agent.memory import Memory, open_memory
from research_agent.memory import writer as _writer
from research_agent.memory.connection import connect
from research_agent.memory.mapping import read_turns
from research_agent.sqlite import fetch
from research_agent.types import Answer, Turn
from research_agent_devtools.faults.children.writer import answer
from research_agent_devtools.faults.row import Row, Run
from research_agent_devtools.faults.simulated_disk import Disk, Image, Log, Op, Said, mounted

CUTS = 250
"""Cuts of one stretch of work."""
STARTED = 10
"""The program itself is started after one cut in so many, for it needs a real disk."""
LARGE = 250_000
"""Bytes of a disk on which no further stretch is begun: each cut copies it."""
PARTS = ("question", "text", "citations", "documents", "status", "answer_from")
Kept = Mapping[str, tuple[str, ...]]
"""Session -> names of its turns, in order."""


@dataclass
class Stretch:
    """A stretch of work: the disk it began on, what that held, what was done, and where it is cut (in order)."""

    image: Image
    before: Kept
    log: Log
    cuts: list[int]
    disk: Disk = field(init=False)
    at: int = 0
    saved: dict[str, list[str]] = field(init=False)
    leaving: set[str] = field(default_factory=set)
    left: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.disk = Disk(self.image)
        self.saved = {session: list(names) for session, names in self.before.items()}

    def go_to(self, cut: int) -> None:
        """Do all that was done before that operation."""
        for item in self.log[self.at : cut]:
            if isinstance(item, Op):
                self.disk.do(item)
            else:
                self._hear(item)
        self.at = max(self.at, cut)

    @property
    def repairing(self) -> bool:
        """Whether it began on what a cut had left, and nothing new was saved yet."""
        return bool(self.before) and not any(isinstance(item, Said) for item in self.log[: self.at])

    def _hear(self, said: Said) -> None:
        if said.kind == "saved":
            session, number, name = said.what
            names = self.saved.setdefault(session, [])
            names.extend([""] * (number - len(names)))
            names[number - 1] = name
        else:
            (self.leaving if said.kind == "deleting" else self.left).add(said.what)


def power_cuts(run: Run) -> None:
    cut(run, lambda batch: "")


def power_cuts_twin(run: Run) -> None:
    cut(run, lambda batch: ("NORMAL", "OFF")[batch % 2])


def cut(run: Run, synchronous: Callable[[int], str]) -> None:
    """One cut a trial; after `CUTS` of them the next stretch of work."""
    image: Image = {}
    kept: Kept = {}
    stretch: Stretch | None = None
    for number, rng in run.trials():
        batch, place = divmod(number, CUTS)
        level = synchronous(batch)
        if stretch is None or place == 0:
            if level or rng.random() < 0.3 or sum(map(len, image.values())) > LARGE:
                image, kept = {}, {}
            stretch = work(run.folder / "s.db", image, kept, rng, f"b{batch}", level)
            run.count("operations noted", len(stretch.log))
            chosen = rng.randrange(CUTS)
        stretch.go_to(stretch.cuts[place])
        left = stretch.disk.cut(rng)
        run.count("cuts with writes on their way", stretch.disk.busy)
        run.count("cuts before the first turn after a cut", stretch.repairing)
        problem, found = look(run.folder / "s.db", stretch, left)
        if not problem and place % STARTED == 0 and not level:
            run.count("cuts after which the program was started on a real disk")
            problem = start(run.folder / str(number), stretch, left)
        if problem:
            run.fail(f"cut {number}: {problem}")
            run.count(f"{problem.split(':')[0]}{f' at synchronous={level}' if level else ''}")
        elif place == chosen:
            image, kept = left, found
        else:
            run.count("turns found again", sum(map(len, found.values())))


def work(path: Path, image: Image, kept: Kept, rng: random.Random, prefix: str, synchronous: str) -> Stretch:
    """Do a stretch of work with the real store on a disk in memory, and choose where it is cut."""
    log: Log = []
    with mounted(image, log), early_checkpoints(rng.choice((8, 40, 1000))), sync_as(synchronous):
        for life in range(rng.randint(1, 3)):
            asyncio.run(live(path, log, rng, f"{prefix}-{life}"))
    return Stretch(image, kept, log, sorted(rng.randrange(len(log) + 1) for _ in range(CUTS)))


async def live(path: Path, log: Log, rng: random.Random, prefix: str) -> None:
    """Open the store, write turns of a few sessions at once, delete a session now and then, close it."""
    sessions = [f"{prefix}-{letter}" for letter in "abc"]
    async with open_memory(path, condense_after=rng.choice((4, 20))) as memory:
        for step in range(rng.randint(1, 8)):
            if rng.random() < 0.1 and step:
                gone = sessions.pop()
                if any(isinstance(item, Said) and item.kind == "saved" and item.what[0] == gone for item in log):
                    log.append(Said("deleting", gone))
                    await memory.delete(gone)
                    log.append(Said("deleted", gone))
                sessions.append(f"{prefix}-{step}")
            async with asyncio.TaskGroup() as group:
                for place in range(rng.choice((1, 1, 2, 5))):
                    given = answer(f"{prefix}.{step}.{place}", rng.choice(sessions))
                    group.create_task(remember(memory, given, log))


async def remember(memory: Memory, given: Answer, log: Log) -> None:
    number = await memory.remember(given)
    log.append(Said("saved", (given.session, number, given.question)))


def look(path: Path, stretch: Stretch, left: Image) -> tuple[str, Kept]:
    """Open what is left with the real store: what is wrong with it ("" if nothing), and what it holds."""
    try:
        with mounted(left, []):
            db = connect(path)
            try:
                whole = db.pragma("integrity_check")
                dangling = fetch(db, "PRAGMA foreign_key_check")
                turns = {session: read_turns(db, session) for (session,) in fetch(db, "SELECT id FROM sessions")}
            finally:
                db.close()
    except (StoreError, apsw.Error, ValueError, TypeError, LookupError) as error:
        return f"damaged file: {error}", {}
    if whole != "ok" or dangling:
        return f"damaged file: {whole}, {dangling}", {}
    return compare(stretch, turns)


def start(folder: Path, stretch: Stretch, left: Image) -> str:
    """Open what is left as the program does: what is wrong with that. A power cut is no damage to be told of."""
    folder.mkdir()
    for name, data in left.items():
        (folder / Path(name).name).write_bytes(data)
    told, turns = asyncio.run(read_all(folder / "s.db"))
    shutil.rmtree(folder)
    return f"a damage that is none: {told[0]}" if told else compare(stretch, turns)[0]


async def read_all(path: Path) -> tuple[list[str], dict[str, tuple[Turn, ...]]]:
    """What is told of a damage, and all turns."""
    told: list[str] = []
    async with open_memory(path, on_salvaged=told.append) as memory:
        return told, {info.id: await memory.turns(info.id) for info in await memory.sessions()}


def compare(stretch: Stretch, turns: Mapping[str, tuple[Turn, ...]]) -> tuple[str, Kept]:
    """What is wrong with these turns, by what was said to be saved."""
    found = {session: tuple(turn.question for turn in those) for session, those in turns.items()}
    wrong = [*missing(stretch, found), *halves(turns)]
    return (wrong[0] if wrong else ""), found


def missing(stretch: Stretch, found: Kept) -> Iterator[str]:
    """What was acknowledged and did not hold."""
    for session, names in stretch.saved.items():
        if session in stretch.left:
            if session in found:
                yield f"deleted session is back: {session}"
        elif session not in stretch.leaving or session in found:
            there = found.get(session, ())
            for number, name in enumerate(names):
                if name and there[number : number + 1] != (name,):
                    yield f"lost turns: {name} as {number + 1} of {session}"


def halves(turns: Mapping[str, tuple[Turn, ...]]) -> Iterator[str]:
    """Turns of which not all is there, and sessions with a gap."""
    for session, those in turns.items():
        if [turn.number for turn in those] != list(range(1, len(those) + 1)) or not those:
            yield f"half turns: the numbers of {session}"
        for turn in those:
            given = known(turn.question, session)
            if any(getattr(turn.answer, part) != getattr(given, part) for part in PARTS):
                yield f"half turns: {turn.question}"


@cache
def known(name: str, session: str) -> Answer:
    return answer(name, session)


@contextmanager
def early_checkpoints(pages: int) -> Iterator[None]:
    """Have the log written back after that many pages, so that small stores see it too."""

    def set_pages(db: apsw.Connection) -> None:
        db.pragma("wal_autocheckpoint", pages)

    apsw.connection_hooks.append(set_pages)
    try:
        yield
    finally:
        apsw.connection_hooks.remove(set_pages)


@contextmanager
def sync_as(level: str) -> Iterator[None]:
    """Naive: the store's connection syncs as `level` says ("": as the store itself has it)."""

    def weaker(path: Path, **given: Any) -> apsw.Connection:
        db = connect(path, **given)
        db.pragma("synchronous", level)
        return db

    with mock.patch.object(_writer, "connect", weaker if level else connect):
        yield


ROWS = (
    Row(
        id="A3",
        fault="power cut at any operation of the store on a disk in memory: what was not synced is dropped, torn into "
        "sectors, reordered or nonsense (one connection, which locks the file for itself)",
        guarantee="every acknowledged turn is stored whole, no half turn is there, the file is sound",
        quick=750,
        full=100_000,
        seconds=1500,
        try_it=power_cuts,
        twin=power_cuts_twin,
        twin_is="synchronous=NORMAL, SQLite's usual setting with a log (and OFF)",
        twin_trials=2 * CUTS,
        unit="cuts",
    ),
)
