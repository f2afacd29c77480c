"""
Retrieval of a turn: the stages from the question to the evidence, which overlap.

The question's own words are searched for at once, while the model names more topics; documents are split, embedded and
ranked while others are still to come. The model's topics are waited for only while there is too little evidence.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from functools import partial

from research_agent import llm, prompts
from research_agent.concurrency import task_group
from research_agent.errors import ChatError, ChatResponseError
from research_agent.events import Analyzed, Planned
from research_agent.messages import speak, texts_of
from research_agent.pipeline.evidence import fetch_from, find_evidence
from research_agent.pipeline.state import ANSWERS, TurnContext, best_answer
from research_agent.sources.protocol import Source
from research_agent.stages.analyze import analyze
from research_agent.stages.fetch import Fetched
from research_agent.stages.plan import known_topics, plan
from research_agent.stages.recency import asked_period, dated
from research_agent.stages.restrict import restrict_sources, restrict_topics
from research_agent.stages.select_sources import select_sources
from research_agent.stages.split import Pieces
from research_agent.text.copies import near_duplicates
from research_agent.text.languages import base_language
from research_agent.text.tokens import content_stems
from research_agent.types import Document, Evidence, Finding, History, Passage, Topic

__all__ = [
    "Ranker",
    "analyze_documents",
    "fetch_documents",
    "plan_topics",
    "prime_chat",
    "sources_for",
    "speak_its_language",
    "wait_a_moment",
]

log = logging.getLogger(__name__)
TOPIC_TOKENS = 40
ENOUGH = 4
"""Pieces of evidence from which an answer does not wait for the topics of the model, where no reader reads them."""

MOMENT = 0.05
"""Seconds for an analysis that takes a tenth of that; one that takes longer is no part of the prompt."""


def plan_topics(turn: TurnContext, history: History) -> tuple[Topic, ...]:
    """The topics of the question itself, made standalone; those that a model adds come during the fetch."""
    topics = known_topics(turn.question, history, turn.runtime.settings.search.lang)
    topics = restrict_topics(dated(topics, asked_period(topics[0].question, turn.now.date())), turn.admitted)
    turn.lang = topics[0].lang
    turn.timeline.emit(Planned(topics))
    return topics


async def speak_its_language(turn: TurnContext) -> None:
    """Have what is said about the answer said in the language of the question, once its lines are read."""
    await asyncio.to_thread(texts_of, base_language(turn.lang))
    speak(turn.lang)


def sources_for(turn: TurnContext, question: str) -> Sequence[tuple[Source, str]]:
    """The sources that are asked a question, each with the reason."""
    runtime = turn.runtime
    selected = select_sources(question, runtime.sources, named=runtime.named)
    return restrict_sources(selected, runtime.sources, turn.admitted, named=runtime.named)


async def prime_chat(turn: TurnContext, history: History) -> None:
    """
    Have the model read the beginning of its prompt while the sources are asked.

    Not the embedded one beside a reader: it will not be asked for a draft, and the reader needs the processors.
    """
    chat = await turn.chat_ready()
    if chat is None or (llm.is_embedded(chat) and await turn.rerank_ready() is not None):
        return
    today = turn.now.date()
    await llm.prime(chat, prompts.synthesis_start(summary=history.summary, turns=history.turns, today=today))


async def fetch_documents(
    turn: TurnContext,
    history: History,
    topics: Sequence[Topic],
    sources: Sequence[tuple[Source, str]],
    ranker: Ranker,
    known: Sequence[Document] = (),
) -> Fetched:
    """Ask the sources, while the model names topics and the ranker works on what has come, the `known` texts first."""
    async with task_group() as group:
        naming = group.create_task(_name_topics(turn, history))
        ranking = group.create_task(ranker.run())
        if known:
            ranker.add(known)
        with turn.timeline.span("fetch"):
            fetched = await fetch_from(
                sources,
                topics,
                runtime=turn.runtime,
                timeline=turn.timeline,
                embed_ready=turn.embed_ready,
                restriction=turn.admitted,
                budget=turn.budget,
                more_topics=naming,
                enough=ranker.enough,
                on_documents=ranker.add,
            )
        turn.note(*turn.runtime.tools.client.notices)
        naming.cancel()
        ranker.close()
        await ranking  # its vectors are wanted next
    return fetched._replace(documents=tuple({one.id: one for one in (*known, *fetched.documents)}.values()))


async def _name_topics(turn: TurnContext, history: History) -> tuple[Topic, ...]:
    """The topics that the model adds; none, and its error in the turn, when it is not there."""
    chat = await turn.chat_ready()
    if chat is None:
        return ()
    ask = partial(llm.ask, chat, max_tokens=TOPIC_TOKENS, timeout=turn.runtime.settings.chat.timeout)
    try:
        with turn.timeline.span("plan"):
            topics = await plan(turn.question, history=history, ask=ask, embed=await turn.embed_ready(), lang=turn.lang)
    except ChatResponseError as error:  # a model that stumbled is asked again; one that is not there is not
        log.info("no topics", exc_info=error)
        return ()
    except ChatError as error:
        log.info("no topics", exc_info=error)
        turn.chat_error = error
        return ()
    topics = restrict_topics(dated(topics, asked_period(topics[0].question, turn.now.date())), turn.admitted)
    added = tuple(topic for topic in topics if topic.origin == "model")
    if added:
        turn.timeline.emit(Planned(topics))
    return added


class Ranker:
    """Incremental ranking of documents as they come; `enough` is done from the moment there is enough evidence."""

    def __init__(self, turn: TurnContext, topics: Sequence[Topic]) -> None:
        self.enough: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._turn, self._topics = turn, topics
        self._documents: list[Document] = []
        self._pieces: Pieces = {}
        self._alike = near_duplicates()
        self._news = asyncio.Event()
        self._closed = False

    def add(self, documents: Sequence[Document]) -> None:
        """Add documents that have come."""
        self._documents += documents
        self._news.set()

    def close(self) -> None:
        """End `run` when it has ranked what it is at."""
        self._closed = True
        self._news.set()

    async def run(self) -> None:
        """Rank again whenever documents have come, until closed."""
        while True:
            await self._news.wait()
            self._news.clear()
            if self._closed:
                return
            _, evidence = await self.rank(tuple(self._documents))
            if _is_enough(evidence) and not self.enough.done():
                self.enough.set_result(None)

    async def rank(self, documents: Sequence[Document]) -> tuple[Sequence[Passage], tuple[Evidence, ...]]:
        """The passages of the documents, and those of them that are evidence."""
        return await find_evidence(
            documents, self._topics, timeline=self._turn.timeline, embed_ready=self._turn.embed_ready,
            rerank_ready=self._turn.rerank_ready, known=self._pieces, alike=self._alike, today=self._turn.now.date(),
        )  # fmt: skip


def _is_enough(evidence: Sequence[Evidence]) -> bool:
    """Whether the answer need not wait for the topics of the model: a sentence answers, or there is much evidence."""
    if any(item.sentences for item in evidence):
        return best_answer(evidence) >= ANSWERS
    return len(evidence) >= ENOUGH


async def analyze_documents(turn: TurnContext, topics: Sequence[Topic], documents: Sequence[Document]) -> Finding:
    """The statistics of the documents, made in a child process; empty without documents."""
    if not documents:
        return Finding(report={})
    lang = base_language(topics[0].lang)
    terms = frozenset(content_stems(topics[0].question, lang))
    relevance = {
        document.id: len(terms & frozenset(content_stems(f"{document.title} {document.text[:2000]}", lang)))
        / len(terms)
        for document in documents
        if terms
    }
    with turn.timeline.span("analyze"):
        finding = await analyze(documents, relevance=relevance, pool=turn.runtime.analyses)
    if finding.reason:
        turn.note(finding.reason)
    turn.timeline.emit(Analyzed(finding))
    return finding


async def wait_a_moment(analysis: asyncio.Task[Finding]) -> None:
    """Wait a moment for the analysis, which is part of the prompt when it is ready."""
    await asyncio.wait({analysis}, timeout=MOMENT)
