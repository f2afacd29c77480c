"""Crawler: reads a web page by its URL, and, politely (robots.txt, few, within a time budget), those behind hits."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from yarl import URL

from research_agent.documents.charset import UndecodableError, decode
from research_agent.documents.interstitials import is_html
from research_agent.documents.notices import REASONS
from research_agent.documents.reader import Page
from research_agent.errors import BodyError, HttpStatusError, SourceError
from research_agent.http.rate_limits import Limits
from research_agent.http.redirects import follow
from research_agent.http.response import text_of
from research_agent.types import Document

if TYPE_CHECKING:
    from research_agent.documents.reader import Reader
    from research_agent.http import Client
    from research_agent.http.response import Response

__all__ = ["LIMITS", "as_plain", "host_of", "read_behind", "read_page", "read_pages"]

ROBOT = "research-agent"  # our product token in a robots.txt
MAX_ROBOTS_TXT = 500 * 1024  # characters; the minimum that RFC 9309 demands
SECONDS = 3.0  # for all pages behind the hits of one search
MAX_REFRESHES = 2
A_STUB = 1500  # characters of a page that sends a browser on at most; one with more is read
MAX_PAGES = 3  # behind the hits of one search
LIMITS = Limits(at_once=4)  # over all hosts
FRESH = 86_400.0  # seconds for which a page is as good as new
ACCEPT = "text/html,application/xhtml+xml,application/pdf;q=0.9,text/plain;q=0.8,*/*;q=0.1"
TEXT_TYPES = ("text/plain", "text/markdown", "text/x-rst")
MARKUP_TYPES = ("text/html", "application/xhtml+xml", "application/xml", "text/xml")
UNTYPED = "application/octet-stream"  # aiohttp's content type for a body without one


async def read_page(url: str, *, client: Client, read: Reader) -> Document:
    """
    Read an HTML page, a PDF or a plain text. Raises `BodyError` for a bot check, a notice, or no text.

    A page that sends a browser on to another one of its host (<meta http-equiv="refresh">) is followed, as redirects
    are.
    """
    for _ in range(MAX_REFRESHES + 1):
        body = await client.get_bytes(url, headers={"Accept": ACCEPT}, follow="anywhere")
        page = await _parsed(body, url, read)
        if not page.refresh or len(page.text) > A_STUB:
            break
        url = _sent_on(body.url, page.refresh)
    else:
        raise BodyError(f"sends a browser on more than {MAX_REFRESHES} times")
    return _document(body, page)


def _sent_on(url: str, target: str) -> str:
    """Where a page sends a browser on to. Raises `BodyError` for another host, `AddressError` for another scheme."""
    address = URL(url, encoded=True)
    try:
        return str(follow(address, address, target, way="same host"))
    except ValueError as error:
        raise BodyError("sends a browser on to an address that is not a URL") from error


async def _parsed(body: Response, url: str, read: Reader) -> Page:
    """The page in a body. Raises `BodyError` for one of another type."""
    if body.data.startswith(b"%PDF-"):
        return await read.pdf(body.data)
    if body.content_type in MARKUP_TYPES or (body.content_type == UNTYPED and is_html(body.data)):
        return await read.html(body.data, url=body.url, charset=body.charset)
    if body.content_type in TEXT_TYPES:
        text = await asyncio.to_thread(text_of, body, hint=f"It is {host_of(url)}.")
        return Page(text=text.strip())
    raise BodyError(f"is no page to read, but {body.content_type[:60]}")


def _document(body: Response, page: Page) -> Document:
    """The document that a page is. Raises `BodyError` for one that shows something else in place of its text."""
    if page.is_challenge:
        raise BodyError("shows a check or a notice in place of its text")
    if page.notice:
        raise BodyError(REASONS[page.notice], hint="Open it in a browser to see what it wants.")
    if not page.text.strip():
        raise BodyError("holds no text that can be read")
    return Document(
        source="web",
        url=body.url,
        title=page.title or urlsplit(body.url).path.rstrip("/").rpartition("/")[2] or host_of(body.url),
        text=page.text,
        retrieved=body.retrieved_at,
        author=page.author or None,
        published=page.published or None,
        language=page.language or None,
        attribution=host_of(body.url),
        details={"unread": page.unread} if page.unread else {},
    )


async def read_pages(
    urls: Iterable[str], *, client: Client, read: Reader, most: int = MAX_PAGES, seconds: float = SECONDS
) -> Mapping[str, Document | str]:
    """Pages at the first `most` of `urls`, within `seconds` and robots.txt: URL -> page, or why it was not read."""
    chosen = [url for url in dict.fromkeys(urls) if host_of(url)][:most]
    by_origin: dict[str, list[str]] = {}
    for url in chosen:
        by_origin.setdefault(_origin(url), []).append(url)
    results: dict[str, Document | str] = dict.fromkeys(chosen, f"was not there within {seconds:g} s")
    client = client.of("web", LIMITS, fresh=FRESH)  # not the search engine's limits: no request goes to it
    try:
        async with asyncio.timeout(seconds), asyncio.TaskGroup() as group:
            for origin, pages in by_origin.items():
                group.create_task(_read_host(origin, pages, results, client, read))
    except TimeoutError:
        pass  # `results` says so of each page that is missing
    finally:
        if client.source_client is not None:
            client.source_client.end(good=True)
    return results


async def _read_host(
    origin: str, urls: Sequence[str], results: dict[str, Document | str], client: Client, read: Reader
) -> None:
    """Read the pages of one host into `results`, one after the other."""
    try:
        allowed = await _allowed(origin, urls, client)
    except SourceError as error:
        results.update(dict.fromkeys(urls, f"was not read: its robots.txt {error.message}"))
        return
    for url in urls:
        if url not in allowed:
            results[url] = "was not read: its robots.txt forbids it"
            continue
        try:
            page = await read_page(url, client=client, read=read)
        except SourceError as error:
            results[url] = error.message
        else:
            elsewhere = _site(page.url) != _site(url)  # not a hit, and its robots.txt was not read
            results[url] = f"led to another site, {host_of(page.url)}" if elsewhere else page


async def _allowed(origin: str, urls: Sequence[str], client: Client) -> list[str]:
    """
    URLs that the host's robots.txt lets us read; only the first when it demands a delay between two.

    A missing file (any 4xx) allows all, as RFC 9309 says. Raises `SourceError` when it cannot be read: then none is.
    """
    from protego import Protego

    try:
        body = await client.get_bytes(f"{origin}/robots.txt", follow="anywhere")
    except HttpStatusError as error:
        if 400 <= error.status < 500 and error.status != 429:
            return list(urls)
        raise
    rules = Protego.parse(_robots_text(body.data)[:MAX_ROBOTS_TXT])
    allowed = [url for url in urls if rules.can_fetch(url, ROBOT)]
    return allowed[:1] if rules.crawl_delay(ROBOT) else allowed


def _robots_text(data: bytes) -> str:
    """Text of a robots.txt, without the byte order mark that would spoil its first rule."""
    try:
        return decode(data)
    except UndecodableError:
        return data.decode("utf-8", "replace")


async def read_behind(hits: Sequence[Document], *, client: Client, read: Reader) -> list[Document]:
    """
    Hits of a search engine, the best of them with the text of their page in place of the engine's snippet.

    Where a page was not read the snippet stays (a hit without one is dropped), and `details` say so: `text` that it is
    a snippet, `page` why.
    """
    pages = await read_pages([hit.url for hit in hits], client=client, read=read)
    documents = []
    for hit in hits:
        page = pages.get(hit.url, "was not asked for")
        if isinstance(page, Document):
            attribution = hit.attribution or page.attribution
            details = {**hit.details, **page.details}
            documents.append(replace(page, source=hit.source, attribution=attribution, details=details))
        elif hit.text:
            details = {**hit.details, "text": "the snippet of the search engine", "page": page}
            documents.append(replace(hit, details=details))
    return documents


async def as_plain(documents: Sequence[Document], *, read: Reader) -> list[Document]:
    """Documents with their HTML text turned into plain text; those without any are dropped."""
    if not documents:
        return []
    texts = await read.plain([document.text for document in documents])
    return [replace(document, text=text) for document, text in zip(documents, texts, strict=True) if text.strip()]


def host_of(url: str) -> str:
    """Host of an http or https URL; "" for anything else."""
    try:
        parts = urlsplit(url)
        return (parts.hostname or "") if parts.scheme in ("http", "https") else ""
    except ValueError:
        return ""


def _site(url: str) -> str:
    return host_of(url).removeprefix("www.")


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
