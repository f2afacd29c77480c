"""Mojeek: its page of results as programs know it (not recorded), its API by its documentation (not recorded)."""

from __future__ import annotations

from typing import Any

import pytest

from helpers.engine_server import ask_engine
from helpers.source_server import as_body, as_json
from research_agent.documents.isolated_reader import open_reader
from research_agent.errors import BodyError, HttpStatusError
from research_agent.sources.web_search.mojeek import Mojeek

pytestmark = pytest.mark.anyio


def hit(url: str, trail: str, title: str, snippet: str) -> str:
    return (
        f'<li class="r1"><!--rs--><a title="{url}" class="ob" href="{url}"><p class="i">'
        f'<span class="url">{trail}</span></p></a>'
        f'<h2><a class="title" title="{url}" href="{url}">{title}</a></h2><p class="s">{snippet}</p>'
        '<p class="i"><a class="m" href="/search?q=site%3Aa.example+tide">See more results</a></p><!--re--></li>'
    )


PAGE = (
    '<!doctype html><html lang="en"><head><title>tide - Mojeek Search</title></head><body><header>'
    '<a href="/">Mojeek</a><nav><a href="/search?q=tide&fmt=images">Images</a></nav></header>'
    '<div class="results"><div class="top-info">'
    '<p>Results 1 to 10 from 1,234 in 0.12s</p></div><ul class="results-standard">'
    + hit(
        "https://a.example/tide", "https://a.example &rsaquo; tide", "Tide", "The <strong>sea</strong> rises and falls."
    )
    + hit(
        "https://b.example/x?a=1&amp;b=2", "https://b.example &rsaquo; x", "Another page", "Something else, at length."
    )
    + hit("https://c.example/", "https://c.example", "No words", "")
    + '</ul></div><footer><a href="https://blog.mojeek.com/">Blog</a> <a href="https://x.example/mojeek">X</a></footer>'
    "</body></html>"
)


async def test_hits_of_its_page_have_title_and_snippet() -> None:
    async with open_reader() as locked:
        seen = await ask_engine(Mojeek, as_body(PAGE), read=locked)
    assert [(one.url, one.title, one.snippet) for one in seen.hits] == [
        ("https://a.example/tide", "Tide", "The sea rises and falls."),
        ("https://b.example/x?a=1&b=2", "Another page", "Something else, at length."),
        ("https://c.example/", "No words", ""),
    ]


async def test_its_page_is_sent_the_query_and_the_days_and_nothing_else() -> None:
    seen = await ask_engine(
        Mojeek, as_body(PAGE), since="2026-10-01", until="2026-12-31", excluded=("shop.example",), lang="de"
    )
    assert seen.targets[0].path == "/search"
    query = {"q": "low tide -site:shop.example", "since": "20261001", "before": "20270101"}
    assert dict(seen.targets[0].query) == query
    assert "Cookie" not in seen.headers[0]
    assert seen.headers[0]["Accept-Language"] == "de"


BODY: dict[str, Any] = {
    "response": {
        "status": "OK",
        "head": {"query": "tide", "results": 2},
        "results": [
            {"url": "https://a.example/tide", "title": "Tide", "desc": "The sea rises.", "date": "2026-05-01"},
            {"url": "magnet:?x", "title": "None"},
        ],
    }
}


async def test_with_a_key_its_api_is_asked_and_no_file_or_message_holds_the_key() -> None:
    seen = await ask_engine(Mojeek, as_json(BODY), key="secret-key", lang="de", since="2026-10-01")
    assert [(one.url, one.snippet, one.published) for one in seen.hits] == [
        ("https://a.example/tide", "The sea rises.", "2026-05-01")
    ]
    query = dict(seen.targets[0].query)
    assert query == {
        "q": "low tide", "fmt": "json", "t": "20", "api_key": "secret-key", "lb": "DE", "lbb": "100",
        "since": "20261001",
    }  # fmt: skip
    assert not any("secret-key" in line for line in seen.sent)


@pytest.mark.parametrize("status", ["ERROR: Daily Limit Reached", "", None])
async def test_an_answer_that_says_it_failed_is_a_failure(status: Any) -> None:
    seen = await ask_engine(Mojeek, as_json({"response": {"status": status, "results": []}}), key="k")
    assert isinstance(seen.error, BodyError)
    assert "refused the query" in seen.error.message


async def test_a_key_that_is_not_accepted_is_told_and_rests() -> None:
    seen = await ask_engine(Mojeek, as_json({"response": {"status": "ERROR"}}, 403), key="k")
    assert isinstance(seen.error, HttpStatusError)
    assert "RESEARCH_AGENT_MOJEEK_KEY" in seen.error.hint
    assert seen.pauses == [600.0]
