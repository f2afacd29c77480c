"""The Atom feed of changes (RFC 4287): an entry a change, whose id and date never change."""

from __future__ import annotations

import html
import re
import uuid
from collections.abc import Mapping, Sequence
from xml.etree import ElementTree as ET  # writes only

from research_agent.memory import Change, Said, Watch
from research_agent.watch.change_text import dated, headline, own_words, place_of

__all__ = ["MEDIA_TYPE", "atom_feed"]

MEDIA_TYPE = "application/atom+xml"
NAMESPACE = "http://www.w3.org/2005/Atom"
OURS = uuid.UUID("6f0c2b1e-5d7f-5b0a-9a53-2f6d6c1c4e11")  # the name space of our ids, drawn once
NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
EMPTY = "1970-01-01T00:00:00+00:00"  # of a feed in which there is nothing that has a date


def atom_feed(
    watches: Sequence[Watch], changes: Sequence[Change], *, title: str, name: str, base: str, itself: str, page: str
) -> bytes:
    """
    The feed of these changes, the newest first, of these watches.

    `name` tells this feed from all others, whatever its address is. `base` is the address of the server, `itself` and
    `page` are those of the feed and of the page that shows the same, below it.
    """
    known = {watch.id: watch for watch in watches}
    feed = ET.Element("feed", xmlns=NAMESPACE)
    _text(feed, "id", _urn(name))
    _text(feed, "title", title)
    dates = [change.noticed for change in changes] or [watch.created for watch in watches]
    _text(feed, "updated", max(dates, default=EMPTY))
    ET.SubElement(feed, "link", rel="self", type=MEDIA_TYPE, href=_clean(f"{base}{itself}"))
    ET.SubElement(feed, "link", rel="alternate", type="text/html", href=_clean(f"{base}{page}"))
    _text(ET.SubElement(feed, "author"), "name", "research-agent")
    for change in changes:
        if change.watch in known:
            feed.append(_entry(known[change.watch], change, base))
    ET.indent(feed)
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(feed, encoding="unicode").encode()


def _entry(watch: Watch, change: Change, base: str) -> ET.Element:
    entry = ET.Element("entry")
    _text(entry, "id", _urn(f"{watch.id}/{watch.created}/{change.number}"))
    _text(entry, "title", f"{headline(change)} - {watch.question}")
    for date in ("published", "updated"):
        _text(entry, date, change.noticed)
    address = f"{base}/watch/show?id={watch.id}#c{change.number}"
    ET.SubElement(entry, "link", rel="alternate", type="text/html", href=_clean(address))
    _text(entry, "content", "".join(_html(change)), {"type": "html"})
    return entry


def _html(change: Change) -> list[str]:
    """Old and new sentence with their quotes, as HTML without links: an answer's only addresses are its sources'."""
    parts = [f"<p>{html.escape(headline(change))}</p>"]
    for label, said in (("Before", change.old), ("Now", change.new)):
        if said is not None:
            text = html.escape(_clean(said.text)) if own_words(said) else ""
            parts.append(f"<p><b>{label}:</b> {text}</p>{_quotes(said)}")
    return parts


def _quotes(said: Said) -> str:
    return "".join(
        f"<blockquote>{html.escape(_clean(quote.quote))}</blockquote>"
        f"<p>{html.escape(_clean(f'{place_of(quote)}, {dated(quote)}'))}</p>"
        for quote in said.quotes
    )


def _urn(name: str) -> str:
    return uuid.uuid5(OURS, name).urn


def _text(parent: ET.Element, tag: str, text: str, attributes: Mapping[str, str] | None = None) -> None:
    ET.SubElement(parent, tag, dict(attributes or {})).text = _clean(text)


def _clean(text: str) -> str:
    """Text of characters that XML can hold; others are left out."""
    return NO_XML.sub("", text)
