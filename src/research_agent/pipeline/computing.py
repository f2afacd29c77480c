"""
Computing in a turn: for a question that figures of the sources can answer, they are found, reckoned with and cited.

The reader finds the sentence of each figure, as if that alone had been asked for; a program in the sandbox does the
rest. Where a figure is missing, doubtful or of another kind, nothing is computed and the answer is as without it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from research_agent import llm, prompts
from research_agent.errors import ChatError, ProgramError, SandboxError
from research_agent.grounding import Judgement, Quote
from research_agent.pipeline.state import ANSWERS, Retrieved, TurnContext
from research_agent.sandbox import Sandbox
from research_agent.stages.compute import program_for, sentence_for
from research_agent.stages.plot import plot_of, plot_of_list
from research_agent.stages.rank import candidates, readable, sentence_places
from research_agent.stages.read import read
from research_agent.stages.written_program import (
    agrees,
    altered,
    given_values,
    list_of,
    named_operation,
    program_in,
    rows_of,
    said_of,
    used_values,
)
from research_agent.text.arithmetic import Operand, Task, parse_task
from research_agent.text.figures import Figure, figure_of, given_day
from research_agent.text.injection import is_order, unlinked
from research_agent.text.languages import base_language
from research_agent.text.pointing import leans_back
from research_agent.text.tokens import content_stems
from research_agent.types import Computation, Plot, Rerank

__all__ = ["Computed", "WorkedOut", "compute", "work_out"]

log = logging.getLogger(__name__)
PROGRAM_TOKENS, PROGRAM_SECONDS = 300, 8.0
PASSAGES = 8
"""Passages that are read for one figure."""


class WorkedOut(NamedTuple):
    """Computed `sentence`, its judgement with the quotes that it rests on, and how it came about."""

    sentence: str
    judged: Judgement
    computation: Computation


class Computed(NamedTuple):
    """
    Computed `sentence` and those of the sources that it rests on, with the judgement of each; `computation` is how.

    The span of `computation` is that of the sentence in a text that begins with it.
    """

    sentence: str
    rests_on: tuple[str, ...]
    judged: dict[str, Judgement]
    computation: Computation


async def compute(turn: TurnContext, retrieved: Retrieved) -> Computed | None:
    """
    Compute what the question asks for; None when its form does not ask for it, or not all figures are there.

    By rule where the rules find the figures; else by a program of a large model, whose result must be the rules' too.
    """
    sandbox, settings = turn.runtime.sandbox, turn.runtime.settings.chat
    if sandbox is None or settings.compute == "off" or base_language(turn.lang) != "en":
        return None
    task, rerank = parse_task(retrieved.question), await turn.rerank_ready()
    if rerank is None:
        return None
    with turn.timeline.span("compute"):
        by_rule = await _by_rule(turn, retrieved, task, rerank, sandbox) if task is not None else None
        return by_rule or await _by_model(turn, retrieved, sandbox)


async def _by_rule(
    turn: TurnContext, retrieved: Retrieved, task: Task, rerank: Rerank, sandbox: Sandbox
) -> Computed | None:
    if task.operation == "rank" and _compares(retrieved, task):
        return None  # a source's own comparison is better than ours
    figures = []
    for operand in task.operands:
        figure = await _figure(turn, retrieved, task, operand, rerank)
        if figure is None:
            log.debug("no figure of %s", operand.question)
            return None
        figures.append(figure)
    return _cited(await work_out(task, figures, sandbox))


def _compares(retrieved: Retrieved, task: Task) -> bool:
    """Whether a sentence of the evidence that answers names all that is compared."""
    subjects = [frozenset(content_stems(one.subject)) for one in task.operands]
    said = (
        frozenset(content_stems(f"{item.passage.document.title} {item.passage.document.text[start:end]}"))
        for item in retrieved.evidence
        for start, end, logit in item.sentences
        if logit >= ANSWERS
    )
    return any(all(subject <= stems for subject in subjects) for stems in said)


async def _by_model(turn: TurnContext, retrieved: Retrieved, sandbox: Sandbox) -> Computed | None:
    """What a program of the model gives, if it is a large one and the question names an operation."""
    operation = named_operation(retrieved.question)
    chat = None if operation is None else await turn.large_chat_ready()
    if operation is None or chat is None:
        return None
    given = await asyncio.to_thread(given_values, retrieved.evidence)
    if len(given) < 2:
        return None
    prompt = prompts.program(retrieved.question, [(one.name, one.text, one.sentence) for one in given])
    try:
        reply = await llm.ask(chat, prompt, max_tokens=PROGRAM_TOKENS, timeout=PROGRAM_SECONDS)
    except ChatError as error:
        log.info("no program", exc_info=error)
        return None
    program = program_in(reply)
    used = used_values(program, given) if program is not None else []
    values = {one.name: one.quantity.value for one in used}
    if program is None or not used:
        return None
    try:
        result = (await sandbox.run(program, values)).result
        others = [(await sandbox.run(program, altered(values, name))).result for name in values]
    except (ProgramError, SandboxError) as error:
        log.info("the model's program gave nothing", exc_info=error)
        return None
    rows = rows_of(used, result) if operation == "list" else []
    fits = bool(rows) or await asyncio.to_thread(agrees, operation, used, result)
    if result in others or not fits:
        log.info("the model's program does not do what the question asks for")
        return None
    quotes = [Quote(one.passage.document, one.start, one.end) for one in used]
    if not rows:
        return _cited(_worked_out(said_of(operation, used, result), quotes, program, values, result))
    plot = plot_of_list(
        [(label, one.quantity.value, one.text, one.passage.document, one.start, one.end) for label, one in rows],
        used[0].quantity.unit,
    )
    return _cited(_worked_out(list_of(rows), quotes, program, values, result, plot))


async def work_out(task: Task, figures: Sequence[Figure], sandbox: Sandbox) -> WorkedOut | None:
    """Reckon with figures in the sandbox; None where they cannot be brought to one unit, or the result says nothing."""
    program = await program_for(task, figures)
    if program is None:
        return None
    try:
        outcome = await sandbox.run(program.text, program.values)
    except (ProgramError, SandboxError) as error:
        log.info("nothing computed", exc_info=error)
        return None
    sentence = sentence_for(task, figures, program, outcome.result)
    quotes = [Quote(one.document, one.start, one.end) for one in figures if one.document is not None]
    if sentence is None or not quotes:
        return None
    plot = plot_of(task, figures, program.values, program.unit)
    return _worked_out(sentence, quotes, program.text, program.values, outcome.result, plot)


def _worked_out(
    sentence: str,
    quotes: Sequence[Quote],
    program: str,
    values: Mapping[str, Any],
    result: Any,
    plot: Plot | None = None,
) -> WorkedOut:
    distinct = {(quote.document.id, quote.start): quote for quote in quotes}.values()
    judged = Judgement(1.0, "supported", tuple((1.0, quote) for quote in distinct), by="computed")
    computation = Computation(sentence=(0, len(sentence)), program=program, values=values, result=result, plot=plot)
    return WorkedOut(sentence, judged, computation)


def _cited(worked: WorkedOut | None) -> Computed | None:
    """The computed sentence with the quotes that it rests on, each of which stands alone."""
    if worked is None:
        return None
    said = {_standing_alone(quote): quote for _, quote in worked.judged.quotes}
    judged = {text: Judgement(1.0, "supported", ((1.0, quote),), by="verbatim") for text, quote in said.items()}
    judged[worked.sentence] = worked.judged
    return Computed(worked.sentence, tuple(said), judged, worked.computation)


def _standing_alone(quote: Quote) -> str:
    """The quote, behind the title of its document where it does not name its subject: "It covers 30 million km2"."""
    title = quote.document.title.strip()
    is_plain = bool(title) and unlinked(title) == title and not is_order(title)
    return f"{title}: {quote.text}" if is_plain and _is_of_another(quote, title) else quote.text


def _is_of_another(quote: Quote, title: str) -> bool:
    return leans_back(quote.text) or not set(content_stems(title.partition("(")[0])) & set(content_stems(quote.text))


async def _figure(
    turn: TurnContext, retrieved: Retrieved, task: Task, operand: Operand, rerank: Rerank
) -> Figure | None:
    """The figure of an operand, from the sentence that answers its question best and has one."""
    if operand.given:
        return given_day(operand, turn.now.date())
    about = [passage for passage in retrieved.passages if _is_about(operand.subject, passage.document.title)]
    found = candidates(operand.question, about)[:PASSAGES]
    if not found:
        return None
    reading = await read([readable(operand.question, one.passage) for one in found], rerank, embed=turn.embed)
    places = [
        (logit, one.passage, place)
        for one, row in zip(found, reading.end, strict=True)
        for place, logit in zip(sentence_places(one.passage), row, strict=True)
    ]
    answering = [place for place in sorted(places, key=lambda place: -place[0]) if place[0] >= ANSWERS]

    def first() -> Figure | None:
        figures = (figure_of(task, operand, passage.document, span) for _, passage, span in answering)
        return next((figure for figure in figures if figure is not None), None)

    return await asyncio.to_thread(first)  # the first unit of a run takes a quarter of a second


def _is_about(subject: str, title: str) -> bool:
    """Whether a document is about the subject itself: "Nile" for "the Nile", but no "Nile crocodile"."""
    named, asked = content_stems(title.partition("(")[0]), content_stems(subject)
    return bool(asked) and set(asked) == set(named)
