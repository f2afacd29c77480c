"""One request: the guard, the wire, redirects, the caps, and what is wrong with an answer in plain words."""

from __future__ import annotations

import asyncio
import copy
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, nullcontext, suppress
from typing import Any

import aiohttp
from yarl import URL

from research_agent.errors import BodyError, SourceError
from research_agent.http.body import Body, body_of, text_of, unless_in_the_way, what_is_wrong
from research_agent.http.cache import Cache
from research_agent.http.clock import Clock
from research_agent.http.errors import status_error, translate
from research_agent.http.proxies import Proxies
from research_agent.http.rate_limits import Limits
from research_agent.http.redirects import Follow, address_of, follow, headers_for, without_login
from research_agent.http.response import Reply
from research_agent.http.source_client import Asking, Turn
from research_agent.http.ssrf import Guard
from research_agent.http.throttle import Heard, Network

__all__ = ["BODY_LIMIT", "MAX_REDIRECTS", "Client"]

BODY_LIMIT = 8 * 1024 * 1024
"""Bytes of one body, as sent and as unpacked."""

MAX_REDIRECTS = 5
REDIRECTS = frozenset({301, 302, 303, 307, 308})
PACKINGS = frozenset({"", "identity", "gzip", "x-gzip", "deflate", "br", "zstd"})

ERROR_BODY = 64 * 1024  # bytes kept of what came with a status that is no answer
ERROR_SECONDS = 2.0

# A request ends a little before the stage does, so that what its sibling brought can still be handed over.
SHARE_OF_DEADLINE = 0.9

# Wikimedia asks for at most three requests at once, over all its sites together.
WIKIMEDIA_AT_ONCE = 3
WIKIMEDIA = (".wikipedia.org", ".wikimedia.org", ".wikidata.org", ".wiktionary.org", ".wikibooks.org")

HOW_KEPT = ("Cache-Control", "ETag", "Last-Modified")
CONDITIONS = frozenset({"If-None-Match", "If-Modified-Since"})

Params = Mapping[str, str | int]
Headers = Mapping[str, str]


class Client:
    """
    Gets JSON, text and bytes over HTTP, within limits; made by `open_client`.

    `timeout` is the user's deadline in seconds, which is what messages say; a request ends a little before it.
    `guard` says where a request may go. Every failure is a `SourceError`; no aiohttp exception comes out. Through `of`
    it is one source's: within that source's limits, with what is stored of it, and with retries. Without, each request
    is sent once, at once. `secret_params` go into the query like `params`, and nowhere else: no message, no file and no
    other host gets them.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        *,
        timeout: float,
        body_limit: int = BODY_LIMIT,
        sequential: bool = False,
        offline: bool = False,
        guard: Guard | None = None,
        proxies: Proxies | None = None,
        network: Network | None = None,
        cache: Cache | None = None,
        clock: Clock | None = None,
        reuse: bool = True,
    ) -> None:
        self._session = session
        self._guard = guard or Guard()
        self._proxies = proxies
        self._timeout = timeout
        self._body_limit = body_limit
        self._one_at_a_time = asyncio.Semaphore(1) if sequential else nullcontext()
        self._wikimedia = asyncio.Semaphore(WIKIMEDIA_AT_ONCE)
        self._offline = offline
        self._network, self._cache, self._clock, self._reuse = network, cache, clock or Clock(), reuse
        self.asking: Asking | None = None
        """How the source is asked whose client this is; None for the client of a run."""

    @property
    def notices(self) -> tuple[str, ...]:
        """What the user should know of this run's network."""
        return tuple(self._network.notices) if self._network is not None else ()

    def of(self, name: str, limits: Limits, *, fresh: float, until: float | None = None, reuse: bool = True) -> Client:
        """
        The same client for one search of the source `name`.

        What is stored is as good as new for `fresh` seconds. `until` is the deadline in loop time, else every request
        has its own. Without `reuse` nothing stored is used.
        """
        client = copy.copy(self)
        client.asking = Asking(
            name,
            limits,
            fresh=fresh,
            until=lambda: self._ends(until),
            clock=self._clock,
            network=self._network,
            cache=self._cache,
            offline=self._offline,
            reuse=reuse and self._reuse,
        )
        return client

    def back_off(self, seconds: float) -> None:
        """A body asked for a pause: nothing is sent to this source, by any process of this home, before it is over."""
        if self.asking is not None:
            self.asking.back_off(seconds)

    async def get_json(
        self,
        url: str,
        *,
        params: Params | None = None,
        headers: Headers | None = None,
        secret_params: Params | None = None,
    ) -> Any:
        """
        The parsed JSON at `url`. `params` are added to its query, percent-encoded.

        Raises `HttpStatusError` for a status of 400 or more, `BodyError` for what is not whole, valid JSON,
        `AddressError`, `HttpLimitError`, `HttpTimeoutError` and `HttpConnectionError`.
        """
        reply = await self._get(url, params, headers, secret_params)
        try:
            found = json.loads(reply.data)
        except (ValueError, RecursionError) as error:
            raise BodyError(what_is_wrong(body_of(reply)), hint=_hint(reply.url)) from error
        self._accept(reply)
        return found

    async def get_text(
        self,
        url: str,
        *,
        params: Params | None = None,
        headers: Headers | None = None,
        secret_params: Params | None = None,
    ) -> str:
        """The text at `url`, in the charset it names, else UTF-8. Raises like `get_bytes`."""
        reply = await self._get(url, params, headers, secret_params)
        text = text_of(unless_in_the_way(body_of(reply), hint=_hint(reply.url)), hint=_hint(reply.url))
        self._accept(reply)
        return text

    async def get_bytes(
        self,
        url: str,
        *,
        params: Params | None = None,
        headers: Headers | None = None,
        secret_params: Params | None = None,
        follow: Follow = "same host",
    ) -> Body:
        """
        The body at `url`, unpacked. With `follow="anywhere"` redirects to other public hosts are followed too.

        Raises like `get_json`; `BodyError` also for a page that wants to see a human or a consent.
        """
        reply = await self._get(url, params, headers, secret_params, follow)
        body = unless_in_the_way(body_of(reply), hint=_hint(reply.url))
        self._accept(reply)
        return body

    def _accept(self, reply: Reply) -> None:
        """It is what was asked for; only such is stored."""
        if self.asking is not None:
            self.asking.accept(reply)

    def _ends(self, until: float | None) -> float:
        """When a request must be over, in loop time."""
        if until is None:
            return self._clock.now() + self._timeout * SHARE_OF_DEADLINE
        return until - self._timeout * (1 - SHARE_OF_DEADLINE)

    async def _get(
        self,
        url: str,
        params: Params | None,
        headers: Headers | None,
        secret: Params | None = None,
        way: Follow = "same host",
    ) -> Reply:
        try:
            address = address_of(url, params)
            asked = address_of(str(address), secret) if secret else address
        except aiohttp.InvalidURL as error:
            raise translate(error, url, timeout=self._timeout) from error

        async def send(more: Headers, turn: Turn, until: float) -> Reply:
            try:
                # Not `timeout_at`: the clock may be another than the loop's.
                async with asyncio.timeout(until - self._clock.now()), self._one_at_a_time, self._turn_at(address):
                    return await self._follow(asked, {**(headers or {}), **more}, secret or {}, way, turn)
            except (aiohttp.ClientError, OSError) as error:
                # aiohttp's own text may hold the whole query.
                raise translate(error, url, timeout=self._timeout) from (None if secret else error)

        if self.asking is not None:
            return await self.asking.get(address, headers or {}, send)
        if self._offline:
            raise SourceError("was not asked: offline", hint="Leave out --offline.")
        return await send({}, self._at_once, self._ends(None))

    @asynccontextmanager
    async def _at_once(self) -> AsyncIterator[Heard]:
        yield Heard(Limits(), self._clock)

    def _turn_at(self, address: URL) -> asyncio.Semaphore | nullcontext[None]:
        host = f".{address.host or ''}"
        return self._wikimedia if host.endswith(WIKIMEDIA) else nullcontext()

    async def _follow(self, address: URL, headers: Headers, secret: Params, way: Follow, turn: Turn) -> Reply:
        asked = address
        for _ in range(MAX_REDIRECTS + 1):
            self._guard.check(address)
            proxy = self._proxies.of(address) if self._proxies else None
            sent = headers_for(headers, asked, address)
            async with (
                turn() as heard,
                self._session.get(
                    without_login(address, sent), headers=sent, allow_redirects=False, proxy=proxy
                ) as response,
            ):
                heard.status(response.status, response.headers)
                if response.status == 304 and headers.keys() & CONDITIONS:
                    return self._reply(response, b"", secret)
                if response.status not in REDIRECTS or "Location" not in response.headers:
                    return self._reply(response, await self._read(response), secret)
                location = response.headers["Location"]
                address = follow(asked, address, location, way=way, secrets=tuple(map(str, secret.values())))
        raise BodyError(f"redirected more than {MAX_REDIRECTS} times", hint=_hint(str(asked)))

    def _reply(self, response: aiohttp.ClientResponse, data: bytes, secret: Params) -> Reply:
        return Reply(
            status=response.status,
            data=data,
            content_type=response.content_type.lower(),
            charset=response.charset,
            url=str(response.url.without_query_params(*secret) if secret else response.url),
            retrieved=self._clock.wall(),
            headers={name: response.headers[name] for name in HOW_KEPT if name in response.headers},
        )

    async def _read(self, response: aiohttp.ClientResponse) -> bytes:
        hint = _hint(str(response.url))
        if response.status >= 300:
            body = await self._read_error(response)
            raise status_error(response.status, response.headers.get("Retry-After"), hint=hint, body=body)
        if (packing := response.headers.get("Content-Encoding", "").strip().lower()) not in PACKINGS:
            raise BodyError(f"sent an answer packed in a way that is not known ({packing[:40]!r})", hint=hint)
        if (response.content_length or 0) > self._body_limit:
            raise self._too_large(response)
        whole = bytearray()
        async for chunk in response.content.iter_any():
            whole += chunk
            if max(len(whole), response.content.total_raw_bytes) > self._body_limit:
                raise self._too_large(response)
        return bytes(whole)

    async def _read_error(self, response: aiohttp.ClientResponse) -> bytes:
        """The beginning of what came with a status; that the rest does not come must not hide the status."""
        body = bytearray()
        with suppress(aiohttp.ClientError, OSError):
            async with asyncio.timeout(min(ERROR_SECONDS, self._timeout / 4)):
                async for chunk in response.content.iter_any():
                    body += chunk
                    if max(len(body), response.content.total_raw_bytes) > ERROR_BODY:
                        break
        return bytes(body[:ERROR_BODY])

    def _too_large(self, response: aiohttp.ClientResponse) -> BodyError:
        return BodyError(
            f"answered with more than {self._body_limit // 1024**2} MB, which is not read",
            hint=_hint(str(response.url)),
        )


def _hint(url: str) -> str:
    return f"The request went to {URL(url, encoded=True).host}; try again later."
