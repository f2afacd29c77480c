"""Running heads and page numbers: rows at the edge of a page that stand at the same height on many."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from research_agent.documents.pdf_file.rows import Row

__all__ = ["without_running_heads"]

EDGE = 4  # rows from the top, and from the bottom, that may be a running head
LONGEST = 200  # characters of one
SHARE = 0.08  # of the pages, on which it stands at least
FEWEST = 3  # pages
AHEAD = 1_000  # pages, by which a printed number differs from the count at most: years may be counted on too
HEIGHT = 8  # points, within which it is the same height
NUMBER = re.compile(r"\d{1,5}|\b[ivxlc]{1,7}\b", re.IGNORECASE)
LETTER = re.compile(r"[^\W\d_]{2}")
ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}

Key = tuple[str, int]
"""
Text of a row and its height on the page.

Where the text has the number of the page, that stands in it as "#" and how far it is from the count of pages: so rows
of figures that differ are no running head, however alike they are otherwise.
"""


def without_running_heads(pages: Sequence[Sequence[Row]]) -> list[list[Row]]:
    """Rows of each page, from the top, without those."""
    edges = [list(_edges(rows, number)) for number, rows in enumerate(pages)]
    counts = Counter(key for sides in edges for key in {key for side in sides for _, keys in side for key in keys})
    enough = max(FEWEST, SHARE * len(pages))
    kept = []
    for rows, sides in zip(pages, edges, strict=True):
        dropped = set()
        for side in sides:
            for at, keys in side:
                if not any(_count(counts, *key) >= enough for key in keys):
                    break  # what stands further in is no running head
                dropped.add(at)
        rest = [row for at, row in enumerate(rows) if at not in dropped]
        kept.append(rest or [row for row in rows if LETTER.search(row.text)])  # a page that says nothing else
    return kept


def _count(counts: Counter[Key], text: str, height: int) -> int:
    return counts[text, height] + (max(counts[text, height - 1], counts[text, height + 1]) if height else 0)


def _edges(rows: Sequence[Row], page: int) -> Iterator[list[tuple[int, list[Key]]]]:
    """Indices and keys of the rows at the top and of those at the bottom, from the outside in."""
    last = len(rows) - 1
    for places in (range(min(EDGE, len(rows))), range(last, max(last - EDGE, -1), -1)):
        yield [(at, list(_keys(rows[at], page, is_first=at == places[0]))) for at in places]


def _keys(row: Row, page: int, *, is_first: bool) -> Iterator[Key]:
    text, height = row.text, 1 + round(row.top / HEIGHT)
    if len(text) > LONGEST:
        return
    if LETTER.search(text):
        yield text, height
    for match in NUMBER.finditer(text):
        ahead = _value(match[0]) - page
        if abs(ahead) > AHEAD:
            continue
        numbered = f"{text[: match.start()]}#{ahead}{text[match.end() :]}"
        yield numbered, height
        if is_first:  # a page's number ends it, wherever that is
            yield numbered, 0


def _value(number: str) -> int:
    if number.isdigit():
        return int(number)
    values = [ROMAN[letter] for letter in number.lower()]
    return sum(-one if one < two else one for one, two in zip(values, [*values[1:], 0], strict=True))
