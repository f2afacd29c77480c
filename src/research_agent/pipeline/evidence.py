"""Documents -> passages and evidence: split, embed and rank, the same for a turn and for a search without an answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from research_agent.concurrency import cooperative
from research_agent.events import Timeline
from research_agent.stages.rank import rank
from research_agent.stages.split import Pieces, split
from research_agent.types import Document, Embed, Evidence, Passage, Topic

__all__ = ["MOST", "read"]

MOST = 6
"""Pieces of evidence that an answer rests on."""


async def read(
    documents: Sequence[Document],
    topics: Sequence[Topic],
    *,
    embed_ready: Callable[[], Awaitable[Embed | None]],
    timeline: Timeline,
    known: Pieces | None = None,
    most: int = MOST,
) -> tuple[Sequence[Passage], tuple[Evidence, ...]]:
    """
    The passages of the documents, and the `most` that are evidence: by words and, with a model, by meaning.

    `topics` are the question's own, `embed_ready` waits for the embedding model, `known` holds what was cut before.
    """
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
