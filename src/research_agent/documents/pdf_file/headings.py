"""Headings of a PDF: the entries of its outline, at the places in the text where they stand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from research_agent.documents.file_text import Place

__all__ = ["Entry", "heading_places", "outline_of"]

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
    found.sort(key=lambda one: one[0])
    places: list[Place] = []
    for number, (start, entry) in enumerate(found):
        past = (other for other, later in found[number + 1 :] if later.level <= entry.level)
        places.append(
            Place(kind="heading", start=start, end=next(past, len(text)), label=entry.title, level=entry.level)
        )
    return places


def _find(title: str, text: str, start: int, end: int) -> int:
    """Where a title stands in `text[start:end]`, at the beginning of a line rather than within; -1 for nowhere."""
    words = r"\W+".join(map(re.escape, WORD.findall(title)))
    for pattern in (rf"^\W*({words})\b", rf"\b({words})\b"):
        if match := re.compile(pattern, re.IGNORECASE | re.MULTILINE).search(text, start, end):
            return match.start(1)
    return -1
