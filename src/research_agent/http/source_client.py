"""
How one source is asked: what is kept, then its limits, then the wire, and again when that can help.

This is the one layer that retries: GETs only, which all requests are; after a connection that failed or a status that
passes (429, 502, 503, 504); at most twice, after a random wait ("full jitter": Brooker, "Exponential Backoff And
Jitter", AWS, 2015), never before the service said, within the deadline, at most once in ten requests of the home.
"""

from __future__ import annotations

import errno
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from functools import partial

import aiohttp
from yarl import URL

from research_agent.errors import (
    HttpConnectionError,
    HttpLimitError,
    HttpStatusError,
    SourceError,
    SourceNotReadyError,
)
from research_agent.http.cache import GONE, GONE_SECONDS, Cache, Keeping, Kept, found_at, key_of, lifetime, validators
from research_agent.http.clock import Clock
from research_agent.http.rate_limits import Limits
from research_agent.http.response import Reply
from research_agent.http.throttle import Heard, Network

__all__ = ["Asking", "Turn"]

RETRIES = 2
FIRST_WAIT, LONGEST_WAIT = 0.5, 5.0  # seconds
PASSING = frozenset({429, 502, 503, 504})
BROKEN_OFF = frozenset({errno.ECONNRESET, errno.ECONNREFUSED, errno.ECONNABORTED, errno.EPIPE})
CLOCK_PUT_BACK = 60.0

Turn = Callable[[], AbstractAsyncContextManager[Heard]]
"""Stands before every request on the wire, redirects too; is told the status and the headers."""
Send = Callable[[Mapping[str, str], Turn, float], Awaitable[Reply]]
"""Sends it once, with these headers besides, until a moment (loop time); raises `SourceError`."""


class Asking:
    """
    One search of one source, until `until` (loop time); what is told of it afterwards is in its attributes.

    `oldest` is when the oldest stored answer it rests on was retrieved (wall seconds, None when all came from the
    service), `troubles` say why a stored one had to stand in. What was accepted is kept for later at `end`.
    """

    def __init__(
        self,
        name: str,
        limits: Limits,
        *,
        fresh: float,
        until: Callable[[], float],
        clock: Clock,
        network: Network | None,
        cache: Cache | None,
        offline: bool = False,
        reuse: bool = True,
    ) -> None:
        self.oldest: float | None = None
        self.troubles: list[str] = []
        self._name, self._limits, self._fresh, self._until = name, limits, fresh, until
        self._clock, self._network, self._cache = clock, network, cache
        self._offline, self._reuse = offline, reuse
        self._new: dict[bytes, Keeping] = {}
        self._accepted: list[Keeping] = []

    async def has_stored(self) -> bool:
        """Whether anything of this source is kept."""
        return self._cache is not None and await self._cache.has(self._name)

    def back_off(self, seconds: float) -> None:
        """The service asks for a pause: nothing is sent before it is over."""
        if self._network is not None and seconds > 0:
            self._network.rest(self._limits.pool or self._name, seconds)

    async def get(self, address: URL, headers: Mapping[str, str], send: Send) -> Reply:
        """The answer to a GET of `address`, stored or new. Raises `SourceError`."""
        key = key_of(str(address), headers)
        kept = await self._kept(key)
        if kept is not None and (self._offline or self._holds(kept)):
            return self._stored(kept, address)
        if self._offline:
            raise SourceNotReadyError("offline, nothing stored", hint="Leave out --offline.")
        try:
            reply = await self._send(address, {} if kept is None else validators(kept), send)
        except HttpStatusError as error:
            if error.status in GONE:
                self._new_one(key, address, _gone(error, address, self._clock.wall()), GONE_SECONDS)
                self._accept(key)
            if kept is None or (error.status < 500 and error.status != 429):
                raise
            return self._stored(kept, address, instead_of=error)
        except SourceError as error:
            if kept is None:
                raise
            return self._stored(kept, address, instead_of=error)
        if reply.status == 304 and kept is not None:
            return self._renewed(key, kept, reply, address)
        fresh = lifetime(reply.headers, self._fresh)
        if fresh is not None:
            self._new_one(key, address, reply, fresh)
        return replace(reply, key=key)

    def accept(self, reply: Reply) -> None:
        """The answer is what was asked for: JSON, text. Only such is kept."""
        self._accept(reply.key)

    def end(self, *, good: bool) -> None:
        """
        The search is over: keep what was accepted.

        Unless it was `good`, something in it may be an error with status 200: then it replaces nothing, and is asked
        for again, and stands in only when the network fails.
        """
        if self._cache is not None:
            kept = self._accepted if good else [item._replace(fresh=0.0) for item in self._accepted]
            self._cache.keep(kept, over=good)
        self._accepted = []

    # What is kept

    async def _kept(self, key: bytes) -> Kept | None:
        if self._cache is None or not self._reuse:
            return None
        return await self._cache.find(key, now=self._clock.wall())

    def _holds(self, kept: Kept) -> bool:
        now = self._clock.wall()
        return now < kept.fresh_until and kept.reply.retrieved <= now + CLOCK_PUT_BACK

    def _stored(self, kept: Kept, address: URL, *, instead_of: SourceError | None = None) -> Reply:
        """What was kept; a stored "no such page" is raised, as the service said it."""
        reply = kept.reply
        if reply.status in GONE:
            raise instead_of or HttpStatusError(
                f"did not accept the request (HTTP {reply.status})",
                status=reply.status,
                body=reply.data,
                hint=f"The request went to {address.host}.",
            )
        if instead_of is not None:
            self.troubles.append(instead_of.message)
        self.oldest = reply.retrieved if self.oldest is None else min(self.oldest, reply.retrieved)
        return replace(reply, url=found_at(reply.url, str(address)))

    def _renewed(self, key: bytes, kept: Kept, reply: Reply, address: URL) -> Reply:
        assert self._cache is not None
        self._cache.renew(key, now=reply.retrieved, fresh=lifetime(reply.headers, self._fresh) or 0.0)
        return replace(kept.reply, url=found_at(kept.reply.url, str(address)), retrieved=reply.retrieved, age=0.0)

    def _new_one(self, key: bytes, address: URL, reply: Reply, fresh: float) -> None:
        if self._cache is not None:
            self._new[key] = Keeping(key, self._name, str(address), reply, min(fresh, self._fresh))

    def _accept(self, key: bytes) -> None:
        if (item := self._new.pop(key, None)) is not None:
            self._accepted.append(item)

    # What is sent

    async def _send(self, address: URL, headers: Mapping[str, str], send: Send) -> Reply:
        host, until = f"{address.host}:{address.port}", self._until()
        reason: SourceError | None = None
        wait = None
        for attempt in range(1 + RETRIES):
            heard: list[Heard] = []
            try:
                return await send(headers, partial(self._turn, host, until, wait, heard), until)
            except HttpLimitError as error:
                raise reason or error from None
            except SourceError as error:
                reason = error
            wait = random.uniform(0.0, min(LONGEST_WAIT, FIRST_WAIT * 2**attempt))  # noqa: S311 - no secret
            pause = max((one.pause for one in heard), default=0.0)
            too_late = self._clock.now() + max(wait, pause) >= until
            if attempt == RETRIES or too_late or self._network is None or not _passes(reason):
                raise reason
        raise AssertionError("unreachable")

    @asynccontextmanager
    async def _turn(self, host: str, until: float, retry_in: float | None, heard: list[Heard]) -> AsyncIterator[Heard]:
        if self._network is None:
            yield Heard(self._limits, self._clock)
            return
        # Only the first request of another try is a retry; what it is redirected to is one more request.
        again = None if heard else retry_in
        async with self._network.turn(self._name, host, self._limits, until=until, retry_in=again) as told:
            heard.append(told)
            yield told


def _passes(error: SourceError) -> bool:
    """Whether the same request may well succeed in a moment."""
    if isinstance(error, HttpStatusError):
        return error.status in PASSING
    if not isinstance(error, HttpConnectionError):
        return False
    cause = error.__cause__ or error.__context__  # hidden where its text could tell a key
    return isinstance(cause, aiohttp.ServerDisconnectedError) or (
        isinstance(cause, OSError) and cause.errno in BROKEN_OFF
    )


def _gone(error: HttpStatusError, address: URL, now: float) -> Reply:
    return Reply(
        status=error.status,
        data=error.body,
        content_type="",
        charset=None,
        url=str(address),
        retrieved=now,
    )
