"""Pages of several hosts, read at once within one time: those of a host one after the other, after its robots.txt."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from research_agent.errors import HttpTimeoutError, SourceError
from research_agent.http.rate_limits import Limits
from research_agent.messages import source_failures
from research_agent.sources.crawler.page import host_of, origin_of, read_page, site_of
from research_agent.sources.crawler.robots import allowed_pages
from research_agent.types import Document

if TYPE_CHECKING:
    from research_agent.documents.reader import Reader
    from research_agent.http import Client
    from research_agent.http.request_budget import RequestBudget

__all__ = ["LIMITS", "crawling", "read_pages"]

SECONDS = 3.0  # for pages beside what a search found
MAX_PAGES = 3
LIMITS = Limits(at_once=8)  # over all hosts
FRESH = 86_400.0  # seconds for which a page is as good as new

Results = dict[str, Document | str]


def crawling(client: Client, budget: RequestBudget | None = None) -> Client:
    """The client for pages: with limits of their own, since no request goes to the service that named them."""
    return client.of("web", LIMITS, fresh=FRESH, budget=budget)


async def read_pages(
    urls: Iterable[str],
    *,
    client: Client,
    read: Reader,
    most: int = MAX_PAGES,
    seconds: float = SECONDS,
    budget: RequestBudget | None = None,
    on_page: Callable[[Mapping[str, Document | str]], None] | None = None,
) -> Mapping[str, Document | str]:
    """
    Pages at the first `most` of `urls`, within `seconds` and robots.txt: URL -> page, or why it was not read.

    Hosts are read at once, so that a slow one holds up its own pages only. `budget` is what they may cost together;
    `on_page` is given what there is after each page that came.
    """
    chosen = [url for url in dict.fromkeys(urls) if host_of(url)][:most]
    by_origin: dict[str, list[str]] = {}
    for url in chosen:
        by_origin.setdefault(origin_of(url), []).append(url)
    results: Results = dict.fromkeys(chosen, source_failures.NOT_IN_TIME(seconds=round(seconds, 1)))
    client = crawling(client, budget)

    def there(url: str, page: Document | str) -> None:
        results[url] = page
        if on_page is not None and isinstance(page, Document):
            on_page(results)

    try:
        async with asyncio.timeout(seconds), asyncio.TaskGroup() as group:
            for origin, pages in by_origin.items():
                group.create_task(_read_host(origin, pages, there, client, read))
    except TimeoutError:
        pass  # `results` says so of each page that is missing
    finally:
        if client.source_client is not None:
            client.source_client.end(good=True)
    return results


async def _read_host(
    origin: str, urls: Sequence[str], there: Callable[[str, Document | str], None], client: Client, read: Reader
) -> None:
    """Read the pages of one host, one after the other."""
    try:
        allowed = await allowed_pages(origin, urls, client)
    except HttpTimeoutError:
        return  # as when all of them are out of time
    except SourceError as error:
        for url in urls:
            there(url, source_failures.ROBOTS_FAILED(reason=error.message))
        return
    for url in urls:
        if url not in allowed:
            there(url, source_failures.ROBOTS_FORBIDS())
            continue
        try:
            page = await read_page(url, client=client, read=read)
        except HttpTimeoutError:
            continue
        except SourceError as error:
            there(url, error.message)
        else:
            elsewhere = site_of(page.url) != site_of(url)  # not a hit, and its robots.txt was not read
            there(url, source_failures.ANOTHER_SITE(host=host_of(page.url)) if elsewhere else page)
