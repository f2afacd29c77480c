"""Pages behind the hits of search engines: the best are read at once, the others are said not to have been read."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from research_agent.http.request_budget import RequestBudget
from research_agent.messages import source_failures
from research_agent.sources.crawler.choice import best_hits
from research_agent.sources.crawler.page import host_of, origin_of, site_of
from research_agent.sources.crawler.pages import crawling, read_pages
from research_agent.sources.crawler.robots import rules_url
from research_agent.sources.protocol import FoundOnWeb, Hit, Tools
from research_agent.sources.web_search.canonical_url import canonical_url
from research_agent.text.dates import plausible
from research_agent.text.json_fields import details_of
from research_agent.text.languages import READS, base_language
from research_agent.types import Document, Topic, Unread

if TYPE_CHECKING:
    from research_agent.http import Client
    from research_agent.types import Rerank

__all__ = ["MOST_READ", "MOST_REQUESTS", "read_hits"]

MOST_READ = 8
"""Pages that are read for one search."""
MOST_REQUESTS = 14
"""Requests that one question costs: to engines, for robots.txt and pages, and those of the sources beside the web."""
MOST_LOOKED_AT = 20
WAIT_FOR_READER = 0.5  # seconds for a reader that is still loading, in a program that has just begun


async def read_hits(
    topic: Topic, hits: Sequence[Hit], *, tools: Tools, source: str = "web", engines: Sequence[str] = ()
) -> FoundOnWeb:
    """
    The pages behind the best hits as documents of `source`, best first; those that could not be read are `unread`.

    A snippet chooses, and never becomes a document. All pages are read at once until the search of `tools` must end,
    when what has come is returned; `tools.partial` is told of it before. `engines` are the titles of those that named
    the hits. What pages and robots.txt cost is taken from the budget of the search.
    """
    rerank = await _reader(topic, tools)
    lang = base_language(topic.lang)
    chosen = await best_hits(topic.question, hits[:MOST_LOOKED_AT], rerank, most=MOST_READ, lang=lang)
    search = tools.client.source_client
    budget = (search.budget if search is not None else None) or RequestBudget(MOST_REQUESTS)
    affordable, cost = await _affordable(chosen, budget.share, crawling(tools.client))

    def found(results: Mapping[str, Document | str]) -> FoundOnWeb:
        return _found(chosen, results, source, engines)

    def tell(results: Mapping[str, Document | str]) -> None:
        if tools.partial is not None:
            tools.partial(found(results))

    with budget.reserve(cost) as part:
        results = await read_pages(
            [hit.url for hit in affordable],
            client=tools.client,
            read=tools.read,
            most=MOST_READ,
            seconds=max(0.0, tools.client.seconds_left),
            budget=part,
            on_page=tell,
        )
    return found(results)


async def _reader(topic: Topic, tools: Tools) -> Rerank | None:
    """The reader, if it reads the question's language; one that is loading is waited for a moment."""
    if base_language(topic.lang) not in READS:
        return None
    if tools.rerank is None and tools.rerank_ready is not None:
        try:
            async with asyncio.timeout(WAIT_FOR_READER):
                return await tools.rerank_ready()
        except TimeoutError:
            return None
    return tools.rerank


async def _affordable(hits: Sequence[Hit], requests: int, client: Client) -> tuple[list[Hit], int]:
    """The first hits that cost at most so many requests, and what they cost: a page, and a robots.txt not stored."""
    known: set[str] = set()
    affordable: list[Hit] = []
    spent = 0
    for hit in hits:
        origin = origin_of(hit.url)
        cost = 1 if origin in known or await client.has_fresh(rules_url(origin)) else 2
        if spent + cost <= requests:
            known.add(origin)
            affordable.append(hit)
            spent += cost
    return affordable, spent


def _found(
    hits: Sequence[Hit], results: Mapping[str, Document | str], source: str, engines: Sequence[str]
) -> FoundOnWeb:
    """The pages that were read, each once, and the hits that were not."""
    pages: list[Document] = []
    unread: list[Unread] = []
    for hit in hits:
        page = results.get(hit.url, source_failures.WEB_REQUESTS_SPENT())
        if isinstance(page, Document):
            pages.append(_of_hit(page, hit, source))
        else:
            unread.append(Unread(url=hit.url, title=hit.title or host_of(hit.url), why=page))
    problems = (
        [] if pages or not unread else [source_failures.COULD_READ_NONE(n=len(unread), reason=_most_frequent(unread))]
    )
    return FoundOnWeb.of(_each_page_once(pages), problems, engines=engines, unread=unread)


def _most_frequent(unread: Sequence[Unread]) -> str:
    return Counter(page.why for page in unread).most_common(1)[0][0]


def _of_hit(page: Document, hit: Hit, source: str) -> Document:
    said = hit.published if plausible(hit.published, datetime.now(UTC).date()) else ""
    return replace(
        page,
        source=source,
        published=page.published or said or None,
        details={**details_of(engines=" ".join(hit.engines)), **page.details},
    )


def _each_page_once(pages: Sequence[Document]) -> list[Document]:
    """
    Pages, each once, whatever addresses led to it: one text, or one that a site calls the page's own (canonical).

    Of several the page at that address stays, else the one behind https, else the first.
    """
    groups: dict[str, list[Document]] = {}
    for page in pages:
        own = str(page.details.get("canonical", ""))
        key = canonical_url(
            own if _is_one_site(own, page.url) else page.url
        )  # none speaks for the page of another site
        groups.setdefault(key, []).append(page)
    kept: dict[str, Document] = {}
    for group in groups.values():
        best = min(group, key=lambda page: ("canonical" in page.details, not page.url.startswith("https:")))
        kept.setdefault(best.id, best)
    return list(kept.values())


def _is_one_site(url: str, other: str) -> bool:
    """Whether two addresses are of one host, or of a host and one below it ("m.", "amp.")."""
    one, two = f".{site_of(url)}", f".{site_of(other)}"
    return len(one) > 1 and len(two) > 1 and (one.endswith(two) or two.endswith(one))
