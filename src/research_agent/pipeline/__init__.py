"""research(): the flow of a question, one line a stage. What happens when a stage fails: docs/how-it-works.md."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from research_agent.concurrency import cooperative, task_group
from research_agent.errors import QuestionError
from research_agent.events import Answered, EventHook, Timeline
from research_agent.memory import new_session_id
from research_agent.pipeline.persistence import keep, remember
from research_agent.pipeline.search import begin, find_evidence
from research_agent.pipeline.state import Turn
from research_agent.pipeline.streaming import check_draft, compose, write_draft
from research_agent.runtime import Runtime, open_runtime
from research_agent.settings import Settings, load_settings
from research_agent.text.sanitize import clean
from research_agent.text.tokens import words
from research_agent.types import Answer

if TYPE_CHECKING:
    from research_agent.llm import Chat
    from research_agent.memory import Memory
    from research_agent.sources.protocol import Source

__all__ = ["research"]

LONGEST_QUESTION = 8_000  # characters: the embedded model's context holds them with evidence beside


async def research(
    question: str,
    *,
    session: str | None = None,
    settings: Settings | None = None,
    runtime: Runtime | None = None,
    chat: Chat | None = None,
    sources: Sequence[Source] | None = None,
    memory: Memory | None = None,
    on_event: EventHook | None = None,
) -> Answer:
    """
    Answer a question from what the sources say.

    Everything that is not given comes from settings; a `runtime` brings all parts warm. `session` continues (or
    begins) a session, None begins a new one. When this returns, the turn is on disk. Raises `UsageError` before
    anything is done and `StoreError` when the turn cannot be kept. When cancelled, what was streamed is saved,
    marked interrupted, and `CancelledError` goes on.
    """
    question = _checked(question)
    if runtime is None:
        settings = settings or load_settings()
        async with open_runtime(settings, chat=chat, sources=sources, memory=memory) as opened:
            return await research(question, session=session, runtime=opened, on_event=on_event)
    async with task_group() as group:
        turn = Turn(question, session or new_session_id(), runtime, Timeline(on_event), group.create_task)
        try:
            return await _run(turn)
        except asyncio.CancelledError:
            await keep(turn)
            raise


async def _run(turn: Turn) -> Answer:
    """The flow, top to bottom. `alone` is the question with what it points back to put in."""
    history = await begin(turn)
    alone = await find_evidence(turn, history)
    await write_draft(turn, alone, history)
    checked, answer_from = await check_draft(turn, alone)
    if turn.analysis is not None:
        await turn.analysis
    async with cooperative():
        turn.answer = compose(turn, checked, answer_from)
    turn.timeline.emit(Answered(turn.answer))
    return await remember(turn, turn.answer)


def _checked(question: str) -> str:
    """The question fit for every wire; raises `QuestionError` when there is nothing, or too much, to ask."""
    question = clean(question)
    if not words(question):
        raise QuestionError(
            "The question is empty.", hint='Ask something, like: research-agent ask "What is a quasar?"'
        )
    if len(question) > LONGEST_QUESTION:
        raise QuestionError(
            f"The question has {len(question):,} characters; at most {LONGEST_QUESTION:,} can be asked at once.",
            hint="Ask about the heart of it; long texts belong in a source.",
        )
    return question
