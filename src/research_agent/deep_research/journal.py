"""Journal of a run: what is known of it in memory, each change of it committed first, then told."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from research_agent.deep_research.budget import SEARCHED
from research_agent.errors import StoreError
from research_agent.memory import (
    Disagreement,
    Gap,
    LedgerEntry,
    ModelCall,
    Request,
    ResearchClaim,
    ResearchRun,
    ResearchRuns,
    RunEvent,
    RunRows,
    SectionRecord,
    Spent,
    Step,
    Writes,
)
from research_agent.types import Answer, Document

__all__ = ["Journal", "Row", "RunHook"]

Row = Request | LedgerEntry | Gap | Disagreement | SectionRecord | ModelCall
RunHook = Callable[[RunEvent], None]
LOOK, RENEW = 1.0, 15.0  # seconds between two looks at what others changed, and between two renewals of the lease


class Journal:
    """
    Rows of a run that this process has leased; `write` commits and tells.

    `stopping` is set when the report is wanted now. The clock is monotonic: one that is put back or forward costs
    nothing.
    """

    def __init__(self, runs: ResearchRuns, claim: ResearchClaim, rows: RunRows, on_event: RunHook | None) -> None:
        self._runs, self._claim, self._on_event = runs, claim, on_event
        self._began = time.monotonic() - rows.run.spent.seconds
        self._reserved = 0
        self.run = rows.run
        self.steps = {step.id: step for step in rows.steps}
        self.requests = {request.key: request for request in rows.requests}
        self.calls = {call.prompt: call for call in rows.calls}
        self.ledger = list(rows.ledger)
        self.gaps = list(rows.gaps)
        self.disagreements = list(rows.disagreements)
        self.documents: dict[str, Document] = dict(rows.documents)
        self.stopping = asyncio.Event()
        self._noted: list[tuple[str, Mapping[str, Any]]] = []

    @property
    def replays(self) -> bool:
        """Whether the run only repeats another one, from what is stored of it."""
        return "replays" in self.run.options

    @property
    def spent(self) -> Spent:
        """What the run has spent so far, over all processes that worked on it."""
        return Spent(
            seconds=round(time.monotonic() - self._began, 3),
            requests=sum(request.cost for request in self.requests.values()),
            tokens=sum(call.tokens for call in self.calls.values()),
        )

    @property
    def search_seconds(self) -> float:
        """Seconds in which searches may still run; the last quarter of the time is kept for writing."""
        return SEARCHED * self.run.budget.seconds - self.spent.seconds

    @property
    def write_seconds(self) -> float:
        """Seconds until the end of the budget."""
        return self.run.budget.seconds - self.spent.seconds

    @property
    def requests_left(self) -> int:
        """Searches that nobody has begun or made."""
        return self.run.budget.requests - self.spent.requests - self._reserved

    @property
    def tokens_left(self) -> int:
        """Tokens that the chat model may still read and write."""
        return self.run.budget.tokens - self.spent.tokens

    def queries_of(self, step: Step, source: str) -> list[str]:
        """What a source was asked in a step so far."""
        return [one.query for one in self.requests.values() if (one.step, one.source) == (step.id, source)]

    def reserve(self, count: int) -> int:
        """Set requests apart that are about to be sent, as many as are left; to be given back with `give_back`."""
        count = max(0, min(count, self.requests_left))
        self._reserved += count
        return count

    def give_back(self, count: int) -> None:
        """Give back what `reserve` set apart: what was sent of it is counted by its row."""
        self._reserved -= count

    def note(self, kind: str, data: Mapping[str, Any]) -> None:
        """Have an event told with the next commit: one of its own would make a killed run begin for nothing."""
        self._noted.append((kind, data))

    async def write(
        self,
        *,
        rows: Sequence[Row] = (),
        steps: Sequence[Step] = (),
        documents: Sequence[Document] = (),
        events: Sequence[tuple[str, Mapping[str, Any]]] = (),
        **changes: Any,
    ) -> None:
        """Commit all of it at once; then it is known here, and its events are told."""
        for request in rows:
            if isinstance(request, Request):
                self.requests[request.key] = request  # counted with this commit
            elif isinstance(request, ModelCall):
                self.calls[request.prompt] = request
        events, self._noted = (*self._noted, *events), []
        new = [document for document in documents if document.id not in self.documents]
        writes = Writes(rows=rows, steps=steps, documents=new, events=events, spent=self.spent, changes=changes)
        run, told = await self._runs.commit(self._claim, writes)
        self._know(rows, steps, new)
        await self._follow(run)
        for event in told:
            self._tell(event)

    def _know(self, rows: Sequence[Row], steps: Sequence[Step], documents: Sequence[Document]) -> None:
        self.steps.update((step.id, step) for step in steps)
        self.documents.update((document.id, document) for document in documents)
        self.ledger += [row for row in rows if isinstance(row, LedgerEntry)]
        self.gaps += [row for row in rows if isinstance(row, Gap)]
        self.disagreements += [row for row in rows if isinstance(row, Disagreement)]

    async def _follow(self, run: ResearchRun) -> None:
        """Take over what others changed: the plan, the budget, a wish to stop."""
        edited = run.plan_version != self.run.plan_version
        self.run = run
        if run.stopping:
            self.stopping.set()
        if edited:
            self.steps = {step.id: step for step in (await self._runs.load(run.id)).steps}

    def _tell(self, event: RunEvent) -> None:
        if self._on_event is not None:
            self._on_event(event)

    async def watch(self) -> None:
        """Look every second for what others changed, and keep the lease; until it is cancelled."""
        renewed = time.monotonic()
        while True:
            await asyncio.sleep(LOOK)
            with suppress(StoreError):  # a disk that is full for a moment is met again by what is to be written
                if time.monotonic() - renewed > RENEW:
                    await self.write()
                    renewed = time.monotonic()
                else:
                    await self._follow(await self._runs.get(self.run.id))

    async def finish(self, answer: Answer, *, rows: Sequence[Row], state: str) -> int:
        """Commit the report as a turn, and the end of the run with it; gives the number of the turn."""
        told = ("Spent", asdict(self.spent))
        changes = {"state": state, "stopping": False, "reports": self.run.reports + 1}
        writes = Writes(rows=rows, events=(told,), spent=self.spent, changes=changes)
        self.run, turn = await self._runs.finish(self._claim, answer, writes)
        for event in (await self._runs.events(self.run.id))[-2:]:
            self._tell(event)
        return turn
