"""From the question to the evidence: recall, plan, choose, fetch, analyze, rank, each a line of the flow."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from research_agent import llm
from research_agent.errors import ChatResponseError
from research_agent.events import Analyzed, Planned, Ranked, Started
from research_agent.pipeline.turn import Turn
from research_agent.stages.analyze import analyze
from research_agent.stages.choose import choose
from research_agent.stages.fetch import fetch
from research_agent.stages.plan import plan
from research_agent.stages.rank import rank
from research_agent.types import Document, History, Topic
from research_agent.words import content_stems

__all__ = ["analyze_documents", "begin", "find_documents", "find_topics", "rank_passages"]

TOPIC_TOKENS = 40


async def begin(turn: Turn) -> History:
    """Tell who asks whom, and recall what the session holds."""
    runtime = turn.runtime
    turn.timeline.emit(Started(turn.session, turn.question, runtime.chat_id))
    turn.note(*runtime.notices)
    turn.chat_error = runtime.chat_error
    with turn.timeline.span("recall"):
        return await runtime.memory.recall(turn.session)


async def find_topics(turn: Turn, history: History) -> tuple[Topic, ...]:
    """What is searched for; a model that is not there leaves its error and the question's own words."""
    runtime = turn.runtime
    ask = None
    if runtime.chat is not None:
        ask = partial(llm.ask, runtime.chat, max_tokens=TOPIC_TOKENS, timeout=runtime.settings.chat_timeout)
    with turn.timeline.span("plan"):
        topics, error = await plan(turn.question, history=history, ask=ask, embed=turn.embed)
    if error is not None and not isinstance(error, ChatResponseError):
        turn.chat_error = error  # a model that is not there is not asked again; one that stumbled is
    turn.timeline.emit(Planned(topics))
    return topics


async def find_documents(turn: Turn, topics: Sequence[Topic]) -> tuple[Document, ...]:
    """Choose the sources for the question and ask them; their reports stay in the turn."""
    runtime = turn.runtime
    settings = runtime.settings
    chosen = choose(topics[0].question, runtime.sources, named=runtime.named)
    with turn.timeline.span("fetch"):
        fetched = await fetch(
            topics,
            sources=[source for source, _ in chosen],
            tools=runtime.tools,
            timeline=turn.timeline,
            deadline=settings.deadline,
            soft=min(settings.soft_deadline, settings.deadline),
            start=runtime.start,
            why={source.name: why for source, why in chosen},
            sequential=settings.sequential,
            offline=settings.offline,
        )
    turn.reports = fetched.reports
    turn.note(*runtime.tools.client.notices)
    return fetched.documents


async def analyze_documents(turn: Turn, question: str, documents: Sequence[Document]) -> None:
    """The statistics of the documents, made in a child process."""
    if not documents:
        return
    asked = frozenset(content_stems(question))
    relevance = {
        document.id: len(asked & frozenset(content_stems(f"{document.title} {document.text[:2000]}"))) / len(asked)
        for document in documents
        if asked
    }
    with turn.timeline.span("analyze"):
        turn.finding = await analyze(documents, relevance=relevance)
    if turn.finding.reason:
        turn.note(turn.finding.reason)
    turn.timeline.emit(Analyzed(turn.finding))


async def rank_passages(turn: Turn, question: str, topics: Sequence[Topic]) -> None:
    """The evidence: passages by words and, where there is an embedding model, by meaning."""
    embed, passages = turn.embed, turn.passages
    asked = [topic.text for topic in topics if topic.origin == "question"]
    sides = asked if len(asked) > 1 else []  # by rule, only a comparison has more than one
    query = vectors = None
    if embed is not None and passages:
        with turn.timeline.span("embed"):
            rows = await embed([question, *(f"{passage.document.title}. {passage.text}" for passage in passages)])
        query, vectors = rows[0], rows[1:]
    with turn.timeline.span("rank"):
        turn.evidence = rank(question, passages, query=query, vectors=vectors, sides=sides)
    turn.timeline.emit(Ranked(turn.evidence))
