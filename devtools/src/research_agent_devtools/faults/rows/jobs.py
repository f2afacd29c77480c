"""A7, A16: a summary is stored once or not at all, whatever comes first or happens to the clock."""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import Iterator
from contextlib import AsyncExitStack, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import apsw

from research_agent.errors import ChatError
from research_agent.memory import Job, Memory, jobs, mapping, open_memory, store
from research_agent.memory.digest import seal_session
from research_agent.prompts import Prompt
from research_agent.sqlite import fetch
from research_agent.stages.condense import condense
from research_agent.text.timestamps import iso_time
from research_agent.types import Answer
from research_agent_devtools.faults.row import Row, Run

LEASE = jobs.LEASE_SECONDS + 1
DAY, YEAR = 86_400.0, 31_557_600.0


class Clock:
    """The wall clock that the store reads."""

    def __init__(self) -> None:
        self.now = 1.8e9

    @contextmanager
    def read(self) -> Iterator[None]:
        with ExitStack() as stack:
            stack.enter_context(mock.patch.object(jobs, "time", SimpleNamespace(time=lambda: self.now)))
            stack.enter_context(mock.patch.object(store, "iso_now", side_effect=lambda: iso_time(self.now)))
            yield


def turn(session: str, question: str) -> Answer:
    return Answer(session=session, turn=0, question=question, text="a", answer_from="floor", status="extracts")


# A7


class Summariser:
    """The condensing of one memory, whose model answers when it is told to."""

    def __init__(self, memory: Memory, made: dict[str, tuple[str, list[int]]]) -> None:
        self.memory, self.stored = memory, 0
        self._made = made
        self._task: asyncio.Task[int] | None = None
        self._asked: asyncio.Future[asyncio.Future[None]] = asyncio.get_running_loop().create_future()

    @property
    def waits(self) -> bool:
        return self._asked.done()

    async def begin(self, group: asyncio.TaskGroup) -> None:
        if self._task is None:
            self._task = group.create_task(condense(self.memory, ask=self._ask))
            await self._settle()

    async def answer(self, fails: bool) -> None:
        """Let the model answer, and wait until the next question or the end."""
        gate = self._asked.result()
        self._asked = asyncio.get_running_loop().create_future()
        if fails:
            gate.set_exception(ChatError("no model"))
        else:
            gate.set_result(None)
        await self._settle()

    async def _ask(self, prompt: Prompt) -> str:
        base = re.search(r"Summary so far: (S\d+)", prompt.user)
        seen = base[1] if base else "", [int(number) for number in re.findall(r"User: turn (\d+)", prompt.user)]
        gate: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._asked.set_result(gate)
        await gate
        name = f"S{len(self._made) + 1}"
        self._made[name] = seen
        return name

    async def _settle(self) -> None:
        assert self._task
        waited_for: set[asyncio.Future[Any]] = {self._task, self._asked}
        await asyncio.wait(waited_for, return_when=asyncio.FIRST_COMPLETED)
        if self._task.done():
            self.stored += self._task.result()
            self._task = None


def orders(run: Run) -> None:
    """Two processes summarise one session at their own pace while turns come and leases end."""
    clock = Clock()
    with clock.read():
        for number, rng in run.trials():
            asyncio.run(_order(run, rng, clock, run.folder / f"{number}.db"))


async def _order(run: Run, rng: random.Random, clock: Clock, file: Path) -> None:
    made: dict[str, tuple[str, list[int]]] = {}
    told, held, changes = 0, ("", 0), 0
    async with AsyncExitStack() as stack:
        memories = [await stack.enter_async_context(open_memory(file, condense_after=4)) for _ in range(2)]
        group = await stack.enter_async_context(asyncio.TaskGroup())
        both = [Summariser(memory, made) for memory in memories]
        steps = ["turn"] * 4 + rng.choices(("turn", "begin", "answer", "later"), (3, 3, 3, 2), k=12)
        while steps or any(one.waits for one in both):
            one, step = rng.choice(both), steps.pop(0) if steps else "answer"
            if step == "turn":
                told += 1
                await one.memory.remember(turn("s", f"turn {told}"))
            elif step == "begin":
                await one.begin(group)
            elif step == "later":
                clock.now += LEASE
            elif one.waits:
                await one.answer(fails=rng.random() < 0.1)
            history = await memories[0].recall("s")
            if (now := (history.summary, history.summarised_to)) != held:
                changes += 1
                base, covered = made[now[0]]
                fresh = base == held[0] and covered == list(range(held[1] + 1, now[1] + 1))
                run.check(fresh, f"{now[0]} of {base or 'nothing'} and {covered} replaced {held[0] or 'nothing'}")
                held = now
        questions = [one.question for one in await memories[1].turns("s")]
    run.check(questions == [f"turn {number + 1}" for number in range(told)], "a turn is gone")
    run.check(sum(one.stored for one in both) == changes, "a summary was acknowledged and is not there")
    run.count("summaries stored", changes)
    run.count("summaries that came too late", len(made) - changes)


def without_compare(run: Run) -> None:
    """The twin."""

    def finish(db: Any, job: Job, summary: str) -> bool:
        db.execute("UPDATE jobs SET state = 'done', claimed_by = NULL, lease = NULL WHERE id = ?", (job.id,))
        db.execute(
            "UPDATE sessions SET summary = ?, summarised_to = ? WHERE id = ?",
            (mapping.pack(summary), job.upto_turn, job.session),
        )
        seal_session(db, job.session)
        return True

    with mock.patch.object(jobs, "finish", finish):
        orders(run)


# A16

JUMPS = (-DAY, 10 * YEAR, -10 * YEAR, 3600.0, -3600.0, -7.0)


@dataclass
class Claimed:
    """A job that is worked on, and by whom."""

    by: Memory
    job: Job


def jumps(run: Run) -> None:
    """Turns, jobs and deaths while the clock goes where it likes."""
    clock = Clock()
    with clock.read():
        for number, rng in run.trials():
            asyncio.run(_jump(run, rng, clock, run.folder / f"{number}.db"))


async def _jump(run: Run, rng: random.Random, clock: Clock, file: Path) -> None:
    told: list[tuple[str, str]] = []
    stored: dict[str, list[Job]] = {}
    claimed: list[Claimed] = []
    async with AsyncExitStack() as stack:
        lives = await stack.enter_async_context(open_memory(file, condense_after=4))
        dies, its_stack = await _open(file)
        for step in ["turn"] * 4 + rng.choices(
            ("turn", "claim", "finish", "die", "jump", "wait"), (8, 4, 3, 1, 4, 2), k=24
        ):
            memory = rng.choice((lives, dies))
            if step == "turn":
                told.append((rng.choice("abc"), f"turn {len(told)}"))
                await memory.remember(turn(*told[-1]))
                await _check_order(run, lives, told)
            elif step == "claim" and (job := await memory.claim_job()):
                claimed.append(Claimed(memory, job))
            elif step == "finish" and claimed:
                await _finish(claimed.pop(rng.randrange(len(claimed))), stored)
            elif step == "die":
                claimed = [one for one in claimed if one.by is lives]
                with mock.patch.object(jobs, "release"):
                    await its_stack.aclose()
                dies, its_stack = await _open(file)
            elif step == "jump":
                clock.now = max(1.0, clock.now + rng.choice(JUMPS))
            elif step == "wait":
                clock.now += rng.uniform(1, LEASE)
        await its_stack.aclose()
        for _ in range(jobs.MAX_ATTEMPTS):  # from here on the clock is right, and nobody works
            clock.now += LEASE
            while job := await lives.claim_job():
                await _finish(Claimed(lives, job), stored)
        await _check_order(run, lives, told)
        await _check_jobs(run, lives, file, stored)


async def _open(file: Path) -> tuple[Memory, AsyncExitStack]:
    stack = AsyncExitStack()
    return await stack.enter_async_context(open_memory(file, condense_after=4)), stack


async def _finish(claimed: Claimed, stored: dict[str, list[Job]]) -> None:
    if await claimed.by.finish_job(claimed.job, f"summary of {claimed.job.id}"):
        stored.setdefault(claimed.job.session, []).append(claimed.job)


async def _check_order(run: Run, memory: Memory, told: list[tuple[str, str]]) -> None:
    latest = list(dict.fromkeys(session for session, _ in reversed(told)))
    run.check(await memory.newest() == latest[0], "another session is the newest")
    run.check([info.id for info in await memory.sessions()] == latest, "sessions in another order")
    for session in latest:
        wanted = [question for one, question in told if one == session]
        run.check([one.question for one in await memory.turns(session)] == wanted, "turns in another order")


async def _check_jobs(run: Run, memory: Memory, file: Path, stored: dict[str, list[Job]]) -> None:
    db = apsw.Connection(str(file))
    try:
        stuck = db.execute("SELECT count(*) FROM jobs WHERE state IN ('queued', 'running')").get
        versions = dict(db.execute("SELECT id, version FROM sessions WHERE version > 0"))
    finally:
        db.close()
    run.check(not stuck, f"{stuck} jobs are stuck")
    run.check(versions == {session: len(done) for session, done in stored.items()}, "another number of effects")
    for session, done in stored.items():
        run.check(len({job.id for job in done}) == len(done), f"a job of {session!r} had its effect twice")
        run.check((await memory.recall(session)).summary == f"summary of {done[-1].id}", "another summary")
        run.count("summaries stored", len(done))


def by_the_clock(run: Run) -> None:
    """The twin."""

    def dated(db: Any, sql: str, bindings: tuple[object, ...] = ()) -> Any:
        for order, by_date in (
            ("ORDER BY rowid", "ORDER BY created"),
            ("max(messages.rowid)", "max(messages.created)"),
            ("ORDER BY reply.turn", "ORDER BY reply.created"),
        ):
            sql = sql.replace(order, by_date)
        return fetch(db, sql, bindings)

    with mock.patch.object(store, "fetch", dated), mock.patch.object(mapping, "fetch", dated):
        jumps(run)


ROWS = (
    Row(
        id="A7",
        fault="two processes summarise one session, each at its own pace, while newer turns come and leases end",
        guarantee="no summary of an older state is stored over a newer one, and every turn is still there",
        quick=20,
        full=1_000,
        try_it=orders,
        twin=without_compare,
        twin_is="a plain UPDATE of the summary, without the compare",
        twin_trials=40,
        unit="orders",
    ),
    Row(
        id="A16",
        fault="the clock jumps by -1 day, 10 years and an hour each way while turns and jobs go on and processes die",
        guarantee="turns and sessions keep their order, no job is stuck, none has its effect twice",
        quick=12,
        full=1_000,
        try_it=jumps,
        twin=by_the_clock,
        twin_is="turns and sessions ordered by their dates",
        twin_trials=5,
        unit="histories",
    ),
)
