"""Protocol of the runs of deep research in a store."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from research_agent.memory.research_records import Budget, ResearchClaim, ResearchRun, RunEvent, RunRows, Step, Writes
from research_agent.types import Answer

__all__ = ["ResearchRuns"]


class ResearchRuns(Protocol):
    """The runs of a store. Every method raises `StoreError`, those that name a run `UnknownRunError` too."""

    async def add(self, run: ResearchRun, steps: Sequence[Step]) -> ResearchRun:
        """Store a planned run; "" as its id gives it one."""

    async def all(self) -> tuple[ResearchRun, ...]:
        """All runs, the newest first."""

    async def get(self, run: str) -> ResearchRun:
        """The run of that id, or of the only id that begins so."""

    async def load(self, run: str) -> RunRows:
        """All rows of a run, with its documents."""

    async def events(self, run: str, after: int = 0) -> tuple[RunEvent, ...]:
        """The events behind the `after`th, oldest first."""

    async def edit_plan(self, run: str, version: int, steps: Sequence[Step]) -> ResearchRun:
        """Put these steps in place of those of the plan. Raises `PlanChangedError` when it is not at that version."""

    async def set_budget(self, run: str, budget: Budget) -> ResearchRun:
        """Raise or lower the budget, also while it runs."""

    async def ask_stop(self, run: str) -> ResearchRun:
        """Ask for the report now, of what is there; whoever runs it sees it at the next commit."""

    async def serve(self, run: str, *, again: bool = False) -> ResearchRun:
        """Note that a server is to work on a run, `again` by itself after it was left; it then counts how often."""

    async def left(self) -> tuple[ResearchRun, ...]:
        """The runs at work of servers that are gone, the oldest first."""

    async def give_up(self, run: str, note: str) -> ResearchRun:
        """Leave a run as stopped, without a report of it; `note` says why."""

    async def claim(self, run: str) -> ResearchClaim:
        """Lease a run for a limited time. Raises `RunBusyError` while another process has it."""

    async def commit(self, claim: ResearchClaim, writes: Writes) -> tuple[ResearchRun, tuple[RunEvent, ...]]:
        """Store all of it in one commit, and renew the lease. Raises `RunBusyError` when the lease was lost."""

    async def finish(self, claim: ResearchClaim, answer: Answer, writes: Writes) -> tuple[ResearchRun, int]:
        """Store the report as a turn together with the writes; gives its number."""

    async def release(self, claim: ResearchClaim) -> None:
        """Give the lease back."""

    async def remove(self, run: str) -> None:
        """Erase a run with its report, from the disk too."""
