"""Search of one source for one topic, with a failure as a value, and the report on all searches of a source."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from research_agent.errors import HttpLimitError, OutOfScopeError, SourceError, SourceNotReadyError
from research_agent.messages import failures, source_failures
from research_agent.sources.policy import policy_of
from research_agent.sources.protocol import FoundOnWeb, Source, Tools
from research_agent.sources.validation import checked
from research_agent.text.sanitize import one_line
from research_agent.text.timestamps import iso_time
from research_agent.types import Document, SourceReport, Topic, Unread

if TYPE_CHECKING:
    from research_agent.http.request_budget import RequestBudget
    from research_agent.http.source_client import SourceClient

__all__ = ["LIMIT", "SearchOutcome", "bug_in", "has_stored", "report_late", "report_on", "search_for"]

log = logging.getLogger(__name__)

LONGEST_REASON = 600  # characters: a service may say a page of why

LIMIT = 5
"""Documents requested in one search."""
FOR_A_PAGE = 3
"""Requests that a search of the web needs to read one page: to an engine, for robots.txt, for the page."""


class SearchOutcome(NamedTuple):
    """Outcome of one search. `stored` is the age in seconds of the oldest stored response used, None without any."""

    documents: tuple[Document, ...] = ()
    problems: tuple[str, ...] = ()
    failure: SourceError | None = None
    stored: float | None = None
    engines: tuple[str, ...] = ()
    unread: tuple[Unread, ...] = ()

    @classmethod
    def so_far(cls, found: FoundOnWeb) -> SearchOutcome:
        """The outcome of a search that goes on. Raises `TypeError` for what is no `Found`."""
        result = checked(found)
        return cls(documents=tuple(result.documents), engines=tuple(result.engines), unread=tuple(result.unread))


async def search_for(
    source: Source,
    topic: Topic,
    tools: Tools,
    until: float,
    deadline: float,
    sent: list[str] | None = None,
    budget: RequestBudget | None = None,
) -> SearchOutcome:
    """
    Search until `until` (loop time); a message calls that `deadline` seconds.

    Whatever the source raises or returns is a value; the trace of a bug is in the log. To `sent` each request that
    leaves this machine is added, as text. A source that searches the web takes its requests from `budget`, and is not
    asked when they are too few to read a page.
    """
    source_client, began, time_limit = None, datetime.now(UTC), asyncio.timeout_at(until)
    try:
        if source.live:
            tools = tools.of(source, until=until, budget=_budget_of(source, budget))
            source_client = _noting(tools, sent)
        async with time_limit:
            result = checked(await source.search(topic, tools=tools, limit=LIMIT))
    except SourceError as error:
        log.info("%s failed", source.name, exc_info=error)
        return SearchOutcome(failure=error)
    except TimeoutError:
        if source_client is not None:
            source_client.end(good=False)
        return SearchOutcome(
            failure=SourceError(
                failures.TIMED_OUT_AFTER(seconds=deadline) if time_limit.expired() else failures.TIMED_OUT()
            )
        )
    except asyncio.CancelledError as error:
        # The program ends or the user stops it: complete responses are stored all the same.
        if source_client is not None:
            source_client.end(good=False)
        if (task := asyncio.current_task()) is None or task.cancelling():
            raise
        return SearchOutcome(failure=bug_in(source, error))  # it has cancelled itself
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a plug-in's code; it costs the source
        return SearchOutcome(failure=bug_in(source, error))
    if source_client is None:
        return SearchOutcome(
            documents=tuple(result.documents),
            problems=tuple(result.problems),
            engines=tuple(result.engines),
            unread=tuple(result.unread),
        )
    source_client.end(good=not result.problems)
    return SearchOutcome(
        documents=tuple(_backdated(result.documents, source_client.oldest, began)),
        problems=(*result.problems, *source_client.troubles),
        stored=None if source_client.oldest is None else max(0.0, began.timestamp() - source_client.oldest),
        engines=tuple(result.engines),
        unread=tuple(result.unread),
    )


def _budget_of(source: Source, budget: RequestBudget | None) -> RequestBudget | None:
    """The budget of a source that searches the web. Raises `OutOfScopeError` when it is too small to read a page."""
    if budget is None or not policy_of(source).searches_web:
        return None
    if budget.left < FOR_A_PAGE:
        raise OutOfScopeError(source_failures.REQUESTS_SPENT())
    return budget


def _noting(tools: Tools, sent: list[str] | None) -> SourceClient | None:
    """The client of a search, which adds to `sent` what it sends."""
    source_client = tools.client.source_client
    if source_client is not None and sent is not None:
        source_client.sent = sent
    return source_client


def bug_in(source: Source, error: BaseException) -> SourceError:
    """The failure for a bug of a source, whose trace is logged."""
    log.info("%r has a bug", type(source), exc_info=error)
    return SourceError(failures.HAS_A_BUG(error=type(error).__name__), hint=source_failures.UPDATE_SOURCE())


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
    raised = [outcome.failure for outcome in outcomes if outcome.failure is not None]
    problems = [problem for outcome in outcomes for problem in outcome.problems]
    report = SourceReport(
        name=name,
        status="ok" if documents else "empty",
        documents=documents,
        ms=round(seconds * 1000),
        stored=max((outcome.stored for outcome in outcomes if outcome.stored is not None), default=None),
        engines=tuple(dict.fromkeys(name for outcome in outcomes for name in outcome.engines)),
        unread=tuple({page.url: page for outcome in outcomes for page in outcome.unread}.values()),
    )
    if raised and len(raised) == len(outcomes):
        is_skipped = all(isinstance(failure, SourceNotReadyError) for failure in raised)
        reasons = _by_frequency(failure.message for failure in raised)
        return replace(report, status="skipped" if is_skipped else "failed", reason=reasons)
    # A topic that the source is not for, such as one without an address for a page, was no search.
    raised = [failure for failure in raised if not isinstance(failure, OutOfScopeError)]
    count = sum(not isinstance(outcome.failure, OutOfScopeError) for outcome in outcomes)
    unsent = [failure.message for failure in raised if isinstance(failure, HttpLimitError)]
    failed = [failure.message for failure in raised if not isinstance(failure, HttpLimitError)]
    if unsent:
        problems.insert(0, failures.SEARCHES_NOT_SENT(reasons=_by_frequency(unsent), n=len(unsent), asked=count))
    if failed:
        problems.insert(0, failures.SEARCHES_FAILED(failed=len(failed), asked=count, reasons=_by_frequency(failed)))
    if problems:
        return replace(report, status="ok" if documents else "failed", reason=_by_frequency(problems))
    return report


def report_late(name: str, seconds: float) -> SourceReport:
    """Report on a source that has given nothing after `seconds`, and is not waited for any more."""
    reason = failures.TOO_LATE(seconds=seconds)
    return SourceReport(name=name, status="failed", documents=0, ms=round(seconds * 1000), reason=reason, late=True)


def _by_frequency(reasons: Iterable[str]) -> str:
    """Distinct reasons in one line, the most frequent first."""
    return "; ".join(one_line(reason)[:LONGEST_REASON] for reason, _ in Counter(reasons).most_common())
