"""Search of one source for one topic, with a failure as a value, and the report on all searches of a source."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import NamedTuple

from research_agent.errors import SourceError, SourceNotReadyError
from research_agent.sources.protocol import Found, Source, Tools
from research_agent.text.timestamps import iso_time
from research_agent.types import Document, SourceReport, Topic

__all__ = ["LIMIT", "SearchOutcome", "has_stored", "report_on", "search_for"]

LIMIT = 5
"""Documents requested in one search."""


class SearchOutcome(NamedTuple):
    """Outcome of one search. `stored` is the age in seconds of the oldest stored response used, None without any."""

    documents: tuple[Document, ...] = ()
    problems: tuple[str, ...] = ()
    failure: SourceError | None = None
    stored: float | None = None


async def search_for(
    source: Source, topic: Topic, tools: Tools, until: float, deadline: float, sent: list[str] | None = None
) -> SearchOutcome:
    """
    Search until `until` (loop time); a message calls that `deadline` seconds. Raises only for bugs.

    To `sent` each request that leaves this machine is added, as text.
    """
    tools = tools.of(source, until=until) if source.live else tools
    source_client = tools.client.source_client if source.live else None
    if source_client is not None and sent is not None:
        source_client.sent = sent
    began = datetime.now(UTC)
    try:
        async with asyncio.timeout_at(until):
            result: Found = await source.search(topic, tools=tools, limit=LIMIT)
    except SourceError as error:
        return SearchOutcome(failure=error)
    except TimeoutError:
        if source_client is not None:
            source_client.end(good=False)
        return SearchOutcome(failure=SourceError(f"timed out after {deadline:g} s"))
    except asyncio.CancelledError:  # the program ends or the user stops it: complete responses are stored all the same
        if source_client is not None:
            source_client.end(good=False)
        raise
    if source_client is None:
        return SearchOutcome(documents=tuple(result.documents), problems=tuple(result.problems))
    source_client.end(good=not result.problems)
    return SearchOutcome(
        documents=tuple(_backdated(result.documents, source_client.oldest, began)),
        problems=(*result.problems, *source_client.troubles),
        stored=None if source_client.oldest is None else max(0.0, began.timestamp() - source_client.oldest),
    )


async def has_stored(source: Source, tools: Tools) -> bool:
    """Whether any response of the source's service is stored."""
    source_client = tools.of(source).client.source_client
    return source_client is not None and await source_client.has_stored()


def _backdated(documents: Iterable[Document], oldest: float | None, began: datetime) -> Iterable[Document]:
    """Documents dated by the oldest stored response they rest on: a source dates what it reads by the clock."""
    if oldest is None:
        return documents
    now, then = iso_time(began.timestamp()), iso_time(oldest)
    return [replace(document, retrieved=then) if document.retrieved >= now else document for document in documents]


def report_on(name: str, outcomes: Sequence[SearchOutcome], documents: int, seconds: float) -> SourceReport:
    """Report on all searches of a source, which took `seconds` and gave that many distinct `documents`."""
    failures = [outcome.failure for outcome in outcomes if outcome.failure is not None]
    problems = [problem for outcome in outcomes for problem in outcome.problems]
    report = SourceReport(
        name=name,
        status="ok" if documents else "empty",
        documents=documents,
        ms=round(seconds * 1000),
        stored=max((outcome.stored for outcome in outcomes if outcome.stored is not None), default=None),
    )
    reasons = _by_frequency(failure.message for failure in failures)
    if failures and len(failures) == len(outcomes):
        is_skipped = all(isinstance(failure, SourceNotReadyError) for failure in failures)
        return replace(report, status="skipped" if is_skipped else "failed", reason=reasons)
    if failures:
        problems.insert(0, f"{len(failures)} of {len(outcomes)} searches failed: {reasons}")
    if problems:
        return replace(report, status="ok" if documents else "failed", reason=_by_frequency(problems))
    return report


def _by_frequency(reasons: Iterable[str]) -> str:
    """Distinct reasons in one line, the most frequent first."""
    return "; ".join(reason for reason, _ in Counter(reasons).most_common())
