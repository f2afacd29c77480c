"""DuckDuckGo: its page without scripts, advertisements left out, a check for robots never taken for nothing."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.source_server import Answer, Asked, as_body, asked
from research_agent.errors import SourceError
from research_agent.sources import Source, SourceSettings
from research_agent.sources.duckduckgo import DuckDuckGo

pytestmark = pytest.mark.anyio


def hit(url: str, title: str, snippet: str) -> str:
    link = f'href="//duckduckgo.com/l/?uddg={quote(url, safe="")}&amp;rut=1"'
    return (
        f'<h2><a class="result__a" {link}>{title}</a></h2><a {link}><img src="x"></a>'
        f'<a class="result__url" {link}> a.example </a><a class="result__snippet" {link}>{snippet}</a>'
    )


AD = '<a class="result__a" href="https://duckduckgo.com/y.js?ad_domain=shop.example&amp;u3=x">Buy tides</a>'
AD_BEHIND = hit("https://duckduckgo.com/y.js?ad_domain=shop.example", "Buy tides", "Cheap!")
RESULTS = hit("https://a.example/tide", "Tide", "The sea <b>rises</b> and falls.") + hit(
    "https://b.example/x?a=1&b=2", "Another", "Something else."
)


async def ask(answer: Answer, text: str = "tide", **more: Any) -> Asked:
    return await asked(DuckDuckGo, {"/html/": answer, **more.pop("routes", {})}, text, **more)


def page(body: str) -> Answer:
    return as_body(f'<!doctype html><title>tide at DuckDuckGo</title><a href="/html/">home</a>{body}')


def test_it_is_a_source_that_is_asked_only_by_name() -> None:
    source = DuckDuckGo(SourceSettings())
    assert isinstance(source, Source)
    assert source.policy.kinds == frozenset()


async def test_hits_are_decoded_and_advertisements_left_out() -> None:
    seen = await ask(page(AD + RESULTS + AD_BEHIND))
    first, second = seen.unread
    assert (first.title, first.url) == ("Tide", "https://a.example/tide")
    assert second.url == "https://b.example/x?a=1&b=2"
    assert seen.found.documents == []  # a snippet is no document


async def test_one_request_that_holds_nothing_but_the_query() -> None:
    seen = await ask(page(RESULTS), text="low  tide")
    assert [(target.path, dict(target.query)) for target in seen.targets] == [("/html/", {"q": "low tide"})]


@pytest.mark.parametrize("text", ["word " * 400, "w" * 5000])
async def test_a_long_topic_is_cut_to_what_is_searched(text: str) -> None:
    assert len((await ask(page(RESULTS), text=text)).targets[0].query["q"]) <= 499


async def test_an_empty_topic_asks_nothing() -> None:
    assert (await ask(page(RESULTS), text=" ")).targets == []


@pytest.mark.parametrize("body", ['<div class="no-results">No  results.</div>', "<p>No results found for tide.</p>"])
async def test_no_results_is_an_empty_result(body: str) -> None:
    seen = await ask(page(body))
    assert (seen.found.documents, seen.error) == ([], None)


CHALLENGE = (
    '<form id="challenge-form" action="//duckduckgo.com/anomaly.js?x=1"><div class="anomaly-modal__title">x</div>'
)


@pytest.mark.parametrize("status", [200, 202, 403])
@pytest.mark.parametrize("body", [CHALLENGE, "", AD, "<p>Unfortunately, bots use DuckDuckGo too.</p>"])
async def test_a_check_for_robots_is_a_failure_whatever_its_status(status: int, body: str) -> None:
    seen = await ask(as_body(f"<!doctype html><title>DuckDuckGo</title>{body}", status=status))
    assert seen.error is not None
    assert seen.found.documents == []


async def test_every_recorded_page_is_read_or_a_failure(recorded: Path) -> None:
    with_hits = 0
    for path in sorted((recorded / "duckduckgo").glob("*.html")):
        body = path.read_bytes()
        seen = await ask(as_body(body))
        linked = re.findall(r'class="result__a" href="//duckduckgo.com/l/\?uddg=([^&"]+)', body.decode())
        assert {page.url for page in seen.unread} <= {unquote(url) for url in linked}, path.name
        assert bool(seen.unread) is bool(linked), path.name
        assert (seen.error is None) is bool(linked), path.name
        with_hits += bool(linked)
    assert with_hits


LINK = st.tuples(
    st.sampled_from(["", " ", "Tide", "\ud800"]),
    st.one_of(
        st.sampled_from(
            ["", "x", "https://duckduckgo.com/l/", "//[", "https://duckduckgo.com/l/?uddg=https%3A%2F%2F%5B"]
        ),
        st.text(max_size=30).map(lambda text: f"https://duckduckgo.com/l/?uddg={text}"),
        st.sampled_from(["https://a.example", "javascript:x", "https://x.duckduckgo.com/y.js"]).map(
            lambda url: f"https://duckduckgo.com/l/?uddg={quote(url)}"
        ),
    ),
)


@given(st.lists(LINK, max_size=8))
def test_no_link_however_odd_is_more_than_no_hit(links: list[tuple[str, str]]) -> None:
    try:
        found = DuckDuckGo(SourceSettings()).read_links(links)
    except SourceError:
        return
    assert all(hit.url.startswith("http") and hit.title for hit in found)
    assert not any("duckduckgo.com" in hit.url.partition("?")[0] for hit in found)
