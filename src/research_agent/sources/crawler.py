"""
Web pages: one by its address, and those that search hits lead to.

A page behind a hit is read the way a polite crawler would: robots.txt is asked first (RFC 9309), one page of a host at
a time, a few in all, within a budget of time. A page that the user names is asked for as a browser would ask.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from research_agent.documents.charset import UndecodableError, decode
from research_agent.documents.interstitials import is_html
from research_agent.documents.reader import Page
from research_agent.errors import BodyError, HttpStatusError, SourceError
from research_agent.http.body import text_of
from research_agent.http.rate_limits import Limits
from research_agent.types import Document

if TYPE_CHECKING:
    from research_agent.documents.reader import Reader
    from research_agent.http import Client

__all__ = ["LIMITS", "WebPage", "as_plain", "document_of", "host_of", "read_behind", "read_page", "read_pages"]

ROBOT = "research-agent"  # what robots.txt may call us
ROBOTS_READ = 500 * 1024  # characters; the least that RFC 9309 asks for
SECONDS = 3.0  # for all pages behind the hits of one search
MOST = 3
LIMITS = Limits(at_once=4)  # over all hosts
FRESH = 86_400.0  # seconds for which a page is as good as new
ACCEPT = "text/html,application/xhtml+xml,application/pdf;q=0.9,text/plain;q=0.8,*/*;q=0.1"
TEXTS = ("text/plain", "text/markdown", "text/x-rst")
MARKUP = ("text/html", "application/xhtml+xml", "application/xml", "text/xml")
UNSAID = "application/octet-stream"  # what aiohttp calls a body that names no type


@dataclass(frozen=True, slots=True, kw_only=True)
class WebPage:
    """A page as a reader sees it; `url` is where it was found after redirects."""

    url: str
    title: str
    text: str
    retrieved: str
    author: str | None = None
    published: str | None = None
    language: str | None = None


async def read_page(url: str, *, client: Client, read: Reader) -> WebPage:
    """
    The text of an HTML page, a PDF or a plain text.

    Raises `SourceError`; `BodyError` for a page that stands in the way of the text, and for one without text.
    """
    body = await client.get_bytes(url, headers={"Accept": ACCEPT}, follow="anywhere")
    if body.data.startswith(b"%PDF-"):
        page = await read.pdf(body.data)
    elif body.content_type in MARKUP or (body.content_type == UNSAID and is_html(body.data)):
        page = await read.html(body.data, url=body.url, charset=body.charset)
    elif body.content_type in TEXTS:
        page = Page(text=text_of(body, hint=f"It is {host_of(url)}.").strip())
    else:
        raise BodyError(f"is no page to read, but {body.content_type[:60]}")
    if page.is_challenge:
        raise BodyError("shows a check or a notice in place of its text")
    if not page.text.strip():
        raise BodyError("holds no text that can be read")
    return WebPage(
        url=body.url,
        title=page.title or _name(body.url),
        text=page.text,
        retrieved=body.retrieved,
        author=page.author or None,
        published=page.published or None,
        language=page.language or None,
    )


async def read_pages(
    urls: Iterable[str], *, client: Client, read: Reader, most: int = MOST, seconds: float = SECONDS
) -> Mapping[str, WebPage | str]:
    """
    The pages at the first `most` of `urls`: each address with its page, or with the reason why it was not read.

    What has come after `seconds` is kept; addresses beyond `most` are not among the keys.
    """
    wanted = [url for url in dict.fromkeys(urls) if host_of(url)][:most]
    by_host: dict[str, list[str]] = {}
    for url in wanted:
        by_host.setdefault(_origin(url), []).append(url)
    found: dict[str, WebPage | str] = dict.fromkeys(wanted, f"was not there within {seconds:g} s")
    client = client.of("web", LIMITS, fresh=FRESH)  # not within the search engine's limits: it is not asked
    try:
        async with asyncio.timeout(seconds), asyncio.TaskGroup() as group:
            for origin, pages in by_host.items():
                group.create_task(_read_host(origin, pages, found, client, read))
    except TimeoutError:
        pass  # what has not come says so
    finally:
        if client.source_client is not None:
            client.source_client.end(good=True)
    return found


async def _read_host(
    origin: str, urls: Sequence[str], found: dict[str, WebPage | str], client: Client, read: Reader
) -> None:
    """The pages of one host, one after the other; fills `found`."""
    try:
        allowed = await _allowed(origin, urls, client)
    except SourceError as error:
        found.update(dict.fromkeys(urls, f"was not read: its robots.txt {error.message}"))
        return
    for url in urls:
        if url not in allowed:
            found[url] = "was not read: its robots.txt forbids it"
            continue
        try:
            page = await read_page(url, client=client, read=read)
        except SourceError as error:
            found[url] = error.message
        else:
            elsewhere = _site(page.url) != _site(url)  # its robots.txt was not asked, and no search named it
            found[url] = f"led to another site, {host_of(page.url)}" if elsewhere else page


async def _allowed(origin: str, urls: Sequence[str], client: Client) -> list[str]:
    """
    Those of a host's pages that its robots.txt lets us read; of one that wants a delay between two, the first.

    No such file (any 4xx) allows all, as RFC 9309 has it. One that cannot be had raises `SourceError`: it forbids all.
    """
    from protego import Protego

    try:
        body = await client.get_bytes(f"{origin}/robots.txt", follow="anywhere")
    except HttpStatusError as error:
        if 400 <= error.status < 500 and error.status != 429:
            return list(urls)
        raise
    rules = Protego.parse(_rules(body.data)[:ROBOTS_READ])
    allowed = [url for url in urls if rules.can_fetch(url, ROBOT)]
    return allowed[:1] if rules.crawl_delay(ROBOT) else allowed


def _rules(data: bytes) -> str:
    """A robots.txt as text. With a byte order mark before it, the first line would be no rule."""
    try:
        return decode(data)
    except UndecodableError:
        return data.decode("utf-8", "replace")


async def read_behind(hits: Sequence[Document], *, client: Client, read: Reader) -> list[Document]:
    """
    The hits of a search engine, the best of them with the text of their page in place of the engine's few words.

    Where a page was not read the few words stay, and `details` say why: `text` that they are a snippet, `page` what
    became of the page.
    """
    pages = await read_pages([hit.url for hit in hits], client=client, read=read)
    found = []
    for hit in hits:
        page = pages.get(hit.url, "was not asked for")
        if isinstance(page, WebPage):
            found.append(document_of(page, source=hit.source, attribution=hit.attribution, details=hit.details))
        elif hit.text:
            told = {**hit.details, "text": "the snippet of the search engine", "page": page}
            found.append(replace(hit, details=told))
    return found


def document_of(
    page: WebPage,
    *,
    source: str,
    attribution: str | None = None,
    details: Mapping[str, str | int | float] | None = None,
) -> Document:
    """A page as the document of a source."""
    return Document(
        source=source,
        title=page.title,
        url=page.url,
        text=page.text,
        retrieved=page.retrieved,
        published=page.published,
        author=page.author,
        language=page.language,
        attribution=attribution or host_of(page.url),
        details=details or {},
    )


async def as_plain(documents: Sequence[Document], *, read: Reader) -> list[Document]:
    """Documents whose text is still HTML, with what it says in its place; those that say nothing drop out."""
    if not documents:
        return []
    texts = await read.plain([document.text for document in documents])
    return [replace(document, text=text) for document, text in zip(documents, texts, strict=True) if text.strip()]


def host_of(url: str) -> str:
    """The host in an http or https address; "" for what is none."""
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


def _name(url: str) -> str:
    """What a page without a title is called: the end of its path, else its host."""
    return urlsplit(url).path.rstrip("/").rpartition("/")[2] or host_of(url)
