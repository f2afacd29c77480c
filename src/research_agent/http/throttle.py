"""
Rate limiter in front of every request to a source: awaits the limits, pauses and circuit breakers of the shared store.

A request that must wait sleeps until its time; it is woken when one before it turns out not to have left this machine.
One that waits for a slot is woken by the one that releases it, and polls for slots that other processes have released.
"""

from __future__ import annotations

import asyncio
import secrets
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import Future
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TypeVar

import aiohttp

from research_agent.errors import HttpLimitError
from research_agent.http.clock import Clock
from research_agent.http.rate_limit_store import (
    BREAK_AFTER,
    FILE,
    SCHEMA,
    SLACK,
    VERSION,
    Decision,
    Permit,
    RateLimitStore,
)
from research_agent.http.rate_limits import Limits, requested_pause
from research_agent.http.sqlite_file import SharedFile
from research_agent.messages import failures
from research_agent.text.humanize import duration

__all__ = ["ResponseSignal", "Throttle"]

R = TypeVar("R")

POLL = (0.02, 0.2)  # seconds: the first and the longest wait for another process's slot
A_FAIR_CHANCE = 1.0  # seconds without an answer that count as a failure of the service


class ResponseSignal:
    """
    What a response says of the service: `answered` (None until then, False: failed), `pause` in seconds.

    `unsent`: there was none, since no request could be sent.
    """

    def __init__(self, limits: Limits, clock: Clock) -> None:
        self._limits, self._clock = limits, clock
        self.answered: bool | None = None
        self.pause = 0.0
        self.unsent = False

    def status(self, status: int, headers: Mapping[str, str]) -> None:
        """Take in the status and the headers of the response."""
        self.pause = requested_pause(status, headers, self._limits, wall=self._clock.wall())
        self.answered = status < 500 and status != 429


class Throttle:
    """Rate limiter of one run for all sources. `notices` says when the limits hold within this process only."""

    def __init__(self, home: Path, *, clock: Clock) -> None:
        self.notices: list[str] = []
        self._path, self._clock = home / FILE, clock
        self._file = SharedFile(self._path, SCHEMA, version=VERSION, name="network", on_failure=self._note)
        self._waiting: dict[str, deque[asyncio.Future[None]]] = defaultdict(deque)
        self._refunds: dict[str, asyncio.Future[None]] = {}

    @asynccontextmanager
    async def admit(
        self, source: str, host: str, limits: Limits, *, until: float, retry_in: float | None = None
    ) -> AsyncIterator[ResponseSignal]:
        """
        Wait until a request may be sent, at most until `until` (loop time); the block sends it and reads the response.

        A retry is sent in `retry_in` seconds at the earliest; None is a first try. Raises `HttpLimitError` at once when
        its time would come too late, or the circuit breaker is open.
        """
        permit = Permit(
            source=source,
            host=host,
            limits=limits,
            ticket=secrets.randbits(62),
            retry=retry_in is not None,
            after=0.0 if retry_in is None else self._clock.wall() + retry_in,
        )
        signal, began = ResponseSignal(limits, self._clock), None
        try:
            await self._acquire(permit, until)
            began = self._clock.now()
            yield signal
        except BaseException as error:
            if began is not None and self._is_its_fault(error, began, until):
                signal.answered = False
            signal.unsent = isinstance(error, aiohttp.ClientConnectorDNSError)
            raise
        finally:
            released = self._release(permit, signal)
            if signal.pause:  # on the disk before the caller goes on, and sends more
                await asyncio.shield(asyncio.wrap_future(released))

    def pause(self, key: str, seconds: float) -> None:
        """Send nothing of the pool or source called `key` for `seconds`."""
        self._file.later(self._safely(lambda store: store.pause(key, seconds=seconds)))

    async def close(self) -> None:
        """Write what is pending, and close the file."""
        await self._file.close()

    async def _acquire(self, permit: Permit, until: float) -> None:
        poll = POLL[0]
        while True:
            left = until - self._clock.now()
            acquire = partial(RateLimitStore.acquire, permit=permit, until=self._clock.wall() + left)
            decision = await self._file.run(self._safely(acquire))
            if decision.kind == "go":
                if not permit.limits.spacing or self._clock.wall() - decision.at <= SLACK:
                    return
                self._release(permit, ResponseSignal(permit.limits, self._clock))  # this machine was busy: too late
            elif decision.kind == "no" or left <= 0:
                raise _refusal(decision)
            elif decision.why == "slot":
                await self._wait_for_slot(permit.slots, min(poll, left))
                poll = min(2 * poll, POLL[1])
            else:
                await self._clock.sleep(decision.seconds, self._refund_of(permit.pool))

    def _refund_of(self, pool: str) -> asyncio.Future[None]:
        """What is done when the next request of a pool is taken back: the limits then allow another one sooner."""
        if pool not in self._refunds:
            self._refunds[pool] = asyncio.get_running_loop().create_future()
        return self._refunds[pool]

    async def _wait_for_slot(self, slots: str, seconds: float) -> None:
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting[slots].append(waiter)
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await waiter
        finally:
            if waiter in self._waiting[slots]:
                self._waiting[slots].remove(waiter)
            elif waiter.cancelled():
                self._wake(slots)  # it was woken in the moment it gave up: the next one takes its place

    def _release(self, permit: Permit, signal: ResponseSignal) -> Future[object]:
        release = partial(
            RateLimitStore.release,
            permit=permit,
            answered=signal.answered,
            pause=signal.pause,
            unsent=signal.unsent,
        )
        released = self._file.later(self._safely(release))
        self._wake(permit.slots)
        if signal.unsent and (refund := self._refunds.pop(permit.pool, None)) is not None:
            refund.set_result(None)
        return released

    def _wake(self, slots: str) -> None:
        waiting = self._waiting[slots]
        while waiting:
            first = waiting.popleft()
            if not first.done():
                first.set_result(None)
                return

    def _is_its_fault(self, error: BaseException, began: float, until: float) -> bool:
        """Whether the connection failed or timed out; what we refuse to read is no failure of the service."""
        if isinstance(error, asyncio.CancelledError | TimeoutError):
            now = self._clock.now()
            return now >= until and now - began >= A_FAIR_CHANCE
        return isinstance(error, aiohttp.ClientError | OSError)

    # In the thread

    def _safely(self, do: Callable[[RateLimitStore], R]) -> Callable[[], R]:
        """`do`; when the file fails, this process goes on alone in memory for good."""

        def guarded() -> R:
            import apsw

            try:
                return do(RateLimitStore(self._file.db, self._clock.wall))
            except apsw.Error as error:
                self._file.go_on_in_memory(error)
                return do(RateLimitStore(self._file.db, self._clock.wall))

        return guarded

    def _note(self, error: Exception) -> None:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        self.notices.append(failures.LIMITS_IN_MEMORY(path=self._path, reason=reason))


def _refusal(decision: Decision) -> HttpLimitError:
    if decision.why == "broken":
        if not decision.seconds:
            return HttpLimitError(failures.PAUSED_TRYING(failures=BREAK_AFTER), seconds=0.0)
        message = failures.PAUSED(failures=BREAK_AFTER, duration=duration(decision.seconds))
        return HttpLimitError(message, seconds=decision.seconds)
    if decision.why == "limit":
        message = failures.LIMIT_REACHED(duration=duration(decision.seconds))
        return HttpLimitError(message, seconds=decision.seconds, hint=failures.ASK_AGAIN())
    return HttpLimitError(failures.BUSY(), seconds=0.0)
