"""Metadata of an HTML page: title, author, date, language, from <meta>, JSON-LD and the first heading."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from research_agent.documents.page_dates import page_dates

__all__ = ["linked_data_of", "metadata_of"]

TYPE = re.compile(r"[A-Za-z]{1,40}\Z")  # of "https://schema.org/Product", "Product"
LONGEST = 500  # characters of one value
LINKED_DATA = 200_000  # characters of one script

TITLES = ("og:title", "citation_title", "dc.title", "twitter:title")
DESCRIPTIONS = ("description", "og:description", "dc.description", "twitter:description")
AUTHORS = ("citation_author", "author", "dc.creator", "parsely-author")


def metadata_of(tree: Any, text_of: Callable[[Any], str]) -> dict[str, str]:
    """Fields of a `Page` besides its text and links, "" for unknown ones; `text_of` gives the text of an element."""
    meta = _meta(tree)
    linked_data = list(linked_data_of(tree))
    title = tree.css_first("title")
    heading = tree.css_first("h1")
    root = tree.css_first("html")
    published, modified = page_dates(tree, meta, linked_data, text_of)
    return {
        "title": _first(meta, TITLES) or _words(title) or (text_of(heading)[:LONGEST] if heading is not None else ""),
        "description": _first(meta, DESCRIPTIONS),
        "author": _first(meta, AUTHORS) or next((name for thing in linked_data for name in _authors(thing)), ""),
        "published": published,
        "modified": modified,
        "schema": " ".join(dict.fromkeys(_types(meta, linked_data)))[:LONGEST],
        "language": ((root.attributes.get("lang") or "") if root is not None else "").strip()[:20],
    }


def _meta(tree: Any) -> dict[str, str]:
    """The first value of each name or property."""
    values: dict[str, str] = {}
    for node in tree.css("meta")[:300]:
        attributes = node.attributes
        name = (attributes.get("name") or attributes.get("property") or attributes.get("itemprop") or "").lower()
        value = " ".join((attributes.get("content") or "").split())[:LONGEST]
        if name and value:
            values.setdefault(name, value)
    return values


def linked_data_of(tree: Any) -> Iterator[dict[str, Any]]:
    """What the page says of itself in JSON-LD, thing by thing."""
    for script in tree.css('script[type="application/ld+json"]')[:5]:
        try:
            data = json.loads((script.text() or "")[:LINKED_DATA])
        except (ValueError, RecursionError):
            continue
        things = data.get("@graph", [data]) if isinstance(data, dict) else data
        yield from (thing for thing in (things if isinstance(things, list) else [])[:50] if isinstance(thing, dict))


def _types(meta: Mapping[str, str], linked_data: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """What the page says that it is: its types in JSON-LD (schema.org), then in Open Graph."""
    for thing in linked_data:
        stated = thing.get("@type")
        for name in stated if isinstance(stated, list) else [stated]:
            if isinstance(name, str) and (match := TYPE.search(name)):
                yield match[0]
    if match := TYPE.search(meta.get("og:type", "")):
        yield match[0]


def _authors(thing: dict[str, Any]) -> Iterator[str]:
    authors = thing.get("author")
    for author in authors if isinstance(authors, list) else [authors]:
        name = author.get("name") if isinstance(author, dict) else author
        if isinstance(name, str) and name.strip():
            yield " ".join(name.split())[:LONGEST]


def _first(values: dict[str, str], names: tuple[str, ...]) -> str:
    return next((values[name] for name in names if name in values), "")


def _words(node: Any) -> str:
    return " ".join(node.text().split())[:LONGEST] if node is not None else ""
