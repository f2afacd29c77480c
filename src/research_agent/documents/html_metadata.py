"""What an HTML page says of itself: title, author, dates, language, in <meta>, JSON-LD and its first heading."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

__all__ = ["told_of"]

DATE = re.compile(r"\d{4}-\d{2}(?:-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?)?")
LONGEST = 500  # characters of one fact
LINKED_DATA = 200_000  # characters of one script

TITLES = ("og:title", "citation_title", "dc.title", "twitter:title")
DESCRIPTIONS = ("description", "og:description", "dc.description", "twitter:description")
AUTHORS = ("citation_author", "author", "dc.creator", "parsely-author")
DATES = ("article:published_time", "citation_publication_date", "date", "dc.date", "datepublished", "pubdate")


def told_of(tree: Any) -> dict[str, str]:
    """The fields of a `Page` that are no text; "" for what it does not say."""
    said = _meta(tree)
    linked = list(_linked(tree))
    shown = tree.css_first("title")
    heading = tree.css_first("h1")
    root = tree.css_first("html")
    moment = tree.css_first("time[datetime]")
    return {
        "title": _first(said, TITLES) or _words(shown) or _words(heading),
        "description": _first(said, DESCRIPTIONS),
        "author": _first(said, AUTHORS) or next((name for thing in linked for name in _authors(thing)), ""),
        "published": next(
            (
                match[0].replace(" ", "T")
                for told in (
                    *(said.get(name, "") for name in DATES),
                    *(str(thing.get("datePublished", "")) for thing in linked),
                    (moment.attributes.get("datetime") or "") if moment is not None else "",
                )
                if (match := DATE.match(told.strip().replace("/", "-")))
            ),
            "",
        ),
        "language": ((root.attributes.get("lang") or "") if root is not None else "").strip()[:20],
    }


def _meta(tree: Any) -> dict[str, str]:
    """The first value of each name or property."""
    said: dict[str, str] = {}
    for meta in tree.css("meta")[:300]:
        name = (meta.attributes.get("name") or meta.attributes.get("property") or "").lower()
        value = " ".join((meta.attributes.get("content") or "").split())[:LONGEST]
        if name and value:
            said.setdefault(name, value)
    return said


def _linked(tree: Any) -> Iterator[dict[str, Any]]:
    for script in tree.css('script[type="application/ld+json"]')[:5]:
        try:
            told = json.loads((script.text() or "")[:LINKED_DATA])
        except (ValueError, RecursionError):
            continue
        things = told.get("@graph", [told]) if isinstance(told, dict) else told
        yield from (thing for thing in (things if isinstance(things, list) else [])[:50] if isinstance(thing, dict))


def _authors(thing: dict[str, Any]) -> Iterator[str]:
    given = thing.get("author")
    for author in given if isinstance(given, list) else [given]:
        name = author.get("name") if isinstance(author, dict) else author
        if isinstance(name, str) and name.strip():
            yield " ".join(name.split())[:LONGEST]


def _first(said: dict[str, str], names: tuple[str, ...]) -> str:
    return next((said[name] for name in names if name in said), "")


def _words(node: Any) -> str:
    return " ".join(node.text().split())[:LONGEST] if node is not None else ""
