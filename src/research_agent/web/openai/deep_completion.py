"""Deep research for chat front ends: begun at once, its steps as lines, its report as an answer."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import TYPE_CHECKING

from research_agent.errors import UsageError
from research_agent.messages import openai_refusals, request_refusals
from research_agent.text.sanitize import printable
from research_agent.types import Answer
from research_agent.web.state import ServerState

if TYPE_CHECKING:
    from research_agent.memory import RunEvent

__all__ = ["begin_research", "finished_report", "follow_research"]


async def begin_research(state: ServerState, user: str, question: str) -> str:
    """Plan a question and begin; the run's id. Raises `UsageError`, and `BusyError` when too many are at work."""
    run = await state.deep_runs.plan(user, question)
    await state.deep_runs.begin(user, run.id)
    return run.id


async def follow_research(state: ServerState, user: str, run: str) -> AsyncGenerator[str | None, None]:
    """
    Lines of progress until the run ends; None after silence.

    A front end that leaves has the report of what is there written: it can be read among the sessions.
    """
    ended = False
    try:
        followed = state.deep_runs.follow(user, run, heartbeat=state.run_limits.heartbeat)
        async with aclosing(followed) as events:
            async for event in events:
                if event is None:
                    yield None
                elif line := _line(event):
                    yield line
        ended = True
    finally:
        if not ended:
            await state.deep_runs.stop(user, run)


async def finished_report(state: ServerState, user: str, run: str) -> Answer:
    """The report. Raises why there is none."""
    from research_agent.deep_research.research_runs import report_of

    found = await report_of(run, await state.stores.memory(user))
    if found.answer is None:
        raise state.deep_runs.failure(user, run) or UsageError(
            openai_refusals.NO_REPORT(), hint=request_refusals.ASK_AGAIN()
        )
    return found.answer


def _line(event: RunEvent) -> str:
    """A line for an event of a step; "" for others."""
    text = printable(str(event.data.get("text", "")))
    if event.kind == "StepStarted":
        return f"Searching: {text}"
    if event.kind == "StepFinished":
        count = int(event.data.get("witnesses", 0))
        return f"{text} {count} source{'s' * (count != 1)}"
    return ""
