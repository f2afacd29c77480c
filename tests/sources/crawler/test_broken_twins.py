"""Each guarantee about pages beside its broken twin: the naive version breaks it, and the check finds that."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any
from unittest.mock import patch

import pytest
from aiohttp import web

from helpers.in_process_reader import Reading
from helpers.web_sites import PAGE, Site, visiting
from research_agent.http.rate_limits import Limits
from research_agent.http.request_budget import RequestBudget
from research_agent.sources.crawler import hits, pages, read_hits
from research_agent.sources.protocol import FoundOnWeb, Hit, Tools
from research_agent.stages import fetch
from research_agent.testing import FakeSource
from research_agent.types import Document, Restriction, Topic
from research_agent_devtools.harness.fetching import fetch_from_all, unconnected

pytestmark = pytest.mark.anyio

TOPIC = Topic(text="tides", question="What moves the tides?")
SNIPPET = "The engine says that the Moon is made of cheese."


async def found_at(*sites: Site, seconds: float = 20.0, requests: int = 14) -> FoundOnWeb:
    async with visiting(*sites) as client:
        until = asyncio.get_running_loop().time() + 3.0 + seconds  # a tenth of the 30 s is for handing over
        search = client.of("web", Limits(at_once=20), fresh=0.0, until=until, budget=RequestBudget(requests))
        named = [Hit(url=f"{site.url}/a", title="Tides", snippet=SNIPPET) for site in sites]
        return await read_hits(TOPIC, named, tools=Tools(search, read=Reading()))


async def no_snippet_is_a_document() -> None:
    found = await found_at(Site(a=500))
    assert [document.text for document in found.documents] == []
    assert len(found.unread) == 1


def snippets_for_pages() -> AbstractContextManager[Any]:
    honest = hits._found

    def stands_in(
        named: Sequence[Hit], results: Mapping[str, Document | str], source: str, engines: Sequence[str]
    ) -> FoundOnWeb:
        found = honest(named, results, source, engines)
        texts = [
            Document(source=source, title=hit.title, url=hit.url, text=hit.snippet, retrieved="")
            for hit in named
            if not isinstance(results.get(hit.url), Document)
        ]
        return FoundOnWeb.of([*found.documents, *texts], unread=found.unread)

    return patch.object(hits, "_found", stands_in)


async def what_robots_txt_forbids_is_not_read() -> None:
    site = Site(a=PAGE, robots_txt="User-agent: *\nDisallow: /a")
    await found_at(site)
    assert "/a" not in site.asked


def robots_ignored() -> AbstractContextManager[Any]:
    async def all_of_them(origin: str, urls: Sequence[str], client: object) -> list[str]:
        return list(urls)

    return patch.object(pages, "allowed_pages", all_of_them)


async def a_slow_page_holds_nobody_up() -> None:
    async def slow(request: web.Request) -> web.Response:
        await asyncio.sleep(1.0)
        return web.Response(text=PAGE, content_type="text/html")

    loop = asyncio.get_running_loop()
    began = loop.time()
    async with asyncio.timeout(20):
        found = await found_at(Site(a=slow), Site(a=PAGE), seconds=0.4)
    assert len(found.documents) == 1
    assert loop.time() - began < 0.9


def deadline_ignored() -> AbstractContextManager[Any]:
    honest = pages.read_pages

    async def patient(urls: Sequence[str], *, client: Any, **options: Any) -> Any:
        source_client = client.source_client
        source_client.ends = lambda: asyncio.get_running_loop().time() + 20.0
        return await honest(urls, client=client, **{**options, "seconds": 20.0})

    return patch.object(hits, "read_pages", patient)


async def a_question_sends_its_requests_and_no_more() -> None:
    sites = [Site(a=PAGE) for _ in range(8)]
    await found_at(*sites, requests=6)
    assert sum(len(site.asked) for site in sites) <= 6


def budget_ignored() -> AbstractContextManager[Any]:
    return patch.multiple(RequestBudget, spend=lambda self: None, share=property(lambda self: 100))


async def a_restriction_holds_for_a_source_that_ignores_it() -> None:
    document = Document(source="x", title="x", url="https://evil.example/", text="x", retrieved="2026-11-29")
    fetched = await fetch_from_all(
        [TOPIC],
        [FakeSource("x", [document, replace(document, text="y", url="https://nasa.gov/")])],
        tools=unconnected(),
        restriction=Restriction(sites=("nasa.gov",)),
    )
    assert [one.text for one in fetched.documents] == ["y"]


def restriction_left_to_the_source() -> AbstractContextManager[Any]:
    return patch.object(fetch, "refusal", lambda *_, **__: "")


GUARANTEES: dict[str, tuple[Callable[[], Awaitable[None]], Callable[[], AbstractContextManager[Any]]]] = {
    "snippets": (no_snippet_is_a_document, snippets_for_pages),
    "robots": (what_robots_txt_forbids_is_not_read, robots_ignored),
    "deadline": (a_slow_page_holds_nobody_up, deadline_ignored),
    "requests": (a_question_sends_its_requests_and_no_more, budget_ignored),
    "restriction": (a_restriction_holds_for_a_source_that_ignores_it, restriction_left_to_the_source),
}


@pytest.mark.parametrize("name", GUARANTEES)
async def test_a_guarantee_holds_and_its_broken_twin_is_found_out(name: str) -> None:
    holds, broken = GUARANTEES[name]
    await holds()
    with broken(), pytest.raises(AssertionError):
        await holds()
