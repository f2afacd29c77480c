"""
Runs: questions being answered in the background, each with a log of events that clients follow and resume.

A run outlives the request that started it, but is cancelled soon after its last follower has left. All runs live in one
task group; shutdown waits until each has saved what it has.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from research_agent.engine import OpenEngine
from research_agent.errors import ResearchAgentError, known_error
from research_agent.events import Answered, Event, Saved
from research_agent.memory import Memory, check_session_id, new_session_id
from research_agent.messages import request_refusals
from research_agent.types import UNRESTRICTED, USUAL, Answer, AskOptions, Restriction
from research_agent.web.quotas import BusyError, RunLimits
from research_agent.web.serialization import error_fields
from research_agent.web.user_stores import UserStores, for_current_user, use_memory

__all__ = ["Begun", "Ended", "Run", "Runs"]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Begun(Event):
    """The first event of every run."""

    run: str
    session: str
    question: str


@dataclass(frozen=True, slots=True)
class Ended(Event):
    """The last event of every run. `turn` is 0 when nothing was saved; `error` is as in `ask --json`."""

    how: Literal["answered", "interrupted", "failed"]
    session: str
    turn: int
    error: Mapping[str, str] | None = None


@dataclass(kw_only=True)
class Run:
    """
    A question being answered, or answered lately. `answer` is set once it is on disk, `error` when there is none.

    It has no settings but `keep_unsupported`, the `restriction` of what is used, and `options`, which choose among the
    models and sources that the server has: a request cannot name a file to read or a place to connect to.
    """

    user: str
    session: str
    question: str
    limits: RunLimits
    keep_unsupported: bool = False
    restriction: Restriction = UNRESTRICTED
    options: AskOptions = USUAL
    id: str = field(default_factory=lambda: secrets.token_hex(16))
    created: int = field(default_factory=lambda: int(time.time()))
    events: list[Event] = field(default_factory=list)
    answer: Answer | None = None
    error: ResearchAgentError | None = None
    ended: Ended | None = None
    task: asyncio.Task[None] | None = field(default=None, repr=False)
    _changed: asyncio.Event = field(default_factory=asyncio.Event, repr=False)
    _followers: int = 0
    _stop_timer: asyncio.TimerHandle | None = field(default=None, repr=False)
    _stopped: bool = False

    def publish(self, event: Event) -> None:
        """Append an event and wake the followers."""
        self.events.append(event)
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    async def follow(self, after: int = 0, *, heartbeat: float | None = None) -> AsyncGenerator[Event | None, None]:
        """
        The events after number `after`, as they come, up to `Ended`; None after each `heartbeat` seconds of silence.

        When the last follower has left and none returns within `limits.grace`, the run is cancelled.
        """
        self._followers += 1
        self._cancel_stop_timer()
        try:
            number = after
            while True:
                changed = self._changed
                while number < len(self.events):
                    number += 1
                    yield self.events[number - 1]
                if self.ended is not None:
                    return
                try:
                    async with asyncio.timeout(heartbeat):
                        await changed.wait()
                except TimeoutError:
                    yield None
        finally:
            self._followers -= 1
            if not self._followers:
                self.start_stop_timer()

    async def wait(self) -> None:
        """Wait for the last event, as a follower."""
        async for _ in self.follow():
            pass

    def result(self) -> Answer:
        """The answer, or what was saved of an interrupted one. Raises the error of the run when there is none."""
        if self.answer is not None:
            return self.answer
        raise self.error or BusyError(request_refusals.STOPPED_EARLY(), hint=request_refusals.ASK_AGAIN())

    def start_stop_timer(self) -> None:
        """Cancel the run unless a follower comes within `limits.grace`."""
        self._cancel_stop_timer()
        if self.ended is None:
            self._stop_timer = asyncio.get_running_loop().call_later(self.limits.grace, self.cancel)

    def cancel(self) -> None:
        """Cancel the run, once: a second cancellation would interrupt the saving of what was written."""
        if self.task is not None and self.ended is None and not self._stopped:
            self._stopped = True
            self.task.cancel()

    def end(self, how: Literal["answered", "interrupted", "failed"], error: Mapping[str, str] | None = None) -> None:
        """Publish the last event."""
        self._cancel_stop_timer()
        turn = next((event.turn for event in reversed(self.events) if isinstance(event, Saved)), 0)
        self.ended = Ended(how, self.session, turn, error)
        self.publish(self.ended)

    def _cancel_stop_timer(self) -> None:
        if self._stop_timer is not None:
            self._stop_timer.cancel()
            self._stop_timer = None


class Runs:
    """The runs of one server, tasks of `group`; `engine` waits for the research function and its runtime."""

    def __init__(
        self,
        *,
        group: asyncio.TaskGroup,
        stores: UserStores,
        engine: Callable[[], Awaitable[OpenEngine]],
        limits: RunLimits,
    ) -> None:
        self._group, self._stores, self._engine, self._limits = group, stores, engine, limits
        self._runs: dict[str, Run] = {}
        self._stopping = False
        self.on_start: Callable[[], None] = lambda: None
        self.finished: dict[str, int] = {"answered": 0, "interrupted": 0, "failed": 0}

    @property
    def active(self) -> list[Run]:
        """The runs that have not ended."""
        return [run for run in self._runs.values() if run.ended is None]

    async def start(
        self,
        user: str,
        question: str,
        session: str | None = None,
        *,
        keep_unsupported: bool = False,
        restriction: Restriction = UNRESTRICTED,
        options: AskOptions = USUAL,
        run_id: str | None = None,
    ) -> Run:
        """
        Start a run; it is cancelled unless somebody follows it. `run_id` is a new one, 32 hexadecimal digits.

        Raises `UsageError` for an invalid session id, `BusyError` when too many questions are being answered.
        """
        name = check_session_id(session) if session is not None else new_session_id()
        memory = await self._stores.memory(user)
        self._check_limits(user)
        run = Run(
            user=user, session=name, question=question, limits=self._limits, keep_unsupported=keep_unsupported,
            restriction=restriction, options=options, id=run_id or secrets.token_hex(16),
        )  # fmt: skip
        self._runs[run.id] = run
        self.on_start()
        run.publish(Begun(run.id, name, question))
        run.task = self._group.create_task(self._work(run, memory), name=f"run {run.id}")
        run.start_stop_timer()
        return run

    def get(self, user: str, run_id: str) -> Run | None:
        """The run with that id, if it is this user's."""
        run = self._runs.get(run_id)
        return run if run is not None and run.user == user else None

    async def shutdown(self) -> None:
        """Refuse new runs, cancel all, and wait until each has saved what it has."""
        self._stopping = True
        tasks = {run.task for run in self.active if run.task is not None}
        for run in self.active:
            run.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=self._limits.shutdown)

    def _check_limits(self, user: str) -> None:
        if self._stopping:
            raise BusyError(request_refusals.STOPPING(), hint=request_refusals.START_AGAIN(), stopping=True)
        active = self.active
        if len(active) >= self._limits.total:
            raise BusyError(
                request_refusals.QUESTIONS_ACTIVE(n=len(active)), hint=request_refusals.ASK_LATER(), seconds=5.0
            )
        if sum(run.user == user for run in active) >= self._limits.per_user:
            raise BusyError(
                request_refusals.YOURS_ACTIVE(n=self._limits.per_user),
                hint=request_refusals.WAIT_OR_STOP(),
                seconds=5.0,
            )

    async def _work(self, run: Run, memory: Memory) -> None:
        try:
            with use_memory(memory, user=run.user):
                research, runtime = await self._engine()
                run.answer = await research(
                    run.question,
                    session=run.session,
                    runtime=for_current_user(runtime),
                    on_event=run.publish,
                    keep_unsupported=run.keep_unsupported,
                    restriction=run.restriction,
                    options=run.options,
                )
            run.end("answered")
        except asyncio.CancelledError:
            run.answer = await _stored_answer(run, memory)
            run.end("interrupted")
        except Exception as error:  # noqa: BLE001 - reported to the client and the log; other runs go on
            self._fail(run, error)
        self.finished[run.ended.how if run.ended else "failed"] += 1
        asyncio.get_running_loop().call_later(self._limits.retention, self._forget, run.id)
        for old in [one.id for one in self._runs.values() if one.ended is not None][: -self._limits.retained]:
            self._forget(old)

    def _fail(self, run: Run, error: Exception) -> None:
        known = known_error(error)
        run.error = known or ResearchAgentError(request_refusals.ANSWER_FAILED(), hint=request_refusals.SEE_LOG())
        if known is None:
            log.error("A question failed.", exc_info=error)
        run.end("failed", {**error_fields(run.error), **({} if known else {"type": "InternalError"})})

    def _forget(self, run_id: str) -> None:
        self._runs.pop(run_id, None)


async def _stored_answer(run: Run, memory: Memory) -> Answer | None:
    """The answer that was stored of a stopped run, if any; a store that fails now has said so before."""
    from research_agent.pipeline.persistence import stored_answer  # not at the top: the server is up before the engine

    try:
        return await stored_answer(run.events, memory)
    except ResearchAgentError as error:
        log.warning("A stopped turn cannot be read back: %s", error.message)
        return next((event.answer for event in reversed(run.events) if isinstance(event, Answered)), None)
