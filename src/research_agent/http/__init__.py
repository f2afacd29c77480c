"""
The one way out to the web: one aiohttp session a run, with limits, that says in plain words what went wrong.

A message is the rest of a sentence that begins with the source's name: "answered with HTML instead of JSON".
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, nullcontext
from importlib.metadata import version
from typing import Any

import aiohttp
from yarl import URL

from research_agent.errors import BodyError, SettingsError, SourceError
from research_agent.http.failures import status_error, translate
from research_agent.settings import Settings

__all__ = ["BODY_LIMIT", "MAX_REDIRECTS", "Client", "open_client", "user_agent"]

BODY_LIMIT = 8 * 1024 * 1024
"""Bytes of one body, as sent and as unpacked."""

MAX_REDIRECTS = 5
REDIRECTS = frozenset({301, 302, 303, 307, 308})

# A request ends a little before the stage does, so that what its sibling brought can still be handed over.
SHARE_OF_DEADLINE = 0.9

# Wikimedia asks for at most three requests at once, over all its sites together.
WIKIMEDIA_AT_ONCE = 3
WIKIMEDIA = (".wikipedia.org", ".wikimedia.org", ".wikidata.org", ".wiktionary.org", ".wikibooks.org")

Params = Mapping[str, str | int]
Headers = Mapping[str, str]


class Client:
    """
    Gets JSON and text over HTTP, within limits; made by `open_client`.

    `timeout` is the user's deadline in seconds, which is what messages say; a request ends a little before it.
    Every failure is a `SourceError`; no aiohttp exception comes out. Nothing is retried.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        *,
        timeout: float,
        body_limit: int = BODY_LIMIT,
        sequential: bool = False,
        offline: bool = False,
    ) -> None:
        self._session = session
        self._timeout = timeout
        self._body_limit = body_limit
        self._one_at_a_time = asyncio.Semaphore(1) if sequential else nullcontext()
        self._wikimedia = asyncio.Semaphore(WIKIMEDIA_AT_ONCE)
        self._offline = offline

    async def get_json(self, url: str, *, params: Params | None = None, headers: Headers | None = None) -> Any:
        """
        The parsed JSON at `url`. `params` are added to its query, percent-encoded.

        Raises `HttpStatusError` for a status of 400 or more, `BodyError` for what is not whole, valid JSON,
        `HttpTimeoutError` and `HttpConnectionError`.
        """
        body, response = await self._get(url, params, headers)
        try:
            return json.loads(body)
        except (ValueError, RecursionError) as error:
            raise BodyError(_what_is_wrong(body, response), hint=_hint(response.url)) from error

    async def get_text(self, url: str, *, params: Params | None = None, headers: Headers | None = None) -> str:
        """The text at `url`, in the charset it names, else UTF-8. Raises like `get_json`."""
        body, response = await self._get(url, params, headers)
        try:
            return body.decode(response.charset or "utf-8")
        except (UnicodeDecodeError, LookupError) as error:
            raise BodyError("answered with text that cannot be decoded", hint=_hint(response.url)) from error

    async def _get(
        self, url: str, params: Params | None, headers: Headers | None
    ) -> tuple[bytes, aiohttp.ClientResponse]:
        if self._offline:
            raise SourceError("was not asked: offline", hint="Leave out --offline.")
        try:
            address = _address(url, params)
            async with self._one_at_a_time, self._turn_at(address), asyncio.timeout(self._timeout * SHARE_OF_DEADLINE):
                return await self._follow(address, headers)
        except (aiohttp.ClientError, OSError) as error:
            raise translate(error, url, timeout=self._timeout) from error

    def _turn_at(self, address: URL) -> asyncio.Semaphore | nullcontext[None]:
        host = f".{address.host or ''}"
        return self._wikimedia if host.endswith(WIKIMEDIA) else nullcontext()

    async def _follow(self, address: URL, headers: Headers | None) -> tuple[bytes, aiohttp.ClientResponse]:
        asked = address
        for _ in range(MAX_REDIRECTS + 1):
            async with self._session.get(address, headers=headers, allow_redirects=False) as response:
                if response.status not in REDIRECTS or "Location" not in response.headers:
                    return await self._read(response), response
                address = _redirected(asked, address, response.headers["Location"])
        raise BodyError(f"redirected more than {MAX_REDIRECTS} times", hint=_hint(asked))

    async def _read(self, response: aiohttp.ClientResponse) -> bytes:
        if response.status >= 300:
            raise status_error(response.status, response.headers.get("Retry-After"), hint=_hint(response.url))
        if (response.content_length or 0) > self._body_limit:
            raise self._too_large(response)
        body = bytearray()
        async for chunk in response.content.iter_any():
            body += chunk
            if max(len(body), response.content.total_raw_bytes) > self._body_limit:
                raise self._too_large(response)
        return bytes(body)

    def _too_large(self, response: aiohttp.ClientResponse) -> BodyError:
        return BodyError(
            f"answered with more than {self._body_limit // 1024**2} MB, which is not read",
            hint=_hint(response.url),
        )


@asynccontextmanager
async def open_client(settings: Settings, *, body_limit: int = BODY_LIMIT) -> AsyncIterator[Client]:
    """
    Open the client of one run; leaving the block closes every connection.

    Proxies (`HTTP_PROXY`, `HTTPS_PROXY`) and `SSL_CERT_FILE` are honoured. `settings.sequential` lets one
    request at a time through, `settings.offline` none.
    """
    async with aiohttp.ClientSession(
        headers={"User-Agent": user_agent(settings.contact)},
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=True,
    ) as session:
        yield Client(
            session,
            timeout=settings.deadline,
            body_limit=body_limit,
            sequential=settings.sequential,
            offline=settings.offline,
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
    address = _parsed(url).update_query(query)
    if address.scheme not in ("http", "https") or not address.host:
        raise aiohttp.InvalidURL(url)
    return address


def _parsed(url: str) -> URL:
    try:
        return URL(url, encoded="%" in url)
    except ValueError as error:
        raise aiohttp.InvalidURL(url) from error


def _redirected(asked: URL, current: URL, location: str) -> URL:
    """Where a redirect leads, if that is still the host that was asked; https never falls back to http."""
    target = current.join(_parsed(location))
    same_place = target.host == asked.host and (
        target.port == asked.port or (target.is_default_port() and asked.is_default_port())
    )
    if not same_place or target.scheme not in ("http", "https"):
        raise BodyError(f"redirected to another place, {str(target)[:80]!r}", hint=_hint(asked))
    if asked.scheme == "https" and target.scheme == "http":
        raise BodyError("redirected from https to http", hint=_hint(asked))
    return target


def _what_is_wrong(body: bytes, response: aiohttp.ClientResponse) -> str:
    start = body[:200].lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html")) or response.content_type == "text/html":
        return "answered with HTML instead of JSON"
    if start.startswith((b"{", b"[")):
        return "answered with JSON that is cut or broken"
    return "answered with something that is not JSON" if start else "answered with an empty body"


def _hint(url: URL) -> str:
    return f"The request went to {url.host}; try again later."
