"""The runs of deep research of the SQLite store; the rows are in `research_rows`, the thread in `writer`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace

from research_agent.memory import research_rows
from research_agent.memory.research_protocol import ResearchRuns
from research_agent.memory.research_records import (
    Budget,
    ResearchClaim,
    ResearchRun,
    RunEvent,
    RunRows,
    Step,
    Writes,
)
from research_agent.memory.watch_store import Erase, Remember, Run
from research_agent.sqlite import Connection
from research_agent.types import Answer

__all__ = ["research_of"]


def research_of(run: Run, remember: Remember, erase: Erase, owner: str) -> ResearchRuns:
    """The runs of a store; the arguments are those of `watch_store.watches_of`."""
    return _SqliteRuns(run, remember, erase, owner)


class _SqliteRuns:
    """See `ResearchRuns`."""

    def __init__(self, run: Run, remember: Remember, erase: Erase, owner: str) -> None:
        self._run, self._remember, self._erase, self._owner = run, remember, erase, owner

    async def add(self, run: ResearchRun, steps: Sequence[Step]) -> ResearchRun:
        return await self._run("write", lambda db: research_rows.add(db, run, steps))

    async def all(self) -> tuple[ResearchRun, ...]:
        return await self._run("read", research_rows.read_runs)

    async def get(self, run: str) -> ResearchRun:
        return await self._run("read", lambda db: research_rows.read_run(db, run))

    async def load(self, run: str) -> RunRows:
        return await self._run("read", lambda db: research_rows.load(db, run))

    async def events(self, run: str, after: int = 0) -> tuple[RunEvent, ...]:
        return await self._run("read", lambda db: research_rows.read_events(db, run, after))

    async def edit_plan(self, run: str, version: int, steps: Sequence[Step]) -> ResearchRun:
        return await self._run("write", lambda db: research_rows.edit_plan(db, run, version, steps))

    async def set_budget(self, run: str, budget: Budget) -> ResearchRun:
        told = ("BudgetChanged", asdict(budget))
        return await self._run("write", lambda db: research_rows.set_state(db, run, {"budget": budget}, told))

    async def ask_stop(self, run: str) -> ResearchRun:
        return await self._run("write", lambda db: research_rows.set_state(db, run, {"stopping": True}))

    async def serve(self, run: str, *, again: bool = False) -> ResearchRun:
        def note(db: Connection) -> ResearchRun:
            known = research_rows.read_run(db, run)
            times = known.resumed + 1 if again else 0
            told = (("RunResumed", {"times": times}),) if again else ()
            return research_rows.set_state(db, known.id, {"served": True, "resumed": times}, *told)

        return await self._run("write", note)

    async def left(self) -> tuple[ResearchRun, ...]:
        return await self._run("read", research_rows.read_left)

    async def give_up(self, run: str, note: str) -> ResearchRun:
        changes = {"state": "stopped", "stopping": False, "note": note}
        told = ("RunFinished", {"state": "stopped", "turn": 0})
        return await self._run("write", lambda db: research_rows.set_state(db, run, changes, told))

    async def claim(self, run: str) -> ResearchClaim:
        return await self._run("write", lambda db: research_rows.claim(db, run, self._owner))

    async def commit(self, claim: ResearchClaim, writes: Writes) -> tuple[ResearchRun, tuple[RunEvent, ...]]:
        return await self._run("write", lambda db: research_rows.write(db, claim, writes))

    async def finish(self, claim: ResearchClaim, answer: Answer, writes: Writes) -> tuple[ResearchRun, int]:
        def store(db: Connection) -> tuple[ResearchRun, int]:
            turn = self._remember(db, replace(answer, session=claim.run, turn=0))
            changes = {**writes.changes, "turn": turn}
            told = ("RunFinished", {"state": changes.get("state", "done"), "turn": turn})
            run, _ = research_rows.write(db, claim, replace(writes, changes=changes, events=(*writes.events, told)))
            return run, turn

        return await self._run("write", store)

    async def release(self, claim: ResearchClaim) -> None:
        await self._run("write", lambda db: research_rows.release(db, claim))

    async def remove(self, run: str) -> None:
        def remove(db: Connection) -> None:
            key = research_rows.read_run(db, run).id
            research_rows.erase(db, key)
            db.execute("DELETE FROM sessions WHERE id = ?", (key,))

        await self._erase(remove)
