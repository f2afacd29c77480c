"""Images of a page, fetched only when a user asks for them: few, small, of known kinds, within robots.txt."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from research_agent.documents.page_images import ImageKind, PageImage, image_kind
from research_agent.errors import BodyError, SourceError
from research_agent.http.request_budget import RequestBudget
from research_agent.messages import source_failures
from research_agent.sources.crawler.page import MARKUP_TYPES, host_of, origin_of, site_of
from research_agent.sources.crawler.pages import LIMITS, crawling
from research_agent.sources.crawler.robots import allowed_pages
from research_agent.text.restriction import is_of_site

if TYPE_CHECKING:
    from research_agent.documents.reader import Reader
    from research_agent.http import Client

__all__ = ["fetch_images"]

MOST = 8
TRIED = 16
SECONDS = 12.0  # for all of them, the page too
REQUESTS = 30  # redirects and robots.txt too
LARGEST = 2 * 1024 * 1024  # bytes of one
LARGEST_TOGETHER = 8 * 1024 * 1024
SMALLEST = 48  # pixels of a side: what is smaller is a sign, a spacer, or counts visits
PIXELS = 40_000_000
ACCEPT = "image/webp,image/png,image/jpeg,image/gif"

Link = tuple[str, str]
"""What a page says of an image, and its URL."""


async def fetch_images(
    url: str, *, client: Client, read: Reader, blocked: Sequence[str] = (), seconds: float = SECONDS
) -> list[PageImage]:
    """
    Images of the page at `url`, in the page's order, none from a site that is `blocked`.

    One that is too large, of another kind or tiny is left out, as is one that leads to another site: its robots.txt was
    not read. Raises `SourceError` when the page itself cannot be read, or its robots.txt forbids it.
    """
    budget = RequestBudget(REQUESTS)
    pages = crawling(client, budget)
    found: dict[str, PageImage] = {}
    links: Sequence[Link] = ()
    try:
        async with asyncio.timeout(seconds):
            links = await _links(url, pages, read, blocked)
            async with asyncio.TaskGroup() as group:
                for origin in dict.fromkeys(origin_of(target) for _, target in links):
                    of_host = [link for link in links if origin_of(link[1]) == origin]
                    group.create_task(_fetch_from(origin, of_host, client, budget, found))
    except TimeoutError:
        if not links:
            raise SourceError(source_failures.NOT_IN_TIME(seconds=seconds), hint=source_failures.TRY_LATER()) from None
    finally:
        if pages.source_client is not None:
            pages.source_client.end(good=True)
    return [found[target] for _, target in links if target in found][:MOST]


async def _links(url: str, client: Client, read: Reader, blocked: Sequence[str]) -> list[Link]:
    """The images that a page names. Raises `SourceError`."""
    if not await allowed_pages(origin_of(url), [url], client):
        raise BodyError(source_failures.ROBOTS_FORBIDS())
    body = await client.get_bytes(url, headers={"Accept": "text/html,application/xhtml+xml"}, follow="anywhere")
    if body.content_type not in MARKUP_TYPES:
        raise BodyError(source_failures.NO_IMAGES_PAGE(kind=body.content_type[:60]))
    page = await read.html(body.data, url=body.url, charset=body.charset)
    links = [(text, target) for text, target in page.images if host_of(target)]
    return [link for link in links if not any(is_of_site(link[1], site) for site in blocked)][:TRIED]


async def _fetch_from(
    origin: str, links: Sequence[Link], client: Client, budget: RequestBudget, found: dict[str, PageImage]
) -> None:
    """Put the images of one host into `found`, one after the other; one that fails costs itself."""
    # Kept by the store when they are shown, by no cache when they are not.
    client = client.of("web", LIMITS, fresh=-1.0, budget=budget, retry=False).within(LARGEST)
    try:
        allowed = await allowed_pages(origin, [target for _, target in links], client)
    except SourceError:
        return
    for text, target in links:
        if target not in allowed or len(found) >= MOST:
            continue
        try:
            body = await client.get_bytes(target, headers={"Accept": ACCEPT}, follow="anywhere")
        except SourceError:
            continue
        kind = image_kind(body.data)
        together = sum(len(image.data) for image in found.values()) + len(body.data)
        if _is_shown(kind) and together <= LARGEST_TOGETHER and site_of(body.url) == site_of(target):
            assert kind is not None
            found[target] = PageImage(url=body.url, text=text, data=body.data, **kind._asdict())


def _is_shown(kind: ImageKind | None) -> bool:
    return kind is not None and min(kind.width, kind.height) >= SMALLEST and kind.width * kind.height <= PIXELS
