"""Summaries of long conversations, as durable background jobs: every turn stays stored, source text never goes in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from research_agent import prompts
from research_agent.errors import ChatError
from research_agent.memory import Job, Memory
from research_agent.prompts import Prompt

__all__ = ["condense"]

Ask = Callable[[Prompt], Awaitable[str]]


async def condense(memory: Memory, *, ask: Ask) -> int:
    """
    Work off the queued jobs and return how many summaries were stored.

    It stops at the first that fails, since the next would ask the same model; a failed or empty summary changes
    nothing, and its job is tried again at a later call, three times in all. Raises `StoreError`.
    """
    stored = 0
    while job := await memory.claim_job():
        try:
            summary = await _summarise(memory, job, ask)
        except ChatError as error:
            await memory.fail_job(job, error.message)
            break
        if not summary:
            await memory.fail_job(job, "the model's summary was empty")
            break
        stored += await memory.finish_job(job, summary)
    return stored


async def _summarise(memory: Memory, job: Job, ask: Ask) -> str:
    history = await memory.recall(job.session)
    due = [turn for turn in history.turns if history.summarised_to < turn.number <= job.upto_turn]
    if not due:  # deleted meanwhile
        return history.summary
    return (await ask(prompts.condense(due, summary=history.summary))).strip()
