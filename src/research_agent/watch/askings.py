"""
Asking: one watched question asked anew, compared with what was known, and settled in one commit.

Each asking stands alone: the answers before it are no conversation, so the question means what it meant. Services are
asked afresh, since a stored response is what was known. An answer is stored only when it is the first, or says
something new.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from itertools import repeat
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from research_agent.engine import OpenEngine
from research_agent.errors import ResearchAgentError, StoreError
from research_agent.memory import Asking, Memory, Watch, WatchClaim
from research_agent.messages import watch_lines
from research_agent.types import Answer, History, SourceReport
from research_agent.watch.changes import find_changes
from research_agent.watch.known_statements import is_answered

if TYPE_CHECKING:
    from research_agent.runtime import Runtime

__all__ = ["Asked", "ask_due", "pause_between"]

log = logging.getLogger(__name__)

LONGEST = 600.0  # seconds of one asking; its lease is longer
COMPARED = 24  # stored answers with which a new one is compared
LONGEST_REASON = 300  # characters
PAUSES = (2.0, 6.0)  # seconds between two questions: nobody is waiting


class Asked(NamedTuple):
    """
    A watch as it was before an asking, and what came of it.

    It is not `stored` when another process was quicker, and not `reached` when no source could be asked.
    """

    watch: Watch
    asking: Asking
    stored: bool = True
    reached: bool = True


async def pause_between() -> None:
    """Wait a moment, never the same, between two questions."""
    await asyncio.sleep(random.uniform(*PAUSES))  # noqa: S311 - no secret


async def ask_due(
    engine: OpenEngine,
    memory: Memory,
    *,
    only: Sequence[str] = (),
    on_begin: Callable[[Watch], None] = lambda watch: None,
    on_asked: Callable[[Asked], None] = lambda asked: None,
    pause: Callable[[], Awaitable[None]] = pause_between,
) -> int:
    """
    Ask every watch of `memory` that is due, or those of the ids `only`, one after another; returns how many were asked.

    Each at most once. When no source can be reached the rest stays due. Cancelled, the lease in hand is given back.
    Raises `StoreError`.
    """
    asked: list[str] = []
    for each in only or repeat(None):
        claim = await memory.watches.claim(only=each, excluding=asked)
        if claim is None and each is None:
            break
        if claim is None:
            continue
        try:
            if asked:
                await pause()
            on_begin(claim.watch)
            done = await _ask(engine, memory, claim)
        except asyncio.CancelledError:
            await memory.watches.release(claim)  # settled already, it is not ours any more
            raise
        asked.append(claim.watch.id)
        on_asked(done)
        if not done.reached:
            break
    return len(asked)


async def _ask(engine: OpenEngine, memory: Memory, claim: WatchClaim) -> Asked:
    """One asking. A known error is what came of it; any other leaves the lease, as a process that is killed does."""
    watch, runtime = claim.watch, engine.runtime
    if missing := [name for name in watch.sources if name not in runtime.source_titles]:
        return await _settle(memory, claim, _failed(watch_lines.SOURCE_GONE(name=missing[0])))
    alone = _Alone(memory, claim, runtime)
    own = _runtime_of(runtime, watch, cast("Memory", alone))
    try:
        async with asyncio.timeout(LONGEST):
            await engine.research(watch.question, session=watch.session, runtime=own, on_event=None)
    except TimeoutError:
        return await _settle(memory, claim, _failed(watch_lines.TOOK_TOO_LONG(minutes=LONGEST / 60)))
    except StoreError:
        raise
    except ResearchAgentError as error:
        return await _settle(memory, claim, _failed(error.message))
    assert alone.asked is not None
    return alone.asked


def _runtime_of(runtime: Runtime, watch: Watch, memory: Memory) -> Runtime:
    """The runtime with the sources of a watch, and with no response of a service that was stored before."""
    chosen = [source for source in runtime.sources if source.name in watch.sources or not watch.sources]
    return replace(
        runtime,
        settings=runtime.settings.with_changes(fresh=True),
        sources=chosen,
        named=watch.sources or runtime.named,
        tools=replace(runtime.tools, client=runtime.tools.client.afresh()),
        memory=memory,
    )


class _Alone:
    """
    The memory of one asking: it recalls nothing of its session, and settles the asking with what is to be remembered.

    Everything else goes to the store behind it.
    """

    def __init__(self, memory: Memory, claim: WatchClaim, runtime: Runtime) -> None:
        self._memory, self._claim, self._runtime = memory, claim, runtime
        self.asked: Asked | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._memory, name)

    async def recall(self, session: str) -> History:
        """No history for the session of the watch."""
        return History(session=session) if session == self._claim.watch.session else await self._memory.recall(session)

    async def remember(self, answer: Answer) -> int:
        """Compare and settle; an interrupted answer is none. Returns the number of the stored turn, 0 without one."""
        if answer.status == "interrupted":
            return 0
        self.asked = await _settle(self._memory, self._claim, *await self._compared(answer))
        return 0

    async def _compared(self, answer: Answer) -> tuple[Asking, bool]:
        """What came of the asking, and whether a source could be reached."""
        watch, titles = self._claim.watch, self._runtime.source_titles
        local = {source.name for source in self._runtime.sources if not source.live}
        live = [report for report in answer.sources if report.name not in local]
        if reason := _why_not(answer, live, titles):
            return _failed(reason), any(report.status in {"ok", "empty"} for report in live) or not live
        answered = is_answered(answer)
        if not watch.askings:
            return Asking(outcome="same", answered=answered, answer=answer), True
        changes = await find_changes(
            watch.question,
            await self._memory.watches.answers(watch.id, COMPARED),
            answer,
            asked=watch.asked,
            answered=watch.answered,
            entail=await self._runtime.entail_ready(),
        )
        if not changes:
            return Asking(outcome="same", answered=answered), True
        return Asking(outcome="new", answered=answered, answer=answer, changes=changes), True


def _why_not(answer: Answer, live: Sequence[SourceReport], titles: Mapping[str, str]) -> str:
    """
    Why an answer tells nothing of what the sources say now; "" when it does.

    One that has no answer does so only when every source was heard to the end.
    """
    silent = [report for report in live if report.status in {"failed", "skipped"}]
    if live and (answer.status == "offline" or len(silent) == len(live)):
        return _reasons(silent or live, titles)
    if is_answered(answer):
        return ""
    return _reasons([one for one in live if one.status == "failed" or one.late or one.reason], titles)


def _reasons(reports: Sequence[SourceReport], titles: Mapping[str, str]) -> str:
    told = (f"{titles.get(one.name, one.name)} {one.reason or 'was not heard in time'}" for one in reports)
    return "; ".join(told)[:LONGEST_REASON]


def _failed(reason: str) -> Asking:
    return Asking(outcome="failed", reason=reason[:LONGEST_REASON])


async def _settle(memory: Memory, claim: WatchClaim, asking: Asking, reached: bool = True) -> Asked:
    stored = await memory.watches.settle(claim, asking)
    log.info("watch %s: %s, %d changes", claim.watch.id, asking.outcome, len(asking.changes))
    return Asked(claim.watch, asking, stored is not None, reached)
