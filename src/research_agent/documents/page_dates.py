"""
Dates of an HTML page: when it was published, and when it was last changed, in ISO 8601.

Said by <meta>, JSON-LD, microdata or <time>, in this order; else the visible date at the title: a short line with a day
in it. What a page says is believed only if it can be: not in the future, not from before our time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from research_agent.text.dates import days_in, first_date, plausible

__all__ = ["page_dates"]

DATE = re.compile(r"\d{4}-\d{2}(?:-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?)?")
BARE = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?!\d)|(\d{4})(\d\d)(\d\d)(?!\d)")
WEB = 1991  # the year of the first page: a visible date before it is what the page is about

PUBLISHED = (
    "article:published_time", "citation_publication_date", "citation_date", "datepublished", "date", "dc.date",
    "dc.date.issued", "dc.date.created", "dcterms.issued", "dcterms.created", "dcterms.date", "pubdate", "publishdate",
    "publish-date", "parsely-pub-date", "sailthru.date",
)  # fmt: skip
MODIFIED = (
    "article:modified_time", "og:updated_time", "datemodified", "dc.date.modified", "dcterms.modified", "last-modified",
    "revised",
)  # fmt: skip
# What a thing in JSON-LD holds besides itself: comments, and things beside it, have dates of their own.
WITHIN = ("@graph", "mainEntity", "mainEntityOfPage")
MOST_THINGS = 200

ASIDE = frozenset(("aside", "footer", "nav"))
AROUND = 3  # elements up from the heading, in which the line may be
NEAR = 8  # elements after the heading
LONGEST_LINE = 120  # characters
CHANGED = re.compile(
    r"\b(?:updated|modified|revised|edited|reviewed|aktualisiert|stand|mis(?:e)? à jour|modifié|actualizado|aggiornato"
    r"|atualizado)\b|更新",
    re.IGNORECASE,
)

Dates = tuple[str, str]


def page_dates(
    tree: Any, meta: Mapping[str, str], things: Iterable[Mapping[str, Any]], text_of: Callable[[Any], str]
) -> Dates:
    """
    Days of publication and of the last change, "" for unknown ones.

    `meta` are the page's <meta> by lower-case name, `things` its JSON-LD; `text_of` gives the text of an element.
    """
    today = datetime.now(UTC).date()
    linked = list(_nested(things))

    def first(names: Sequence[str], key: str) -> str:
        said = (
            *(meta.get(name, "") for name in names),
            *(thing.get(key) for thing in linked),
            *_microdata(tree, key, text_of),
        )
        return next((day for value in said if (day := _day(value, today))), "")

    published, modified = first(PUBLISHED, "datePublished"), first(MODIFIED, "dateModified")
    if published and modified:
        return published, modified
    timed = next((day for value in _times(tree) if (day := _day(value, today))), "")
    seen, changed = ("", "") if published or timed else _visible(tree, text_of, today)
    return published or timed or seen, modified or changed


def _day(value: object, today: date) -> str:
    """The date or moment that a value says, "" when it says none that can be."""
    text = " ".join(value.split())[:100] if isinstance(value, str) else ""
    if match := DATE.match(text.replace("/", "-")):
        said = match[0].replace(" ", "T")
    elif match := BARE.match(text):
        year, month, day = (part for part in match.groups() if part is not None)
        said = f"{year}-{month:0>2}-{day:0>2}"
    else:
        said = first_date(text)
    return said if plausible(said, today) else ""


def _nested(things: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Things and those within them, breadth first."""
    waiting, seen = list(things), 0
    while waiting and seen < MOST_THINGS:
        thing, *waiting = waiting
        seen += 1
        yield thing
        for name in WITHIN:
            within = thing.get(name)
            waiting += [one for one in (within if isinstance(within, list) else [within]) if isinstance(one, dict)]


def _microdata(tree: Any, key: str, text_of: Callable[[Any], str]) -> Iterator[str]:
    for node in tree.css(f'[itemprop~="{key}"]')[:5]:
        attributes = node.attributes
        yield attributes.get("content") or attributes.get("datetime") or text_of(node)[:LONGEST_LINE]


def _times(tree: Any) -> Iterator[str]:
    """Moments of <time>, but for those beside the page's own text."""
    for node in tree.css("time[datetime]")[:20]:
        if not any(parent.tag in ASIDE for parent in _ancestors(node)):
            yield node.attributes.get("datetime") or ""


def _ancestors(node: Any) -> Iterator[Any]:
    while (node := node.parent) is not None:
        yield node


def _visible(tree: Any, text_of: Callable[[Any], str], today: date) -> Dates:
    """The day in a short line at the first heading, as that of publication, or of the last change where it says so."""
    heading = tree.css_first("h1")
    published = modified = ""
    for line in _lines_at(heading, text_of) if heading is not None else ():
        for at, day in days_in(line) if not line.endswith(".") else ():  # a sentence is about something else
            if int(day[:4]) < WEB or not plausible(day, today):
                continue
            if CHANGED.search(line[:at]):
                modified = modified or day
            else:
                published = published or day
    return published, modified


def _lines_at(heading: Any, text_of: Callable[[Any], str]) -> Iterator[str]:
    """Short lines around a heading: beside and behind it, and so for the elements that it is in."""
    place = heading
    for _ in range(AROUND):
        before, after = place.prev, place.next
        if before is not None and before.is_element_node:
            yield from _short(before, text_of)
        for _ in range(NEAR):
            if after is None:
                break
            if after.is_element_node:
                yield from _short(after, text_of)
                if after.tag == "p" and not _is_short(after):
                    return  # the text begins
            after = after.next
        place = place.parent
        if place is None or place.tag in ("body", "html"):
            return


def _is_short(node: Any) -> bool:
    """Whether an element holds no more than a line; told without the walk that makes its text."""
    return len(" ".join((node.text() or "")[: 10 * LONGEST_LINE].split())) <= LONGEST_LINE


def _short(node: Any, text_of: Callable[[Any], str]) -> Iterator[str]:
    """The text of an element that is a short line; of a longer one that of the short ones in front within it."""
    if node.tag in ASIDE or node.tag in ("script", "style", "table"):
        return
    if _is_short(node):
        yield text_of(node)
        return
    child = node.child
    for _ in range(NEAR):
        if child is None:
            return
        if child.is_element_node and _is_short(child):
            yield text_of(child)
        child = child.next
