"""A page of the web that the user adds to a library, fetched by the rules of every request."""

from __future__ import annotations

import codecs
import posixpath
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from research_agent.library.sync import FetchedPage
from research_agent.sources.crawler.page import ACCEPT
from research_agent.sources.crawler.pages import crawling

if TYPE_CHECKING:
    from research_agent.http import Client
    from research_agent.http.response import Response

__all__ = ["fetch_own_page"]

ENDINGS = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "application/pdf": ".pdf",
    "text/markdown": ".md",
    "text/plain": ".txt",
    "text/csv": ".csv",
}


async def fetch_own_page(address: str, *, client: Client) -> FetchedPage:
    """Fetch a page as it is now, redirects to other public hosts followed. Raises `SourceError`."""
    response = await crawling(client.afresh()).get_bytes(address, headers={"Accept": ACCEPT}, follow="anywhere")
    stem, ending = posixpath.splitext(posixpath.basename(urlsplit(response.url).path))
    return FetchedPage(_in_utf8(response), (stem or "page") + ENDINGS.get(response.content_type, ending))


def _in_utf8(response: Response) -> bytes:
    """The body; a text whose charset the response declares, in UTF-8 with its mark: a file has no headers."""
    if not response.content_type.startswith("text/") or not response.charset:
        return response.data
    try:
        text = response.data.decode(response.charset)
    except (LookupError, UnicodeDecodeError):
        return response.data
    return codecs.BOM_UTF8 + text.removeprefix("\ufeff").encode("utf-8", "replace")
