"""
Ask every source for every topic, all at once, under one deadline. A failed source is a value, never a silence.

There is a softer deadline before it: from then on the answer begins with what has come, as soon as anything has. Who is
late is not waited for and goes on behind the answer; what it still says is stored, and is there for the next question.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain
from typing import Any, NamedTuple

from research_agent.errors import SourceError, SourceNotReadyError
from research_agent.events import SourceFinished, Timeline
from research_agent.papers.merge import merge_papers
from research_agent.sources import Found, Source, Tools
from research_agent.types import Document, SourceReport, Topic

__all__ = ["LIMIT", "Fetched", "fetch"]

LIMIT = 5
"""Documents asked for in one search."""

NOTHING_STORED = "offline, nothing stored"

Start = Callable[[Coroutine[Any, Any, Any]], asyncio.Task[Any]]
"""Begins a task that a task group waits for: `TaskGroup.create_task`."""

log = logging.getLogger(__name__)


class Fetched(NamedTuple):
    """
    All documents, each text and each paper once, in the order of sources, topics, rank; and one report a source.

    A report counts what its source gave: a paper that came through several counts for each of them.
    """

    documents: tuple[Document, ...]
    reports: tuple[SourceReport, ...]


class _Given(NamedTuple):
    """What one source gave to all topics."""

    documents: tuple[Document, ...]
    report: SourceReport


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
    soft: float | None = None,
    start: Start | None = None,
    why: Mapping[str, str] | None = None,
    sequential: bool = False,
    offline: bool = False,
) -> Fetched:
    """
    Search every source for every topic; `deadline` is seconds for the whole stage.

    At the deadline what has come is kept. After `soft` seconds it returns as soon as there is any document; what is
    still running goes on in tasks that `start` began (without one all are waited for). `why` says of each source by its
    name why it is asked. `sequential` asks one source and one topic after another; with `offline` a live source answers
    from what is stored, or is skipped. Raises only for bugs: a `SourceError` becomes a report.
    """
    if start is None:
        async with asyncio.TaskGroup() as group:
            return await fetch(
                topics, sources=sources, tools=tools, timeline=timeline, deadline=deadline, start=group.create_task,
                why=why, sequential=sequential, offline=offline,
            )  # fmt: skip
    search = _Searching(topics, tools, timeline, deadline, why or {}, sequential=sequential, offline=offline)
    gate = asyncio.Semaphore(1 if sequential else max(1, len(sources)))
    asked = [start(_noted(search.ask(source, gate))) for source in sources]
    try:
        await _until_enough(asked, None if sequential else soft)
        given = [
            _value(task) if task.done() else search.not_waited_for(source)
            for source, task in zip(sources, asked, strict=True)
        ]
    except BaseException:
        for task in asked:
            task.cancel()
        raise
    return Fetched(
        documents=_each_once(documents for documents, _ in given), reports=tuple(report for _, report in given)
    )


class _Searching:
    """All searches of one turn."""

    def __init__(
        self,
        topics: Sequence[Topic],
        tools: Tools,
        timeline: Timeline,
        deadline: float,
        why: Mapping[str, str],
        *,
        sequential: bool,
        offline: bool,
    ) -> None:
        self._topics, self._tools, self._timeline, self._why = topics, tools, timeline, why
        self._sequential, self._offline = sequential, offline
        self._deadline, self._until = deadline, asyncio.get_running_loop().time() + deadline
        self._began = timeline.now()
        self._late: set[str] = set()

    async def ask(self, source: Source, gate: asyncio.Semaphore) -> _Given:
        """Everything that one source has on the topics."""
        async with gate:
            # A source without anything stored is not even asked: it might go out by another way than our client.
            if source.live and self._offline and not await _has_stored(source, self._tools):
                skipped = SourceReport(name=source.name, status="skipped", documents=0, ms=0, reason=NOTHING_STORED)
                return self._told(source, (), skipped)
            start = self._timeline.now()
            with self._timeline.span(source.name, lane="source"):
                outcomes = await self._search_all(source)
            found = tuple(chain.from_iterable(outcome.documents for outcome in outcomes))
            report = _report(source.name, outcomes, len(_each_once([found])), self._timeline.now() - start)
            return self._told(source, found, report)

    def not_waited_for(self, source: Source) -> _Given:
        """In place of what a source gives that is late."""
        self._late.add(source.name)
        seconds = self._timeline.now() - self._began
        reason = f"was not waited for after {seconds:.1f} s; what it says while the program goes on is kept"
        late = SourceReport(
            name=source.name, status="failed", documents=0, ms=round(seconds * 1000), reason=reason, late=True
        )
        self._timeline.emit(SourceFinished(late))
        return _Given((), replace(late, why=self._why.get(source.name, "")))

    def _told(self, source: Source, documents: tuple[Document, ...], report: SourceReport) -> _Given:
        report = replace(report, why=self._why.get(source.name, ""))
        if source.name not in self._late:  # its line has been written
            self._timeline.emit(SourceFinished(report))
        return _Given(documents, report)

    async def _search_all(self, source: Source) -> list[_Outcome]:
        def search(topic: Topic) -> Coroutine[Any, Any, _Outcome]:
            return _search(source, topic, self._tools, self._until, self._deadline)

        if self._sequential:
            return [await search(topic) for topic in self._topics]
        async with asyncio.TaskGroup() as group:
            searches = [group.create_task(search(topic)) for topic in self._topics]
        return [search.result() for search in searches]


async def _until_enough(asked: Sequence[asyncio.Task[_Given | Exception]], soft: float | None) -> None:
    """Wait for all; or, from `soft` seconds on, for the first that has a document."""
    if not asked:
        return
    _, waiting = await asyncio.wait(asked, timeout=soft)
    while waiting and not any(task.done() and _value(task).documents for task in asked):
        _, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)


async def _noted(asking: Coroutine[Any, Any, _Given]) -> _Given | Exception:
    """A bug as a value: it belongs to the turn that asked, not to the task group it runs in."""
    try:
        return await asking
    except Exception as error:  # raised again where its value is taken
        log.debug("a source has a bug", exc_info=True)
        return error


def _value(task: asyncio.Task[_Given | Exception]) -> _Given:
    value = task.result()
    if isinstance(value, Exception):
        raise value
    return value


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
    except asyncio.CancelledError:  # the program ends, or the user stops it: what came whole is stored all the same
        if asking is not None:
            asking.end(good=False)
        raise
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
