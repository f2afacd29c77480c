"""Pages, a feed of them, and two search engines that find them: SearXNG and DuckDuckGo's page without scripts."""

from __future__ import annotations

from html import escape
from urllib.parse import quote

from aiohttp import web

from research_agent_devtools.world.matching import best
from research_agent_devtools.world.posts import ENTRIES, PAGES

__all__ = ["archive", "archived", "duckduckgo", "feed", "page", "robots", "searxng"]

GONE = {
    "old-ferry": (
        "The old ferry of Macau",
        "The old ferry of Macau crossed the bay in 19 minutes and carried 240 people until its last trip in 1998.",
    ),
}
"""Pages that are gone and of which the archive has a copy: title and text by slug."""


def page(request: web.Request, url: str) -> web.Response:
    """A page with a menu, its text, and a foot."""
    found = PAGES.get(request.match_info["slug"])
    if found is None:
        return web.Response(status=404, text="<!doctype html><title>Not here</title>", content_type="text/html")
    title, paragraphs = found
    text = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs)
    return _html(
        f'<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="author" content="The World Desk"></head><body>'
        '<nav><a href="/">Home</a> <a href="/about">About</a></nav>'
        f"<main><article><h1>{escape(title)}</h1>{text}</article></main>"
        "<footer>All rights of this world reserved.</footer></body></html>"
    )


def robots(request: web.Request, url: str) -> web.Response:
    """What robots may read: all pages but those under /private/."""
    return web.Response(text="User-agent: *\nDisallow: /private/\n")


def archive(request: web.Request, url: str) -> web.Response:
    """The Internet Archive's `/wayback/available`: it has a copy of what is gone from here, and of nothing else."""
    asked = request.query.get("url", "")
    stamp = "20250102030405"
    closest = {"status": "200", "available": True, "timestamp": stamp, "url": f"{url}/web/{stamp}/{asked}"}
    known = asked.rpartition("/")[2] in GONE
    return web.json_response({"url": asked, "archived_snapshots": {"closest": closest} if known else {}})


def archived(request: web.Request, url: str) -> web.Response:
    """A copy as it was stored, `/web/{stamp}id_/{url}`."""
    title, text = GONE.get(request.match_info["url"].rpartition("/")[2], ("", ""))
    page = f"<html><head><title>{escape(title)}</title></head><body><main><p>{escape(text)}</p></main></body></html>"
    return _html(page) if title else web.Response(status=404, text="not archived")


def feed(request: web.Request, url: str) -> web.Response:
    """The news, as RSS 2.0."""
    items = "".join(
        f"<item><title>{escape(entry['title'])}</title><link>{_address(request, entry['slug'])}</link>"
        f"<pubDate>{entry['date']}</pubDate><description>{escape(entry['html'])}</description></item>"
        for entry in ENTRIES
    )
    text = (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>News of the World</title>'
        f"<link>{url}</link><description>What happened</description>{items}</channel></rss>"
    )
    return web.Response(text=text, content_type="application/rss+xml")


def searxng(request: web.Request, url: str) -> web.Response:
    """`/search?format=json`; any other format is off, as it is by default."""
    if request.query.get("format") != "json":
        return web.Response(status=403, text="<!doctype html><title>403 Forbidden</title>", content_type="text/html")
    results = [
        {
            "url": _address(request, slug),
            "title": PAGES[slug][0],
            "content": _snippet(slug),
            "engine": "worldsearch",
            "engines": ["worldsearch"],
            "template": "default.html",
            "parsed_url": ["http", request.host, f"/web/{slug}", "", "", ""],
            "positions": [rank],
            "score": 1.0 / rank,
            "category": "general",
        }
        for rank, slug in enumerate(_found(request), 1)
    ]
    nothing: dict[str, list[str]] = {"answers": [], "corrections": [], "infoboxes": [], "suggestions": []}
    nothing["unresponsive_engines"] = []
    return web.json_response({"query": request.query.get("q", ""), "results": results, **nothing})


def duckduckgo(request: web.Request, url: str) -> web.Response:
    """`/html/`: three links a hit, through the site's own redirect, and one advertisement before them."""
    hits = "".join(_hit(request, slug) for slug in _found(request))
    shown = f'<div class="result result--ad">{_link("https://duckduckgo.com/y.js?ad=1", "An offer")}</div>{hits}'
    nothing = '<div class="no-results">No results found.</div>'
    return _html(
        '<html><head><meta charset="utf-8"><title>Results at DuckDuckGo</title></head><body>'
        f'<form action="/html/"><input name="q"></form><div id="links" class="results">{shown if hits else nothing}'
        "</div></body></html>"
    )


def _hit(request: web.Request, slug: str) -> str:
    address = f"//duckduckgo.com/l/?uddg={quote(_address(request, slug), safe='')}&amp;rut=0"
    links = [PAGES[slug][0], f"{request.host}/web/{slug}", _snippet(slug)]
    return f'<div class="result">{"".join(_link(address, text) for text in links)}</div>'


def _link(address: str, text: str) -> str:
    return f'<a class="result__a" href="{address}">{escape(text)}</a>'


def _found(request: web.Request) -> list[str]:
    return best(
        request.query.get("q", ""), {slug: f"{title} {' '.join(said)}" for slug, (title, said) in PAGES.items()}
    )


def _snippet(slug: str) -> str:
    return f"{PAGES[slug][1][0][:120]} ..."


def _address(request: web.Request, slug: str) -> str:
    return f"http://{request.host}/web/{slug}"


def _html(text: str) -> web.Response:
    return web.Response(text=f"<!doctype html>{text}", content_type="text/html")
