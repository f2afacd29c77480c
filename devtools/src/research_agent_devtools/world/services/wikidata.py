"""Wikidata: items with their statements, as `/w/api.php` answered in 2026."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from aiohttp import web

from research_agent_devtools.world.matching import best
from research_agent_devtools.world.posts import ENTITIES, LABELS

__all__ = ["wikidata"]

CALENDAR = "http://www.wikidata.org/entity/Q1985727"


def wikidata(request: web.Request, url: str) -> web.Response:
    """`wbsearchentities`, `list=search` and `wbgetentities`."""
    asked = request.query
    if asked.get("action") == "wbsearchentities":
        return web.json_response({"searchinfo": {"search": asked.get("search")}, "search": _named(asked, url)})
    if asked.get("action") == "wbgetentities":
        ids = asked.get("ids", "").split("|")
        return web.json_response({"entities": {key: _entity(key, asked.get("props", "")) for key in ids}})
    texts = {key: f"{item['label']} {item['description']}" for key, item in ENTITIES.items()}
    hits = [{"ns": 0, "title": key} for key in best(asked.get("srsearch", ""), texts)]
    return web.json_response({"batchcomplete": True, "query": {"searchinfo": {}, "search": hits}})


def _named(asked: Any, url: str) -> list[dict[str, Any]]:
    """Items whose label begins with what is asked for, as the real one has it."""
    begins = str(asked.get("search", "")).lower()
    return [
        {
            "id": key,
            "title": key,
            "concepturi": f"{url}/entity/{key}",
            "label": item["label"],
            "description": item["description"],
            "match": {"type": "label", "language": "en", "text": item["label"]},
        }
        for key, item in ENTITIES.items()
        if begins and item["label"].lower().startswith(begins)
    ]


def _entity(key: str, props: str) -> dict[str, Any]:
    item = ENTITIES.get(key)
    label = item["label"] if item else LABELS.get(key)
    if label is None:
        return {"id": key, "missing": ""}
    kind = "property" if key.startswith("P") else "item"
    found = {"type": kind, "id": key, "labels": {"en": {"language": "en", "value": label}}}
    if item is None or "claims" not in props:
        return found
    return {
        **found,
        "lastrevid": 90_000_000 + int(key[1:]),
        "modified": "2026-10-01T00:00:00Z",
        "descriptions": {"en": {"language": "en", "value": item["description"]}},
        "aliases": {},
        "claims": {name: [_statement(name, value) for value in values] for name, values in item["claims"].items()},
    }


def _statement(name: str, value: Any) -> dict[str, Any]:
    datatype, told = _value(value)
    snak = {"snaktype": "value", "property": name, "datatype": datatype, "datavalue": told}
    return {"mainsnak": snak, "type": "statement", "rank": "normal"}


def _value(value: Any) -> tuple[str, dict[str, Any]]:
    if isinstance(value, str):
        item = {"entity-type": "item", "numeric-id": int(value[1:]), "id": value}
        return "wikibase-item", {"type": "wikibase-entityid", "value": item}
    first, second = _pair(value)
    if isinstance(first, str):
        time = {"time": first, "timezone": 0, "before": 0, "after": 0, "precision": second, "calendarmodel": CALENDAR}
        return "time", {"type": "time", "value": time}
    unit = second if second == "1" else f"http://www.wikidata.org/entity/{second}"
    return "quantity", {"type": "quantity", "value": {"amount": f"+{first}", "unit": unit}}


def _pair(value: Iterable[Any]) -> tuple[Any, Any]:
    first, second = value
    return first, second
