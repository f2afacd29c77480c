"""A14: damaged stores. Whatever happened to the bytes, nothing is silently wrong and the damaged file is kept."""

from __future__ import annotations

import asyncio
import io
import random
import re
import tempfile
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, closing, redirect_stderr
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from unittest import mock

import apsw

from research_agent.cli.read_only_store import open_reading
from research_agent.errors import DamagedStoreError, StoreError
from research_agent.memory import Memory, SessionInfo, open_memory
from research_agent.memory.connection import connect
from research_agent.memory.writer import Writer
from research_agent.types import Answer, Document, History, Turn
from research_agent_devtools.faults.row import Row, Run
from research_agent_devtools.samples.stored_sessions import answer

__all__ = ["ROWS"]

PARTS = ("", "-wal", "-shm")
PAGE = 4096
SIZES = ((1, 1), (3, 4), (5, 12), (8, 30))  # sessions, turns of each
STARTS = 3  # damage that is only seen when it is read is told, and repaired at the next start
LINE = re.compile(r"(\d+) of (\d+) sessions? and (\d+) of (\d+) turns? were rescued")


@dataclass(frozen=True)
class Kept:
    """A store as it was made: its files, and what it gives back. `order` is that in which the turns were stored."""

    files: dict[str, bytes]
    turns: dict[str, tuple[Turn, ...]]
    recalls: dict[str, History]
    infos: tuple[SessionInfo, ...]
    order: tuple[tuple[str, int], ...]


def asked(session: str, number: int, rng: random.Random) -> Answer:
    """An answer with documents of its own, now and then long ones, and one that others have too."""
    made = answer(session, number)
    sizes = [
        rng.choice((100, 900, 3000, 5000, 40_000 if rng.random() < 0.3 else 500)) for _ in range(rng.randint(0, 3))
    ]
    own = [
        Document(
            source="notes", title=f"T{place}", url=f"https://notes.example/{place}", retrieved="2026",
            text=f"Text {place} of {session}. " + rng.randbytes(size // 2).hex(),
        )
        for place, size in enumerate(sizes)
    ]  # fmt: skip
    return replace(made, documents=(*made.documents, *own))


@cache
def kept(sessions: int, turns: int, with_log: bool) -> Kept:
    """Made once; with a log as a killed process leaves it, which has the newer half of the turns."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sessions.db"
        made = asyncio.run(_make(path, sessions, turns))
        return made if with_log else replace(made, files={"": path.read_bytes()})


async def _make(path: Path, sessions: int, turns: int) -> Kept:
    rng = random.Random(f"{sessions} {turns}")
    names = [f"session {number}" for number in range(sessions)]
    order = []
    async with open_memory(path, condense_after=6) as memory:
        for number in range(1, turns + 1):
            for name in rng.sample(names, len(names)):
                await memory.remember(asked(name, number, rng))
                order.append((name, number))
            if number == turns // 2:
                while job := await memory.claim_job():
                    await memory.finish_job(job, f"A summary of {job.session} up to {job.upto_turn}.")
                with closing(connect(path)) as other:
                    other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return Kept(
            files={part: path.with_name(f"{path.name}{part}").read_bytes() for part in PARTS},
            turns={name: await memory.turns(name) for name in names},
            recalls={name: await memory.recall(name) for name in names},
            infos=await memory.sessions(),
            order=tuple(order),
        )


def flip(data: bytearray, rng: random.Random) -> None:
    for _ in range(rng.randint(1, 64)):
        data[rng.randrange(len(data))] ^= rng.randrange(1, 256)


def cut(data: bytearray, rng: random.Random) -> None:
    del data[rng.randrange(1, len(data)) :]


def zero(data: bytearray, rng: random.Random) -> None:
    at = rng.randrange(0, len(data), PAGE)
    data[at : at + PAGE] = bytes(len(data[at : at + PAGE]))


def spoil_head(data: bytearray, rng: random.Random) -> None:
    data[:100] = rng.randbytes(100)


def zero_first(data: bytearray, rng: random.Random) -> None:
    data[:PAGE] = bytes(len(data[:PAGE]))


def swap(data: bytearray, rng: random.Random) -> None:
    one, two = (rng.randrange(0, len(data) - PAGE + 1, PAGE) for _ in range(2))
    data[one : one + PAGE], data[two : two + PAGE] = data[two : two + PAGE], data[one : one + PAGE]


MUTATIONS: tuple[Callable[[bytearray, random.Random], None], ...] = (flip, cut, zero, spoil_head, zero_first, swap)


def try_it(run: Run) -> None:
    for number, rng in run.trials():
        mutate, size, with_log = MUTATIONS[number % 6], SIZES[number // 6 % 4], number // 24 % 2 == 1
        store = kept(*size, with_log)
        files = {part: bytearray(data) for part, data in store.files.items()}
        part = rng.choice(("", "-wal")) if with_log else ""
        mutate(files[part], rng)
        folder = run.folder / str(number)
        folder.mkdir()
        for name, data in files.items():
            (folder / f"sessions.db{name}").write_bytes(data)
        case = f"{number}: {mutate.__name__} of {part or 'the file'}, {size[0]} x {size[1]} turns, log {with_log}"
        run.count("sessions in the stores", len(store.turns))
        Trial(run, case, folder / "sessions.db", store, files, reading=number % 2 == 1).go()


@dataclass
class Trial:
    """One damaged store, opened as a user does it: when damage is told, the program is started again."""

    run: Run
    case: str
    path: Path
    store: Kept
    files: dict[str, bytearray]
    reading: bool
    told: list[str] = field(default_factory=list)

    def go(self) -> None:
        starts = 0
        while starts < STARTS:
            starts += 1
            try:
                asyncio.run(self._start())
                break
            except DamagedStoreError:
                self.run.count("starts that told of damage when something was read")
            except StoreError as error:
                self._refused(error)
                return
            except Exception as error:  # noqa: BLE001 - the crash that is looked for
                self.run.fail(f"{self.case}: {type(error).__name__}: {error}")
                return
        else:
            self.run.fail(f"{self.case}: still damaged after {STARTS} starts")
            return
        self.run.count("rescued" if self.told else "opened as they were")
        if self.told:
            self._check_original(first=starts == 1)
        before = list(self.told)
        asyncio.run(self._start())
        self.run.check(self.told == before, f"{self.case}: damaged again: {self.told}")

    async def _start(self) -> None:
        said = io.StringIO()
        with redirect_stderr(said):
            async with self._opened() as memory:
                self.told += said.getvalue().splitlines()
                await self._compare(memory, "".join(self.told))
                if (await memory.recall("afterwards")).turns:
                    return
                await memory.remember(answer("afterwards", 1))
                (turn,) = (await memory.recall("afterwards")).turns
                self.run.check(turn.answer == replace(answer("afterwards", 1), turn=1), f"{self.case}: a new turn")

    def _opened(self) -> AbstractAsyncContextManager[Memory]:
        if self.reading:
            return open_reading(self.path)
        return open_memory(self.path, on_salvaged=self.told.append)

    async def _compare(self, memory: Memory, line: str) -> None:
        """Every turn, line and recall that is given back is what was stored; what is missing was told."""
        infos = [info for info in await memory.sessions() if info.id != "afterwards"]
        there = {info.id: {turn.number: turn for turn in await memory.turns(info.id)} for info in infos}
        wrong = [(name, number) for name, turns in there.items() for number, turn in turns.items()
                 if turn not in self.store.turns.get(name, ())]  # fmt: skip
        self.run.check(not wrong, f"{self.case}: turns that were never stored: {wrong}")
        missing = len(self.store.order) - sum(map(len, there.values()))
        counts = LINE.search(line)
        lost = int(counts[4]) - int(counts[3]) if counts else 0
        self.run.check(
            missing == lost or (missing > lost and ("may be missing" in line or "nothing in it" in line)),
            f"{self.case}: {missing} turns are missing, {lost} were told: {line}",
        )
        if line and not self.path.with_name("counted").exists():
            self.path.with_name("counted").touch()
            self.run.count("turns in the files that were rescued", len(self.store.order))
            self.run.count("turns rescued of them", sum(map(len, there.values())))
        last = {name: max((place for place, (one, number) in enumerate(self.store.order)
                           if one == name and number in turns), default=-1)
                for name, turns in there.items()}  # fmt: skip
        order = sorted(last, key=lambda name: last[name], reverse=True)
        self.run.check([info.id for info in infos] == order, f"{self.case}: the order of the sessions: {line}")
        for info in infos:
            await self._compare_session(memory, info, sorted(there[info.id]), line)

    async def _compare_session(self, memory: Memory, info: SessionInfo, numbers: list[int], line: str) -> None:
        stored = next(one for one in self.store.infos if one.id == info.id)
        history = await memory.recall(info.id)
        whole = self.store.recalls[info.id]
        self.run.check(info.turns == len(numbers), f"{self.case}: the number of turns of {info}")
        told = "without a summary" in line or "may be missing" in line
        same: tuple[str, ...] = ("summary",) if not told else ()
        if len(numbers) == stored.turns:
            same += ("title", "created", "updated")
        elif not told:
            same += ("title", "created")
        for name in same:
            self.run.check(getattr(info, name) == getattr(stored, name), f"{self.case}: {name} of {info}: {line}")
        if len(numbers) == stored.turns and info.summary == stored.summary:
            self.run.check(history == whole, f"{self.case}: the recall of {info}")
        newer = [turn for turn in self.store.turns[info.id] if turn.number in numbers]
        expected = [turn for turn in newer if turn.number > history.summarised_to or turn in history.turns]
        self.run.check(list(history.turns) == expected, f"{self.case}: turns in the recall of {info}")
        self.run.check(history.summary in {whole.summary, ""} or told, f"{self.case}: the summary of {info}")

    def _refused(self, error: StoreError) -> None:
        """Named and left as it is, as for a file that says it is of a newer version."""
        self.run.count("refused, and left as they were")
        self.run.check(error.hint, f"{self.case}: no hint: {error}")
        same = all(self.path.with_name(f"sessions.db{part}").read_bytes() == self.files[part]
                   for part in self.files if part != "-shm")  # fmt: skip
        self.run.check(same, f"{self.case}: refused, but changed: {error}")

    def _check_original(self, *, first: bool) -> None:
        """The damaged file is kept: to the byte when the first start saw the damage, before anything was written."""
        aside = self.path.with_name("sessions.db.damaged-1")
        self.run.check(aside.exists() and aside.stat().st_mode & 0o777 == 0o600, f"{self.case}: it was not kept")
        for part, data in self.files.items():
            file = aside.with_name(aside.name + part)
            if first and part != "-shm":
                self.run.check(file.exists() and file.read_bytes() == data, f"{self.case}: not kept as it was: {part}")


def twin(run: Run) -> None:
    def begin_anew(self: Writer) -> apsw.Connection:
        try:
            return connect(self.path)
        except DamagedStoreError:
            for part in PARTS:
                self.path.with_name(f"{self.path.name}{part}").unlink(missing_ok=True)
            return connect(self.path)

    with mock.patch.object(Writer, "_open_or_repair", begin_anew):
        try_it(run)


ROWS = (
    Row(
        id="A14",
        fault="a damaged file: bytes flipped, cut, a page zeroed or swapped, a spoilt head",
        guarantee="no crash; what is given back is what was stored, what is lost is told; the damaged file is kept",
        quick=16,
        full=1000,
        try_it=try_it,
        twin=twin,
        twin_is="what SQLite gives is believed; a file that it refuses is deleted",
        twin_trials=12,
        seconds=1800.0,
        unit="damaged files",
    ),
)
