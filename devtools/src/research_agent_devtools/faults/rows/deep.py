"""A run of deep research whose process is killed ends all the same, with the same report, and asks nothing twice."""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest import mock

from research_agent.deep_research.budget import BUDGETS
from research_agent.deep_research.research_runs import report_of, run_to_end, start_run
from research_agent.deep_research.searches import key_of
from research_agent.memory import RunRows, Step, open_memory, research_rows
from research_agent.memory.research_store import _SqliteRuns
from research_agent_devtools.faults.row import Row, Run
from research_agent_devtools.harness.deep_world import WordSource, tiny_runtime

QUESTIONS = (
    "Compare Arvel and Brone: diameter, atmosphere",
    "What is the diameter of each of the planets of Sorrel?",
    "Where was the author of Lantern born?",
)
MOST_LIVES, MOST_COMMITS = 60, 3


def killed_after_commits(run: Run) -> None:
    """Each life of the process ends by SIGKILL after a few commits, until one comes to the end."""
    whole: dict[str, str] = {}
    for number, rng in run.trials():
        question = rng.choice(QUESTIONS)
        if question not in whole:
            whole[question] = _text(*_planned(run.folder / f"whole-{len(whole)}", question))
        home, key = _planned(run.folder / str(number), question)
        lives = _live_until_done(run, rng, home, key)
        run.count("kills", lives - 1)
        text = _text(home, key, run_it=False)
        run.check(text == whole[question], f"{question}: another report than that of a run nobody killed")


def _planned(home: Path, question: str) -> tuple[Path, str]:
    async def plan() -> str:
        async with open_memory(home / "s.db") as memory:
            return (await start_run(question, memory, budget=BUDGETS["quick"])).id

    home.mkdir()
    return home, asyncio.run(plan())


def _live_until_done(run: Run, rng: random.Random, home: Path, key: str) -> int:
    for life in range(1, MOST_LIVES):
        known = {request.key for request in _rows(home, key).requests}
        log = home / f"asked-{life}"
        commits = rng.randint(1, MOST_COMMITS)
        child = os.fork()
        if child == 0:
            _live(home, key, log, commits)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        again = known & set(log.read_text().split() if log.exists() else ())
        if again:
            run.fail(f"life {life} asked again what was answered: {sorted(again)[:2]}")
            return life
        if os.WIFEXITED(status):
            run.check(os.WEXITSTATUS(status) == 0, f"life {life} ended with {os.WEXITSTATUS(status)}")
            return life
    run.fail("it does not come to an end")
    return MOST_LIVES


def _live(home: Path, key: str, log: Path, commits: int) -> None:
    """One life in the child process: killed after so many commits, unless it ends before."""
    commit, left = _SqliteRuns.commit, commits

    async def counted(self: _SqliteRuns, claim: Any, writes: Any) -> Any:
        nonlocal left
        result = await commit(self, claim, writes)
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    class Noting(WordSource):
        async def search(self, topic: Any, **given: Any) -> Any:
            step = Step(id=0, text="", asked=topic.question)
            with log.open("a") as file:
                file.write(f"{key_of(step, self.name, topic.text)}\n")
            return await super().search(topic, **given)

    with mock.patch.object(_SqliteRuns, "commit", counted):
        asyncio.run(_run(home, key, [Noting()]))


async def _run(home: Path, key: str, sources: Sequence[Any]) -> None:
    async with open_memory(home / "s.db") as memory, tiny_runtime(memory, sources, home) as runtime:
        await run_to_end(key, runtime)


def _text(home: Path, key: str, *, run_it: bool = True) -> str:
    async def read() -> str:
        if run_it:
            await _run(home, key, [WordSource()])
        async with open_memory(home / "s.db") as memory:
            report = await report_of(key, memory)
        return report.answer.text if report.answer else ""

    return asyncio.run(read())


def _rows(home: Path, key: str) -> RunRows:
    async def read() -> RunRows:
        async with open_memory(home / "s.db") as memory:
            return await memory.research.load(key)

    return asyncio.run(read())


def forgetting(run: Run) -> None:
    """The twin."""
    load = research_rows.load

    def without_requests(db: Any, key: str) -> RunRows:
        rows = load(db, key)
        forgets = rows.run.state == "running" and mock.sentinel.child is _IN_CHILD[0]
        return replace(rows, requests=()) if forgets else rows

    def live(*given: Any) -> None:
        _IN_CHILD[0] = mock.sentinel.child
        _plain_live(*given)

    with mock.patch.object(research_rows, "load", without_requests), mock.patch(f"{__name__}._live", live):
        killed_after_commits(run)


_IN_CHILD: list[object] = [None]
_plain_live = _live


ROWS = (
    Row(
        id="A21",
        fault="the process of a deep research is killed (SIGKILL) after one of its commits, again and again",
        guarantee="it comes to its end, with the same report to the byte, and asks nothing that was answered",
        quick=1,
        full=1_000,
        try_it=killed_after_commits,
        twin=forgetting,
        twin_is="a run that does not look for the searches that are stored",
        twin_trials=1,
        unit="runs",
    ),
)
