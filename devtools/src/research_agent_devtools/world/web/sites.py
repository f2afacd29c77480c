"""The sites of the small web: each host with its robots.txt and its pages, as a request by its name gets them."""

from __future__ import annotations

from aiohttp import web

from research_agent_devtools.world.web.markup import html_of
from research_agent_devtools.world.web.texts import PAGES, Page

__all__ = ["HOSTS", "answer", "page_of"]

HOSTS = frozenset(page.host for page in PAGES.values())
OPEN = "User-agent: *\nDisallow: /basket\nDisallow: /search\nSitemap: http://{host}/sitemap.xml\n"
ROBOTS = {
    "forbidden": (200, "User-agent: *\nDisallow: /\n"),
    "broken": (500, "upstream timed out"),
    "": (200, OPEN),
}
DELAYED = "User-agent: *\nCrawl-delay: 10\n"
SLOW_TO_CRAWL = "www.plainhealth.example"
"""The host whose robots.txt demands ten seconds between two pages."""
MISSING = frozenset({"slow.tidewater-library.example", "stonecottage-diary.example", "www.slowferry.example"})
"""Hosts without a robots.txt."""
SOFT_404 = (
    "<!doctype html><title>Page not found</title><h1>Page not found</h1><p>The page you requested was not found.</p>"
)


def page_of(request: web.Request) -> Page | None:
    """The page that a request to a site asks for; tracking parameters change nothing."""
    return PAGES.get(f"{request.host}{request.path}")


def answer(request: web.Request, size: int = 0, times: int = 0) -> web.Response:
    """
    What the site answers that the request's Host names; a page has `size` bytes at least.

    With `times` each of its sentences says that number, so that no text is one that was seen before.
    """
    if request.host not in HOSTS:
        return web.Response(status=502, text="There is no such host.")
    if request.path == "/robots.txt":
        return _robots(request.host)
    page = page_of(request)
    if page is None or page.status == "404":
        return web.Response(status=404, text="<!doctype html><title>Not found</title>", content_type="text/html")
    if page.status == "500":
        return web.Response(status=500, text="<!doctype html><title>Oops</title>", content_type="text/html")
    text = SOFT_404 if page.status else html_of(page, size)
    if times:
        text = text.replace(". ", f", {times}. ")
    return web.Response(text=text, content_type="text/html", charset="utf-8")


def _robots(host: str) -> web.Response:
    if host in MISSING:
        return web.Response(status=404, text="Not found")
    if host == SLOW_TO_CRAWL:
        return web.Response(text=DELAYED)
    kind = next((page.robots for page in PAGES.values() if page.host == host and page.robots), "")
    status, text = ROBOTS[kind]
    return web.Response(status=status, text=text.format(host=host))
