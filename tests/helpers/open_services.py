"""The sources of news, books, places, figures and talk: a good body of each service, and one way to ask them fast."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from helpers.in_process_reader import Reading
from research_agent.errors import SourceError
from research_agent.http import open_client
from research_agent.settings import Settings
from research_agent.sources import Found, SourceSettings, Tools
from research_agent.sources.gdelt import Gdelt
from research_agent.sources.lemmy import Lemmy
from research_agent.sources.nominatim import Nominatim
from research_agent.sources.openlibrary import OpenLibrary
from research_agent.sources.validation import checked
from research_agent.sources.wikinews import Wikinews
from research_agent.sources.worldbank import WorldBank
from research_agent.sources.worldbank.indicators import INDICATORS
from research_agent.testing.loopback_server import serve
from research_agent.types import Topic
from research_agent_devtools.harness.unwritable_home import NOWHERE

Reply = tuple[int, bytes, str]


@dataclass(frozen=True)
class Service:
    """
    A source, a question that it answers, the bodies of its service by a part of the path, and what reads each.

    `empty` are bodies of a search without a match; `failing` those that come with status 200 and are none.
    """

    source: type[Any]
    question: str
    text: str
    bodies: Mapping[str, Any]
    read: Mapping[str, Callable[[Any, Any], Any]]
    empty: Mapping[str, Any] = field(default_factory=dict)
    failing: tuple[Any, ...] = ()


# Not recorded: shapes from the services' documentation.
def _row(year: str, value: Any, country: tuple[str, str] = ("KE", "Kenya")) -> dict[str, Any]:
    return {
        "indicator": {"id": "SP.POP.TOTL", "value": "Population, total"},
        "country": {"id": country[0], "value": country[1]},
        "countryiso3code": "KEN", "date": year, "value": value, "unit": "", "obs_status": "", "decimal": 0,
    }  # fmt: skip


ABOUT = {"page": 1, "pages": 1, "per_page": 500, "total": 3, "sourceid": "2", "lastupdated": "2026-07-01"}
COUNTRIES = [
    ABOUT,
    [
        {"id": "KEN", "iso2Code": "KE", "name": "Kenya", "capitalCity": "Nairobi"},
        {"id": "KOR", "iso2Code": "KR", "name": "Korea, Rep.", "capitalCity": "Seoul"},
        {"id": "PRK", "iso2Code": "KP", "name": "Korea, Dem. People's Rep."},
        {"id": "GIN", "iso2Code": "GN", "name": "Guinea"},
        {"id": "PNG", "iso2Code": "PG", "name": "Papua New Guinea"},
        {"id": "EGY", "iso2Code": "EG", "name": "Egypt, Arab Rep."},
        {"id": "CIV", "iso2Code": "CI", "name": "Cote d'Ivoire"},
        {"id": "USA", "iso2Code": "US", "name": "United States"},
        {"id": "WLD", "iso2Code": "1W", "name": "World"},
    ],
]
VALUES = [ABOUT, [_row("2025", None), _row("2024", 56432944), _row("2023", 55339003)]]
POPULATION = next(one for one in INDICATORS if one.code == "SP.POP.TOTL")

STORY = b"""<!doctype html><html lang="en"><head><title>Bridge opens in Taipa</title></head><body><main><article>
<h1>Bridge opens in Taipa</h1><p>The new bridge between Macau and Taipa was opened on 20 November 2026 by the mayor.</p>
<p>It is 3,600 metres long and took four years to build, one year longer than was planned at first.</p></article></main>
</body></html>"""
ARTICLES = {
    "articles": [
        {
            "url": "{base}/story/bridge", "url_mobile": "", "title": "Bridge opens in Taipa",
            "seendate": "20261120T101500Z",
            "socialimage": "", "domain": "news.example", "language": "English", "sourcecountry": "Macao",
        },
        {"url": "javascript:alert(1)", "title": "Not an address", "seendate": "20261120T101500Z"},
    ]
}  # fmt: skip
REPORTS = {
    "batchcomplete": True,
    "query": {
        "pages": [
            {
                "pageid": 1, "ns": 0, "title": "Volcano closes airports", "index": 1,
                "extract": "<p><b>Thursday, April 15, 2010 </b></p><p>A volcano in Iceland closed airports.</p>",
                "canonicalurl": "https://en.wikinews.org/wiki/Volcano_closes_airports", "lastrevid": 9,
                "pagelanguage": "en",
            },
            {"pageid": 2, "ns": 0, "title": "Volcano", "index": 2, "extract": "", "pagelanguage": "en"},
        ]
    },
}  # fmt: skip
BOOKS = {
    "numFound": 1, "start": 0, "numFoundExact": True,
    "docs": [
        {
            "key": "/works/OL468431W", "title": "The Great Gatsby", "author_name": ["F. Scott Fitzgerald"],
            "first_publish_year": 1925, "edition_count": 1193, "number_of_pages_median": 188,
            "subject": ["Rich people", "Fiction"], "language": ["eng", "ger"],
        },
        {"key": "/works/OL1W", "title": "A book without anything"},
    ],
}  # fmt: skip
WORK = {
    "key": "/works/OL468431W", "title": "The Great Gatsby", "covers": [1],
    "description": {"type": "/type/text", "value": "The story of the <i>rich</i> Jay Gatsby.\n\n----------\nAlso in:"},
}  # fmt: skip
PLACES = [
    {
        "place_id": 1, "licence": "Data © OpenStreetMap contributors, ODbL 1.0. http://osm.org/copyright",
        "osm_type": "way", "osm_id": 7515426, "lat": "48.8611473", "lon": "-2.3380277", "category": "tourism",
        "type": "museum", "place_rank": 30, "importance": 0.55, "addresstype": "tourism", "name": "Musée du Louvre",
        "display_name": "Musée du Louvre, Rue Saint-Honoré, Paris, Île-de-France, 75001, France",
        "address": {
            "tourism": "Musée du Louvre", "road": "Rue Saint-Honoré", "city": "Paris", "state": "Île-de-France",
            "postcode": "75001", "country": "France", "country_code": "fr",
        },
        "extratags": {"start_date": "1793", "ele": "35", "population": "12000 or so", "website": "https://louvre.fr"},
        "boundingbox": ["48.8", "48.9", "-2.4", "-2.3"],
    }
]  # fmt: skip
POSTS = {
    "type_": "All",
    "posts": [
        {
            "post": {
                "id": 5, "name": "Framework laptop after a year", "url": "https://blog.example/framework",
                "body": "The hinge is fine. The battery lasts *eight* hours.",
                "published": "2026-03-01T10:00:00.123456Z", "removed": False, "deleted": False, "ap_id": "https://lemmy.example/post/5",
            },
            "creator": {"id": 1, "name": "ada", "display_name": "Ada B."},
            "community": {"id": 2, "name": "hardware", "title": "Hardware"},
            "counts": {"score": 41, "comments": 12},
        },
        {"post": {"id": 6, "name": "Gone", "removed": True, "ap_id": "https://lemmy.example/post/6"}},
    ],
    "comments": [
        {
            "comment": {
                "id": 9, "content": "Mine has run for two years without any fault.", "removed": False, "deleted": False,
                "published": "2026-04-01T10:00:00Z", "ap_id": "https://lemmy.example/comment/9",
            },
            "creator": {"name": "bo"}, "post": {"id": 5, "name": "Framework laptop after a year"},
            "community": {"name": "hardware"}, "counts": {"score": 3},
        },
        {"comment": {"id": 10, "content": "Same here."}, "post": {"id": 5, "name": "Framework laptop after a year"}},
    ],
    "communities": [], "users": [],
}  # fmt: skip

SERVICES: Mapping[str, Service] = {
    "worldbank": Service(
        WorldBank,
        "What is the population of Kenya?",
        "population of Kenya",
        {"/indicator/": VALUES, "/v2/country": COUNTRIES},
        {
            "/v2/country": lambda source, body: source.read_countries(body),
            "/indicator/": lambda source, body: source.read_values(body, POPULATION, {"2023"}),
        },
        {"/indicator/": [{**ABOUT, "total": 0}, None]},
        ([{"message": [{"id": "120", "key": "Invalid value", "value": "The provided parameter value is not valid"}]}],),
    ),
    "openlibrary": Service(
        OpenLibrary,
        "Who wrote The Great Gatsby?",
        "wrote The Great Gatsby",
        {"/search.json": BOOKS, "/works/": WORK},
        {
            "/search.json": lambda source, body: source.read_books(body),
            "/works/": lambda source, body: [source.read_description(body)],
        },
        {"/search.json": {"numFound": 0, "start": 0, "docs": []}},
        ({"error": "Solr is down"}, {"docs": [{"x": 1}]}),
    ),
    "nominatim": Service(
        Nominatim,
        "Where is the Louvre?",
        "Louvre",
        {"/search": PLACES},
        {"/search": lambda source, body: source.read_places(body)},
        {"/search": []},
        ({"error": {"code": 400, "message": "Parameter 'q' missing"}}, {"error": "Unable to geocode"}, [{"x": 1}]),
    ),
    "lemmy": Service(
        Lemmy,
        "What do people think of the Framework laptop?",
        "Framework laptop",
        {"/api/v3/search": POSTS},
        {"/api/v3/search": lambda source, body: source.read_results(body)},
        {"/api/v3/search": {"type_": "All", "posts": [], "comments": [], "communities": [], "users": []}},
        ({"error": "rate_limit_error"}, {"posts": [], "x": 1}, {"posts": [{"x": 1}], "comments": []}),
    ),
    "gdelt": Service(
        Gdelt,
        "What happened in Macau yesterday?",
        "happened in Macau yesterday",
        {"/api/v2/doc/doc": ARTICLES, "/story/": STORY},
        {"/api/v2/doc/doc": lambda source, body: source.read_articles(body)},
        {"/api/v2/doc/doc": {}},
    ),
    "wikinews": Service(
        Wikinews,
        "What happened at the volcano in Iceland in 2010?",
        "volcano in Iceland 2010",
        {"/w/api.php": REPORTS},
        {"/w/api.php": lambda source, body: source.read_pages(body)},
        {"/w/api.php": {"batchcomplete": True}},
        ({"error": {"code": "internal_api_error", "info": "Caught exception"}},),
    ),
}


def replies(service: Service, **more: Any) -> dict[str, Reply]:
    """The good bodies as replies, `more` in place of some."""
    return {part: reply(body) for part, body in service.bodies.items()} | more


def reply(body: Any) -> Reply:
    """A page of HTML, or a body of JSON."""
    is_page = isinstance(body, bytes)
    return 200, body if is_page else json.dumps(body).encode(), "text/html" if is_page else "application/json"


async def ask(
    service: Service, answers: Mapping[str, Reply], *, limit: int = 5, **changed: Any
) -> tuple[Found, SourceError | None, list[web.Request]]:
    """The documents, or the error, of a search whose server answers by the first key that the path holds; requests."""
    requests: list[web.Request] = []

    async def handle(request: web.Request) -> web.Response:
        requests.append(request)
        found = next((reply for part, reply in answers.items() if part in request.path), None)
        status, body, kind = found or (404, b"nothing here", "text/plain")
        body = body.replace(b"{base}", f"http://{request.host}".encode())
        return web.Response(status=status, body=body, headers={"Content-Type": kind, "Retry-After": "7"})

    app = web.Application()
    app.router.add_get("/{path:.*}", handle)
    topic = Topic(**{"text": service.text, "question": service.question, **changed})
    run = Settings.of(home=NOWHERE, deadline=30.0)
    async with serve(app) as base, open_client(run, trusted=[base]) as client:
        source = service.source(SourceSettings(url=base))
        try:
            found = await source.search(topic, tools=Tools(client=client, read=Reading()), limit=limit)
        except SourceError as error:
            return Found([]), error, requests
    return checked(found), None, requests
