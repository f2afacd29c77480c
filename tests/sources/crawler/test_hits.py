"""Hits: the best pages are read at once, within one time and one budget; a snippet is never a document."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from aiohttp import web

from helpers.in_process_reader import Reading
from helpers.web_sites import Site, visiting
from research_agent.documents.reader import Page
from research_agent.errors import HttpLimitError
from research_agent.http import Client
from research_agent.http.rate_limits import Limits
from research_agent.http.request_budget import RequestBudget
from research_agent.sources.crawler import MOST_REQUESTS, read_hits
from research_agent.sources.crawler.choice import best_hits
from research_agent.sources.protocol import FoundOnWeb, Hit, Tools
from research_agent.types import Document, Readable, Topic

pytestmark = pytest.mark.anyio

TOPIC = Topic(text="tides", question="What moves the tides?")


def page(number: int) -> str:
    return f"<!doctype html><title>Page {number}</title><p>The sea of page {number} rises twice a day.</p>"


def hit(url: str, title: str = "A hit", snippet: str = "Words of the engine.", **more: Any) -> Hit:
    return Hit(url=url, title=title, snippet=snippet, **more)


def tools_of(
    client: Client, *, until: float | None = None, budget: RequestBudget | None = None, read: Any = None, **more: Any
) -> Tools:
    search = client.of("web", Limits(at_once=20), fresh=0.0, until=until, budget=budget)
    return Tools(search, read=read or Reading(), **more)


async def read_from(*sites: Site, hits: Sequence[str] = (), **more: Any) -> FoundOnWeb:
    async with visiting(*sites) as client:
        urls = [f"{site.url}/a" for site in sites] if not hits else [sites[0].url + path for path in hits]
        return await read_hits(TOPIC, [hit(url) for url in urls], tools=tools_of(client, **more))


def count(*sites: Site) -> int:
    return sum(len(site.asked) for site in sites)


# Which hits


async def likes_tides(items: Sequence[Readable]) -> list[list[float]]:
    return [[3.0 if "tides" in sentence else -3.0 for sentence in sentences] for _, _, sentences in items]


async def test_the_reader_chooses_on_title_and_snippet() -> None:
    hits = [hit(f"https://{n}.example/") for n in range(9)]
    hits += [hit("https://a.example/", snippet="No. The Moon moves the tides."), hit("https://b.example/", "tides", "")]
    chosen = await best_hits("?", hits, likes_tides, most=3)
    assert [one.url for one in chosen] == ["https://a.example/", "https://b.example/", "https://0.example/"]


async def test_where_no_snippet_answers_the_words_of_the_question_decide() -> None:
    """By the reader's opinion of what answers nothing (the naive way) a page about another matter goes first."""
    hits = [
        hit("https://a.example/", "Storm hits the coast", "Schools stay shut on Monday."),
        hit("https://b.example/", "Dunmouth aquarium with toddlers", "Do you pay for the little ones?"),
    ]

    async def unsure(items: Sequence[Readable]) -> list[list[float]]:
        return [[-2.5 if "coast" in title else -7.0] for _, title, _ in items]

    chosen = await best_hits("When does the Dunmouth aquarium close?", hits, unsure, most=1)
    assert [one.url for one in chosen] == ["https://b.example/"]


async def test_without_a_reader_the_engines_order_holds_and_hosts_take_turns() -> None:
    urls = [
        "https://a.example/1",
        "https://a.example/2",
        "https://www.a.example/3",
        "https://b.example/",
        "https://c.example/",
    ]
    chosen = await best_hits("?", [hit(url) for url in urls], None, most=4)
    assert [one.url for one in chosen] == [urls[0], urls[3], urls[4], urls[1]]


@pytest.mark.parametrize(
    "other",
    ["http://www.a.example/x/", "https://A.example/x#part", "https://user@a.example/x", "https://a.example/x"],
)
async def test_one_page_by_two_addresses_is_chosen_once(other: str) -> None:
    assert len(await best_hits("?", [hit("https://a.example/x"), hit(other)], None, most=8)) == 1


@pytest.mark.parametrize("lang", ["en", "de"])
async def test_the_reader_is_asked_only_in_a_language_that_it_reads(lang: str) -> None:
    asked: list[Readable] = []

    async def rerank(items: Sequence[Readable]) -> list[list[float]]:
        asked.extend(items)
        return [[0.0] * len(sentences) for *_, sentences in items]

    site = Site(a=page(1))
    async with visiting(site) as client:
        await read_hits(replace(TOPIC, lang=lang), [hit(f"{site.url}/a")], tools=tools_of(client, rerank=rerank))
    assert bool(asked) is (lang == "en")


async def test_a_reader_that_is_loading_is_waited_for_a_moment_only() -> None:
    async def never() -> None:
        await asyncio.Event().wait()

    found = await read_from(Site(a=page(1)), rerank_ready=never)
    assert len(found.documents) == 1


# What is read, and what is not


async def test_pages_become_documents_and_a_snippet_never_does() -> None:
    site = Site(a=page(1), b=500, robots_txt="User-agent: *\nDisallow: /c")
    async with visiting(site) as client:
        hits = [hit(f"{site.url}/{path}", path, published="2024-05-06", engines=("x", "y")) for path in "abc"]
        found = await read_hits(TOPIC, hits, tools=tools_of(client), source="searxng", engines=["X"])
    (document,) = found.documents
    assert (document.title, document.source, document.published) == ("Page 1", "searxng", "2024-05-06")
    assert document.details == {"engines": "x y"}
    assert [(one.title, one.why[:40]) for one in found.unread] == [
        ("b", "had an internal error (HTTP 500)"), ("c", "was not read: its robots.txt forbids it")
    ]  # fmt: skip
    assert not any("Words of the engine" in one.text for one in found.documents)
    assert (found.engines, found.problems) == (["X"], [])


async def test_when_none_could_be_read_it_is_a_failure_that_says_why() -> None:
    found = await read_from(Site(a=404), Site(a=404), Site(a=500))
    assert found.documents == []
    assert len(found.unread) == 3
    (problem,) = found.problems
    assert problem.startswith("found 3 pages, but could not read any of them: ")
    assert "HTTP 404" in problem


async def test_at_most_eight_are_read_at_once() -> None:
    waiting, most = 0, 0

    async def slow(request: web.Request) -> web.Response:
        nonlocal waiting, most
        waiting += 1
        most = max(most, waiting)
        await asyncio.sleep(0.2)
        waiting -= 1
        return web.Response(text=page(int(request.url.port or 0)), content_type="text/html")

    sites = [Site(a=slow) for _ in range(10)]
    began = asyncio.get_running_loop().time()
    found = await read_from(*sites, budget=RequestBudget(100))
    assert (len(found.documents), most) == (8, 8)
    assert asyncio.get_running_loop().time() - began < 1.6  # 8 x 0.2 s one after the other


async def test_what_is_there_when_the_time_ends_is_what_counts_and_was_told_before() -> None:
    gone = asyncio.Event()

    async def never(request: web.Request) -> web.Response:
        await gone.wait()
        return web.Response()

    told: list[tuple[int, int]] = []
    quick, slow = Site(a=page(1)), Site(a=never)
    async with visiting(slow, quick) as client:
        loop = asyncio.get_running_loop()
        until = loop.time() + 3.0 + 0.5  # a tenth of the 30 s that all sources have is kept for handing over
        tools = tools_of(
            client, until=until, partial=lambda found: told.append((len(found.documents), len(found.unread)))
        )
        found = await read_hits(TOPIC, [hit(f"{slow.url}/a"), hit(f"{quick.url}/a")], tools=tools)
        assert until - loop.time() > 2.5
        gone.set()
    assert [one.title for one in found.documents] == ["Page 1"]
    assert [one.why for one in found.unread] == ["did not arrive within 0.5 s"]
    assert told == [(1, 1)]


# One page by several addresses


class Saying(Reading):
    """A reader whose pages call another address their own, by their path."""

    def __init__(self, canonical: dict[str, str]) -> None:
        self.canonical = canonical

    async def html(self, body: bytes, *, url: str, charset: str | None = None, links: bool = True) -> Page:
        found = await super().html(body, url=url, charset=charset, links=links)
        own = next((own for path, own in self.canonical.items() if url.endswith(path)), "")
        return replace(found, canonical=own)


async def test_a_page_and_its_amp_twin_are_one_document_at_the_pages_own_address() -> None:
    site = Site(amp=page(1), a=page(2), b=page(3))
    async with visiting(site) as client:
        hits = [hit(f"{site.url}/{path}") for path in ("amp", "a", "b")]
        read = Saying({"/amp": f"{site.url}/a", "/b": "https://victim.example/"})
        found = await read_hits(TOPIC, hits, tools=tools_of(client, read=read))
    assert [one.title for one in found.documents] == ["Page 2", "Page 3"]
    assert found.unread == []


async def test_a_page_that_redirects_to_another_hit_is_one_document() -> None:
    def moved(request: web.Request) -> web.Response:
        return web.Response(status=301, headers={"Location": "/a"})

    found = await read_from(Site(a=page(1), old=moved), hits=["/old", "/a"])
    assert [one.title for one in found.documents] == ["Page 1"]


async def test_no_page_speaks_for_one_of_another_site() -> None:
    mine, other = Site(a=page(1)), Site(a=page(2))
    async with visiting(mine, other) as client:
        elsewhere = f"{other.url}/a".replace("127.0.0.1", "localhost")  # another host
        read = Saying({f"{mine.url}/a": elsewhere})
        hits = [hit(f"{mine.url}/a"), hit(f"{other.url}/a")]
        found = await read_hits(TOPIC, hits, tools=tools_of(client, read=read))
    assert len(found.documents) == 2


# What a question costs


@pytest.mark.parametrize(("hosts", "pages"), [(1, 8), (3, 4), (8, 1), (12, 3)])
async def test_a_question_costs_at_most_its_requests(hosts: int, pages: int) -> None:
    sites = [Site(**{f"p{number}": page(100 * at + number) for number in range(pages)}) for at in range(hosts)]
    async with visiting(*sites) as client:
        budget = RequestBudget(MOST_REQUESTS - 2)  # two engines were asked
        hits = [hit(f"{site.url}/p{number}") for number in range(pages) for site in sites]
        found = await read_hits(TOPIC, hits, tools=tools_of(client, budget=budget))
    assert count(*sites) <= MOST_REQUESTS - 2
    assert budget.left == MOST_REQUESTS - 2 - count(*sites)
    assert len(found.documents) + len(found.unread) == min(8, hosts * pages)
    assert len(found.documents) >= 6
    assert all("used all its requests" in one.why for one in found.unread)


async def test_redirects_and_what_a_page_sends_on_count_too() -> None:
    def moved(request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": f"{request.path}x"})

    sites = [Site(a=moved, ax=moved, axx=page(at)) for at in range(4)]
    budget = RequestBudget(8)  # a robots.txt and a page of each
    found = await read_from(*sites, budget=budget)
    assert (count(*sites), budget.left) == (8, 0)
    assert len(found.documents) <= 2  # each costs four; the requests that are missing are missing somewhere
    assert len(found.unread) == 4 - len(found.documents)


async def test_searches_of_one_question_share_what_it_may_cost() -> None:
    sites = [Site(a=page(at)) for at in range(8)]
    budget = RequestBudget(12, searches=2)
    async with visiting(*sites) as client:
        hits = [hit(f"{site.url}/a") for site in sites]
        found = await asyncio.gather(
            read_hits(TOPIC, hits[:4], tools=tools_of(client, budget=budget)),
            read_hits(TOPIC, hits[4:], tools=tools_of(client, budget=budget)),
        )
    assert [len(one.documents) for one in found] == [3, 3]
    assert count(*sites) == 12


async def test_one_that_is_spent_sends_nothing() -> None:
    site = Site(a=page(1))
    found = await read_from(site, budget=RequestBudget(0))
    assert site.asked == []
    assert [type(one) for one in found.documents] == [Document] * 0
    with pytest.raises(HttpLimitError):
        RequestBudget(0).spend()
