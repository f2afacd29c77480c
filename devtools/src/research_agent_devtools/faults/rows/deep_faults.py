"""A deep research among sources and models that misbehave, two editors, a full disk: a report, and nothing lost."""

from __future__ import annotations

import asyncio
import os
import random
import resource
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

from research_agent.concurrency import task_group
from research_agent.deep_research import journal, sections
from research_agent.deep_research.plan_text import plan_text
from research_agent.deep_research.research_runs import edit_plan, plan_of, report_of, run_to_end, start_run
from research_agent.deep_research.sections import Said
from research_agent.errors import PlanChangedError, StoreError
from research_agent.grounding import Judgement, Quote
from research_agent.memory import Budget, Memory, ResearchRun, open_memory, research_rows
from research_agent.memory.verification.verify import check
from research_agent_devtools.faults.row import Row, Run
from research_agent_devtools.harness.deep_faults import FALSE, MODELS, SOURCES, misbehaving_chat
from research_agent_devtools.harness.deep_world import WordSource, tiny_runtime

COMPARE = "Compare Arvel and Brone: diameter, atmosphere"
BUDGET = Budget(seconds=30, requests=60, tokens=20_000)
DEADLINES = {"deadline": 0.4, "soft_deadline": 0.2}
LATE = 2.0  # seconds over the budget
HOUR = 3_600.0
STATUSES = {"complete", "partial", "offline"}

# A22


def misbehaving(run: Run) -> None:
    """Each trial one source and one model that misbehave beside one that does not, a long plan or not, a clock."""
    for number, rng in run.trials():
        source, model = rng.choice([*SOURCES]), rng.choice([*MODELS])
        long, jump = rng.random() < 0.25, rng.choice([0.0, 0.0, HOUR, -HOUR])
        home = run.folder / str(number)
        home.mkdir()
        began = time.monotonic()
        what = (
            f"trial {number}: a source that {source}, a model that {model}, {'200 steps, ' * long}a jump of {jump:g} s"
        )
        with _clock_that_jumps(jump, rng.randint(1, 6)):
            problems = asyncio.run(_misbehave(home, source, model, long=long))
        run.worst("seconds of a trial, the opening of the store included", time.monotonic() - began)
        for problem in problems:
            run.fail(f"{what}: {problem}")


async def _misbehave(home: Path, source: str, model: str, *, long: bool) -> list[str]:
    async with open_memory(home / "s.db") as memory:
        started = await start_run(COMPARE, memory, budget=BUDGET)
        if long:
            steps = "\n".join(f"What is the {n}th largest moon of Arvel?" for n in range(196))
            await edit_plan(started.id, memory, 1, plan_text((await plan_of(started.id, memory))[1]) + steps)
        sources = [WordSource(), SOURCES[source]()]
        async with tiny_runtime(memory, sources, home, chat=misbehaving_chat(model)) as runtime:
            runtime.settings = runtime.settings.with_changes(**DEADLINES)
            report = await run_to_end(started.id, runtime)
        (record,) = await memory.records(started.id)
    answer, rows = report.answer, report.rows
    if answer is None:
        return ["no report"]
    found = [
        (answer.status in STATUSES, f"its status is {answer.status}"),
        (rows.run.state == "done", f"its state is {rows.run.state}"),
        ("6,100 km" in answer.text or long, "what a source said is not in the report"),
        (FALSE not in answer.text and "77,777" not in answer.text, "the report says what no source says"),
        (not answer.unsupported, "a sentence without a source"),
        (check(record).holds, "the report does not verify"),
        (rows.run.spent.seconds <= BUDGET.seconds + LATE, f"{rows.run.spent.seconds:.1f} s"),
        (rows.run.spent.requests <= BUDGET.requests, f"{rows.run.spent.requests} searches"),
        (rows.run.spent.tokens <= BUDGET.tokens, f"{rows.run.spent.tokens} tokens"),
        (len(rows.steps) == (200 if long else 4), f"{len(rows.steps)} steps"),
        (len(rows.documents) < 500, f"{len(rows.documents)} documents were kept"),
    ]
    return [problem for holds, problem in found if not holds]


@contextmanager
def _clock_that_jumps(seconds: float, after: int) -> Iterator[None]:
    """The wall clock and the one of the leases are put forward or back after so many looks at them."""
    looks = 0

    def jumping(real: Any) -> Any:
        def read() -> float:
            nonlocal looks
            looks += 1
            return max(1.0, float(real()) + (seconds if looks > after else 0.0))

        return read

    clock = SimpleNamespace(
        time=jumping(time.time), monotonic=jumping(time.monotonic), strftime=time.strftime, gmtime=time.gmtime
    )
    with mock.patch.object(research_rows, "time", clock):
        yield


def believing(run: Run) -> None:
    """The twin."""

    async def taken(sentences: Any, evidence: Any, runtime: Any) -> tuple[Said, ...]:
        passage = evidence[0].passage
        quote = Quote(passage.document, passage.start, passage.end)
        return tuple(Said(one, Judgement(1.0, "supported", ((1.0, quote),))) for one in sentences)

    with (
        mock.patch.object(sections, "_supported", taken),
        mock.patch.dict(MODELS, dict.fromkeys(MODELS, MODELS["lies"])),
    ):
        misbehaving(run)


# A23


def two_editors(run: Run) -> None:
    """Several edit the plan of a run at once, before it and while it is at work."""
    for number, rng in run.trials():
        home = run.folder / str(number)
        home.mkdir()
        for problem in asyncio.run(_edit(home, rng, run)):
            run.fail(f"trial {number}: {problem}")


async def _edit(home: Path, rng: random.Random, run: Run) -> list[str]:
    kept: dict[int, str] = {}
    async with open_memory(home / "s.db") as one, open_memory(home / "s.db") as other:
        started = await start_run(COMPARE, one, budget=BUDGET)

        async def edits(memory: Memory, name: str) -> None:
            for at in range(3):
                await asyncio.sleep(rng.random() / 50)
                known, steps = await plan_of(started.id, memory)
                await asyncio.sleep(rng.random() / 50)
                line = f"What is the diameter of Arvel to {name} {at}?"
                try:
                    changed = await edit_plan(started.id, memory, known.plan_version, plan_text(steps) + line)
                except PlanChangedError:
                    run.count("edits refused")
                else:
                    run.count("edits acknowledged")
                    kept[changed.plan_version] = line

        async with tiny_runtime(one, [WordSource()], home) as runtime, task_group() as group:
            for name, memory in (("Ada", one), ("Ben", other), ("Cy", other)):
                group.create_task(edits(memory, name))
            if rng.random() < 0.5:
                await asyncio.sleep(rng.random() / 20)
                group.create_task(run_to_end(started.id, runtime))
        async with tiny_runtime(other, [WordSource()], home) as runtime:
            report = await run_to_end(started.id, runtime)
        run_, steps = await plan_of(started.id, one)
    texts = {step.text for step in steps}
    lost = [line for line in kept.values() if line not in texts]
    return _problems(run_, lost, report.answer is not None, set(kept))


def _problems(run: ResearchRun, lost: list[str], has_report: bool, versions: set[int]) -> list[str]:
    found = [
        (not lost, f"acknowledged and lost: {lost}"),
        (
            versions == set(range(2, run.plan_version + 1)),
            f"version {run.plan_version} after edits to {sorted(versions)}",
        ),
        (has_report, "no report"),
    ]
    return [problem for holds, problem in found if not holds]


def last_wins(run: Run) -> None:
    """The twin."""
    real = research_rows.edit_plan

    def unchecked(db: Any, name: str, _: int, steps: Any) -> ResearchRun:
        return real(db, name, research_rows.read_run(db, name).plan_version, steps)

    with mock.patch.object(research_rows, "edit_plan", unchecked):
        two_editors(run)


# A24


def full_disk(run: Run) -> None:
    """The file of the store cannot grow, from some commit on; later there is room again."""
    whole = _whole(run.folder / "whole")
    for number, rng in run.trials():
        home = run.folder / str(number)
        home.mkdir()
        key = asyncio.run(_planned(home))
        room = rng.randint(0, 90_000)
        child = os.fork()
        if child == 0:
            os._exit(_until_full(home, key, room))
        _, status = os.waitpid(child, 0)
        code = os.waitstatus_to_exitcode(status)
        run.count({0: "runs that had room enough", 3: "runs that met a full disk"}.get(code, "other ends"))
        run.check(code in (0, 3), f"trial {number}: with room for {room} bytes it ended with {code}")
        before, has_report = asyncio.run(_known(home, key))
        run.check(has_report or code, f"trial {number}: it ended well, and there is no report")
        text = asyncio.run(_text(home, key))
        run.check(text == whole, f"trial {number}: another report, after a disk with room for {room} bytes")
        after, _ = asyncio.run(_known(home, key))
        run.check(before <= after, f"trial {number}: searches that were stored are lost")


def _until_full(home: Path, key: str, room: int) -> int:
    """The run in a child whose files cannot grow by more than so many bytes; 3 when it says that the disk is full."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    largest = max(file.stat().st_size for file in home.iterdir())
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest + room, resource.RLIM_INFINITY))
    try:
        asyncio.run(_text(home, key))
    except BaseException as error:  # noqa: BLE001 - the exit code tells
        return 3 if _is_full(error) else 4
    return 0


def _is_full(error: BaseException) -> bool:
    if isinstance(error, BaseExceptionGroup):
        return all(map(_is_full, error.exceptions))
    return isinstance(error, StoreError) and "disk is full" in error.message


def _whole(home: Path) -> str:
    home.mkdir()
    return asyncio.run(_text(home, asyncio.run(_planned(home))))


async def _planned(home: Path) -> str:
    async with open_memory(home / "s.db") as memory:
        return (await start_run(COMPARE, memory, budget=replace(BUDGET, tokens=0))).id


async def _text(home: Path, key: str) -> str:
    async with open_memory(home / "s.db") as memory:
        async with tiny_runtime(memory, [WordSource()], home) as runtime:
            await run_to_end(key, runtime)
        report = await report_of(key, memory)
    return report.answer.text if report.answer else ""


async def _known(home: Path, key: str) -> tuple[set[str], bool]:
    """The searches that are stored, and whether there is a report."""
    async with open_memory(home / "s.db") as memory:
        rows = await memory.research.load(key)
        return {request.key for request in rows.requests}, rows.run.turn > 0


def unwritten(run: Run) -> None:
    """The twin."""
    real = journal.Journal.write

    async def write(self: journal.Journal, **given: Any) -> None:
        try:
            await real(self, **given)
        except StoreError:
            self._know(given.get("rows", ()), given.get("steps", ()), given.get("documents", ()))

    async def finish(self: journal.Journal, *_: Any, **__: Any) -> int:
        return 1

    with mock.patch.object(journal.Journal, "write", write), mock.patch.object(journal.Journal, "finish", finish):
        full_disk(run)


ROWS = (
    Row(
        id="A22",
        fault="a source of a deep research lies, stalls, floods or fails, its model answers nothing, thoughts, headings"
        " or 1 MB, or lies, its plan has 200 steps, the clock jumps by an hour",
        guarantee="within its budget comes a report of what the other source says, of which each sentence verifies",
        quick=6,
        full=300,
        try_it=misbehaving,
        twin=believing,
        twin_is="a report that takes what the model drafts",
        twin_trials=4,
        unit="runs",
    ),
    Row(
        id="A23",
        fault="three edit the plan of a deep research at once, before it and while it is at work",
        guarantee="each edit is acknowledged and kept, or refused; the report comes",
        quick=5,
        full=1_000,
        try_it=two_editors,
        twin=last_wins,
        twin_is="an edit that takes the place of whatever plan is there",
        twin_trials=10,
        unit="runs",
    ),
    Row(
        id="A24",
        fault="the disk becomes full while a deep research is at work",
        guarantee="it says so and ends; with room again it goes on to the same report, and nothing stored is lost",
        quick=5,
        full=500,
        try_it=full_disk,
        twin=unwritten,
        twin_is="a run that goes on when a commit fails",
        twin_trials=10,
        unit="runs",
    ),
)
