"""
HTTP client of one source: the cache first, then rate limits, then the network, with retries.

This is the one layer that retries: GETs, and searches that are posted, which change nothing either; after a connection
that failed or a transient status (429, 502, 503, 504); at most twice, after a random wait ("full jitter": Brooker,
"Exponential Backoff And Jitter", AWS, 2015), never before `Retry-After`, within the deadline, at most once in ten
requests of the home.
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
from research_agent.http.cache import (
    GONE,
    GONE_SECONDS,
    Cache,
    CacheEntry,
    NewEntry,
    key_of,
    lifetime,
    response_url,
    validators,
)
from research_agent.http.clock import Clock
from research_agent.http.rate_limits import Limits
from research_agent.http.request_budget import RequestBudget
from research_agent.http.response import Response
from research_agent.http.throttle import ResponseSignal, Throttle
from research_agent.messages import failures

__all__ = ["Admit", "Send", "SourceClient"]

RETRIES = 2
FIRST_WAIT, LONGEST_WAIT = 0.5, 5.0  # seconds
TRANSIENT = frozenset({429, 502, 503, 504})
CONNECTION_LOST = frozenset({errno.ECONNRESET, errno.ECONNREFUSED, errno.ECONNABORTED, errno.EPIPE})
CLOCK_PUT_BACK = 60.0

Admit = Callable[[], AbstractAsyncContextManager[ResponseSignal]]
"""Entered before every request on the wire, redirects too; its signal is given the status and the headers."""
Send = Callable[[Mapping[str, str], Admit, float], Awaitable[Response]]
"""Sends the request once, with additional headers, until a deadline (loop time). Raises `SourceError`."""


class SourceClient:
    """
    The client for one search of one source, until `until` (loop time).

    `oldest` is when the oldest cached response it used was retrieved (wall seconds, None when all came from the
    service), `troubles` are the errors that a stale one stood in for, `sent` the requests that left this machine, as
    text, `admitted` is when the last was let through (clock seconds, None before). Accepted responses are stored at
    `end`, unless `fresh` is negative: the terms of some services forbid it. `ends` gives the deadline, `budget` counts
    what is sent.
    """

    def __init__(
        self,
        name: str,
        limits: Limits,
        *,
        fresh: float,
        until: Callable[[], float],
        clock: Clock,
        throttle: Throttle,
        cache: Cache | None,
        offline: bool = False,
        reuse: bool = True,
        budget: RequestBudget | None = None,
        retry: bool = True,
    ) -> None:
        self.oldest: float | None = None
        self.admitted: float | None = None
        self.troubles: list[str] = []
        self.sent: list[str] = []
        self.ends, self.budget = until, budget
        self._name, self._limits, self._fresh = name, limits, fresh
        self._clock, self._throttle, self._cache = clock, throttle, cache
        self._offline, self.reuse, self._retries = offline, reuse, RETRIES if retry else 0
        self._new: dict[bytes, NewEntry] = {}
        self._accepted: list[NewEntry] = []

    async def has_stored(self) -> bool:
        """Whether anything of this source is cached."""
        return self._cache is not None and await self._cache.has(self._name)

    async def has_fresh(self, address: URL) -> bool:
        """Whether a fresh response to a GET of `address` without headers is cached."""
        if self._cache is None or not self.reuse:
            return False
        entry = await self._cache.find(key_of(str(address), {}), now=self._clock.wall())
        return entry is not None and (self._offline or self._is_fresh(entry))

    def back_off(self, seconds: float) -> None:
        """Pause this source for `seconds`, as the service wants it."""
        if seconds > 0:
            self._throttle.pause(self._limits.pool or self._name, seconds)

    async def get(self, address: URL, headers: Mapping[str, str], send: Send, posted: str = "") -> Response:
        """The response to a GET of `address`, or to a POST of `posted`, cached or new. Raises `SourceError`."""
        key = key_of(str(address), headers, posted)
        cache = self._cache if self.reuse else None
        entry = None if cache is None else await cache.find(key, now=self._clock.wall())
        if entry is not None and (self._offline or self._is_fresh(entry)):
            return self._from_cache(entry, address)
        if self._offline:
            raise SourceNotReadyError(failures.NOTHING_STORED(), hint=failures.LEAVE_OUT_OFFLINE())
        try:
            response = await self._send(address, {} if entry is None else validators(entry), send)
        except SourceError as error:
            if isinstance(error, HttpStatusError) and error.status in GONE:
                gone = Response(
                    status=error.status, data=error.body, content_type="", charset=None, url=str(address),
                    retrieved=self._clock.wall(),
                )  # fmt: skip
                self.accept(self._add(key, address, gone, GONE_SECONDS))
            is_refusal = isinstance(error, HttpStatusError) and error.status < 500 and error.status != 429
            if entry is None or is_refusal:
                raise
            return self._from_cache(entry, address, instead_of=error)
        if response.status == 304 and entry is not None:
            return self._renewed(key, entry, response, address)
        fresh = lifetime(response.headers, self._fresh) if self._fresh >= 0 else None
        return response if fresh is None else self._add(key, address, response, fresh)

    def accept(self, response: Response) -> None:
        """Mark a response as usable (it is the JSON or the text expected). Only such are stored."""
        if (entry := self._new.pop(response.key, None)) is not None:
            self._accepted.append(entry)

    def end(self, *, good: bool) -> None:
        """
        End the search: store what was accepted.

        Unless it was `good`, something in it may be an error with status 200: then it replaces no entry and is stale
        at once, a fallback for when the network fails.
        """
        if self._cache is not None:
            entries = self._accepted if good else [entry._replace(fresh=0.0) for entry in self._accepted]
            self._cache.store(entries, overwrite=good)
        self._accepted = []

    # The cache

    def _is_fresh(self, entry: CacheEntry) -> bool:
        now = self._clock.wall()
        return now < entry.fresh_until and entry.response.retrieved <= now + CLOCK_PUT_BACK

    def _from_cache(self, entry: CacheEntry, address: URL, *, instead_of: SourceError | None = None) -> Response:
        """The cached response. Raises `HttpStatusError` for a cached "no such page", as the service had it."""
        response = entry.response
        if response.status in GONE:
            raise instead_of or HttpStatusError(
                failures.REJECTED(status=response.status),
                status=response.status,
                body=response.data,
                hint=failures.WENT_TO(host=address.host),
            )
        if instead_of is not None:
            self.troubles.append(instead_of.message)
        self.oldest = response.retrieved if self.oldest is None else min(self.oldest, response.retrieved)
        return replace(response, url=response_url(response.url, str(address)))

    def _renewed(self, key: bytes, entry: CacheEntry, not_modified: Response, address: URL) -> Response:
        assert self._cache is not None
        now, response = not_modified.retrieved, entry.response
        self._cache.renew(key, now=now, fresh=lifetime(not_modified.headers, self._fresh) or 0.0)
        return replace(response, url=response_url(response.url, str(address)), retrieved=now)

    def _add(self, key: bytes, address: URL, response: Response, fresh: float) -> Response:
        """The response, which will be stored once it is accepted."""
        if self._cache is not None:
            self._new[key] = NewEntry(key, self._name, str(address), response, min(fresh, self._fresh))
        return replace(response, key=key)

    # The network

    async def _send(self, address: URL, headers: Mapping[str, str], send: Send) -> Response:
        host, until = f"{address.host}:{address.port}", self.ends()
        reason: SourceError | None = None
        wait = None
        for attempt in range(1 + self._retries):
            signals: list[ResponseSignal] = []
            try:
                return await send(headers, partial(self._admit, host, until, wait, signals), until)
            except HttpLimitError as error:
                raise reason or error from None
            except SourceError as error:
                reason = error
            wait = random.uniform(0.0, min(LONGEST_WAIT, FIRST_WAIT * 2**attempt))  # noqa: S311 - no secret
            pause = max((signal.pause for signal in signals), default=0.0)
            too_late = self._clock.now() + max(wait, pause) >= until
            if attempt == self._retries or too_late or not _is_transient(reason):
                raise reason
        raise AssertionError("unreachable")

    @asynccontextmanager
    async def _admit(
        self, host: str, until: float, retry_in: float | None, signals: list[ResponseSignal]
    ) -> AsyncIterator[ResponseSignal]:
        # Only the first request of another try is a retry; a redirect is one more request.
        again = None if signals else retry_in
        async with self._throttle.admit(self._name, host, self._limits, until=until, retry_in=again) as signal:
            signals.append(signal)
            if self.budget is not None:
                self.budget.spend()
            self.admitted = self._clock.now()
            yield signal


def _is_transient(error: SourceError) -> bool:
    """Whether the same request may well succeed in a moment."""
    if isinstance(error, HttpStatusError):
        return error.status in TRANSIENT
    if not isinstance(error, HttpConnectionError):
        return False
    cause = error.__cause__ or error.__context__  # hidden where its text could show a key
    return isinstance(cause, aiohttp.ServerDisconnectedError) or (
        isinstance(cause, OSError) and cause.errno in CONNECTION_LOST
    )
