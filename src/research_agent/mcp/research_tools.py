"""Tools of deep research: a run is started, its plan read or edited, its state asked for, its report fetched."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from research_agent.deep_research.budget import parse_budget
from research_agent.deep_research.model_plan import suggest_lines
from research_agent.deep_research.plan_text import plan_text
from research_agent.deep_research.research_runs import (
    edit_plan,
    report_json,
    report_of,
    run_json,
    run_to_end,
    start_run,
)
from research_agent.errors import ResearchAgentError, UsageError, known_error
from research_agent.mcp.detached_tasks import DetachedTasks
from research_agent.memory import ResearchRun
from research_agent.messages import agent_lines, request_refusals
from research_agent.runtime import Runtime
from research_agent.types import Answer

__all__ = ["ResearchTools"]

log = logging.getLogger(__name__)
LONGEST_WAIT = 50.0  # seconds that a client is kept waiting for a report
LOOK = 0.5
MOST_RESUMED = 2
"""Times in a row that a run whose server was killed is gone on with."""


@dataclass(slots=True)
class ResearchTools:
    """Runs that this server is at, tasks of `tasks`; what is known of them is in the caller's store."""

    tasks: DetachedTasks
    _active: dict[tuple[int, str], str] = field(default_factory=dict)

    async def start(self, runtime: Runtime, question: str, budget: str, *, wait_for_plan: bool) -> dict[str, Any]:
        """Plan a question and, unless its plan is to be read first, begin. Raises `UsageError`."""
        limits = parse_budget(budget) if budget else None
        run = await start_run(question, runtime.memory, budget=limits, parts=runtime.settings.parts)
        await suggest_lines(run.id, runtime)
        if not wait_for_plan:
            await self._begin(runtime, run)
        return await self._state(runtime, run.id)

    async def plan(self, runtime: Runtime, run: str, text: str, version: int, *, start: bool) -> dict[str, Any]:
        """The plan of a run; with a `text` edited first, against its `version`; with `start` begun."""
        known = await runtime.memory.research.get(run)
        if text:
            known = await edit_plan(known.id, runtime.memory, version or known.plan_version, text)
        if start:
            await self._begin(runtime, known)
        return await self._state(runtime, known.id)

    async def status(self, runtime: Runtime, run: str, *, stop: bool) -> dict[str, Any]:
        """How far a run is; with `stop` its report is written now, of what is there."""
        runs = runtime.memory.research
        known = await (runs.ask_stop(run) if stop else runs.get(run))
        await self._go_on(runtime, known.id)
        return await self._state(runtime, known.id)

    async def report(
        self, runtime: Runtime, run: str, report: Callable[[str], Awaitable[None]]
    ) -> tuple[Answer, dict[str, Any]]:
        """The report, waited for a while when the run is at work. Raises `UsageError` when there is none yet."""
        known = await runtime.memory.research.get(run)
        await self._go_on(runtime, known.id)
        loop = asyncio.get_running_loop()
        until = loop.time() + LONGEST_WAIT
        told = 0
        while self._is_active(runtime, known.id) and loop.time() < until:
            for event in await runtime.memory.research.events(known.id, told):
                told = event.seq
                await report(f"{event.kind} {event.data.get('text', '')}".strip())
            await asyncio.sleep(LOOK)
        found = await report_of(known.id, runtime.memory)
        if found.answer is None:
            hint = agent_lines.AGAIN_SOON() if self._is_active(runtime, known.id) else agent_lines.BEGIN_IT()
            raise UsageError(agent_lines.NO_REPORT(id=known.id, state=found.rows.run.state), hint=hint)
        return found.answer, report_json(found)

    async def _begin(self, runtime: Runtime, run: ResearchRun, *, again: bool = False) -> None:
        key = (id(runtime.base or runtime), run.id)
        if key not in self._active or self._active[key]:
            self._active[key] = ""
            await runtime.memory.research.serve(run.id, again=again)  # killed, it is gone on with: by `serve`, or here
            self.tasks.start(self._work(runtime, run.id, key))

    async def _go_on(self, runtime: Runtime, run: str) -> None:
        """Go on with a run that is asked about, and that a server which was killed had begun."""
        left = next((one for one in await runtime.memory.research.left() if one.id == run), None)
        if left is not None and left.resumed < MOST_RESUMED:
            await self._begin(runtime, left, again=True)

    def _is_active(self, runtime: Runtime, run: str) -> bool:
        return self._active.get((id(runtime.base or runtime), run), "ended") == ""

    async def _work(self, runtime: Runtime, run: str, key: tuple[int, str]) -> None:
        failure = "ended"
        try:
            await run_to_end(run, runtime, served=True)
        except Exception as error:
            known = known_error(error) or ResearchAgentError(
                request_refusals.REPORT_FAILED(), hint=request_refusals.LOG_SAYS_WHY()
            )
            failure = f"{known.message} {known.hint}".strip()
            log.info("A run of deep research failed.", exc_info=error)
        finally:
            self._active[key] = failure

    async def _state(self, runtime: Runtime, run: str) -> dict[str, Any]:
        rows = await runtime.memory.research.load(run)
        told: Mapping[str, Any] = run_json(rows.run, rows)
        failure = self._active.get((id(runtime.base or runtime), run), "ended")
        return {
            "run": run,
            "state": rows.run.state,
            "active": failure == "",
            "failure": "" if failure == "ended" else failure,
            "plan_version": rows.run.plan_version,
            "plan": plan_text(rows.steps),
            "note": rows.run.note,
            "steps": [{"text": one["asked"] or one["text"], "state": one["state"]} for one in told["plan"]],
            "gaps": [f"{gap['kind']}: {gap['what']}" for gap in told["gaps"]],
            "spent": asdict(rows.run.spent),
            "budget": asdict(rows.run.budget),
        }
