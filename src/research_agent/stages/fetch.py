"""
Concurrent fetch: every source is searched for every topic at once, under one deadline; a failed source is a value.

A search that is late goes on behind the answer: what its service answers is stored, for the next question.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain
from types import MappingProxyType
from typing import Any, NamedTuple

from research_agent.concurrency import as_result, unwrap
from research_agent.events import SourceFinished, Timeline
from research_agent.http.request_budget import RequestBudget
from research_agent.messages import failures
from research_agent.sources.policy import within_budget
from research_agent.sources.protocol import Source, Tools
from research_agent.sources.scholarly.deduplicate import distinct_documents
from research_agent.sources.search import LIMIT, SearchOutcome, has_stored, report_late, report_on, search_for
from research_agent.text.restriction import Refusal, refusal
from research_agent.types import UNRESTRICTED, Document, Restriction, SourceReport, Topic

__all__ = ["LIMIT", "FetchPlan", "Fetched", "Sources", "fetch"]

GRACE = 0.05
"""Seconds to wait for searches that are about to end anyway, once there is enough."""

Start = Callable[[Coroutine[Any, Any, Any]], asyncio.Task[Any]]
"""Starts a task that a task group waits for: `TaskGroup.create_task`."""
SearchTask = asyncio.Task[Exception | None]
Topics = Sequence[Topic]
Sources = Sequence[tuple[Source, str]]
"""Sources, each with the reason why it is asked."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class FetchPlan:
    """
    Plan of a fetch. `sources` are the selected ones, each with the reason why it is asked.

    `deadline` is in seconds for the whole stage; after `soft_deadline` any document is enough. `sequential` asks one
    source for one topic after another. With `offline` a live source answers from what is stored, or is skipped. What
    the `restriction` does not admit is left out, whichever source gave it; searches of the web take their requests
    from `budget`.
    """

    topics: Topics
    sources: Sources
    deadline: float
    soft_deadline: float = math.inf
    sequential: bool = False
    offline: bool = False
    restriction: Restriction = UNRESTRICTED
    budget: RequestBudget | None = None


class Fetched(NamedTuple):
    """
    All documents, each text and each paper once, in the order of sources, topics, rank; and one report a source.

    A report counts what its source gave: a paper that came through several counts for each of them. `left_out` says by
    id why a document is not among them.
    """

    documents: tuple[Document, ...]
    reports: tuple[SourceReport, ...]
    left_out: Mapping[str, Refusal] = MappingProxyType({})


@dataclass(slots=True)
class _SourceState:
    """
    Outcomes of one source so far, by the place of the topic, and the requests that it has `sent`.

    `report` is None until it has answered once.
    """

    source: Source
    why: str
    outcomes: dict[int, SearchOutcome] = field(default_factory=dict)
    report: SourceReport | None = None
    began: float = 0.0
    sent: list[str] = field(default_factory=list)

    @property
    def documents(self) -> tuple[Document, ...]:
        return tuple(chain.from_iterable(outcome.documents for _, outcome in sorted(self.outcomes.items())))


async def fetch(
    plan: FetchPlan,
    *,
    tools: Tools,
    timeline: Timeline,
    start: Start,
    local_tools: Callable[[], Awaitable[Tools]] | None = None,
    more_topics: asyncio.Future[tuple[Topic, ...]] | None = None,
    more_sources: asyncio.Future[Sources] | None = None,
    enough: asyncio.Future[None] | None = None,
    on_documents: Callable[[Sequence[Document]], None] | None = None,
) -> Fetched:
    """
    Search every source of the plan for every topic, in tasks that `start` makes.

    Returns when every search has ended; when all have answered to the plan's topics and `enough` is done, whether the
    searches for `more_topics` have ended or not; at the deadline; and after the soft one as soon as there is any
    document. The searches that still run then go on. `more_sources` join when they are known, and are waited for as
    those of the plan are; once there is enough, nobody waits for them to be known. `on_documents` gets the documents of
    each search as they come, before they are merged. `local_tools` waits for the tools of local sources, which search
    by meaning and need the embedding model; live sources are given `tools` at once. Whatever a source does wrong
    becomes its report.
    """
    if plan.sequential and more_topics is not None:
        plan, more_topics = replace(plan, topics=[*plan.topics, *await more_topics]), None
    if plan.sequential and more_sources is not None:
        plan, more_sources = replace(plan, sources=[*plan.sources, *await more_sources]), None
    search = _Search(plan, tools, local_tools, timeline, start, on_documents)
    try:
        await search.until_enough(more_topics, more_sources, enough)
    except BaseException:
        search.cancel()
        raise
    return search.close()


@dataclass
class _Search:
    """All searches of one fetch."""

    plan: FetchPlan
    tools: Tools
    local_tools: Callable[[], Awaitable[Tools]] | None
    timeline: Timeline
    start: Start
    on_documents: Callable[[Sequence[Document]], None] | None

    def __post_init__(self) -> None:
        self._states = [_SourceState(source, why) for source, why in self.plan.sources]
        self._gate = asyncio.Semaphore(1 if self.plan.sequential else max(1, 2 * len(self.plan.sources)))
        self._until = asyncio.get_running_loop().time() + self.plan.deadline
        self._began = self.timeline.now()
        self._budget = self.plan.budget
        self._tasks: list[SearchTask] = []
        self._asked: Topics = ()
        self._closed = False
        self._left_out: dict[str, Refusal] = {}

    async def until_enough(
        self,
        more_topics: asyncio.Future[tuple[Topic, ...]] | None,
        more_sources: asyncio.Future[Sources] | None,
        enough: asyncio.Future[None] | None,
    ) -> None:
        """Search, and wait as long as the answer must. Raises the bug that a search ended with."""
        now = asyncio.get_running_loop().time
        soft, quiet = math.inf if self.plan.sequential else now() + self.plan.soft_deadline, math.inf
        first, later = self._begin(self.plan.topics, 0), list[SearchTask]()
        while True:
            if more_sources is not None and more_sources.done():
                first += self._join(() if more_sources.cancelled() else more_sources.result())
                more_sources = None
            if more_topics is not None and more_topics.done():
                added = () if more_topics.cancelled() else more_topics.result()
                later, more_topics = self._begin(added, len(self.plan.topics)), None
            running = {task for task in (*first, *later) if not _is_done(task)}
            answered = running.isdisjoint(first)
            any_documents = any(state.documents for state in self._states)
            if answered and enough is not None and enough.done():
                quiet = min(quiet, now() + GRACE)
            over = any_documents and now() >= min(soft, quiet, math.inf if running else self._until)
            if over or (not running and more_topics is None and more_sources is None):
                return
            awaited = (more_topics, more_sources, enough if answered else None)
            nudges = {future for future in awaited if future is not None}
            until = min(soft if now() < soft else math.inf, quiet if any_documents else math.inf, self._until)
            await asyncio.wait(
                running | {nudge for nudge in nudges if not nudge.done()},
                timeout=max(0.0, until - now()) if until > now() else None,
                return_when=asyncio.FIRST_COMPLETED,
            )

    def close(self) -> Fetched:
        """The documents and reports so far; what comes later is stored and no more."""
        reports = [self._report(state) if state.report else self._report_late(state) for state in self._states]
        self._closed = True
        documents = distinct_documents(chain.from_iterable(state.documents for state in self._states))
        return Fetched(documents, tuple(reports), self._left_out)

    def cancel(self) -> None:
        """Cancel all searches."""
        for task in self._tasks:
            task.cancel()

    def _begin(self, topics: Topics, place: int) -> list[SearchTask]:
        """Ask every source for these topics, of which the first has that place among all."""
        asked = within_budget([one.source for one in self._states], topics, self._budget, is_first=not place)
        if place and not any(asked):
            return []
        if place and not any(state.documents for state in self._states):  # nothing so far: these get their own time
            self._until = asyncio.get_running_loop().time() + self.plan.deadline
        self._asked = (*self._asked, *max(asked, key=len, default=()))
        return self._start(self._states, asked, place)

    def _join(self, sources: Sources) -> list[SearchTask]:
        """Ask these sources as well, for all topics so far."""
        joining = [_SourceState(source, why) for source, why in sources]
        self._states += joining
        for _ in range(0 if self.plan.sequential else 2 * len(joining)):
            self._gate.release()
        asked = within_budget([one.source for one in joining], self._asked, self._budget, is_first=True)
        return self._start(joining, asked, 0)

    def _start(self, states: Sequence[_SourceState], asked: Sequence[Topics], place: int) -> list[SearchTask]:
        searches = (partial(self._ask, state, of, place) for state, of in zip(states, asked, strict=True))
        self._tasks += (tasks := [self.start(as_result(search, Exception)) for search in searches])
        return tasks

    async def _ask(self, state: _SourceState, topics: Topics, place: int) -> None:
        """Search one source for these topics."""
        source = state.source
        async with self._gate:
            # A source without anything stored is not even asked: it might go out by another way than our client.
            if source.live and self.plan.offline and not await has_stored(source, self.tools):
                why = failures.NOTHING_STORED()
                self._publish(state, SourceReport(name=source.name, status="skipped", documents=0, ms=0, reason=why))
                return
            tools = self.tools if source.live or self.local_tools is None else await self.local_tools()
            state.began = state.began or self.timeline.now()
            try:
                with self.timeline.span(source.name, lane="source"):
                    await self._search_all(state, topics, place, tools)
            except Exception:  # that of a late source is raised nowhere else
                log.debug("a source has a bug", exc_info=True)
                raise
            self._report(state)

    async def _search_all(self, state: _SourceState, topics: Topics, place: int, tools: Tools) -> None:
        until = self._until

        async def search(topic: Topic, at: int) -> None:
            own = replace(tools, partial=lambda found: self._take(state, at, SearchOutcome.so_far(found)))
            outcome = await search_for(state.source, topic, own, until, self.plan.deadline, state.sent, self._budget)
            self._take(state, at, outcome)

        if self.plan.sequential:
            for at, topic in enumerate(topics, place):
                await search(topic, at)
            return
        async with asyncio.TaskGroup() as group:
            for at, topic in enumerate(topics, place):
                group.create_task(search(topic, at))

    def _take(self, state: _SourceState, at: int, outcome: SearchOutcome) -> None:
        """Take the outcome of a source's search for one topic in place of its outcome so far."""
        if self._closed:
            return
        outcome = outcome._replace(documents=self._admitted(state.source, outcome.documents))
        before = state.outcomes.get(at, SearchOutcome())
        if outcome.failure is not None and before.documents:  # what had come stays
            outcome = before._replace(problems=(outcome.failure.message,))
        state.outcomes[at] = outcome
        known = {document.id for document in before.documents}
        new = tuple(document for document in outcome.documents if document.id not in known)
        if new and self.on_documents is not None:
            self.on_documents(new)

    def _admitted(self, source: Source, documents: Sequence[Document]) -> tuple[Document, ...]:
        """The documents that the restriction admits."""
        admitted = []
        for document in documents:
            is_current = document.revision is not None or not source.live
            if why := refusal(document, self.plan.restriction, is_kept_current=is_current):
                self._left_out[document.id] = why
            else:
                admitted.append(document)
        return tuple(admitted)

    def _report(self, state: _SourceState) -> SourceReport:
        """The report on the source's outcomes so far."""
        outcomes = [outcome for _, outcome in sorted(state.outcomes.items())]
        if not outcomes and state.report is not None:  # skipped
            return state.report
        count = len(distinct_documents(state.documents))
        seconds = self.timeline.now() - state.began
        return self._publish(state, report_on(state.source.name, outcomes, count, seconds))

    def _report_late(self, state: _SourceState) -> SourceReport:
        """The report on a source that is not waited for any more."""
        if state.documents:  # the rest of them is late
            return replace(self._report(state), late=True)
        return self._publish(state, report_late(state.source.name, self.timeline.now() - self._began))

    def _publish(self, state: _SourceState, report: SourceReport) -> SourceReport:
        """Set the source's report, and emit it when there is news in it; its time is that of its last news."""
        report = replace(report, why=state.why, sent=tuple(dict.fromkeys(state.sent)))
        before = state.report
        if before is not None and replace(report, ms=before.ms, stored=before.stored, sent=before.sent) == before:
            state.report = replace(before, sent=report.sent)
            return state.report
        if not self._closed:
            state.report = report
            self.timeline.emit(SourceFinished(report))
        return report


def _is_done(task: SearchTask) -> bool:
    """Whether a search has ended. Raises the bug it ended with."""
    if task.done():
        unwrap(task.result())
        return True
    return False
