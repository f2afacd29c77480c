"""
Runs of deep research, for every interface: planned and shown before anything is spent, edited, run, stopped, resumed.

    start_run -> (plan_of, edit_plan) -> run_to_end -> report_of

Each function takes the store or a runtime with it; what it changes is on disk when it returns.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, NamedTuple

from research_agent.concurrency import task_group
from research_agent.deep_research.budget import BUDGETS, DEFAULT
from research_agent.deep_research.conduct import Conduct
from research_agent.deep_research.journal import Journal, RunHook
from research_agent.deep_research.plan_text import parse_plan
from research_agent.deep_research.report import write_report
from research_agent.deep_research.step_plan import active, plan_question
from research_agent.errors import UsageError
from research_agent.memory import Budget, Memory, ResearchRun, RunRows, Shape, Step, Writes
from research_agent.messages import research_lines, speaking, texts_of
from research_agent.pipeline.asking import read_question
from research_agent.runtime import Runtime
from research_agent.sources.encyclopedia.known_names import known_names
from research_agent.sources.registry import refresh_sources
from research_agent.text.languages import base_language, detect_language
from research_agent.text.restriction import read_restriction
from research_agent.text.timestamps import iso_now
from research_agent.types import Answer

__all__ = [
    "Report",
    "edit_plan",
    "plan_of",
    "replay",
    "report_json",
    "report_of",
    "resume",
    "run_json",
    "run_to_end",
    "start_run",
    "stop",
]


class Report(NamedTuple):
    """The newest report of a run, None before there is one, and all rows that it rests on."""

    answer: Answer | None
    rows: RunRows


async def start_run(
    question: str,
    memory: Memory,
    *,
    budget: Budget | None = None,
    options: Mapping[str, Any] | None = None,
    parts: Path | None = None,
) -> ResearchRun:
    """
    Plan a question and store the run; nothing is searched for yet.

    `options` are kept with it, to be resumed with: sources, offline, model, site, ... `parts` is the folder of the
    embedded parts, whose encyclopedia says what bears a name. Raises `QuestionError`.
    """
    asked = await read_question(question)
    shape, steps = await asyncio.to_thread(_planned, asked.question, parts)
    run = ResearchRun(
        id="",
        question=asked.question,
        shape=shape,
        budget=budget or BUDGETS[DEFAULT],
        created=iso_now(),
        options=dict(options or {}),
    )
    return await memory.research.add(run, steps)


def _planned(question: str, parts: Path | None) -> tuple[Shape, tuple[Step, ...]]:
    return plan_question(question, known_names(parts) if parts is not None else None)


async def plan_of(run: str, memory: Memory) -> tuple[ResearchRun, tuple[Step, ...]]:
    """The run, and the steps of its plan in their order."""
    rows = await memory.research.load(run)
    return rows.run, active(rows.steps)


async def edit_plan(run: str, memory: Memory, version: int, text: str) -> ResearchRun:
    """
    Put an edited plan (see `plan_text`) in place of the one at `version`.

    Raises `PlanChangedError` when another edit came first, and `UsageError` for what cannot be done.
    """
    rows = await memory.research.load(run)
    return await memory.research.edit_plan(rows.run.id, version, parse_plan(text, rows.steps))


async def stop(run: str, memory: Memory) -> ResearchRun:
    """Have whoever works on a run write its report now."""
    return await memory.research.ask_stop(run)


async def run_to_end(
    run: str,
    runtime: Runtime,
    *,
    on_event: RunHook | None = None,
    stopping: asyncio.Event | None = None,
    served: bool = False,
) -> Report:
    """
    Search and write until there is a report; a run that was killed or stopped goes on from where it was. One that is
    `served` is gone on with by the next server.

    `stopping`, set at any time, ends the search: the report of what is there comes within seconds. Raises
    `RunBusyError` while another process is at it; cancelled, it leaves what is committed, to be run again.
    """
    runs = runtime.memory.research
    claim = await runs.claim(run)
    try:
        rows = await runs.load(claim.run)
        if rows.run.state != "done":
            journal = Journal(runs, claim, rows, on_event)
            if rows.run.served != served:
                await journal.write(served=served)
            await _run(journal, runtime, stopping)
    finally:
        await runs.release(claim)
    return await report_of(claim.run, runtime.memory)


async def replay(run: str, runtime: Runtime, *, on_event: RunHook | None = None) -> Report:
    """
    Run the plan again from what is stored of a run alone: its searches, its texts, the replies of its model.

    Nothing is asked of anybody. The report of a run that came to its end has the same text, to the byte.
    """
    runs = runtime.memory.research
    rows = await runs.load(run)
    planned = (step for step in rows.steps if not step.parent and step.state != "dropped")
    steps = [replace(step, state="waiting", asked="", candidates=()) for step in planned]
    again = ResearchRun(
        id="",
        question=rows.run.question,
        shape=rows.run.shape,
        budget=rows.run.budget,
        created=iso_now(),
        options={**rows.run.options, "replays": rows.run.id},
    )
    added = await runs.add(again, steps)
    claim = await runs.claim(added.id)
    await runs.commit(claim, Writes(rows=[*rows.requests, *rows.calls], documents=[*rows.documents.values()]))
    await runs.release(claim)
    return await run_to_end(added.id, runtime, on_event=on_event)


resume = run_to_end
"""Going on is running: what is done is not done again."""


async def _run(journal: Journal, runtime: Runtime, stopping: asyncio.Event | None) -> None:
    """Search and write; what is said of it is said in the language of the question."""
    lang = base_language(runtime.settings.search.lang or detect_language(journal.run.question))
    await asyncio.to_thread(texts_of, lang)
    with speaking(lang):
        await _search_and_write(journal, runtime, stopping)


async def _search_and_write(journal: Journal, runtime: Runtime, stopping: asyncio.Event | None) -> None:
    async with runtime.turns.one(), task_group() as group:
        watching = [group.create_task(journal.watch())]
        if stopping is not None:
            watching.append(group.create_task(_pass_on(stopping, journal.stopping)))
        try:
            begun = {"question": journal.run.question, "shape": journal.run.shape, "budget": asdict(journal.run.budget)}
            if journal.run.state != "running" or journal.run.stopping:  # else its process was killed: it goes on
                await journal.write(events=[("RunStarted", begun)], state="running", stopping=False)
            await asyncio.to_thread(refresh_sources, runtime.sources)
            restriction = read_restriction(**journal.run.options.get("restriction", {}))
            await Conduct(journal, runtime, runtime.within_lists(restriction)).search()
            await write_report(journal, runtime, stopped=journal.stopping.is_set())
        finally:
            for task in watching:
                task.cancel()


async def _pass_on(one: asyncio.Event, other: asyncio.Event) -> None:
    await one.wait()
    other.set()


async def report_of(run: str, memory: Memory) -> Report:
    """The newest report of a run with its rows."""
    rows = await memory.research.load(run)
    if not rows.run.turn:
        return Report(None, rows)
    turns = await memory.turns(rows.run.id)
    answer = next((turn.answer for turn in turns if turn.number == rows.run.turn), None)
    return Report(answer, rows)


def report_json(report: Report) -> dict[str, Any]:
    """The fields of `ask --json`, and run, plan, sections, gaps, conflicts and budget."""
    if report.answer is None:
        raise UsageError(research_lines.NO_REPORT(run=report.rows.run.id), hint=research_lines.GO_ON())
    run = report.rows.run
    return {**report.answer.as_json(), **run_json(run, report.rows)}


def run_json(run: ResearchRun, rows: RunRows) -> dict[str, Any]:
    """What is known of a run, as JSON."""
    order = {step.id: at for at, step in enumerate(active(rows.steps))}
    asked = {step.id: step.asked for step in rows.steps}
    return {
        "run": {
            "id": run.id, "state": run.state, "shape": run.shape, "created": run.created, "turn": run.turn,
            "question": run.question, "plan_version": run.plan_version, "options": dict(run.options),
            "note": run.note,
        },
        "plan": [_step_json(step) for step in active(rows.steps)],
        "sections": [
            {**asdict(one), "steps": list(one.steps)} for one in rows.sections if one.report == run.reports
        ],
        "gaps": [
            {**asdict(gap), "searched": list(gap.searched)}
            for gap in rows.gaps
            if not gap.closed and gap.step in order and gap.asked == asked[gap.step]
        ],
        "conflicts": _conflicts_json(rows),
        "budget": {"limit": asdict(run.budget), "spent": asdict(run.spent)},
    }  # fmt: skip


def _step_json(step: Step) -> dict[str, Any]:
    fields = {**asdict(step), "sources": list(step.sources)}
    return {**fields, "candidates": [candidate.text for candidate in step.candidates]}


def _conflicts_json(rows: RunRows) -> Sequence[dict[str, Any]]:
    """The two sentences of each disagreement, with their places."""
    distinct = {(one.one, one.other): one for one in rows.disagreements}
    return [
        {
            "step": one.step, "by": one.by, "ours": one.ours, "theirs": one.theirs,
            "sentences": [
                {
                    "document": key, "start": start, "end": end, "quote": rows.documents[key].text[start:end],
                    "title": rows.documents[key].title, "url": rows.documents[key].url,
                }
                for key, start, end in (one.one, one.other)
                if key in rows.documents
            ],
        }
        for one in distinct.values()
    ]  # fmt: skip
