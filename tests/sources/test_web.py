"""The web: pages by their address, what the user wrote and nothing a model made up; else those that engines find."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import pytest
from aiohttp import web

from helpers.in_process_reader import Reading
from helpers.source_server import Asked, as_body, asked
from research_agent.errors import OutOfScopeError, SettingsError, SourceError, SourceNotReadyError
from research_agent.http import open_client
from research_agent.settings import Settings
from research_agent.sources import Source, SourceSettings, Tools
from research_agent.sources import web as room
from research_agent.sources.protocol import FoundOnWeb
from research_agent.sources.web import Web, urls_in
from research_agent.sources.web_search.local_searxng import find_searxng
from research_agent.testing.loopback_server import serve
from research_agent.types import Topic
from research_agent_devtools.harness.fetching import unconnected
from research_agent_devtools.harness.unwritable_home import NOWHERE
from research_agent_devtools.samples.pdf_files import pdf_of

pytestmark = pytest.mark.anyio

PAGE = as_body("<title>Tides</title><p>The Moon moves the sea.</p>")
PDF = as_body(pdf_of([["Some words of a paper."]]), "application/pdf")


async def ask(text: str, **more: Any) -> Asked:
    return await asked(Web, {"/page": PAGE, "/paper": PDF}, text, **more)


def test_it_is_a_source() -> None:
    assert isinstance(Web(SourceSettings()), Source)


async def test_the_pages_a_question_names_are_read() -> None:
    seen = await ask("What do {base}/page and {base}/paper.pdf say?")
    page, paper = seen.found.documents
    assert (page.source, page.title, page.text) == ("web", "Tides", "The Moon moves the sea.")
    assert paper.text == "Some words of a paper."
    assert page.attribution == "127.0.0.1"
    assert sorted(target.path for target in seen.targets) == ["/page", "/paper.pdf"]


async def test_an_address_in_the_question_behind_a_topic_counts_unless_a_model_made_the_topic() -> None:
    assert (await ask("{base}/page", question="tides")).found.documents
    assert isinstance((await ask("{base}/page", origin="model")).error, SourceNotReadyError)
    assert isinstance((await ask("tides")).error, SourceNotReadyError)


async def test_one_page_that_fails_is_a_problem_beside_the_other() -> None:
    seen = await ask("{base}/page {base}/gone")
    assert len(seen.found.documents) == 1
    assert "HTTP 404" in seen.found.problems[0]
    assert isinstance((await ask("{base}/gone")).error, SourceError)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9/", "http://169.254.169.254/latest", "http://localhost/", "http://2130706433/"]
)
async def test_an_address_of_this_network_is_refused(url: str) -> None:
    error = (await ask(f"What does {url} say?")).error
    assert error is not None
    assert "public internet" in error.message


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("See https://a.example/x.", ["https://a.example/x"]),
        ("(https://a.example/x)", ["https://a.example/x"]),
        ("https://en.wikipedia.org/wiki/Go_(game)?", ["https://en.wikipedia.org/wiki/Go_(game)"]),
        ("(see https://en.wikipedia.org/wiki/Go_(game)), or not", ["https://en.wikipedia.org/wiki/Go_(game)"]),
        (
            "<https://a.example/x> and HTTP://B.example/y?q=1&r=2#z!",
            ["https://a.example/x", "HTTP://B.example/y?q=1&r=2#z"],
        ),
        ("https://a.example https://a.example", ["https://a.example"]),
        ("[text](https://a.example/x)", ["https://a.example/x"]),
        ("https:// http://[ ftp://a.example a.example file:///etc/passwd", []),
        ("", []),
    ],
)
def test_addresses_are_found_without_the_marks_around_them(text: str, found: list[str]) -> None:
    assert urls_in(text) == found


QUESTION = "What moves the sea?"


@asynccontextmanager
async def searching(
    *engines: str, failing: frozenset[str] = frozenset(), **settings: Any
) -> AsyncIterator[tuple[Web, Tools, list[str]]]:
    """A `Web` whose engines, and the one page that they find, are on a server that notes the paths it was asked for."""
    seen: list[str] = []

    async def handle(request: web.Request) -> web.StreamResponse:
        seen.append(request.path)
        engine, base = request.path.split("/")[1], f"http://{request.host}"
        if engine in failing:
            return web.Response(status=403, text="<title>Forbidden</title>", content_type="text/html")
        if engine in ("searxng", "search"):
            return web.json_response({"results": [{"url": f"{base}/page", "title": "Tides", "content": "A snippet."}]})
        if engine == "mojeek":
            link = f'<a href="{base}/page"><p>{base} > page</p></a><h2><a href="{base}/page">Tides</a></h2>'
            return web.Response(text=f"<html><title>x</title>{link}<p>A snippet.</p>", content_type="text/html")
        if engine == "config":
            return web.json_response({"instance_name": "Mine", "engines": [{"name": "one"}]})
        page = "<title>Tides</title><p>The Moon moves the sea.</p>"
        found = engine == "page"
        return web.Response(status=200 if found else 404, text=page if found else "", content_type="text/html")

    app = web.Application()
    app.router.add_get("/{path:.*}", handle)
    run = Settings.of(home=NOWHERE, deadline=30.0)
    async with serve(app) as base, open_client(run, trusted=[base]) as client:
        of_engines = {name: SourceSettings(url=f"{base}/{name}") for name in engines}
        source = Web(SourceSettings(engines=of_engines, **{"web_search": engines, **settings}))
        yield source, Tools(client, read=Reading()).of(source), seen


async def found_by(source: Web, tools: Tools, **topic: Any) -> FoundOnWeb:
    topic = {"text": "sea", "question": QUESTION, **topic}
    found = await source.search(Topic(**topic), tools=tools, limit=5)
    assert isinstance(found, FoundOnWeb)
    return found


async def test_a_question_that_names_no_page_is_searched_and_the_pages_are_read() -> None:
    async with searching("searxng") as (source, tools, seen):
        found = await found_by(source, tools)
    (page,) = found.documents
    assert (page.source, page.text, page.details["engines"]) == ("web", "The Moon moves the sea.", "searxng")
    assert (found.engines, found.problems) == (("SearXNG",), ())
    assert seen == ["/searxng/search", "/robots.txt", "/page"]


async def test_an_engine_that_fails_is_told_and_the_next_one_answers() -> None:
    async with searching("searxng", "mojeek", failing=frozenset({"searxng"})) as (source, tools, _):
        found = await found_by(source, tools)
    assert (found.engines, len(found.documents)) == (("Mojeek",), 1)
    assert found.problems == ("SearXNG does not give JSON (HTTP 403)",)
    async with searching("searxng", failing=frozenset({"searxng"})) as (source, tools, _):
        with pytest.raises(SourceError, match="found no search engine that answers: SearXNG does not give JSON"):
            await found_by(source, tools)


async def test_topics_of_a_model_and_questions_that_name_a_page_are_not_searched() -> None:
    async with searching("searxng") as (source, tools, seen):
        with pytest.raises(OutOfScopeError):
            await found_by(source, tools, origin="model")
        with pytest.raises(OutOfScopeError):
            await found_by(source, tools, origin="model", question="What does https://a.example/x say?")
        assert seen == []


async def test_off_searches_nothing_and_is_for_pages_only() -> None:
    source = Web(SourceSettings())
    assert source.policy.kinds == {"page"}
    assert not source.engines
    assert "general" in Web(SourceSettings(web_search=("auto",))).policy.kinds
    with pytest.raises(SettingsError, match="altavista"):
        Web(SourceSettings(web_search=("altavista",)))


async def test_engines_that_are_not_set_up_are_said_to_be_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "find_searxng", partial(find_searxng, ports=[9]))
    async with searching(web_search=("searxng",)) as (source, tools, _):
        with pytest.raises(SourceNotReadyError, match=r"none of its search engines is set up \(SearXNG\)"):
            await found_by(source, tools)


async def test_a_searxng_on_this_machine_is_looked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    async with searching(web_search=("searxng",)) as (source, tools, seen):
        port = next(iter(tools.client._guard._places))[1]
        monkeypatch.setattr(room, "find_searxng", partial(find_searxng, ports=[port]))
        for _ in range(2):
            assert (await found_by(source, tools)).engines == ("SearXNG",)
    assert seen.count("/config") == 1
    assert [one for one in seen if one == "/search"] == ["/search"] * 2  # its probe, and one search: then it is stored


async def test_a_named_page_of_an_excluded_site_is_not_requested() -> None:
    topic = Topic(text="https://www.pills.example/a", question="What does it say?", excluded=("pills.example",))
    with pytest.raises(OutOfScopeError, match="blocked or excluded"):
        await Web(SourceSettings()).search(topic, tools=unconnected(), limit=3)
