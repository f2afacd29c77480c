"""
From the question to the evidence: recall, plan, choose, fetch, split, embed, rank, analyze.

They overlap: the question's own words are searched for while the model names topics, and what comes is split and
embedded while the rest is under way. Only what must be waited for is: see `find_evidence`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial

from research_agent import llm, prompts
from research_agent.concurrency import task_group
from research_agent.errors import ChatResponseError
from research_agent.events import Analyzed, Planned, Ranked, Started
from research_agent.pipeline.evidence import read
from research_agent.pipeline.state import Turn
from research_agent.sources.protocol import Tools
from research_agent.stages.analyze import analyze
from research_agent.stages.fetch import fetch
from research_agent.stages.plan import known_topics, plan
from research_agent.stages.select_sources import choose
from research_agent.stages.split import Pieces
from research_agent.text.tokens import content_stems
from research_agent.types import Document, Evidence, History, Passage, Topic

__all__ = ["begin", "find_evidence"]

TOPIC_TOKENS = 40
ENOUGH = 4
"""Pieces of evidence from which the answer does not wait for the topics of the model."""

MOMENT = 0.05
"""Seconds for an analysis that takes a tenth of that; one that takes longer is no part of the prompt."""


async def begin(turn: Turn) -> History:
    """Tell who asks whom, and recall what the session holds."""
    runtime = turn.runtime
    turn.timeline.emit(Started(turn.session, turn.question, runtime.chat_id))
    turn.model_told = runtime.chat_id is not None
    turn.note(*runtime.notices)
    with turn.timeline.span("recall"):
        return await runtime.memory.recall(turn.session)


async def find_evidence(turn: Turn, history: History) -> str:
    """
    Search, read and rank until there is enough; gives the question made standalone.

    What the question itself asks is searched for at once, and every source is waited for (up to the soft deadline).
    The model's topics are waited for only while what was found is not enough. The analysis joins when it is ready in
    a moment, else behind the draft.
    """
    topics = known_topics(turn.question, history)
    alone = topics[0].question
    turn.timeline.emit(Planned(topics))
    reader = _Reader(turn, topics)
    ahead = turn.beside(_read_ahead(turn, history))
    async with task_group() as group:
        naming = group.create_task(_name_topics(turn, history))
        reading = group.create_task(reader.run())
        documents = await _find_documents(turn, topics, naming, reader)
        naming.cancel()
        reader.close()
        await reading  # its vectors are wanted below
    turn.analysis = turn.beside(_analyze(turn, alone, documents))
    turn.passages, turn.evidence = await reader.read(documents)
    if not turn.evidence:  # nothing will be written
        ahead.cancel()
    await asyncio.wait({turn.analysis}, timeout=MOMENT)
    turn.timeline.emit(Ranked(turn.evidence))
    return alone


async def _read_ahead(turn: Turn, history: History) -> None:
    """Have the model read what the prompt will begin with, while the sources are asked."""
    if (chat := await turn.chat_ready()) is not None:
        await llm.prime(chat, prompts.synthesis_start(summary=history.summary, turns=history.turns))


async def _name_topics(turn: Turn, history: History) -> tuple[Topic, ...]:
    """The topics that the model adds; one that is not there leaves its error and adds none."""
    runtime = turn.runtime
    chat = await turn.chat_ready()
    if chat is None:
        return ()
    ask = partial(llm.ask, chat, max_tokens=TOPIC_TOKENS, timeout=runtime.settings.chat.timeout)
    with turn.timeline.span("plan"):
        topics, error = await plan(turn.question, history=history, ask=ask, embed=await turn.embed_ready())
    if error is not None and not isinstance(error, ChatResponseError):
        turn.chat_error = error  # a model that is not there is not asked again; one that stumbled is
    added = tuple(topic for topic in topics if topic.origin == "model")
    if added:
        turn.timeline.emit(Planned(topics))
    return added


async def _find_documents(
    turn: Turn, topics: Sequence[Topic], naming: asyncio.Task[tuple[Topic, ...]], reader: _Reader
) -> tuple[Document, ...]:
    """Choose the sources for the question and ask them; their reports stay in the turn."""
    runtime = turn.runtime
    settings = runtime.settings
    chosen = choose(topics[0].question, runtime.sources, named=runtime.named)

    async def loaded() -> Tools:
        await turn.embed_ready()  # tells why there is none
        return runtime.tools

    with turn.timeline.span("fetch"):
        fetched = await fetch(
            topics,
            sources=[source for source, _ in chosen],
            tools=runtime.tools,
            timeline=turn.timeline,
            deadline=settings.search.deadline,
            soft=min(settings.search.soft_deadline, settings.search.deadline),
            start=runtime.start,
            more=naming,
            enough=reader.enough,
            on_found=reader.add,
            loaded=loaded,
            why={source.name: why for source, why in chosen},
            sequential=settings.flags.sequential,
            offline=settings.flags.offline,
        )
    turn.reports = fetched.reports
    turn.note(*runtime.tools.client.notices)
    return fetched.documents


class _Reader:
    """Reads what comes while the rest is under way, so that little is left to do when the last has come."""

    def __init__(self, turn: Turn, topics: Sequence[Topic]) -> None:
        self.enough: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._turn, self._topics = turn, topics
        self._found: list[Document] = []
        self._pieces: Pieces = {}
        self._news = asyncio.Event()
        self._closed = False

    def add(self, documents: Sequence[Document]) -> None:
        """Hand on what was found."""
        self._found += documents
        self._news.set()

    def close(self) -> None:
        """Nothing more comes; what is being read is read to its end."""
        self._closed = True
        self._news.set()

    async def run(self) -> None:
        """Read until closed; `enough` is done from the moment that there is enough evidence."""
        while True:
            await self._news.wait()
            self._news.clear()
            if self._closed:
                return
            _, evidence = await self.read(tuple(self._found))
            if len(evidence) >= ENOUGH and not self.enough.done():
                self.enough.set_result(None)

    async def read(self, documents: Sequence[Document]) -> tuple[Sequence[Passage], tuple[Evidence, ...]]:
        """The passages of the documents, and which of them are evidence: by words and, with a model, by meaning."""
        return await read(
            documents, self._topics, embed_ready=self._turn.embed_ready, timeline=self._turn.timeline,
            known=self._pieces,
        )  # fmt: skip


async def _analyze(turn: Turn, question: str, documents: Sequence[Document]) -> None:
    """The statistics of the documents, made in a child process beside the answer."""
    if not documents:
        return
    asked = frozenset(content_stems(question))
    relevance = {
        document.id: len(asked & frozenset(content_stems(f"{document.title} {document.text[:2000]}"))) / len(asked)
        for document in documents
        if asked
    }
    with turn.timeline.span("analyze"):
        turn.finding = await analyze(documents, relevance=relevance, pool=turn.runtime.analyses)
    if turn.finding.reason:
        turn.note(turn.finding.reason)
    turn.timeline.emit(Analyzed(turn.finding))
