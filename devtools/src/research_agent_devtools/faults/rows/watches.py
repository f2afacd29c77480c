"""A18: a watched question is asked once for each due time, whatever dies, waits, or happens to the clock."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from contextlib import AsyncExitStack, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

from research_agent.memory import Asking, Change, Memory, WatchClaim, open_memory, watch_store, watches
from research_agent.messages import watch_lines
from research_agent_devtools.faults.row import Row, Run
from research_agent_devtools.samples.stored_sessions import answer

DAY, YEAR = 86_400.0, 31_557_600.0
JUMPS = (-DAY, YEAR, -YEAR, 3600.0, -3600.0, -7.0)
STEPS = {"claim": 6, "settle": 5, "release": 1, "die": 1, "jump": 3, "wait": 4, "stall": 2}
NEW = Asking(outcome="new", answered=True, answer=answer("s", 1), changes=(Change(kind="new"),))
SAME, FAILED = Asking(outcome="same", answered=True), Asking(outcome="failed", reason="no network")


class Clocks:
    """The wall clock and the monotonic clock that the store reads."""

    def __init__(self) -> None:
        self.wall, self.ticks = 1.8e9, 1000.0

    def wait(self, seconds: float) -> None:
        """Time passes."""
        self.wall += seconds
        self.ticks += seconds

    @contextmanager
    def read(self) -> Iterator[None]:
        clock = SimpleNamespace(time=lambda: self.wall, monotonic=lambda: self.ticks)
        with ExitStack() as stack:
            for module in (watches, watch_store):
                stack.enter_context(mock.patch.object(module, "time", clock))
            yield


@dataclass
class Claimed:
    """A watch that is being asked, by whom, and how many askings were settled when it was leased."""

    by: Memory
    claim: WatchClaim
    settled: int


def histories(run: Run) -> None:
    """Two processes ask while they die, stall beyond their leases, and the clock goes where it likes."""
    for number, rng in run.trials():
        clocks = Clocks()
        with clocks.read():
            asyncio.run(_history(run, rng, clocks, run.folder / f"{number}.db"))


async def _history(run: Run, rng: random.Random, clocks: Clocks, file: Path) -> None:
    acknowledged: list[Asking] = []
    claimed: list[Claimed] = []
    async with AsyncExitStack() as stack:
        lives = await stack.enter_async_context(open_memory(file))
        dies, its_stack = await _open(file)
        watch = (await lives.watches.add("How long?", every=int(DAY))).id
        for step in rng.choices(list(STEPS), list(STEPS.values()), k=24):
            memory = rng.choice((lives, dies))
            if step == "claim" and (claim := await memory.watches.claim()):
                claimed.append(Claimed(memory, claim, len(acknowledged)))
            elif step == "settle" and claimed:
                one = claimed.pop(rng.randrange(len(claimed)))
                asking = rng.choice((NEW, SAME, FAILED))
                if await one.by.watches.settle(one.claim, asking) is not None:
                    run.check(one.settled == len(acknowledged), "one due time has two answers")
                    acknowledged.append(asking)
                    await _check_due_once(run, lives)
                else:
                    run.count("settled too late, and refused")
            elif step == "release" and claimed:
                one = claimed.pop()
                await one.by.watches.release(one.claim)
            elif step == "die":
                claimed = [one for one in claimed if one.by is lives]
                await its_stack.aclose()  # a lease is not given back at the end: it is as if it was killed
                dies, its_stack = await _open(file)
            elif step == "jump":
                clocks.wall = max(1.0, clocks.wall + rng.choice(JUMPS))
            elif step in ("wait", "stall"):
                clocks.wait(rng.uniform(1, DAY) if step == "wait" else watches.LEASE_SECONDS + 1)
        await its_stack.aclose()
        await _check_end(run, lives, watch, acknowledged, clocks)


async def _open(file: Path) -> tuple[Memory, AsyncExitStack]:
    stack = AsyncExitStack()
    return await stack.enter_async_context(open_memory(file)), stack


async def _check_due_once(run: Run, memory: Memory) -> None:
    """Right after an asking was settled nothing is due, and nobody gets it."""
    run.check(await memory.watches.due() == 0, "a settled question is due")
    run.check(await memory.watches.claim() is None, "a settled question is asked again")


async def _check_end(run: Run, memory: Memory, watch: str, told: list[Asking], clocks: Clocks) -> None:
    """What was acknowledged is there, once; and it goes on within an interval."""
    known = await memory.watches.get(watch)
    new = sum(asking is NEW for asking in told)
    asked = sum(asking is not FAILED for asking in told)
    run.check(known.askings == asked, f"{known.askings} askings are stored, {asked} were acknowledged")
    run.check((known.changes, known.turn) == (new, new), f"{known.changes} changes, {known.turn} turns; {new} were")
    seconds = 0.0
    while (claim := await memory.watches.claim()) is None and seconds <= DAY + watches.LEASE_SECONDS:
        clocks.wait(600)
        seconds += 600
    run.check(claim is not None or await _given_up(memory, watch), "it is never asked again")
    run.count("askings", len(told))


async def _given_up(memory: Memory, watch: str) -> bool:
    return (await memory.watches.get(watch)).reason == watch_lines.ENDED_THRICE()


def without_lease(run: Run) -> None:
    """The twin."""

    def held(db: Any, claim: WatchClaim) -> bool:
        return bool(db.execute("SELECT count(*) FROM watches WHERE id = ?", (claim.watch.id,)).get)

    with mock.patch.object(watches, "is_held", held):
        histories(run)


ROWS = (
    Row(
        id="A18",
        fault="two processes ask a watched question while they die, stall beyond their leases, and the clock jumps",
        guarantee="each due time has one answer, what was acknowledged is there once, and no question is stuck",
        quick=12,
        full=10_000,
        try_it=histories,
        twin=without_lease,
        twin_is="an asking that is settled without looking whether its lease still holds",
        twin_trials=40,
        unit="histories",
    ),
)
