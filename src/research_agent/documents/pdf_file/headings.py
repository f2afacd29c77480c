"""Headings of a PDF: the entries of its outline, at the places in the text where they stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from research_agent.documents.file_text import Place

__all__ = ["Entry", "heading_places", "outline_of", "sections"]

ENTRIES = 5_000
DEEPEST = 15
LABEL = 300  # characters
WORD = re.compile(r"[^\W_]+")


class Entry(NamedTuple):
    """Entry of an outline: its words, its depth from 1 and the page (from 0) that it leads to."""

    title: str
    level: int
    page: int


def outline_of(document: Any) -> list[Entry]:
    """Entries of pdfium's document that lead to a page of it, in order."""
    entries: list[Entry] = []
    for item in document.get_toc(max_depth=DEEPEST):
        if len(entries) == ENTRIES:
            break
        target = item.get_dest()
        page = None if target is None else target.get_index()
        title = " ".join(item.get_title().split())[:LABEL]
        if page is not None and WORD.search(title):
            entries.append(Entry(title, item.level + 1, page))
    return entries


def heading_places(text: str, pages: Sequence[tuple[int, int]], entries: Sequence[Entry]) -> list[Place]:
    """
    Places of headings in `text`, whose pages stand at these spans; each with the section below it.

    A heading that does not stand on its page begins where the page does.
    """
    found, at = [], 0
    for entry in entries:
        if not 0 <= entry.page < len(pages):
            continue
        start, end = pages[entry.page]
        at = max(at, start) if at < end else start
        place = _find(entry.title, text, at, end)
        at = place if place >= 0 else at
        found.append((place if place >= 0 else at, entry))
    return sections([(start, entry.title, entry.level) for start, entry in found], len(text))


def sections(headings: Iterable[tuple[int, str, int]], length: int) -> list[Place]:
    """Places of headings (start, words, level) of a text, each with the section below it."""
    places: list[Place] = []
    ends: dict[int, int] = {}  # by level, where the next heading of it or of a higher one stands
    for start, words, level in sorted(headings, key=lambda one: one[0], reverse=True):
        end = min((place for other, place in ends.items() if other <= level), default=length)
        places.append(Place(kind="heading", start=start, end=end, label=words, level=level))
        ends = {other: place for other, place in ends.items() if other < level} | {level: start}
    return places[::-1]


def _find(title: str, text: str, start: int, end: int) -> int:
    """Where a title stands in `text[start:end]`, at the beginning of a line rather than within; -1 for nowhere."""
    words = r"\W+".join(map(re.escape, WORD.findall(title)))
    for pattern in (rf"^\W*({words})\b", rf"\b({words})\b"):
        if match := re.compile(pattern, re.IGNORECASE | re.MULTILINE).search(text, start, end):
            return match.start(1)
    return -1
