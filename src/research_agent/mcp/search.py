"""The `search` tool: from a query to documents, best first, by the stages before synthesis, without a chat model."""

from __future__ import annotations

from typing import NamedTuple

from research_agent.errors import QuestionError, SourceError
from research_agent.events import Timeline
from research_agent.messages import agent_lines
from research_agent.pipeline.asking import read_question
from research_agent.pipeline.evidence import fetch_from, find_evidence
from research_agent.runtime import Runtime
from research_agent.stages.plan import known_topics
from research_agent.stages.recency import asked_period, dated
from research_agent.stages.restrict import restrict_sources, restrict_topics, restriction_notes
from research_agent.stages.select_sources import select_sources
from research_agent.text.sanitize import clean
from research_agent.text.tokens import words
from research_agent.types import UNRESTRICTED, Document, History, Restriction

__all__ = ["SearchResults", "search"]

MAX_QUERY = 2_000  # characters
MAX_DOCUMENTS, MAX_PASSAGES = 10, 20
SOFT_DEADLINE = 2.0  # seconds after which the search ends as soon as there is any document


class SearchResults(NamedTuple):
    """Relevant documents, best first, and a line for each source that failed, and for the restriction."""

    documents: tuple[Document, ...]
    notes: tuple[str, ...]


async def search(query: str, runtime: Runtime, restriction: Restriction = UNRESTRICTED) -> SearchResults:
    """
    Search the sources suited to the query and rank the documents, as a turn does, within the `restriction`.

    Raises `QuestionError` for an empty or too long query, and `SourceError` when there is no document and a source
    failed: an empty result would say that there is nothing to find.
    """
    text = clean(query)
    if not words(text):
        raise QuestionError(agent_lines.EMPTY_QUERY(), hint=agent_lines.ASK_SOMETHING())
    if len(text) > MAX_QUERY:
        raise QuestionError(agent_lines.LONG_QUERY(n=len(text)), hint=agent_lines.AT_MOST(most=MAX_QUERY))
    admitted = runtime.within_lists(restriction)
    asked = await read_question(text)
    today = runtime.now.date()
    topics = known_topics(asked.text, History(session=""), runtime.settings.search.lang)
    topics = restrict_topics(dated(topics, asked_period(topics[0].question, today)), admitted)
    selected = select_sources(topics[0].question, runtime.sources, named=runtime.named)
    timeline = Timeline()
    fetched = await fetch_from(
        restrict_sources(selected, runtime.sources, admitted, named=runtime.named),
        topics,
        runtime=runtime,
        timeline=timeline,
        embed_ready=runtime.embed_ready,
        soft_deadline=SOFT_DEADLINE,
        restriction=admitted,
    )
    titles = runtime.source_titles
    notes = tuple(
        f"{titles.get(report.name, report.name)}: {report.reason or report.status}"
        for report in fetched.reports
        if report.status == "failed"
    )
    _, evidence = await find_evidence(
        fetched.documents,
        topics,
        timeline=timeline,
        embed_ready=runtime.embed_ready,
        rerank_ready=runtime.rerank_ready,
        most=MAX_PASSAGES,
        today=today,
    )
    documents = {item.passage.document.id: item.passage.document for item in evidence}
    if not documents and notes:
        raise SourceError(agent_lines.NOTHING_FOUND(notes="; ".join(notes)), hint=agent_lines.TRY_AGAIN())
    notes = (
        *notes,
        *restriction_notes(restriction, fetched.left_out, by_lists=admitted != restriction and not documents),
    )
    return SearchResults(tuple(documents.values())[:MAX_DOCUMENTS], notes)
