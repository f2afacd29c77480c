"""`research()`: the stages of a question in order. What happens when a stage fails: docs/how-it-works.md."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import TYPE_CHECKING

from research_agent.concurrency import cooperative, task_group
from research_agent.events import Answered, EventHook, Ranked, Timeline
from research_agent.memory import new_session_id
from research_agent.messages import speaking
from research_agent.pipeline.asking import read_question
from research_agent.pipeline.cited_sites import find_trust
from research_agent.pipeline.compose import compose
from research_agent.pipeline.joined_parts import search_parts, take_apart
from research_agent.pipeline.persistence import recall, recall_report, remember, saved_when_interrupted
from research_agent.pipeline.search import (
    Ranker,
    analyze_documents,
    fetch_documents,
    plan_topics,
    prime_chat,
    sources_for,
    speak_its_language,
    wait_a_moment,
)
from research_agent.pipeline.second_search import Searched, search_again
from research_agent.pipeline.state import Retrieved, TurnContext
from research_agent.pipeline.streaming import check_draft, write_draft
from research_agent.pipeline.web_search_notice import tell_of_web_search
from research_agent.runtime import Runtime, open_runtime
from research_agent.runtime.options import with_options
from research_agent.settings import Settings, load_settings
from research_agent.sources.registry import refresh_sources
from research_agent.stages.recency import clock_line
from research_agent.stages.restrict import restriction_notes
from research_agent.types import UNRESTRICTED, USUAL, Answer, AskOptions, Restriction

if TYPE_CHECKING:
    from research_agent.llm import Chat
    from research_agent.memory import Memory
    from research_agent.sources.protocol import Source

__all__ = ["research"]

log = logging.getLogger(__name__)


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
    keep_unsupported: bool = False,
    restriction: Restriction = UNRESTRICTED,
    options: AskOptions = USUAL,
) -> Answer:
    """
    Answer a question from what the sources say.

    Defaults come from `settings`; a `runtime` brings all parts warm. `session` continues (or begins) a session, None
    begins a new one. What comes along with the question is searched for nowhere, and may be cited as "your text".
    With `keep_unsupported`, as with the setting, sentences of the draft that no source says stay in the answer, struck
    through. What the `restriction` to sites and days does not admit is no evidence. `options` are those of this
    question alone. When this returns, the turn is on disk. Raises `UsageError` before anything is done and
    `StoreError` when the turn cannot be stored. When cancelled, what was streamed is stored, marked interrupted, and
    `CancelledError` goes on.
    """
    asked = await read_question(question)
    opening: AbstractAsyncContextManager[Runtime] = (
        open_runtime(settings or load_settings(), chat=chat, sources=sources, memory=memory)
        if runtime is None
        else nullcontext(runtime)
    )
    async with opening as opened, opened.turns.one(), task_group() as group:
        runtime = await with_options(opened, options)
        turn = TurnContext(asked, session or new_session_id(), runtime, Timeline(on_event), group)
        turn.keep_unsupported = keep_unsupported or runtime.settings.flags.keep_unsupported
        turn.restriction, turn.replaces, turn.response = restriction, options.replaces, options.response
        runtime.within_lists(restriction)  # raises for a site that is blocked
        if (restriction.libraries or restriction.files) and runtime.tools.libraries is not None:
            # Raises for one that is not there.
            await runtime.tools.libraries.chosen(restriction.libraries, only=restriction.files)
        log.debug("question: %s", question)
        with speaking("en"):  # until the language of the question is known
            answer = await _answer(turn)
        _log(answer)
        return answer


async def _answer(turn: TurnContext) -> Answer:
    """
    The stages of a turn, top to bottom.

    Some begin early: while the sources are asked the model reads the beginning of its prompt and names topics, and
    the `Ranker` splits, embeds and ranks what has come. The analysis runs beside what follows it.
    """
    history = await recall(turn)
    known = (*turn.asked.given, *await recall_report(turn))
    topics = plan_topics(turn, history)
    await speak_its_language(turn)
    await asyncio.to_thread(refresh_sources, turn.runtime.sources)
    topics, joint = await take_apart(turn, topics)
    asks_clock = bool(clock_line(turn.asked.question, turn.now))
    sources = [] if asks_clock else sources_for(turn, topics[0].question)
    await tell_of_web_search(turn, topics[0].question, sources)
    priming = turn.group.create_task(prime_chat(turn, history))
    ranker = Ranker(turn, topics)
    fetched = await fetch_documents(turn, history, (*topics, *joint.topics), sources, ranker, known)
    analysis = turn.group.create_task(analyze_documents(turn, topics, fetched.documents))
    passages, evidence = await ranker.rank(fetched.documents)  # split, embed, rank
    found = Searched(topics, fetched, passages, evidence)
    if not asks_clock:
        found = await search_again(turn, history, found)  # correct, when a word is misspelt
    (topics, fetched, passages, evidence), parts = await search_parts(turn, joint, found)
    turn.note(*restriction_notes(turn.restriction, fetched.left_out, by_lists=turn.has_lists and not evidence))
    await wait_a_moment(analysis)
    turn.timeline.emit(Ranked(evidence))
    said = history.turns[-1].answer.text if history.turns else ""
    retrieved = Retrieved(
        joint.question or topics[0].question, fetched.reports, passages, evidence, analysis, said=said, parts=parts
    )
    async with saved_when_interrupted(turn, retrieved) as unsaved:
        draft = await write_draft(turn, retrieved, history, unsaved)
        priming.cancel()  # nothing more will be written
        checked = await check_draft(turn, retrieved, draft)
        trust = await find_trust(turn, retrieved, checked, embed=turn.embed)  # sites, what one alone says
        await analysis
        async with cooperative():
            unsaved.answer = answer = compose(turn, retrieved, checked, trust)  # status, conflicts
        turn.timeline.emit(Answered(answer))
        return await remember(turn, answer)


def _log(answer: Answer) -> None:
    """Log how a turn went, without its words; a reason of a source may hold some."""
    sources = (f"{one.name} {one.status} {one.documents} in {one.ms} ms" for one in answer.sources)
    told = answer.session, answer.turn, answer.status, answer.answer_from, answer.model, "; ".join(sources)
    log.info("session %s, turn %d: %s from the %s; model %s; %s", *told)
    for one in answer.sources:
        if one.reason:
            log.debug("%s: %s", one.name, one.reason)
