"""World Bank, as its API is documented; not recorded."""

from __future__ import annotations

from typing import Any

from aiohttp import web

__all__ = ["world_bank_countries", "world_bank_values"]

COUNTRIES = (("MAC", "MO", "Macao SAR, China"), ("ISL", "IS", "Iceland"), ("WLD", "1W", "World"))
VALUES = {"SP.POP.TOTL": ("Population, total", 687_000), "NY.GDP.MKTP.CD": ("GDP (current US$)", 50_190_000_000.5)}
NEWEST = 2025


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


def _about(total: int) -> dict[str, Any]:
    return {"page": 1, "pages": 1, "per_page": 500, "total": total, "sourceid": "2", "lastupdated": "2026-07-01"}
