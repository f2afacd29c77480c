"""Reading of one web page by its URL: HTML, PDF or plain text -> a document."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from yarl import URL

from research_agent.documents.interstitials import is_html
from research_agent.documents.notices import REASONS
from research_agent.documents.reader import Page
from research_agent.errors import BodyError
from research_agent.http.redirects import follow, parsed
from research_agent.http.response import text_of
from research_agent.messages import source_failures
from research_agent.text.json_fields import details_of
from research_agent.types import Document

if TYPE_CHECKING:
    from research_agent.documents.reader import Reader
    from research_agent.http import Client
    from research_agent.http.response import Response

__all__ = ["MARKUP_TYPES", "as_plain", "host_of", "origin_of", "read_page", "site_of"]

MAX_REFRESHES = 2
A_STUB = 1500  # characters of a page that sends a browser on at most; one with more is read
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
        raise BodyError(source_failures.TOO_MANY_REFRESHES(most=MAX_REFRESHES))
    return _document(body, page)


def _sent_on(url: str, target: str) -> str:
    """Where a page sends a browser on to. Raises `BodyError` for another host, `AddressError` for another scheme."""
    address = URL(url, encoded=True)
    try:
        return str(follow(address, address, target, way="same host"))
    except ValueError as error:
        raise BodyError(source_failures.REFRESH_NOT_URL()) from error


async def _parsed(body: Response, url: str, read: Reader) -> Page:
    """The page in a body. Raises `BodyError` for one of another type."""
    if body.data.startswith(b"%PDF-"):
        return await read.pdf(body.data)
    if body.content_type in MARKUP_TYPES or (body.content_type == UNTYPED and is_html(body.data)):
        return await read.html(body.data, url=body.url, charset=body.charset, links=False)
    if body.content_type in TEXT_TYPES:
        text = await asyncio.to_thread(text_of, body, hint=source_failures.HOST_IS(url=host_of(url)))
        return Page(text=text.strip())
    raise BodyError(source_failures.NOT_A_PAGE(kind=body.content_type[:60]))


def _document(body: Response, page: Page) -> Document:
    """The document that a page is. Raises `BodyError` for one that shows something else in place of its text."""
    if page.is_challenge:
        raise BodyError(source_failures.BOT_CHECK())
    if page.notice:
        raise BodyError(REASONS[page.notice](), hint=source_failures.OPEN_IN_BROWSER())
    if not page.text.strip():
        raise BodyError(source_failures.NO_TEXT())
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
        details=details_of(
            unread=page.unread,
            schema=page.schema,
            canonical=page.canonical if page.canonical != body.url else "",
            modified=page.modified if page.modified != page.published else "",
        ),
    )


async def as_plain(documents: Sequence[Document], *, read: Reader) -> list[Document]:
    """Documents with their HTML text turned into plain text; those without any are dropped."""
    if not documents:
        return []
    texts = await read.plain([document.text for document in documents])
    return [replace(document, text=text) for document, text in zip(documents, texts, strict=True) if text.strip()]


def host_of(url: str) -> str:
    """Host of an http or https URL that can be requested; "" for anything else."""
    try:
        parts = urlsplit(url)
        requestable = parts.scheme in ("http", "https") and parsed(url).host
        return (parts.hostname or "") if requestable else ""
    except ValueError:
        return ""


def site_of(url: str) -> str:
    """Host of a URL without its "www."."""
    return host_of(url).removeprefix("www.")


def origin_of(url: str) -> str:
    """Scheme, host and port of a URL, as a URL."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
