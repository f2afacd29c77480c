"""Running heads and page numbers: rows at the edge of a page that stand at the same height on many."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from research_agent.documents.pdf_file.rows import Row

__all__ = ["without_running_heads"]

EDGE = 4  # rows from the top, and from the bottom, that may be a running head
SHARE = 0.08  # of the pages, on which it stands at least
FEWEST = 3  # pages
HEIGHT = 8  # points, within which it is the same height
NUMBER = re.compile(r"\d+|\b[ivxlc]+\b", re.IGNORECASE)
LETTER = re.compile(r"[^\W\d_]{2}")
PAGE_NUMBER = re.compile(r"(?:page )?[^\w#]*#[^\w#]*(?:(?:of|/) ?#)?[^\w#]*", re.IGNORECASE)

Key = tuple[str, int]
"""Text of a row, its numbers as "#", and its height on the page."""


def without_running_heads(pages: Sequence[Sequence[Row]]) -> list[list[Row]]:
    """Rows of each page, from the top, without those."""
    counts = Counter(key for rows in pages for keys in _edges(rows) for key in {key for key, _ in keys})
    enough = max(FEWEST, SHARE * len(pages))
    kept = []
    for rows in pages:
        dropped = set()
        for keys in _edges(rows):
            for (text, height), row in keys:
                if counts[text, height] + max(counts[text, height - 1], counts[text, height + 1]) < enough:
                    break  # what stands further in is no running head
                dropped.add(row)
        kept.append([row for at, row in enumerate(rows) if at not in dropped])
    return kept


def _edges(rows: Sequence[Row]) -> Iterator[list[tuple[Key, int]]]:
    """The keys, from the outside in, of the rows at the top and at the bottom, with their indices."""
    last = len(rows) - 1
    yield list(_keys(rows, range(min(EDGE, len(rows)))))
    yield list(_keys(rows, range(last, max(last - EDGE, -1), -1)))


def _keys(rows: Sequence[Row], places: Sequence[int]) -> Iterator[tuple[Key, int]]:
    first = next(iter(places), -1)
    for at in places:
        text = NUMBER.sub("#", rows[at].text)
        if not (LETTER.search(text) or PAGE_NUMBER.fullmatch(text)):
            return  # figures of a table may stand at the same height too
        if at == first and PAGE_NUMBER.fullmatch(text):
            yield ("#", 0), at  # it ends the page, wherever that is
        else:
            yield (text, round(rows[at].top / HEIGHT)), at
