"""Storage of turns: recalled, stored when they are done, and when they are interrupted."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import islice

from research_agent.errors import UnknownRunError
from research_agent.events import Event, Saved, Started
from research_agent.memory import RUN_ID, Memory
from research_agent.memory.versions import in_force
from research_agent.pipeline.cited_sites import find_trust
from research_agent.pipeline.compose import compose
from research_agent.pipeline.state import CheckedDraft, Retrieved, TurnContext, Unsaved
from research_agent.stages.cite import cite, without_marks
from research_agent.text.boundaries import TERMINATORS
from research_agent.text.restriction import refusal
from research_agent.text.sentences import sentence_spans
from research_agent.types import Answer, Document, History

__all__ = ["recall", "recall_report", "remember", "saved_when_interrupted", "stored_answer"]

MOST_RECALLED = 24
"""Texts of a report that are read again for a question about it."""


async def recall(turn: TurnContext) -> History:
    """Begin the turn: recall what its session holds."""
    runtime = turn.runtime
    turn.timeline.emit(Started(turn.session, turn.question, runtime.chat_id))
    turn.model_reported = runtime.chat_id is not None
    turn.note(*runtime.notices)
    with turn.timeline.span("recall"):
        history = await runtime.memory.recall(turn.session)
    return replace(history, turns=in_force(history.turns, replaces=turn.replaces))


async def recall_report(turn: TurnContext) -> tuple[Document, ...]:
    """
    The texts that the report of the session rests on, the likeliest first: what is asked about it is answered from them
    too, whatever the sources give now. () where the session has no report, and where sources or documents were named.
    """
    asked, runtime = turn.restriction, turn.runtime
    if not turn.session.startswith(RUN_ID) or runtime.named or asked.libraries or asked.files:
        return ()
    try:
        rows = await runtime.memory.research.load(turn.session)
    except UnknownRunError:
        return ()
    best = sorted(rows.ledger, key=lambda entry: -(entry.score or 0.0))
    known = (rows.documents[key] for key in dict.fromkeys(entry.document for entry in best))
    admitted = (one for one in known if not refusal(one, turn.admitted, is_kept_current=True))
    return tuple(islice(admitted, MOST_RECALLED))


async def remember(turn: TurnContext, answer: Answer) -> Answer:
    """Commit the turn, and give the answer its number: only what is on disk is called done. Raises `StoreError`."""
    with turn.timeline.span("remember"):
        number = await turn.runtime.memory.remember(answer)
    turn.timeline.timings["total"] = turn.timeline.now()
    turn.timeline.emit(Saved(turn.session, number))
    turn.runtime.condense_soon()
    return replace(answer, turn=number, timings=dict(turn.timeline.timings), spans=tuple(turn.timeline.spans))


@asynccontextmanager
async def saved_when_interrupted(turn: TurnContext, retrieved: Retrieved) -> AsyncIterator[Unsaved]:
    """Save the turn when the block is cancelled: the whole answer, or the draft so far, checked by words alone."""
    unsaved = Unsaved()
    try:
        yield unsaved
    except asyncio.CancelledError:
        await _save(turn, retrieved, unsaved)
        raise


async def _save(turn: TurnContext, retrieved: Retrieved, unsaved: Unsaved) -> None:
    """Store the turn, unless its answer was committed in the moment of the interruption."""
    memory, answer = turn.runtime.memory, unsaved.answer
    if answer is None:
        if not unsaved.draft.strip():
            return
        # All that was streamed is kept: what would be taken out stays struck through.
        whole, fragment = _cut_off(unsaved.draft)
        kept = await cite(whole, retrieved.evidence, keep_unsupported=True, judged=retrieved.judged)
        text = f"{kept.text} {fragment}" if kept.text and fragment else kept.text or fragment
        checked = CheckedDraft(replace(kept, text=text), "model")
        trust = await find_trust(turn, retrieved, checked, embed=None)
        answer = replace(compose(turn, retrieved, checked, trust), status="interrupted")
    for stored in (await memory.recall(turn.session)).turns:
        if (stored.answer.text, stored.answer.timings) == (answer.text, answer.timings):
            turn.timeline.emit(Saved(turn.session, stored.number))
            return
    turn.timeline.emit(Saved(turn.session, await memory.remember(answer)))


def _cut_off(draft: str) -> tuple[str, str]:
    """
    The whole sentences of a draft, and the words of the one that was cut off, followed by "…"; "" without one.

    Nothing is said of those words: what begins as a source says may have gone on otherwise.
    """
    spans = sentence_spans(draft)
    if not spans or draft.rstrip()[-1:] in TERMINATORS or draft.endswith(("]", "\n")):
        return draft, ""
    start = spans[-1][0]
    return draft[:start].rstrip(), f"{without_marks(draft[start:]).strip()}…"


async def stored_answer(events: Iterable[Event], memory: Memory) -> Answer | None:
    """The answer that was stored of a turn which was stopped, by its events; None without one. Raises `StoreError`."""
    for event in events:
        if isinstance(event, Saved):
            turns = await memory.turns(event.session)
            return next((turn.answer for turn in turns if turn.number == event.turn), None)
    return None
