"""
The search engines of the small web: SearXNG, DuckDuckGo's and Mojeek's pages, Marginalia's and Brave's APIs.

Each ranks in its own way and misses some pages, as engines do. All know what stands behind walls, and pages that are
gone: their snippets may say what no reader gets to see.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from html import escape
from typing import Any, NamedTuple
from urllib.parse import quote

from aiohttp import web

from research_agent_devtools.world.web.ranking import Index, snippet
from research_agent_devtools.world.web.texts import PAGES, Page

__all__ = ["ENGINES", "Hit"]

MOST = 10  # hits of a page of results
DAYS = {"day": 1, "week": 7, "month": 31, "year": 366}
TODAY = date(2026, 11, 29)
SITE = re.compile(r"(-?)site:(\S+)")


class Hit(NamedTuple):
    """Hit of an engine."""

    url: str
    page: Page
    snippet: str


def _all(*, without: int = 0, kinds: frozenset[str] = frozenset()) -> list[Page]:
    """The pages of an engine's index: every `without`th is missing, and all of the kinds that it does not care for."""
    pages = [page for page in PAGES.values() if page.kind not in kinds]
    return [page for at, page in enumerate(pages) if not without or at % without != without - 1]


INDICES: Mapping[str, Index] = {
    "searxng": Index(_all(), k1=1.2, b=0.75),
    "duckduckgo": Index(_all(without=23), k1=1.6, b=0.6, title=4),
    "mojeek": Index(_all(without=17), k1=0.9, b=0.9, title=2),
    "marginalia": Index(_all(kinds=frozenset({"shop", "press", "junk"})), k1=1.2, b=0.4, title=2),
    "brave": Index(_all(without=29), k1=1.4, b=0.75),
}


def _hits(engine: str, query: str, *, since: str = "", until: str = "9") -> list[Hit]:
    """What an engine finds, within sites and days (ISO 8601) where they are asked for."""
    sites = [(bool(minus), site) for minus, site in SITE.findall(query)]
    words = SITE.sub(" ", query).replace(" OR ", " ")
    wanted = [site for minus, site in sites if not minus]
    unwanted = [site for minus, site in sites if minus]
    pages = [
        page
        for page in INDICES[engine].search(words, len(PAGES))
        if (not wanted or _of(page, wanted)) and not _of(page, unwanted) and since <= page.published <= until
    ]
    return [Hit(_address(engine, page), page, snippet(page, words)) for page in pages[:MOST]]


def _of(page: Page, sites: list[str]) -> bool:
    return any(f".{page.host}".endswith(f".{site}") for site in sites)


def _address(engine: str, page: Page) -> str:
    """Some addresses come with tracking parameters or with a fragment."""
    if engine == "searxng" and len(page.path) % 5 == 0:
        return f"{page.url}?utm_source=searx&utm_medium=organic"
    return f"{page.url}#:~:text=more" if engine == "brave" and len(page.path) % 4 == 0 else page.url


def searxng(request: web.Request, url: str) -> web.Response:
    """`/search?format=json`; any other format is off, as it is by default."""
    if request.query.get("format") != "json":
        return web.Response(status=403, text="<!doctype html><title>403 Forbidden</title>", content_type="text/html")
    query = request.query.get("q", "")
    days = DAYS.get(request.query.get("time_range", ""), 0)
    found = _hits("searxng", query, since=str(TODAY - timedelta(days=days)) if days else "")
    results = [
        {
            "url": hit.url,
            "title": hit.page.title,
            "content": hit.snippet,
            "publishedDate": f"{hit.page.published}T00:00:00" if hit.page.dated in ("meta", "json-ld") else None,
            "engine": "worldsearch",
            "engines": ["worldsearch", "otherworld"][: 1 + rank % 2],
            "template": "default.html",
            "parsed_url": ["http", hit.page.host, hit.page.path, "", "", ""],
            "positions": [rank],
            "score": 1.0 / rank,
            "category": "general",
        }
        for rank, hit in enumerate(found, 1)
    ]
    nothing: dict[str, list[Any]] = {"answers": [], "corrections": [], "infoboxes": [], "suggestions": []}
    return web.json_response({"query": query, "results": results, **nothing, "unresponsive_engines": []})


def searxng_config(request: web.Request, url: str) -> web.Response:
    """`/config`: what tells that an address is a SearXNG."""
    engines = [{"name": "worldsearch", "categories": ["general"], "enabled": True, "time_range_support": True}]
    return web.json_response(
        {"instance_name": "SearXNG", "categories": ["general"], "engines": engines, "version": "2026.11.1"}
    )


def searxng_health(request: web.Request, url: str) -> web.Response:
    """`/healthz`."""
    return web.Response(text="OK")


def duckduckgo(request: web.Request, url: str) -> web.Response:
    """`/html/`: three links a hit, through the site's own redirect, and one advertisement before them."""
    since, _, until = request.query.get("df", "").partition("..")
    found = _hits("duckduckgo", request.query.get("q", ""), since=since, until=until or "9")
    hits = "".join(map(_duck, found))
    ad = '<div class="result result--ad"><a class="result__a" href="https://duckduckgo.com/y.js?ad_domain=x">Ad</a></div>'
    shown = f"{ad}{hits}" if hits else '<div class="no-results">No results found.</div>'
    return _html(
        '<html><head><title>Results at DuckDuckGo</title></head><body><form action="/html/"><input name="q"></form>'
        f'<div class="serp__results"><div id="links" class="results">{shown}</div></div></body></html>'
    )


def _duck(hit: Hit) -> str:
    link = f"//duckduckgo.com/l/?uddg={quote(hit.url, safe='')}&amp;rut=0"
    return (
        '<div class="result results_links results_links_deep web-result"><div class="links_main result__body">'
        f'<h2 class="result__title"><a rel="nofollow" class="result__a" href="{link}">{escape(hit.page.title)}</a></h2>'
        f'<a class="result__url" href="{link}">{escape(hit.page.address)}</a>'
        f'<a class="result__snippet" href="{link}">{escape(hit.snippet)}</a></div></div>'
    )


def mojeek(request: web.Request, url: str) -> web.Response:
    """`/search`: the page of results."""
    since, before = (_iso(request.query.get(name, "")) for name in ("since", "before"))
    found = _hits("mojeek", request.query.get("q", ""), since=since, until=before or "9")
    shown = "".join(
        f'<li class="r{rank}"><!--rs--><a class="ob" href="{hit.url}"><p class="i">{escape(hit.page.address)}</p></a>'
        f'<h2><a class="title" title="{hit.url}" href="{hit.url}">{escape(hit.page.title)}</a></h2>'
        f'<p class="s">{escape(hit.snippet)}</p><!--re--></li>'
        for rank, hit in enumerate(found, 1)
    )
    said = f"Results 1 to {len(found)} from {37 * len(found)} in 0.21s" if found else ""
    nothing = '<p class="s">No pages found matching: <strong>your query</strong></p>'
    return _html(
        '<html lang="en"><head><title>your query - Mojeek Search</title></head><body class="sr"><header><a href="/">'
        f'Mojeek</a></header><p class="result-count">{said}</p><div class="results"><ul class="results-standard">'
        f'{shown}</ul>{"" if found else nothing}</div><footer><a href="/about">About</a></footer></body></html>'
    )


def _iso(day: str) -> str:
    """A day such as 20261122 as ISO 8601; "" for ""."""
    return "-".join(filter(None, (day[:4], day[4:6], day[6:])))


def marginalia(request: web.Request, url: str) -> web.Response:
    """`/search/{query}` or `/search?query=`, of the API that is open to all."""
    query = request.match_info.get("query") or request.query.get("query", "")
    results = [
        {"url": hit.url, "title": hit.page.title, "description": hit.snippet, "quality": 2.5, "format": "HTML5",
         "details": [[{"keyword": "a", "count": 3, "flagsUnstemmed": []}]]}
        for hit in _hits("marginalia", query)
    ]  # fmt: skip
    return web.json_response({"license": "CC-BY-NC-SA 4.0", "query": query, "page": 1, "pages": 1, "results": results})


def brave(request: web.Request, url: str) -> web.Response:
    """`/res/v1/web/search`, which wants a key."""
    if not request.headers.get("X-Subscription-Token"):
        error = {"code": "SUBSCRIPTION_TOKEN_INVALID", "detail": "The provided token is invalid.", "status": 422}
        return web.json_response({"type": "ErrorResponse", "error": error}, status=422)
    query = request.query.get("q", "")
    results = [
        {"type": "search_result", "title": hit.page.title, "url": hit.url, "description": escape(hit.snippet),
         "page_age": f"{hit.page.published}T00:00:00", "language": "en", "family_friendly": True,
         "meta_url": {"scheme": "http", "netloc": hit.page.host, "path": hit.page.path}}
        for hit in _hits("brave", query)
    ]  # fmt: skip
    return web.json_response(
        {"type": "search", "query": {"original": query}, "web": {"type": "search", "results": results}}
    )


def _html(text: str) -> web.Response:
    return web.Response(text=f"<!doctype html>{text}", content_type="text/html")


Answer = Callable[[web.Request, str], web.Response]


def _routes() -> Iterator[tuple[str, tuple[tuple[str, str, Answer], ...]]]:
    yield (
        "searxng",
        (
            ("/search", "searxng", searxng),
            ("/config", "instance", searxng_config),
            ("/healthz", "instance", searxng_health),
        ),
    )
    yield "duckduckgo", (("/html/", "duckduckgo", duckduckgo), ("/html", "duckduckgo", duckduckgo))
    yield "mojeek", (("/search", "mojeek", mojeek),)
    yield (
        "marginalia",
        (
            ("/search/{query}", "marginalia", marginalia),
            ("/public/search/{query}", "marginalia", marginalia),
            ("/search", "marginalia", marginalia),
        ),
    )
    yield "brave", (("/res/v1/web/search", "brave", brave),)


ENGINES: Mapping[str, tuple[tuple[str, str, Answer], ...]] = dict(_routes())
"""By name, which is also the end of its base: paths, what requests to them are called, and what answers them."""
