"""HTTP client with an SSRF guard, redirects and size limits; what goes wrong is a `SourceError` in plain words."""

from __future__ import annotations

import asyncio
import copy
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, nullcontext
from dataclasses import replace
from functools import partial
from typing import Any, Unpack

import aiohttp
from yarl import URL

from research_agent.errors import BodyError, SourceError
from research_agent.http.cache import Cache
from research_agent.http.clock import Clock
from research_agent.http.errors import translate
from research_agent.http.proxies import Proxies
from research_agent.http.rate_limits import Limits, is_wikimedia
from research_agent.http.redirects import Follow, address_of, follow, headers_for, hint_of, without_login
from research_agent.http.request_budget import RequestBudget
from research_agent.http.request_options import Headers, Params, RequestOptions, said_by
from research_agent.http.response import Response, json_failure, reject_interstitial, text_of
from research_agent.http.response_body import read_body
from research_agent.http.source_client import Admit, SourceClient
from research_agent.http.ssrf import SsrfGuard
from research_agent.http.throttle import ResponseSignal, Throttle
from research_agent.messages import failures
from research_agent.settings import Settings

__all__ = ["BODY_LIMIT", "MAX_REDIRECTS", "Client"]

BODY_LIMIT = 8 * 1024 * 1024
"""Bytes of one body, as sent and as unpacked."""

MAX_REDIRECTS = 5
REDIRECTS = frozenset({301, 302, 303, 307, 308})

# A request ends a little before its stage does, so that the results of its siblings can still be handed over.
SHARE_OF_DEADLINE = 0.9

CACHING = ("Cache-Control", "ETag", "Last-Modified")
CONDITIONS = frozenset({"If-None-Match", "If-Modified-Since"})


class Client:
    """
    Client that gets JSON, text and bytes over HTTP; made by `open_client`.

    Every failure is a `SourceError`; no aiohttp exception comes out. The client of one source, made by `of`, has that
    source's rate limits, its cached responses, and retries; any other sends each request once, at once.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        settings: Settings,
        *,
        guard: SsrfGuard,
        proxies: Proxies,
        throttle: Throttle,
        cache: Cache | None,
        clock: Clock,
        body_limit: int,
    ) -> None:
        self._session, self._timeout, self._flags = session, settings.search.deadline, settings.flags
        self._guard, self._proxies, self._body_limit = guard, proxies, body_limit
        self._throttle, self._cache, self._clock = throttle, cache, clock
        self._one_at_a_time = asyncio.Semaphore(1) if settings.flags.sequential else nullcontext()
        self.source_client: SourceClient | None = None
        """The one search that this client is for; None for the client of a run."""

    @property
    def notices(self) -> tuple[str, ...]:
        """Lines for the user about the rate limits of this run."""
        return tuple(self._throttle.notices)

    @property
    def seconds_left(self) -> float:
        """Seconds until the last request of this search must have ended; without a search, those of one request."""
        ends = self._ends(None) if self.source_client is None else self.source_client.ends()
        return ends - self._clock.now()

    def of(
        self,
        name: str,
        limits: Limits,
        *,
        fresh: float,
        until: float | None = None,
        reuse: bool = True,
        budget: RequestBudget | None = None,
        retry: bool = True,
    ) -> Client:
        """
        The client for one search of the source `name`.

        A cached response is fresh for `fresh` seconds; none is stored when that is negative. `until` is the deadline in
        loop time, else every request has its own. Without `reuse` no cached response is used, without `retry` each
        request is sent once. Requests on the wire, redirects and retries too, are taken from `budget`. The client of a
        search hands its deadline and its budget on.
        """
        client, search = copy.copy(self), self.source_client
        ends = search.ends if search is not None and until is None else partial(self._ends, until)
        client.source_client = SourceClient(
            name,
            limits,
            fresh=fresh,
            until=ends,
            clock=self._clock,
            throttle=self._throttle,
            cache=self._cache,
            offline=self._flags.offline,
            reuse=reuse and not self._flags.fresh and (search is None or search.reuse),
            budget=budget or (search.budget if search is not None else None),
            retry=retry,
        )
        if search is not None:  # for the engines of a search, and for the pages behind its hits
            client.source_client.sent = search.sent
        return client

    async def has_fresh(self, url: str) -> bool:
        """Whether a fresh response to a GET of `url` without headers is stored, so that it costs no request."""
        try:
            address = address_of(url, None)
        except aiohttp.InvalidURL:
            return False
        return self.source_client is not None and await self.source_client.has_fresh(address)

    def afresh(self) -> Client:
        """The client that uses no cached response."""
        client = copy.copy(self)
        client._flags = replace(self._flags, fresh=True)
        return client

    def offline(self) -> Client:
        """The client that sends nothing, and gives what is cached only."""
        client = copy.copy(self)
        client._flags = replace(self._flags, offline=True)
        return client

    def within(self, limit: int) -> Client:
        """The client that takes no body of more than `limit` bytes."""
        client = copy.copy(self)
        client._body_limit = min(limit, self._body_limit)
        return client

    def back_off(self, seconds: float) -> None:
        """Pause this source for `seconds`, in all processes of the home, because a body asked for it."""
        if self.source_client is not None:
            self.source_client.back_off(seconds)

    def trusting(self, url: str) -> Client:
        """This client, which alone may also go to the origin of `url`: a server that was found on this machine."""
        client = copy.copy(self)
        client._guard = self._guard.trusting(url)
        return client

    def distrust(self, url: str) -> None:
        """Let no connection be made any more to what a `trusting` client was to go to."""
        self._guard.distrust(url)

    async def get_json(self, url: str, **options: Unpack[RequestOptions]) -> Any:
        """
        The parsed JSON at `url`.

        Raises `HttpStatusError` for a status of 400 or more, `BodyError` for what is not whole, valid JSON,
        `AddressError`, `HttpLimitError`, `HttpTimeoutError` and `HttpConnectionError`.
        """
        return self._json(await self._get(url, **options))

    async def post_json(self, url: str, body: Mapping[str, Any], **options: Unpack[RequestOptions]) -> Any:
        """The parsed JSON that answers a search posted as a JSON object; never redirected. Raises like `get_json`."""
        return self._json(await self._get(url, posted=json.dumps(body, ensure_ascii=False), **options))

    def _json(self, response: Response) -> Any:
        try:
            value = json.loads(response.data)
        except (ValueError, RecursionError) as error:
            raise BodyError(json_failure(response), hint=hint_of(response.url)) from error
        self._accept(response)
        return value

    async def get_text(self, url: str, **options: Unpack[RequestOptions]) -> str:
        """The text at `url`, in the charset it declares, else UTF-8. Raises like `get_bytes`."""
        response = await self._get(url, **options)
        hint = hint_of(response.url)
        text = text_of(reject_interstitial(response, hint=hint), hint=hint)
        self._accept(response)
        return text

    async def get_bytes(self, url: str, *, follow: Follow = "same host", **options: Unpack[RequestOptions]) -> Response:
        """
        The response at `url`. With `follow="anywhere"` redirects to other public hosts are followed too.

        Raises like `get_json`; `BodyError` also for an interstitial page: a bot check or a consent form.
        """
        response = await self._get(url, follow, **options)
        reject_interstitial(response, hint=hint_of(response.url))
        self._accept(response)
        return response

    def _accept(self, response: Response) -> None:
        """Let the response be cached: it is of the kind that was expected."""
        if self.source_client is not None:
            self.source_client.accept(response)

    def _ends(self, until: float | None) -> float:
        """The deadline of a request in loop time."""
        if until is None:
            return self._clock.now() + self._timeout * SHARE_OF_DEADLINE
        return until - self._timeout * (1 - SHARE_OF_DEADLINE)

    async def _get(
        self,
        url: str,
        way: Follow = "same host",
        *,
        params: Params | None = None,
        headers: Headers | None = None,
        secret_params: Params | None = None,
        posted: str = "",
    ) -> Response:
        secret = secret_params or {}
        try:
            address = address_of(url, params)
            full = address_of(str(address), secret) if secret else address
        except aiohttp.InvalidURL as error:
            raise translate(error, url, timeout=self._timeout) from error

        async def send(more: Headers, admit: Admit, until: float) -> Response:
            if self.source_client is not None:
                self.source_client.sent.append(said_by(url, params, posted))
            try:
                # Not `timeout_at`: the clock may be another than the loop's.
                async with asyncio.timeout(until - self._clock.now()), self._one_at_a_time:
                    if posted:
                        return await self._post(full, {**(headers or {}), **more}, posted, admit)
                    return await self._follow(full, {**(headers or {}), **more}, secret, way, admit)
            except (aiohttp.ClientError, OSError) as error:
                # aiohttp's own text may hold the whole query.
                proxy = str(self._proxies.route(address))
                raise translate(error, url, timeout=self._timeout, proxy=proxy) from (None if secret else error)

        if self.source_client is not None:
            return await self.source_client.get(address, headers or {}, send, posted)
        if self._flags.offline:
            raise SourceError(failures.OFFLINE(), hint=failures.LEAVE_OUT_OFFLINE())
        until = self._ends(None)
        return await send({}, partial(self._admit, f"{address.host}:{address.port}", until), until)

    @asynccontextmanager
    async def _admit(self, host: str, until: float) -> AsyncIterator[ResponseSignal]:
        """Without a source there are no limits, but those of Wikimedia's hosts."""
        if is_wikimedia(host):
            async with self._throttle.admit("", host, Limits(), until=until) as signal:
                yield signal
        else:
            yield ResponseSignal(Limits(), self._clock)

    async def _follow(self, address: URL, headers: Headers, secret: Params, way: Follow, admit: Admit) -> Response:
        first = address
        for _ in range(MAX_REDIRECTS + 1):
            self._guard.check(address)
            proxy = self._proxies.of(address)
            sent = headers_for(headers, first, address)
            async with (
                admit() as signal,
                self._session.get(
                    without_login(address, sent), headers=sent, allow_redirects=False, proxy=proxy
                ) as raw,
            ):
                signal.status(raw.status, raw.headers)
                if raw.status == 304 and headers.keys() & CONDITIONS:
                    return self._response(raw, b"", secret)
                if raw.status not in REDIRECTS or "Location" not in raw.headers:
                    return self._response(raw, await read_body(raw, self._body_limit, self._timeout), secret)
                location = raw.headers["Location"]
                address = follow(first, address, location, way=way, secrets=tuple(map(str, secret.values())))
        raise BodyError(failures.REDIRECTS_TOO_OFTEN(MAX_REDIRECTS=MAX_REDIRECTS), hint=hint_of(first))

    async def _post(self, address: URL, headers: Headers, posted: str, admit: Admit) -> Response:
        self._guard.check(address)
        sent = {**headers, "Content-Type": "application/json"}
        async with (
            admit() as signal,
            self._session.post(
                without_login(address, sent),
                data=posted.encode(),
                headers=sent,
                allow_redirects=False,
                proxy=self._proxies.of(address),
            ) as raw,
        ):
            signal.status(raw.status, raw.headers)
            if raw.status in REDIRECTS:
                raise BodyError(failures.REDIRECTED_POST(), hint=hint_of(address))
            return self._response(raw, await read_body(raw, self._body_limit, self._timeout), {})

    def _response(self, raw: aiohttp.ClientResponse, data: bytes, secret: Params) -> Response:
        return Response(
            status=raw.status,
            data=data,
            content_type=raw.content_type.lower(),
            charset=raw.charset,
            url=str(raw.url.without_query_params(*secret) if secret else raw.url),
            retrieved=self._clock.wall(),
            headers={name: raw.headers[name] for name in CACHING if name in raw.headers},
        )
