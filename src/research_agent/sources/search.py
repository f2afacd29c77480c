"""
One search of one source, and what a source's searches come to: a failure is a value, never a silence.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import NamedTuple

from research_agent.errors import SourceError, SourceNotReadyError
from research_agent.sources.protocol import Found, Source, Tools
from research_agent.types import Document, SourceReport, Topic

__all__ = ["LIMIT", "Outcome", "has_stored", "report_on", "search_for"]

LIMIT = 5
"""Documents asked for in one search."""


class Outcome(NamedTuple):
    """What became of one search: documents, or the reason why there are none."""

    documents: tuple[Document, ...] = ()
    problems: tuple[str, ...] = ()
    failure: str | None = None
    not_ready: bool = False
    stored: float | None = None


async def search_for(source: Source, topic: Topic, tools: Tools, until: float, deadline: float) -> Outcome:
    """
    One search, over at `until` (loop time), which is `deadline` seconds after all began.

    What the service answered is stored when it went well, so that it can be had again. Raises only for bugs.
    """
    tools = tools.of(source, until=until) if source.live else tools
    asking = tools.client.source_client if source.live else None
    began = datetime.now(UTC)
    try:
        async with asyncio.timeout_at(until):
            found: Found = await source.search(topic, tools=tools, limit=LIMIT)
    except SourceNotReadyError as error:
        return Outcome(failure=error.message, not_ready=True)
    except SourceError as error:
        return Outcome(failure=error.message)
    except TimeoutError:
        if asking is not None:
            asking.end(good=False)
        return Outcome(failure=f"timed out after {deadline:g} s")
    except asyncio.CancelledError:  # the program ends, or the user stops it: what came whole is stored all the same
        if asking is not None:
            asking.end(good=False)
        raise
    if asking is None:
        return Outcome(documents=tuple(found.documents), problems=tuple(found.problems))
    asking.end(good=not found.problems)
    return Outcome(
        documents=tuple(_as_old(found.documents, asking.oldest, began)),
        problems=(*found.problems, *asking.troubles),
        stored=None if asking.oldest is None else max(0.0, began.timestamp() - asking.oldest),
    )


async def has_stored(source: Source, tools: Tools) -> bool:
    """Whether anything that the source's service answered is stored."""
    asking = tools.of(source).client.source_client
    return asking is not None and await asking.has_stored()


def _as_old(documents: Iterable[Document], oldest: float | None, began: datetime) -> Iterable[Document]:
    """A source dates what it reads by the clock; what rests on something stored is as old as that."""
    if oldest is None:
        return documents
    now, then = (moment.isoformat(timespec="seconds") for moment in (began, datetime.fromtimestamp(oldest, UTC)))
    return [replace(document, retrieved=then) if document.retrieved >= now else document for document in documents]


def report_on(name: str, outcomes: Sequence[Outcome], documents: int, seconds: float) -> SourceReport:
    """How a source fared in all its searches, which gave `documents` different ones in `seconds`."""
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
