"""From a question to its evidence, for a turn and for a search without an answer: fetch; then split, embed and rank."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, Sequence

from research_agent.concurrency import cooperative
from research_agent.events import Timeline
from research_agent.runtime import Runtime
from research_agent.sources.protocol import Tools
from research_agent.stages.fetch import Fetched, FetchPlan, fetch
from research_agent.stages.rank import rank
from research_agent.stages.select_sources import SelectedSource
from research_agent.stages.split import Pieces, split
from research_agent.types import Document, Embed, Evidence, Passage, Topic

__all__ = ["MOST", "EmbedReady", "fetch_from", "find_evidence"]

MOST = 6
"""Pieces of evidence that an answer rests on."""

EmbedReady = Callable[[], Awaitable[Embed | None]]
"""Waits until the embedding model is loaded; None when there is none."""


async def fetch_from(
    sources: Sequence[SelectedSource],
    topics: Sequence[Topic],
    *,
    runtime: Runtime,
    timeline: Timeline,
    embed_ready: EmbedReady,
    soft_deadline: float = math.inf,
    more_topics: asyncio.Future[tuple[Topic, ...]] | None = None,
    enough: asyncio.Future[None] | None = None,
    on_documents: Callable[[Sequence[Document]], None] | None = None,
) -> Fetched:
    """Fetch from the sources, under the settings of the runtime; see `stages.fetch`."""
    settings = runtime.settings

    async def local_tools() -> Tools:
        await embed_ready()
        return runtime.tools

    plan = FetchPlan(
        topics=topics,
        sources=sources,
        deadline=settings.search.deadline,
        soft_deadline=min(soft_deadline, settings.search.soft_deadline, settings.search.deadline),
        sequential=settings.flags.sequential,
        offline=settings.flags.offline,
    )
    return await fetch(
        plan,
        tools=runtime.tools,
        timeline=timeline,
        start=runtime.start,
        local_tools=local_tools,
        more_topics=more_topics,
        enough=enough,
        on_documents=on_documents,
    )


async def find_evidence(
    documents: Sequence[Document],
    topics: Sequence[Topic],
    *,
    timeline: Timeline,
    embed_ready: EmbedReady,
    known: Pieces | None = None,
    most: int = MOST,
) -> tuple[Sequence[Passage], tuple[Evidence, ...]]:
    """The passages of the documents, and the `most` that are evidence; `known` is a cache of what was split before."""
    if not documents:
        return (), ()
    question = topics[0].question
    # By rule, only a comparison has more than one topic.
    sides = [topic.text for topic in topics] if len(topics) > 1 else []
    async with cooperative():
        with timeline.span("split"):
            passages = split(documents, question=question, known=known)
    embed = await embed_ready()
    query = vectors = None
    if embed is not None and passages:
        with timeline.span("embed"):
            rows = await embed([question, *(f"{passage.document.title}. {passage.text}" for passage in passages)])
        query, vectors = rows[0], rows[1:]
    async with cooperative():
        with timeline.span("rank"):
            return passages, rank(question, passages, query=query, vectors=vectors, sides=sides, most=most)
