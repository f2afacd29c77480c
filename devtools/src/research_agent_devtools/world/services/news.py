"""GDELT's article list and Wikinews, as their APIs are documented; not recorded."""

from __future__ import annotations

from html import escape
from urllib.parse import quote

from aiohttp import web

from research_agent_devtools.world.matching import best
from research_agent_devtools.world.posts import PAGES

__all__ = ["gdelt", "wikinews"]

REPORTS = {
    "Machine learning team runs a transformer architecture on a pocket calculator": (
        "Friday, March 6, 2026",
        "A team of students ran the attention of a transformer architecture on a pocket calculator in 41 minutes.",
    ),
    "Macau closes its oldest bridge to walkers": (
        "Monday, February 9, 2026",
        "Macau has closed its oldest bridge to walkers after a storm on Saturday.",
    ),
    "Greenhouses report record photosynthesis": (
        "Sunday, January 11, 2026",
        "Greenhouses in the north reported a record rate of photosynthesis, thanks to new lamps.",
    ),
}
"""Reports of a wiki that was closed in May 2026: title, day, text."""


def gdelt(request: web.Request, url: str) -> web.Response:
    """`mode=artlist`; without a match an empty object, and what is wrong with a query as a sentence."""
    query = " ".join(word for word in request.query.get("query", "").split() if ":" not in word)
    if len(query) < 3:
        return web.Response(text="Your query was too short or too long.", content_type="text/html")
    texts = {slug: f"{title} {' '.join(said)}" for slug, (title, said) in PAGES.items()}
    articles = [
        {
            "url": f"http://{request.host}/web/{slug}",
            "url_mobile": "",
            "title": PAGES[slug][0],
            "seendate": "20261120T101500Z",
            "socialimage": "",
            "domain": request.host,
            "language": "English",
            "sourcecountry": "Macao",
        }
        for slug in best(query, texts)
    ]
    return web.json_response({"articles": articles} if articles else {})


def wikinews(request: web.Request, url: str) -> web.Response:
    """`/w/api.php` with `generator=search`."""
    titles = best(request.query.get("gsrsearch", ""), {title: text for title, (_, text) in REPORTS.items()})
    pages = [
        {
            "pageid": 7000 + rank,
            "ns": 0,
            "title": title,
            "index": rank,
            "extract": f"<p><b>{REPORTS[title][0]}</b></p><p>{escape(REPORTS[title][1])}</p>",
            "canonicalurl": f"{url}/wiki/{quote(title.replace(' ', '_'))}",
            "lastrevid": 70_000 + rank,
            "pagelanguage": "en",
        }
        for rank, title in enumerate(titles[: int(request.query.get("gsrlimit", 10))], 1)
    ]
    return web.json_response({"batchcomplete": True, **({"query": {"pages": pages}} if pages else {})})
