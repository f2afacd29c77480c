"""World Bank, Open Library and Nominatim, as their APIs are documented; not recorded."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from research_agent_devtools.world.matching import best

__all__ = ["books", "places", "work", "world_bank_countries", "world_bank_values"]

COUNTRIES = (("MAC", "MO", "Macao SAR, China"), ("ISL", "IS", "Iceland"), ("WLD", "1W", "World"))
VALUES = {"SP.POP.TOTL": ("Population, total", 687_000), "NY.GDP.MKTP.CD": ("GDP (current US$)", 50_190_000_000.5)}
NEWEST = 2025
BOOKS: dict[str, dict[str, Any]] = {
    "OL9001W": {
        "title": "The Lamps of the Greenhouse",
        "author_name": ["Ida Quell"],
        "first_publish_year": 1931,
        "edition_count": 4,
        "subject": ["Photosynthesis", "Gardeners"],
        "number_of_pages_median": 212,
    },
    "OL9002W": {"title": "Bridges of Macau", "author_name": ["Rui Sa", "Lin Wei"], "first_publish_year": 1999},
}
DESCRIPTIONS = {"OL9001W": "A gardener of the far north builds lamps that tomatoes take for the sun."}
PLACES: dict[str, dict[str, Any]] = {
    "Sai Van Bridge, Taipa, Macau": {
        "osm_type": "way", "osm_id": 7001, "lat": "22.179", "lon": "113.533", "category": "man_made", "type": "bridge",
        "name": "Sai Van Bridge", "addresstype": "man_made", "address": {"suburb": "Taipa", "country": "Macau"},
        "extratags": {"start_date": "2004-12-19"},
    },
    "Attention Square, Transformer Street, Taipa, Macau": {
        "osm_type": "node", "osm_id": 7002, "lat": "22.1561", "lon": "113.5592", "category": "place", "type": "square",
        "name": "Attention Square", "addresstype": "square", "address": {"suburb": "Taipa", "country": "Macau"},
        "extratags": None,
    },
}  # fmt: skip


def world_bank_countries(request: web.Request, url: str) -> web.Response:
    """`/v2/country`: every country, and the groups of them."""
    rows = [{"id": code, "iso2Code": short, "name": name} for code, short, name in COUNTRIES]
    return web.json_response([_about(len(rows)), rows])


def world_bank_values(request: web.Request, url: str) -> web.Response:
    """`/v2/country/{codes}/indicator/{indicator}`: values by year, newest first, of this year none yet."""
    code, codes = request.match_info["indicator"], request.match_info["codes"].split(";")
    if code not in VALUES:
        told = {"id": "175", "key": "Invalid format", "value": "The indicator was not found."}
        return web.json_response([{"message": [told]}])
    label, value = VALUES[code]
    years = range(NEWEST, NEWEST - min(int(request.query.get("mrv", 1)), 60), -1)
    rows: list[dict[str, Any]] = [
        {
            "indicator": {"id": code, "value": label},
            "country": {"id": short, "value": name},
            "countryiso3code": long,
            "date": str(year),
            "value": None if year == NEWEST else value - 1000 * (NEWEST - 1 - year),
            "unit": "",
            "obs_status": "",
            "decimal": 0,
        }
        for long, short, name in COUNTRIES
        if long in codes
        for year in years
    ]
    return web.json_response([_about(len(rows)), rows or None])


def books(request: web.Request, url: str) -> web.Response:
    """Open Library's `/search.json`."""
    texts = {key: f"{book['title']} {' '.join(book['author_name'])}" for key, book in BOOKS.items()}
    found = best(request.query.get("q", ""), texts)[: int(request.query.get("limit", 100))]
    docs = [{"key": f"/works/{key}", **BOOKS[key]} for key in found]
    return web.json_response({"numFound": len(docs), "start": 0, "numFoundExact": True, "docs": docs})


def work(request: web.Request, url: str) -> web.Response:
    """Open Library's `/works/{key}.json`."""
    key = request.match_info["key"]
    if key not in BOOKS:
        return web.json_response({"error": "notfound", "key": f"/works/{key}"}, status=404)
    described = {"description": {"type": "/type/text", "value": DESCRIPTIONS[key]}} if key in DESCRIPTIONS else {}
    return web.json_response({"key": f"/works/{key}", "title": BOOKS[key]["title"], **described})


def places(request: web.Request, url: str) -> web.Response:
    """Nominatim's `/search?format=jsonv2`."""
    found = best(request.query.get("q", ""), dict.fromkeys(PLACES, ""))[: int(request.query.get("limit", 10))]
    return web.json_response([{"place_id": at, "display_name": name, **PLACES[name]} for at, name in enumerate(found)])


def _about(total: int) -> dict[str, Any]:
    return {"page": 1, "pages": 1, "per_page": 500, "total": total, "sourceid": "2", "lastupdated": "2026-07-01"}
