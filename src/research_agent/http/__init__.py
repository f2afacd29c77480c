"""
The one way out to the web: one aiohttp session a run, with limits, that says in plain words what went wrong.

A message is the rest of a sentence that begins with the source's name: "answered with HTML instead of JSON".
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager, nullcontext, suppress
from importlib.metadata import version
from typing import Any

import aiohttp
from yarl import URL

from research_agent.errors import BodyError, SettingsError, SourceError
from research_agent.http.body import Body, now, text_of, unless_in_the_way, what_is_wrong
from research_agent.http.failures import status_error, translate
from research_agent.http.guard import Guard
from research_agent.http.hops import Follow, follow, headers_for, parsed
from research_agent.http.proxies import Proxies
from research_agent.settings import Settings

__all__ = ["BODY_LIMIT", "MAX_REDIRECTS", "Body", "Client", "Follow", "open_client", "user_agent"]

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

Params = Mapping[str, str | int]
Headers = Mapping[str, str]


class Client:
    """
    Gets JSON, text and bytes over HTTP, within limits; made by `open_client`.

    `timeout` is the user's deadline in seconds, which is what messages say; a request ends a little before it.
    `guard` says where a request may go. Every failure is a `SourceError`; no aiohttp exception comes out. Nothing is
    retried. `secret_params` go into the query like `params`, and nowhere else: no message holds them, no other host.
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
    ) -> None:
        self._session = session
        self._guard = guard or Guard()
        self._proxies = proxies
        self._timeout = timeout
        self._body_limit = body_limit
        self._one_at_a_time = asyncio.Semaphore(1) if sequential else nullcontext()
        self._wikimedia = asyncio.Semaphore(WIKIMEDIA_AT_ONCE)
        self._offline = offline

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
        `AddressError`, `HttpTimeoutError` and `HttpConnectionError`.
        """
        body = await self._get(url, params, headers, secret_params)
        try:
            return json.loads(body.data)
        except (ValueError, RecursionError) as error:
            raise BodyError(what_is_wrong(body), hint=_hint(body.url)) from error

    async def get_text(
        self,
        url: str,
        *,
        params: Params | None = None,
        headers: Headers | None = None,
        secret_params: Params | None = None,
    ) -> str:
        """The text at `url`, in the charset it names, else UTF-8. Raises like `get_bytes`."""
        body = await self.get_bytes(url, params=params, headers=headers, secret_params=secret_params)
        return text_of(body, hint=_hint(body.url))

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
        body = await self._get(url, params, headers, secret_params, follow)
        return unless_in_the_way(body, hint=_hint(body.url))

    async def _get(
        self,
        url: str,
        params: Params | None,
        headers: Headers | None,
        secret: Params | None = None,
        way: Follow = "same host",
    ) -> Body:
        if self._offline:
            raise SourceError("was not asked: offline", hint="Leave out --offline.")
        try:
            address = _address(url, {**(params or {}), **(secret or {})})
            async with self._one_at_a_time, self._turn_at(address), asyncio.timeout(self._timeout * SHARE_OF_DEADLINE):
                return await self._follow(address, headers or {}, secret or {}, way)
        except (aiohttp.ClientError, OSError) as error:
            # aiohttp's own text may hold the whole query.
            raise translate(error, url, timeout=self._timeout) from (None if secret else error)

    def _turn_at(self, address: URL) -> asyncio.Semaphore | nullcontext[None]:
        host = f".{address.host or ''}"
        return self._wikimedia if host.endswith(WIKIMEDIA) else nullcontext()

    async def _follow(self, address: URL, headers: Headers, secret: Params, way: Follow) -> Body:
        asked = address
        for _ in range(MAX_REDIRECTS + 1):
            self._guard.check(address)
            proxy = self._proxies.of(address) if self._proxies else None
            sent = headers_for(headers, asked, address)
            async with self._session.get(address, headers=sent, allow_redirects=False, proxy=proxy) as response:
                if response.status not in REDIRECTS or "Location" not in response.headers:
                    return await self._read(response, secret)
                location = response.headers["Location"]
                address = follow(asked, address, location, way=way, secrets=tuple(map(str, secret.values())))
        raise BodyError(f"redirected more than {MAX_REDIRECTS} times", hint=_hint(str(asked)))

    async def _read(self, response: aiohttp.ClientResponse, secret: Params) -> Body:
        hint = _hint(str(response.url))
        if response.status >= 300:
            body = await self._read_error(response)
            raise status_error(response.status, response.headers.get("Retry-After"), hint=hint, body=body)
        if (packing := response.headers.get("Content-Encoding", "").strip().lower()) not in PACKINGS:
            raise BodyError(f"sent an answer packed in a way that is not known ({packing[:40]!r})", hint=hint)
        if (response.content_length or 0) > self._body_limit:
            raise self._too_large(response)
        return Body(
            data=await self._unpacked(response),
            content_type=response.content_type.lower(),
            charset=response.charset,
            url=str(response.url.without_query_params(*secret) if secret else response.url),
            retrieved=now(),
        )

    async def _unpacked(self, response: aiohttp.ClientResponse) -> bytes:
        body = bytearray()
        async for chunk in response.content.iter_any():
            body += chunk
            if max(len(body), response.content.total_raw_bytes) > self._body_limit:
                raise self._too_large(response)
        return bytes(body)

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


@asynccontextmanager
async def open_client(
    settings: Settings,
    *,
    body_limit: int = BODY_LIMIT,
    trusted: Iterable[str] = (),
    resolver: aiohttp.abc.AbstractResolver | None = None,
) -> AsyncIterator[Client]:
    """
    Open the client of one run; leaving the block closes every connection.

    Proxies (`HTTP_PROXY`, `HTTPS_PROXY`) and `SSL_CERT_FILE` are honoured. `settings.sequential` lets one
    request at a time through, `settings.offline` none. Requests go to public addresses, to the base URLs in
    `settings.source_urls` and to those that are `trusted`. `resolver` looks names up, the system's when None.
    """
    proxies = Proxies()
    guard = Guard((*settings.source_urls.values(), *trusted), proxies.urls)
    async with aiohttp.ClientSession(
        headers={"User-Agent": user_agent(settings.contact)},
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),
        cookie_jar=aiohttp.DummyCookieJar(),
        connector=guard.connector(resolver),
    ) as session:
        yield Client(
            session,
            timeout=settings.deadline,
            body_limit=body_limit,
            sequential=settings.sequential,
            offline=settings.offline,
            guard=guard,
            proxies=proxies,
        )


def user_agent(contact: str) -> str:
    """
    Who is asking, in the form of Wikimedia's User-Agent policy.

    The contact is the user's own (whoever runs this copy); without one only the product is named.
    """
    product = f"research-agent/{version('research-agent')}"
    if not contact:
        return product
    if not (contact.isascii() and contact.isprintable()):
        raise SettingsError(f"contact = {contact!r} cannot be used.", hint="It is your mail address or a URL.")
    return f"{product} ({contact}) aiohttp/{aiohttp.__version__}"


def _address(url: str, params: Params | None) -> URL:
    """The URL with its query. Lone surrogates, which no URL can hold, become question marks."""
    query = {name: str(value).encode("utf-8", "replace").decode() for name, value in (params or {}).items()}
    address = parsed(url).update_query(query)
    if address.scheme not in ("http", "https") or not address.host:
        raise aiohttp.InvalidURL(url)
    return address


def _hint(url: str) -> str:
    return f"The request went to {URL(url, encoded=True).host}; try again later."
