"""
Search of the web by several engines: one after another until one answers, the next at once when one fails.

An engine that does not answer within a moment is no reason to wait: the next one is asked too, and whichever answers
counts. The hits of two engines at most make an answer. One that suffices (the user's SearXNG, an engine with a key) is
asked alone first, and another only when it named few pages; of those without a key two are asked at once, for neither
has a whole view of the web.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from research_agent.concurrency import as_result, task_group
from research_agent.errors import HttpLimitError, HttpTimeoutError, SourceError, SourceNotReadyError
from research_agent.messages import failures, source_failures
from research_agent.sources.protocol import Hit, Tools
from research_agent.sources.web_search.merge_hits import merge_hits
from research_agent.sources.web_search.protocol import MOST_HITS, WebSearch
from research_agent.sources.web_search.search_query import is_within
from research_agent.types import Topic

__all__ = ["ENOUGH", "HEDGE", "FoundHits", "search_web"]

log = logging.getLogger(__name__)

ENOUGH = 5
"""Pages with which an engine that suffices needs no other beside it."""
HEDGE = 1.8
"""Seconds without an answer after which the next engine is asked too; less where there is little time."""
PARTS = 3  # of the time there is, so that those asked after two hangs have as long
MOST_ANSWERS = 2
NOT_ASKED = (HttpLimitError, SourceNotReadyError)
MOMENT = 0.7  # seconds for the second answer when the first names enough
REST = 120.0  # seconds for which an engine is left alone that was late when another one answered


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundHits:
    """Hits of a search, best first, the titles of the engines that answered, and a line for each that failed."""

    hits: tuple[Hit, ...]
    engines: tuple[str, ...]
    problems: tuple[str, ...] = ()


async def search_web(topic: Topic, engines: Sequence[WebSearch], *, tools: Tools, until: float) -> FoundHits:
    """
    Search with the engines, in their order, until `until` (loop time).

    Raises `SourceError` with what each of them said when none answers. One that was held back by its limits, or has
    nothing stored while offline, is no problem when another one answered.
    """
    race = _Race(topic, tools, until, deque(engines))
    await race.run()
    if not race.answers and not race.empty:
        raise _failure(race.failures)
    answers = race.answers or [(engine, []) for engine in race.empty]
    answers = sorted(answers, key=lambda answer: engines.index(answer[0]))  # whichever was faster
    return FoundHits(
        hits=tuple(merge_hits([hits for _, hits in answers])[:MOST_HITS]),
        engines=tuple(engine.title for engine, _ in answers),
        problems=tuple(
            f"{engine.title} {error.message}" for engine, error in race.failures if not isinstance(error, NOT_ASKED)
        ),
    )


Outcome = list[Hit] | SourceError


@dataclass(slots=True)
class _Asked:
    """An engine that is being asked, since when (loop time), and its tools."""

    engine: WebSearch
    tools: Tools
    since: float


@dataclass(slots=True)
class _Race:
    """Engines that are asked for one topic: their `answers`, those that found nothing, those that failed."""

    topic: Topic
    tools: Tools
    until: float
    waiting: deque[WebSearch]
    answers: list[tuple[WebSearch, list[Hit]]] = field(default_factory=list)
    empty: list[WebSearch] = field(default_factory=list)
    failures: list[tuple[WebSearch, SourceError]] = field(default_factory=list)
    running: dict[asyncio.Task[Outcome], _Asked] = field(default_factory=dict)
    hedge: float = HEDGE
    patience: float = 0.0  # until when another answer is waited for, once there is one

    async def run(self) -> None:
        """Ask until there is enough, or nothing and nobody left."""
        now = asyncio.get_running_loop().time
        self.hedge, self.patience = min(HEDGE, (self.until - now()) / PARTS), self.until
        async with task_group() as group:
            while now() < self.patience and not self._has_enough():
                if self.waiting and self._wants_another(now()):
                    self._ask(group, self.waiting.popleft(), now())
                elif not self.running:
                    break
                else:
                    done, _ = await asyncio.wait(
                        self.running, timeout=max(0.0, self._wake(now()) - now()), return_when=asyncio.FIRST_COMPLETED
                    )
                    self._take(done, now())
            self._give_up(now())

    def _has_enough(self) -> bool:
        alone = any(engine.suffices and len(hits) >= ENOUGH for engine, hits in self.answers)
        return alone or len(self.answers) >= MOST_ANSWERS

    def _in_time(self, now: float) -> list[_Asked]:
        return [asked for asked in self.running.values() if now - asked.since < self.hedge]

    def _wants_another(self, now: float) -> bool:
        in_time = self._in_time(now)
        if self.answers or not in_time:
            return not in_time
        return len(in_time) < MOST_ANSWERS and not any(asked.engine.suffices for asked in in_time)

    def _wake(self, now: float) -> float:
        """When to look again, whatever has come."""
        late = (asked.since + self.hedge for asked in self._in_time(now) if self.waiting)
        return min([self.patience, *late])

    def _ask(self, group: asyncio.TaskGroup, engine: WebSearch, now: float) -> None:
        tools = self.tools.of(engine, until=self.until, retry=False)
        task = group.create_task(as_result(partial(self._search, engine, tools), SourceError))
        self.running[task] = _Asked(engine, tools, now)

    async def _search(self, engine: WebSearch, tools: Tools) -> list[Hit]:
        """The engine's hits that are within what was asked for, with its name. What it answered is stored."""
        good = False
        try:
            hits = await engine.search(self.topic, tools=tools)
            good = True
        finally:
            if tools.client.source_client is not None:
                tools.client.source_client.end(good=good)
        named = (replace(hit, engines=tuple(dict.fromkeys((engine.name, *hit.engines)))) for hit in hits)
        return [hit for hit in named if is_within(hit, self.topic)]

    def _take(self, done: Iterable[asyncio.Task[Outcome]], now: float) -> None:
        for task in done:
            asked, outcome = self.running.pop(task), task.result()
            if isinstance(outcome, HttpTimeoutError):
                outcome = _late(now - asked.since)
            if isinstance(outcome, SourceError):
                log.info("%s failed", asked.engine.name, exc_info=outcome)
                self.failures.append((asked.engine, outcome))
            elif not outcome:
                self.empty.append(asked.engine)
            elif len(self.answers) < MOST_ANSWERS:
                self.answers.append((asked.engine, outcome))
                more = MOMENT if len(outcome) >= ENOUGH else self.hedge
                self.patience = min(self.patience, now + more)

    def _give_up(self, now: float) -> None:
        """End what still runs: too late to count, and, when another one was faster, a reason to rest."""
        for task, asked in self.running.items():
            task.cancel()
            source_client = asked.tools.client.source_client
            admitted = None if source_client is None else source_client.admitted
            if not self.answers and not self.empty:
                self.failures.append((asked.engine, _late(now - asked.since)))
            elif admitted is not None and now - asked.since >= self.hedge and not asked.engine.settings.url:
                asked.tools.client.back_off(REST)


def _late(seconds: float) -> SourceError:
    return HttpTimeoutError(source_failures.NO_ANSWER_WITHIN(seconds=seconds))


def _failure(failed: Sequence[tuple[WebSearch, SourceError]]) -> SourceError:
    """One error for those of all engines; what is true of several is said once."""
    if not failed:
        return SourceError(failures.NO_TIME_LEFT())
    if all(isinstance(error, SourceNotReadyError) for _, error in failed):
        return failed[0][1]
    titles: dict[str, list[str]] = {}
    for engine, error in failed:
        titles.setdefault(error.message, []).append(engine.title)
    said = "; ".join(f"{', '.join(named)} {message}" for message, named in titles.items())
    return SourceError(
        failures.NO_ENGINE(failures=said),
        hint=next((error.hint for _, error in failed if error.hint), ""),
    )
