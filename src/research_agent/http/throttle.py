"""
The turnstile before every request to a source: limits, pauses and breakers of the ledger, awaited.

A request that must wait sleeps until its time. One that waits for a slot is woken by the one that leaves it, and looks
now and then for slots that other processes have left.
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
from typing import TYPE_CHECKING, TypeVar

import aiohttp

from research_agent.errors import HttpLimitError
from research_agent.http.clock import Clock
from research_agent.http.rate_limit_store import BREAK_AFTER, FILE, SCHEMA, SLACK, VERSION, Ask, Ledger, Verdict
from research_agent.http.rate_limits import Limits, asked_to_wait
from research_agent.http.sqlite_file import Owner, open_file, open_in_memory
from research_agent.text.humanize import duration

if TYPE_CHECKING:
    import apsw

__all__ = ["Heard", "Network"]

R = TypeVar("R")

LOOK_AGAIN = (0.02, 0.2)  # seconds: the first and the longest wait for another process's slot
A_FAIR_CHANCE = 1.0  # seconds without an answer that are held against a service


class Heard:
    """What the service said to one request, as far as it tells how to go on with it."""

    def __init__(self, limits: Limits, clock: Clock) -> None:
        self._limits, self._clock = limits, clock
        self.answered: bool | None = None
        self.pause = 0.0

    def status(self, status: int, headers: Mapping[str, str]) -> None:
        """The status line and the headers came."""
        self.pause = asked_to_wait(status, headers, self._limits, wall=self._clock.wall())
        self.answered = status < 500 and status != 429


class Network:
    """
    The way out for all sources of one run, shared through a file with all others of the home.

    When the file cannot be written the limits hold within this process, and `notices` says so.
    """

    def __init__(self, home: Path, *, clock: Clock) -> None:
        self.notices: list[str] = []
        self._path, self._clock = home / FILE, clock
        self._owner = Owner(self._open, name="network")
        self._waiting: dict[str, deque[asyncio.Future[None]]] = defaultdict(deque)

    @asynccontextmanager
    async def turn(
        self, source: str, host: str, limits: Limits, *, until: float, retry_in: float | None = None
    ) -> AsyncIterator[Heard]:
        """
        Wait until a request may be sent, at most until `until` (loop time); the block sends it and reads the answer.

        The same request is tried again `retry_in` seconds from now at the earliest; None: it was not tried before.

        Raises `HttpLimitError` at once when its time would come too late, or the source is broken.
        """
        ask = Ask(
            source=source,
            host=host,
            limits=limits,
            ticket=secrets.randbits(62),
            retry=retry_in is not None,
            after=0.0 if retry_in is None else self._clock.wall() + retry_in,
        )
        heard, began = Heard(limits, self._clock), None
        try:
            await self._enter(ask, until)
            began = self._clock.now()
            yield heard
        except BaseException as error:
            if began is not None and self._is_its_fault(error, began, until):
                heard.answered = False
            raise
        finally:
            left = self._leave(ask, heard)
            if heard.pause:  # on the disk before anybody hears of it, and asks
                await asyncio.shield(asyncio.wrap_future(left))

    def rest(self, key: str, seconds: float) -> None:
        """Send nothing of the pool or source called `key` for so long."""
        self._owner.later(self._safely(lambda book: book.rest(key, seconds=seconds)))

    async def close(self) -> None:
        """Write what is to be written, and close the file."""
        await self._owner.close(lambda book: book.close())

    async def _enter(self, ask: Ask, until: float) -> None:
        look_again = LOOK_AGAIN[0]
        while True:
            left = until - self._clock.now()
            enter = partial(Ledger.enter, ask=ask, until=self._clock.wall() + left)
            verdict = await self._owner.run(self._safely(enter))
            if verdict.kind == "go":
                if not ask.limits.spacing or self._clock.wall() - verdict.at <= SLACK:
                    return
                self._leave(ask, Heard(ask.limits, self._clock))  # this machine was busy: too late for that start
            elif verdict.kind == "no" or left <= 0:
                raise _refusal(verdict)
            elif verdict.why == "slot":
                await self._until_left(ask.pool, min(look_again, left))
                look_again = min(2 * look_again, LOOK_AGAIN[1])
            else:
                await self._clock.sleep(verdict.seconds)

    async def _until_left(self, pool: str, seconds: float) -> None:
        left: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting[pool].append(left)
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await left
        finally:
            if left in self._waiting[pool]:
                self._waiting[pool].remove(left)
            elif left.cancelled():
                self._wake(pool)  # it was woken in the moment it gave up: the next one takes its place

    def _leave(self, ask: Ask, heard: Heard) -> Future[object]:
        leave = partial(Ledger.leave, ask=ask, answered=heard.answered, pause=heard.pause)
        left = self._owner.later(self._safely(leave))
        self._wake(ask.pool)
        return left

    def _wake(self, pool: str) -> None:
        waiting = self._waiting[pool]
        while waiting:
            first = waiting.popleft()
            if not first.done():
                first.set_result(None)
                return

    def _is_its_fault(self, error: BaseException, began: float, until: float) -> bool:
        """Whether the connection failed, or its deadline came; what we refuse to read is no failure of the service."""
        if isinstance(error, asyncio.CancelledError | TimeoutError):
            now = self._clock.now()
            return now >= until and now - began >= A_FAIR_CHANCE
        return isinstance(error, aiohttp.ClientError | OSError)

    # In the thread

    def _open(self) -> Ledger:
        import apsw

        try:
            return Ledger(open_file(self._path, SCHEMA, version=VERSION), self._clock.wall)
        except (OSError, apsw.Error) as error:
            return Ledger(self._alone(error), self._clock.wall)

    def _safely(self, do: Callable[[Ledger], R]) -> Callable[[Ledger], R]:
        """The same; a file that fails meanwhile is left, once and for all."""

        def done(book: Ledger) -> R:
            import apsw

            try:
                return do(book)
            except apsw.Error as error:
                book.move_to(self._alone(error))
                return do(book)

        return done

    def _alone(self, error: Exception) -> apsw.Connection:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        self.notices.append(
            f"How often services are asked is held to within this program only: {self._path} cannot be used ({reason})."
        )
        return open_in_memory(SCHEMA)


def _refusal(verdict: Verdict) -> HttpLimitError:
    if verdict.why == "broken":
        when = f"; the next try is in {duration(verdict.seconds)}" if verdict.seconds else "; one request tries it now"
        return HttpLimitError(f"was not asked: it failed {BREAK_AFTER} times{when}", seconds=verdict.seconds)
    if verdict.why == "limit":
        message = f"was not asked: its limit allows the next request in {duration(verdict.seconds)}"
        return HttpLimitError(message, seconds=verdict.seconds, hint="Ask again then, or ask other sources.")
    return HttpLimitError("was not asked: as many requests as it allows at once were under way", seconds=0.0)
