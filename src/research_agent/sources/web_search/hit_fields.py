"""Fields of a hit, read leniently: titles and snippets in one line without markup, days in ISO 8601."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from research_agent.errors import BodyError
from research_agent.messages import source_failures
from research_agent.sources.crawler import host_of
from research_agent.sources.protocol import Hit
from research_agent.text.json_fields import Json, objects_of, text_of

__all__ = ["day_of", "hit_of", "hits_in", "hits_of", "line_of"]

TAG = re.compile(r"</?[a-zA-Z][^<>]{0,200}>")
ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d(?![^T ])", re.ASCII)
LONGEST = 600  # characters of a snippet
WRITTEN = ("%b %d, %Y", "%d %b %Y", "%B %d, %Y", "%d %B %Y", "%m/%d/%Y", "%Y%m%d")


def hit_of(url: Any, title: Any, snippet: Any = "", published: Any = "", engines: Sequence[str] = ()) -> Hit | None:
    """The hit made of what an engine said; None for what is no address of a page."""
    address = text_of(url)
    host = host_of(address)
    if not host:
        return None
    name = line_of(text_of(title))[:LONGEST] or f"{host}{urlsplit(address).path.rstrip('/')}"
    return Hit(
        url=address,
        title=name,
        snippet=line_of(text_of(snippet))[:LONGEST],
        published=day_of(text_of(published)),
        engines=tuple(engines),
    )


def hits_of(found: Sequence[Hit | None]) -> list[Hit]:
    """The hits among them, each address once."""
    return list({hit.url: hit for hit in reversed([hit for hit in found if hit is not None])}.values())[::-1]


def hits_in(body: Json, name: str, *, url: str, title: str, snippet: str, published: str = "") -> list[Hit]:
    """
    Hits in the list called `name` of a body, whose items have fields of these names.

    Raises `BodyError` for a body without such a list.
    """
    if not isinstance(body.get(name), list):
        raise BodyError(source_failures.NO_RESULTS_IN_JSON())
    return hits_of(
        [
            hit_of(item.get(url), item.get(title), item.get(snippet), item.get(published) if published else "")
            for item in objects_of(body[name])
        ]
    )


def line_of(text: str) -> str:
    """A text without tags and references to characters, in one line."""
    return " ".join(unescape(TAG.sub("", text)).split())


def day_of(text: str) -> str:
    """The day or time that a text of an engine names, in ISO 8601; "" for one that names none ("3 days ago")."""
    if ISO_DAY.match(text):
        with suppress(ValueError):
            day = date.fromisoformat(text[:10]).isoformat()
            with suppress(ValueError):
                datetime.fromisoformat(text)
                return text
            return day
        return ""
    with suppress(ValueError, OverflowError, IndexError, TypeError):
        return parsedate_to_datetime(text).date().isoformat()
    for form in WRITTEN:
        with suppress(ValueError):
            return datetime.strptime(text, form).date().isoformat()  # noqa: DTZ007 - a day, without a time
    return ""
