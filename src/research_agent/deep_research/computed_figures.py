"""
Figures of a run, computed: what is largest of what was compared, and comparable figures of many, with their plot.

The figures stand in the best sentences of the steps; a program in the sandbox orders them or reckons with them, as in a
turn. Where fewer than `ENOUGH` have one, or they cannot be brought to one unit, nothing is computed.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from research_agent.deep_research.finds import ANSWERS
from research_agent.deep_research.sections import Said
from research_agent.memory import LedgerEntry, Step
from research_agent.pipeline.computing import work_out
from research_agent.sandbox import Sandbox
from research_agent.text.arithmetic import Task, parse_task
from research_agent.text.figures import Figure, figure_of
from research_agent.text.pointing import leans_back, subject
from research_agent.text.tokens import content_stems
from research_agent.types import Computation, Document

__all__ = ["ComputedSaid", "compute_figures"]

ENOUGH, MOST = 3, 5
"""Figures from which many are ordered, and that one program orders."""
ASPECT = re.compile(r"\b(?:is|are|was|were)\s+the\s+(?P<aspect>[\w\s-]{3,40}?)\s+of\s", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ComputedSaid:
    """Computed sentence with the quotes that it rests on, and how it came about; its span is that of the sentence."""

    said: Said
    computation: Computation


async def compute_figures(
    question: str,
    steps: Sequence[Step],
    ledger: Sequence[LedgerEntry],
    documents: dict[str, Document],
    sandbox: Sandbox | None,
) -> list[ComputedSaid]:
    """What can be computed from the figures of the steps: of the question itself, and of each aspect of many sides."""
    if sandbox is None:
        return []
    best = {entry.step: entry for entry in sorted(ledger, key=lambda entry: entry.score or 0.0)}
    found = []
    for task, asked in _tasks(question, steps):
        figures = await asyncio.to_thread(_figures, task, asked, best, documents)  # pint takes a quarter of a second
        known = [one for one in figures if one is not None]
        if len(known) < (len(figures) if task.operation != "list" else ENOUGH) or not known:
            continue
        task = replace(task, operands=tuple(one.operand for one in known))
        if worked := await work_out(task, known, sandbox):
            found.append(ComputedSaid(Said(worked.sentence, worked.judged), worked.computation))
    return found


def _tasks(question: str, steps: Sequence[Step]) -> Iterator[tuple[Task, list[Step]]]:
    """Tasks with the steps of their operands, in the order of the operands."""
    own = [step for step in steps if step.side]
    task = parse_task(question)
    if task is not None and len(task.operands) == len(own) and task.operation == "rank":
        yield task, own
        return
    for _, group in groupby(sorted(own, key=lambda step: _aspect(step)), key=lambda step: _aspect(step)):
        members = list(group)
        aspect = _aspect(members[0])
        if not aspect or len(members) < ENOUGH:
            continue
        for at in range(0, len(members) - ENOUGH + 1, MOST):
            few = members[at : at + MOST]
            listed = parse_task(f"Plot the {aspect} of {', '.join(one.side for one in few[:-1])} and {few[-1].side}")
            if listed is not None and len(listed.operands) == len(few):
                yield listed, few


def _aspect(step: Step) -> str:
    match = ASPECT.search(step.asked)
    return match["aspect"].casefold() if match else ""


def _figures(
    task: Task, steps: Sequence[Step], best: Mapping[int, LedgerEntry], documents: dict[str, Document]
) -> list[Figure | None]:
    """The figure of each step, None where its best sentence has none."""
    return [_figure(task, at, step, best.get(step.id), documents) for at, step in enumerate(steps)]


def _figure(
    task: Task, at: int, step: Step, entry: LedgerEntry | None, documents: dict[str, Document]
) -> Figure | None:
    """The figure in the best sentence of a step, if it answers and is about the side: another's may stand beside it."""
    if entry is None or (entry.score is not None and entry.score < ANSWERS):
        return None
    sentence = documents[entry.document].text[entry.start : entry.end]
    title = set(content_stems(documents[entry.document].title))
    side = set(content_stems(step.side))
    if not (side <= title and leans_back(sentence)) and not side & subject(sentence)[0]:
        return None
    operand = replace(task.operands[at], subject=step.side)
    return figure_of(task, operand, documents[entry.document], (entry.start, entry.end))
