"""
Ask every source for every topic, all at once, under one deadline. A failed source is a value, never a silence.

The question's own topics are searched at once; those a model adds, when it has named them. What is found is handed on
as it comes. The answer waits for what every source says to the question, and no longer when that is enough evidence;
from a softer deadline on it begins with what has come, as soon as anything has. Who is late goes on behind the answer:
what it still says is stored, and is there for the next question.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain
from typing import Any, NamedTuple

from research_agent.concurrency import as_result, task_group, unwrap
from research_agent.events import SourceFinished, Timeline
from research_agent.sources.protocol import Source, Tools
from research_agent.sources.scholarly.deduplicate import merge_papers
from research_agent.sources.search import LIMIT, SearchOutcome, has_stored, report_on, search_for
from research_agent.types import Document, SourceReport, Topic

__all__ = ["LIMIT", "Fetched", "fetch"]

NOTHING_STORED = "offline, nothing stored"
GRACE = 0.05
"""Seconds for what is about to come anyway, when what there is would be enough."""

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


@dataclass(slots=True)
class _Given:
    """What one source has given so far, by the place of the topic; `report` is None until it has answered once."""

    source: Source
    outcomes: dict[int, SearchOutcome] = field(default_factory=dict)
    report: SourceReport | None = None
    began: float = 0.0

    @property
    def documents(self) -> tuple[Document, ...]:
        return tuple(chain.from_iterable(outcome.documents for _, outcome in sorted(self.outcomes.items())))


async def fetch(
    topics: Sequence[Topic],
    *,
    sources: Sequence[Source],
    tools: Tools,
    timeline: Timeline,
    deadline: float,
    soft: float | None = None,
    start: Start | None = None,
    more: asyncio.Future[tuple[Topic, ...]] | None = None,
    enough: asyncio.Future[None] | None = None,
    on_found: Callable[[Sequence[Document]], None] | None = None,
    loaded: Callable[[], Awaitable[Tools]] | None = None,
    why: Mapping[str, str] | None = None,
    sequential: bool = False,
    offline: bool = False,
) -> Fetched:
    """
    Search every source for every topic; `deadline` is seconds for the whole stage.

    At the deadline what has come is kept. `more` are topics that come later; `on_found` gets the documents of each
    search as they come, before they are merged. It returns when every search has ended; when all have answered to
    `topics` and `enough` is done, whether the searches for `more` have ended or not; and after `soft` seconds as soon
    as there is any document. What is still running then goes on in tasks that `start` began (without one all are
    waited for).

    `loaded` gives the tools of local sources, which search by meaning: they wait for the embedding model, live ones
    do not. `why` says of each source by its name why it is asked. `sequential` asks one source and one topic after
    another; with `offline` a live source answers from what is stored, or is skipped. Raises only for bugs: a
    `SourceError` becomes a report.
    """
    if start is None:
        async with task_group() as group:
            return await fetch(
                topics, sources=sources, tools=tools, timeline=timeline, deadline=deadline, start=group.create_task,
                more=more, enough=enough, on_found=on_found, loaded=loaded, why=why, sequential=sequential,
                offline=offline,
            )  # fmt: skip
    if sequential and more is not None:
        topics, more = [*topics, *await more], None
    search = _Searching(sources, tools, timeline, deadline, start, why or {}, offline=offline, sequential=sequential)
    search.on_found, search.loaded = on_found, loaded
    try:
        await search.until_enough(topics, more, enough, math.inf if sequential or soft is None else soft)
    except BaseException:
        search.cancel()
        raise
    return search.close()


class _Searching:
    """All searches of one turn."""

    on_found: Callable[[Sequence[Document]], None] | None = None
    loaded: Callable[[], Awaitable[Tools]] | None = None

    def __init__(
        self,
        sources: Sequence[Source],
        tools: Tools,
        timeline: Timeline,
        deadline: float,
        start: Start,
        why: Mapping[str, str],
        *,
        sequential: bool,
        offline: bool,
    ) -> None:
        self._given = [_Given(source) for source in sources]
        self._tools, self._timeline, self._start, self._why = tools, timeline, start, why
        self._sequential, self._offline = sequential, offline
        self._gate = asyncio.Semaphore(1 if sequential else max(1, 2 * len(sources)))
        self._deadline, self._until = deadline, asyncio.get_running_loop().time() + deadline
        self._began = timeline.now()
        self._tasks: list[asyncio.Task[Exception | None]] = []
        self._closed = False

    async def until_enough(
        self,
        topics: Sequence[Topic],
        more: asyncio.Future[tuple[Topic, ...]] | None,
        enough: asyncio.Future[None] | None,
        soft: float,
    ) -> None:
        """Search, and wait as long as the answer must."""
        now = asyncio.get_running_loop().time
        soft, quiet = now() + soft, math.inf
        first, later = self._begin(topics, 0), list[asyncio.Task[Exception | None]]()
        while True:
            if more is not None and more.done():
                later, more = self._begin(() if more.cancelled() else more.result(), len(topics)), None
            tasks = (*first, *later)
            for task in tasks:
                if task.done():
                    unwrap(task.result())  # raises the bug it ended with
            running = {task for task in tasks if not task.done()}
            answered = running.isdisjoint(first)
            found = any(given.report and given.documents for given in self._given)
            if answered and enough is not None and enough.done():
                quiet = min(quiet, now() + GRACE)
            over = found and now() >= min(soft, quiet, math.inf if running else self._until)
            if over or (not running and more is None):
                return
            nudges = {future for future in (more, enough if answered else None) if future is not None}
            until = min(soft if now() < soft else math.inf, quiet if found else math.inf, self._until)
            await asyncio.wait(
                running | {nudge for nudge in nudges if not nudge.done()},
                timeout=max(0.0, until - now()) if until > now() else None,
                return_when=asyncio.FIRST_COMPLETED,
            )

    def close(self) -> Fetched:
        """What has come; what comes later is stored and no more."""
        reports = [self._told(given) if given.report else self._not_waited_for(given) for given in self._given]
        self._closed = True
        return Fetched(_each_once(given.documents for given in self._given if given.report), tuple(reports))

    def cancel(self) -> None:
        """End all searches."""
        for task in self._tasks:
            task.cancel()

    def _begin(self, topics: Sequence[Topic], place: int) -> list[asyncio.Task[Exception | None]]:
        """Ask every source for these topics, of which the first has that place among all."""
        if not topics and place:
            return []
        if place and not any(given.documents for given in self._given):  # so far nothing: these get their own time
            self._until = asyncio.get_running_loop().time() + self._deadline
        tasks = [self._start(as_result(partial(self._ask, given, topics, place), Exception)) for given in self._given]
        self._tasks += tasks
        return tasks

    async def _ask(self, given: _Given, topics: Sequence[Topic], place: int) -> None:
        """What one source has on these topics."""
        source = given.source
        async with self._gate:
            # A source without anything stored is not even asked: it might go out by another way than our client.
            if source.live and self._offline and not await has_stored(source, self._tools):
                skipped = SourceReport(name=source.name, status="skipped", documents=0, ms=0, reason=NOTHING_STORED)
                self._tell(given, skipped)
                return
            tools = self._tools if source.live or self.loaded is None else await self.loaded()
            given.began = given.began or self._timeline.now()
            try:
                with self._timeline.span(source.name, lane="source"):
                    await self._search_all(given, topics, place, tools)
            except Exception:  # that of a late source is raised nowhere else
                log.debug("a source has a bug", exc_info=True)
                raise
            self._told(given)

    async def _search_all(self, given: _Given, topics: Sequence[Topic], place: int, tools: Tools) -> None:
        until = self._until

        async def search(topic: Topic, at: int) -> None:
            outcome = await search_for(given.source, topic, tools, until, self._deadline)
            if self._closed:
                return
            given.outcomes[at] = outcome
            if outcome.documents and self.on_found is not None:
                self.on_found(outcome.documents)

        if self._sequential:
            for at, topic in enumerate(topics, place):
                await search(topic, at)
            return
        async with asyncio.TaskGroup() as group:
            for at, topic in enumerate(topics, place):
                group.create_task(search(topic, at))

    def _told(self, given: _Given) -> SourceReport:
        """The report on what the source has given so far."""
        outcomes = [outcome for _, outcome in sorted(given.outcomes.items())]
        if not outcomes and given.report is not None:  # skipped
            return given.report
        found = len(_each_once([given.documents]))
        return self._tell(given, report_on(given.source.name, outcomes, found, self._timeline.now() - given.began))

    def _not_waited_for(self, given: _Given) -> SourceReport:
        """In place of what a source gives that is late."""
        seconds = self._timeline.now() - self._began
        reason = f"was not waited for after {seconds:.1f} s; what it says while the program goes on is kept"
        late = SourceReport(
            name=given.source.name, status="failed", documents=0, ms=round(seconds * 1000), reason=reason, late=True
        )
        return self._tell(given, late)

    def _tell(self, given: _Given, report: SourceReport) -> SourceReport:
        """Keep the report, and tell it when there is news in it; its time is that of its last news."""
        report = replace(report, why=self._why.get(given.source.name, ""))
        before = given.report
        if before is not None and replace(report, ms=before.ms, stored=before.stored) == before:
            return before
        if not self._closed:
            given.report = report
            self._timeline.emit(SourceFinished(report))
        return report


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
