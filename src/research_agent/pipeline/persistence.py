"""The turn on disk: when it is done, and when it is interrupted."""

from __future__ import annotations

from dataclasses import replace

from research_agent.events import Saved
from research_agent.pipeline.state import Turn
from research_agent.pipeline.streaming import compose
from research_agent.stages.cite import cite
from research_agent.types import Answer

__all__ = ["keep", "remember"]


async def remember(turn: Turn, answer: Answer) -> Answer:
    """Commit the turn: only what is on disk is called done."""
    with turn.timeline.span("remember"):
        number = await turn.runtime.memory.remember(answer)
    turn.timeline.timings["total"] = turn.timeline.now()
    turn.timeline.emit(Saved(turn.session, number))
    turn.runtime.condense_soon()
    return replace(answer, turn=number, timings=dict(turn.timeline.timings), spans=tuple(turn.timeline.spans))


async def keep(turn: Turn) -> None:
    """
    Keep what an interrupted turn had: the whole answer, or what was streamed, checked by words alone.

    The answer may have been committed in the moment of the interruption; it is not stored twice.
    """
    memory, answer = turn.runtime.memory, turn.answer
    if answer is None:
        if not turn.draft.strip():
            return
        checked = await cite(turn.draft, turn.evidence)
        answer = replace(compose(turn, checked, "model"), status="interrupted")
    for stored in (await memory.recall(turn.session)).turns:
        if (stored.answer.text, stored.answer.timings) == (answer.text, answer.timings):
            turn.timeline.emit(Saved(turn.session, stored.number))
            return
    turn.timeline.emit(Saved(turn.session, await memory.remember(answer)))
