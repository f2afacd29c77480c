"""
Searches of a run: each source is asked for each query of a step once, in whatever process, whatever dies.

What a source answered is committed under the key of the search before anybody uses it; a search with a known key is
answered from there.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from functools import partial
from typing import Any, cast

from research_agent.concurrency import gather_results, unwrap
from research_agent.deep_research.journal import Journal
from research_agent.errors import ResearchAgentError
from research_agent.events import Timeline
from research_agent.http.request_budget import RequestBudget
from research_agent.memory import Request, Step
from research_agent.messages import report_lines
from research_agent.runtime import Runtime
from research_agent.sources.crawler import MOST_REQUESTS
from research_agent.sources.policy import lacks
from research_agent.sources.protocol import Found, Source, Tools
from research_agent.stages.fetch import FetchPlan, fetch
from research_agent.stages.plan import known_topics
from research_agent.stages.recency import asked_period, dated
from research_agent.stages.restrict import restrict_sources, restrict_topics
from research_agent.stages.select_sources import select_sources
from research_agent.stages.split import MOST_OF_A_DOCUMENT
from research_agent.types import Document, History, Restriction, Topic

__all__ = ["key_of", "search", "sources_of", "topics_of", "widely"]

MOST_FAILURES = 3
"""Failures of a source after which a run asks it no more; after the first, one that is far away is waited for less."""

MOST_DOCUMENTS, MOST_CHARACTERS = 24, 160_000
"""Documents, and characters of them, that are kept of one search: more than any source is asked for."""

PATIENCE = 1 / 20
"""Part of the time of a run for which a source of this machine is waited for, if that is more than for an answer."""
MOST_LOADING = 30.0
"""Seconds that are waited for models before a source of this machine is asked."""

log = logging.getLogger(__name__)
FEWEST, FIRST = 2, 0.75
"""Sources that a step asks at least, and the part of its share of the budget that its first search may take."""


def key_of(step: Step, source: str, query: str) -> str:
    """The key of a search: sha256 (hex) of the step's text with its slots filled, the source and the query."""
    parts = (step.asked or step.text, source, query)
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def topics_of(step: Step, runtime: Runtime, restriction: Restriction) -> tuple[Topic, ...]:
    """What a step searches for; the first topic has its question."""
    topics = known_topics(step.asked, History(session=""), runtime.settings.search.lang)
    return restrict_topics(dated(topics, asked_period(topics[0].question, runtime.now.date())), restriction)


def sources_of(step: Step, runtime: Runtime, restriction: Restriction, *, share: float) -> Sequence[tuple[Source, str]]:
    """
    The sources that a step asks, each with the reason: those of its line, those of the run, or what suits it.

    `share` is how many searches the budget has for a step; what is on this machine is always asked.
    """
    named = tuple(name for name in step.sources if name in runtime.source_titles) or tuple(runtime.named)
    chosen = [source for source in runtime.sources if source.name in named] if named else runtime.sources
    selected = restrict_sources(
        select_sources(step.asked, chosen, named=named), runtime.sources, restriction, named=named
    )
    if named:
        return selected
    known = {source.name for source, _ in selected}
    here = [
        (source, report_lines.ON_THIS_MACHINE())
        for source in runtime.sources
        if _is_here(source) and source.name not in known
    ]
    local = restrict_sources(here, runtime.sources, restriction)
    if runtime.settings.flags.offline:
        return [*(one for one in selected if not one[0].live), *local, *(one for one in selected if one[0].live)]
    return [*local, *selected][: max(FEWEST, min(len(selected), int(FIRST * share)))]


def widely(sources: Sequence[tuple[Source, str]]) -> list[tuple[Source, str]]:
    """Those of the sources that are on this machine, to be asked for more documents than an answer needs."""
    return [(cast(Source, _Widely(source)), why) for source, why in sources if _is_here(source)]


class _Widely:
    """A source that gives as many documents as are kept of one search."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def __getattr__(self, name: str) -> Any:
        return getattr(self._source, name)

    async def search(self, topic: Topic, *, tools: Tools, limit: int) -> Found:
        """Documents for the topic, `limit` or more."""
        return await self._source.search(topic, tools=tools, limit=max(limit, MOST_DOCUMENTS))


def _is_here(source: Source) -> bool:
    """Whether it can be searched without the network, and is set up."""
    return not source.live and not lacks(source)


async def search(
    journal: Journal,
    runtime: Runtime,
    step: Step,
    topics: Sequence[Topic],
    sources: Sequence[tuple[Source, str]],
    restriction: Restriction,
    unmeant: Collection[str] = (),
) -> list[Document]:
    """
    The documents of all sources for all topics, in their order, each once; searches that were made are not again.

    Documents with a title that is `unmeant` are not kept.
    """

    async def one(topic: Topic, source: Source, why: str) -> tuple[str, ...]:
        known = journal.requests.get(key_of(step, source.name, topic.text))
        if known is None and not journal.replays:
            known = await _ask(journal, runtime, step, topic, (source, why), restriction, unmeant)
        return known.documents if known is not None else ()

    calls = [partial(one, topic, *item) for topic in topics for item in sources]
    found = [unwrap(result) for result in await gather_results(calls, ResearchAgentError)]
    return [journal.documents[key] for key in dict.fromkeys(key for keys in found for key in keys)]


async def _ask(
    journal: Journal,
    runtime: Runtime,
    step: Step,
    topic: Topic,
    source: tuple[Source, str],
    restriction: Restriction,
    unmeant: Collection[str],
) -> Request | None:
    """Ask one source, and commit what it gave; None when the budget does not allow it."""
    asked = source[0]
    failed = sum(one.source == asked.name and one.report["status"] == "failed" for one in journal.requests.values())
    limits = runtime.settings.search
    patient = max(limits.deadline, 0.0 if asked.live else PATIENCE * journal.run.budget.seconds)
    # One far away that failed is waited for less; one of this machine is slow because that is busy.
    waited = min(limits.soft_deadline, limits.deadline) if failed and asked.live else patient
    seconds = min(waited, journal.search_seconds)
    if failed >= MOST_FAILURES:
        return None
    if not asked.live:  # what it searches with is still loading at first: that is not its own time
        with suppress(TimeoutError):
            async with asyncio.timeout(max(0.0, min(MOST_LOADING, journal.search_seconds / 4))):
                await runtime.embed_ready()
                await runtime.rerank_ready()
    reserved = journal.reserve(1)
    try:
        if not reserved or seconds <= 0:
            return None
        plan = FetchPlan(
            topics=[topic],
            sources=[source],
            deadline=seconds,
            offline=runtime.settings.flags.offline,
            restriction=restriction,
            budget=RequestBudget(MOST_REQUESTS, searches=0),
        )
        tools = replace(runtime.tools, rerank_ready=runtime.rerank_ready)
        fetched = await fetch(plan, tools=tools, timeline=Timeline(), start=runtime.start, local_tools=_local(runtime))
    finally:
        journal.give_back(reserved)
    report, documents = (
        fetched.reports[0],
        _not_too_many([one for one in fetched.documents if one.title not in unmeant]),
    )
    request = Request(
        key=key_of(step, asked.name, topic.text),
        step=step.id,
        source=asked.name,
        query=topic.text,
        cost=0 if report.status == "skipped" else 1,
        report=asdict(report),
        documents=tuple(document.id for document in documents),
    )
    await journal.write(rows=[request], documents=documents)
    return request


def _not_too_many(documents: Sequence[Document]) -> Sequence[Document]:
    """The first documents of a search: a source that floods costs its own and no others' time to be read."""
    kept: list[Document] = []
    characters = 0
    for document in documents[:MOST_DOCUMENTS]:
        characters += 0 if document.parts else min(len(document.text), MOST_OF_A_DOCUMENT)
        if kept and characters > MOST_CHARACTERS:
            break
        kept.append(document)
    return kept


def _local(runtime: Runtime) -> Callable[[], Awaitable[Tools]]:
    """Waits for the tools of sources that search by meaning."""

    async def tools() -> Tools:
        await runtime.embed_ready()
        await runtime.rerank_ready()
        return runtime.tools

    return tools
