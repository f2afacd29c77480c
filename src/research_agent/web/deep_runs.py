"""Runs of deep research of one server: each is a task, its rows are in its user's store; it outlives every reload."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from research_agent.errors import ResearchAgentError, known_error
from research_agent.messages import plans, request_refusals
from research_agent.text.ask_options import read_options
from research_agent.web.quotas import BusyError
from research_agent.web.user_stores import UserStores, for_current_user, for_each_user, use_memory

if TYPE_CHECKING:
    from research_agent.engine import OpenEngine
    from research_agent.memory import Budget, Memory, ResearchRun, RunEvent
    from research_agent.runtime import Runtime

__all__ = ["DeepRuns"]

log = logging.getLogger(__name__)
MOST = 4  # runs at once
RESUMED_AT_ONCE = 2
"""Runs that a server left and that are gone on with at the same time."""
MOST_RESUMED = 2
"""Times in a row that a run is gone on with by itself."""
LOOK = 15.0  # seconds between two looks for runs that were left: the lease of a killed server ends by and by
ENDED = frozenset({"done", "stopped"})


@dataclass(slots=True)
class _Active:
    """
    Run that this server is at, `resumed` by itself or begun by somebody.

    `stopping` has its report written now, `changed` wakes who follows its events.
    """

    resumed: bool = False
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    task: asyncio.Task[None] | None = None


class DeepRuns:
    """The runs that are at work, tasks of `group`; `engine` is waited for when one begins."""

    def __init__(
        self, group: asyncio.TaskGroup, stores: UserStores, engine: Callable[[], Awaitable[OpenEngine]]
    ) -> None:
        self._group, self._stores, self._engine = group, stores, engine
        self._active: dict[tuple[str, str], _Active] = {}
        self._failed: dict[tuple[str, str], ResearchAgentError] = {}

    def is_active(self, user: str, run: str) -> bool:
        """Whether this server is at work on a run."""
        return (user, run) in self._active

    def failure(self, user: str, run: str) -> ResearchAgentError | None:
        """Why the last work on a run ended without a report."""
        return self._failed.get((user, run))

    async def plan(
        self, user: str, question: str, *, budget: Budget | None = None, options: Mapping[str, Any] | None = None
    ) -> ResearchRun:
        """Plan a question, with lines of a large chat model where there is one. Raises `UsageError`."""
        from research_agent.deep_research.model_plan import suggest_lines
        from research_agent.deep_research.research_runs import start_run

        memory = await self._stores.memory(user)
        run = await start_run(question, memory, budget=budget, options=options, parts=self._stores.parts)
        if run.budget.tokens <= 0:
            return run
        try:
            with use_memory(memory, user=user):
                await suggest_lines(run.id, await self._runtime(run))
        except ResearchAgentError as error:  # the plan by rule stands; without an engine the start says why
            log.info("No lines of a model.", exc_info=error)
        return await memory.research.get(run.id)

    async def begin(self, user: str, run: str) -> ResearchRun:
        """Begin a planned run, or go on with one that was stopped. Raises `BusyError` when too many are at work."""
        memory = await self._stores.memory(user)
        known = await memory.research.get(run)
        key = (user, known.id)
        if key not in self._active:
            if len(self._active) >= MOST:
                raise BusyError(
                    request_refusals.REPORTS_ACTIVE(n=MOST), hint=request_refusals.WAIT_OR_STOP(), seconds=30.0
                )
            known = await memory.research.serve(known.id)
            self._start(user, known, memory)
        return known

    def _start(self, user: str, run: ResearchRun, memory: Memory) -> None:
        key = (user, run.id)
        if key in self._active:  # another request began it meanwhile
            return
        self._failed.pop(key, None)
        active = self._active[key] = _Active(resumed=run.resumed > 0)
        if run.stopping:
            active.stopping.set()
        active.task = self._group.create_task(self._work(user, run, memory, active), name=f"research {run.id}")
        active.task.add_done_callback(lambda _: self._end(key))

    async def resume_left(self, users: Callable[[], Sequence[str]]) -> None:
        """Go on with what servers before this one left, a few at once, until it is cancelled."""
        while True:
            await for_each_user(users, self._resume_of, failed="Reports that were left cannot be gone on with")
            await asyncio.sleep(LOOK)

    async def _resume_of(self, user: str) -> None:
        memory = await self._stores.memory(user)
        for run in await memory.research.left():
            if (user, run.id) in self._active:
                continue
            if run.resumed >= MOST_RESUMED:
                await memory.research.give_up(run.id, plans.GIVEN_UP())
            elif sum(active.resumed for active in self._active.values()) < RESUMED_AT_ONCE:
                log.info("Going on with %s, which its server left.", run.id)
                self._start(user, await memory.research.serve(run.id, again=True), memory)

    async def stop(self, user: str, run: str) -> ResearchRun:
        """Have the report of what is there written now."""
        memory = await self._stores.memory(user)
        known = await memory.research.ask_stop(run)
        if active := self._active.get((user, known.id)):
            active.stopping.set()
        return known

    async def follow(
        self, user: str, run: str, after: int = 0, *, heartbeat: float
    ) -> AsyncGenerator[RunEvent | None, None]:
        """Events behind the `after`th, as they come, until nobody works on it; None after silence of `heartbeat` s."""
        runs = (await self._stores.memory(user)).research
        while True:
            active = self._active.get((user, run))
            changed = active.changed if active else None
            for event in await runs.events(run, after):
                after = event.seq
                yield event
            if active is None or changed is None:
                return
            try:
                async with asyncio.timeout(heartbeat):
                    await changed.wait()
            except TimeoutError:
                yield None

    async def shutdown(self) -> None:
        """End the work on all; what is committed stays, and each can be gone on with."""
        tasks = {key: active.task for key, active in self._active.items() if active.task is not None}
        for task in tasks.values():
            task.cancel()
        if tasks:
            await asyncio.wait(tasks.values())
        for user, run in tasks:
            with suppress(ResearchAgentError):  # it counts as one that was killed
                await (await self._stores.memory(user)).research.serve(run)

    async def _runtime(self, run: ResearchRun) -> Runtime:
        """The runtime of the current user under the options of a run."""
        from research_agent.runtime.options import with_options

        runtime = for_current_user((await self._engine()).runtime)
        named = {name: run.options[name] for name in ("model", "sources", "offline") if name in run.options}
        return await with_options(runtime, read_options(**named))

    def _end(self, key: tuple[str, str]) -> None:
        active = self._active.pop(key, None)
        if active is not None:
            active.changed.set()

    async def _work(self, user: str, run: ResearchRun, memory: Memory, active: _Active) -> None:
        from research_agent.deep_research.research_runs import run_to_end

        def wake(_: RunEvent) -> None:
            changed, active.changed = active.changed, asyncio.Event()
            changed.set()

        try:
            with use_memory(memory, user=user):
                runtime = await self._runtime(run)
                await run_to_end(run.id, runtime, on_event=wake, stopping=active.stopping, served=True)
        except Exception as error:
            known = known_error(error)
            self._failed[user, run.id] = known or ResearchAgentError(
                request_refusals.REPORT_FAILED(), hint=request_refusals.LOG_SAYS_WHY()
            )
            if known is None:
                log.error("A run of deep research failed.", exc_info=error)
