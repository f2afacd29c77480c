"""Ask every source for every topic, all at once, under one deadline. A failed source is a value, never a silence."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain
from typing import NamedTuple

from research_agent.errors import SourceError, SourceNotReadyError
from research_agent.events import SourceFinished, Timeline
from research_agent.papers.merge import merge_papers
from research_agent.sources import Found, Source, Tools
from research_agent.types import Document, SourceReport, Topic

__all__ = ["LIMIT", "Fetched", "fetch"]

LIMIT = 5
"""Documents asked for in one search."""

NOTHING_STORED = "offline, nothing stored"


class Fetched(NamedTuple):
    """
    All documents, each text and each paper once, in the order of sources, topics, rank; and one report a source.

    A report counts what its source gave: a paper that came through several counts for each of them.
    """

    documents: tuple[Document, ...]
    reports: tuple[SourceReport, ...]


class _Outcome(NamedTuple):
    """What became of one search: documents, or the reason why there are none."""

    documents: tuple[Document, ...] = ()
    problems: tuple[str, ...] = ()
    failure: str | None = None
    not_ready: bool = False
    stored: float | None = None


async def fetch(
    topics: Sequence[Topic],
    *,
    sources: Sequence[Source],
    tools: Tools,
    timeline: Timeline,
    deadline: float,
    sequential: bool = False,
    offline: bool = False,
) -> Fetched:
    """
    Search every source for every topic; `deadline` is seconds for the whole stage.

    At the deadline what has come is kept. `sequential` asks one source and one topic after another; with `offline` a
    live source answers from what is stored, or is skipped. Raises only for bugs: a `SourceError` becomes a report.
    """
    until = asyncio.get_running_loop().time() + deadline
    gate = asyncio.Semaphore(1 if sequential else max(1, len(sources)))

    async def ask(source: Source) -> tuple[tuple[Document, ...], SourceReport]:
        async with gate:
            # A source without anything stored is not even asked: it might go out by another way than our client.
            if source.live and offline and not await _has_stored(source, tools):
                report = SourceReport(name=source.name, status="skipped", documents=0, ms=0, reason=NOTHING_STORED)
                timeline.emit(SourceFinished(report))
                return (), report
            start = timeline.now()
            with timeline.span(source.name, lane="source"):
                outcomes = await _search_all(source, topics, tools, until, deadline, sequential)
            found = tuple(chain.from_iterable(outcome.documents for outcome in outcomes))
            report = _report(source.name, outcomes, len(_each_once([found])), timeline.now() - start)
            timeline.emit(SourceFinished(report))
            return found, report

    async with asyncio.TaskGroup() as group:
        asked = [group.create_task(ask(source)) for source in sources]
    answers = [task.result() for task in asked]
    return Fetched(
        documents=_each_once(documents for documents, _ in answers),
        reports=tuple(report for _, report in answers),
    )


async def _search_all(
    source: Source, topics: Sequence[Topic], tools: Tools, until: float, deadline: float, sequential: bool
) -> list[_Outcome]:
    if sequential:
        return [await _search(source, topic, tools, until, deadline) for topic in topics]
    async with asyncio.TaskGroup() as group:
        searches = [group.create_task(_search(source, topic, tools, until, deadline)) for topic in topics]
    return [search.result() for search in searches]


async def _search(source: Source, topic: Topic, tools: Tools, until: float, deadline: float) -> _Outcome:
    """One search; what the service answered is stored when it went well, so that it can be had again."""
    tools = tools.of(source, until=until) if source.live else tools
    asking = tools.client.asking if source.live else None
    began = datetime.now(UTC)
    try:
        async with asyncio.timeout_at(until):
            found: Found = await source.search(topic, tools=tools, limit=LIMIT)
    except SourceNotReadyError as error:
        return _Outcome(failure=error.message, not_ready=True)
    except SourceError as error:
        return _Outcome(failure=error.message)
    except TimeoutError:
        if asking is not None:
            asking.end(good=False)
        return _Outcome(failure=f"timed out after {deadline:g} s")
    if asking is None:
        return _Outcome(documents=tuple(found.documents), problems=tuple(found.problems))
    asking.end(good=not found.problems)
    return _Outcome(
        documents=tuple(_as_old(found.documents, asking.oldest, began)),
        problems=(*found.problems, *asking.troubles),
        stored=None if asking.oldest is None else max(0.0, began.timestamp() - asking.oldest),
    )


async def _has_stored(source: Source, tools: Tools) -> bool:
    asking = tools.of(source).client.asking
    return asking is not None and await asking.has_stored()


def _as_old(documents: Iterable[Document], oldest: float | None, began: datetime) -> Iterable[Document]:
    """A source dates what it reads by the clock; what rests on something stored is as old as that."""
    if oldest is None:
        return documents
    now, then = (moment.isoformat(timespec="seconds") for moment in (began, datetime.fromtimestamp(oldest, UTC)))
    return [replace(document, retrieved=then) if document.retrieved >= now else document for document in documents]


def _report(name: str, outcomes: Sequence[_Outcome], documents: int, seconds: float) -> SourceReport:
    failures = [outcome.failure for outcome in outcomes if outcome.failure is not None]
    problems = [problem for outcome in outcomes for problem in outcome.problems]
    report = SourceReport(
        name=name,
        status="ok" if documents else "empty",
        documents=documents,
        ms=round(seconds * 1000),
        stored=max((outcome.stored for outcome in outcomes if outcome.stored is not None), default=None),
    )
    if failures and all(outcome.not_ready for outcome in outcomes):
        return replace(report, status="skipped", reason=_joined(failures))
    if failures and len(failures) == len(outcomes):
        return replace(report, status="failed", reason=_joined(failures))
    if failures:
        problems.insert(0, f"{len(failures)} of {len(outcomes)} searches failed: {_joined(failures)}")
    if problems:
        return replace(report, status="ok" if documents else "failed", reason=_joined(problems))
    return report


def _joined(reasons: Iterable[str]) -> str:
    """Each reason once, the most frequent first."""
    return "; ".join(reason for reason, _ in Counter(reasons).most_common())


def _each_once(groups: Iterable[Iterable[Document]]) -> tuple[Document, ...]:
    """
    All documents in order, each paper as one; of equal texts the first stays.

    A record without text has lent its identifiers by then, and there is nothing else to it.
    """
    first: dict[str, Document] = {}
    for document in merge_papers(chain.from_iterable(groups)):
        if document.text:
            first.setdefault(document.id, document)
    return tuple(first.values())
