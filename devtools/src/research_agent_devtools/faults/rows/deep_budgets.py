"""A deep research with slow sources and a slow model: how far it goes over its budget, and how soon a report comes."""

from __future__ import annotations

import asyncio
import random
import time
from pathlib import Path
from typing import Any
from unittest import mock

from research_agent.concurrency import task_group
from research_agent.deep_research import journal
from research_agent.deep_research.research_runs import run_to_end, start_run, stop
from research_agent.llm.fake_chat import FakeChat
from research_agent.llm.model_info import estimate_tokens
from research_agent.memory import Budget, open_memory
from research_agent.sources.protocol import Found
from research_agent.types import Topic
from research_agent_devtools.faults.row import Row, Run
from research_agent_devtools.harness.deep_world import WordSource, tiny_runtime

QUESTIONS = (
    "Compare Arvel and Brone: diameter, atmosphere",
    "What is the diameter of each of the planets of Sorrel?",
    "Where was the author of Lantern born?",
)
REPLY = "The diameter of Arvel is 6,100 km. The atmosphere of Arvel is thin. "
LATE, SOON = 2.0, 10.0  # seconds over the budget, and from a stop to the report


class Slow(WordSource):
    """Answers after a while that is its own for each topic; `sent` counts what it was asked."""

    def __init__(self, rng: random.Random, name: str) -> None:
        super().__init__(name=name)
        self._rng, self.sent = rng, 0

    async def search(self, topic: Topic, **given: Any) -> Found:
        self.sent += 1
        await asyncio.sleep(self._rng.choice((0.0, 0.2, 1.0, 5.0)))
        return await super().search(topic, **given)


def budgets(run: Run) -> None:
    """Each run has a small budget; of some it is lowered or raised in mid-run, or the report is asked for."""
    for number, rng in run.trials():
        home = run.folder / str(number)
        home.mkdir()
        asyncio.run(_spend(run, rng, home, f"run {number}"))


async def _spend(run: Run, rng: random.Random, home: Path, name: str) -> None:
    budget = Budget(seconds=rng.choice((2, 4, 14)), requests=rng.randint(1, 12), tokens=rng.choice((0, 1_500, 6_000)))
    sources = [Slow(rng, "shelf"), Slow(rng, "annals")]
    chat = FakeChat(replies=(REPLY * rng.choice((1, 8)),), model="fake:8b", delay=rng.choice((0.0, 0.01, 0.2)))
    change = rng.choice(("", "", "lower", "raise", "stop"))
    async with open_memory(home / "s.db") as memory:
        started = await start_run(rng.choice(QUESTIONS), memory, budget=budget)
        asked_at = 0.0

        async def meddle() -> None:
            nonlocal asked_at
            await asyncio.sleep(budget.seconds * rng.uniform(0.1, 0.6))
            asked_at = time.monotonic()
            if change == "stop":
                await stop(started.id, memory)
            elif change:
                factor = 0.7 if change == "lower" else 1.5
                await memory.research.set_budget(
                    started.id, Budget(seconds=budget.seconds * factor, requests=budget.requests, tokens=budget.tokens)
                )

        began = time.monotonic()
        async with tiny_runtime(memory, sources, home, chat=chat) as runtime, task_group() as group:
            meddling = group.create_task(meddle()) if change else None
            report = await run_to_end(started.id, runtime)
            if meddling is not None:
                meddling.cancel()
        ended = time.monotonic()
    limit = report.rows.run.budget
    tokens = sum(map(estimate_tokens, chat.prompts)) + len(chat.prompts) * estimate_tokens(chat.replies[0])  # type: ignore[arg-type]
    over = {
        "seconds over the budget": ended - began - limit.seconds,
        "searches over the budget": float(sum(source.sent for source in sources) - limit.requests),
        "tokens over the budget": float(tokens - limit.tokens) if chat.prompts else 0.0,
    }
    for what, most in zip(over, (LATE, 2.0, 0.0), strict=True):
        run.worst(what, over[what])
        run.check(over[what] <= most, f"{name}, {change or 'left alone'}: {over[what]:.1f} {what}")
    run.check(report.answer is not None, f"{name}: no report")
    run.count(f"runs: {change or 'left alone'}")
    run.count("calls of the model", len(chat.prompts))
    if change == "stop" and asked_at and report.rows.run.state == "stopped":
        run.worst("seconds from a stop to the report", ended - asked_at)
        run.check(ended - asked_at <= SOON, f"{name}: {ended - asked_at:.1f} s from the stop to the report")


def without_limit(run: Run) -> None:
    """The twin."""
    forever = property(lambda self: 3_600.0)
    with mock.patch.object(journal.Journal, "search_seconds", forever):
        budgets(run)


ROWS = (
    Row(
        id="A25",
        fault="a deep research has slow sources, a slow model and little budget, which is lowered, raised or stopped",
        guarantee="a report, at most 2 s and 2 searches over the budget and no token; within 10 s of a stop",
        quick=3,
        full=60,
        try_it=budgets,
        twin=without_limit,
        twin_is="a run that searches until its steps are done",
        twin_trials=8,
        unit="runs",
    ),
)
