"""Passages of a file's text: whole sentences packed to 600 characters, within one section and one page."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from research_agent.documents.file_text import FileText, Place
from research_agent.text.sentences import sentence_spans

__all__ = ["LONGEST", "Piece", "cut"]

LONGEST = 600  # characters: small enough to be precise, large enough to carry a name with its fact
SHARED = 300  # characters of the sentence that two passages share at most; a longer one says enough in one of them
OPENING = 120  # characters of a page's opening, and of what is above a table
DEEPEST = 4  # headings above a passage that are kept, the nearest
SPACE = re.compile(r"\s")


class Piece(NamedTuple):
    """
    Passage: `text[start:end]`, the printed number of the page where it begins, and the headings above it.

    `above` is for ranking alone: how its page opens, and what stands above its table, where it does not hold them.
    `table` says whether it is of a table.
    """

    start: int
    end: int
    page: str
    section: str
    above: str = ""
    table: bool = False


def cut(content: FileText) -> list[Piece]:
    """Cut a text into passages, in order; each sentence is in one of them, or at a seam in two."""
    text, pages = content.text, content.pages
    page_starts = [page.start for page in pages]
    borders = _Borders(content.places)

    def place(sentence: tuple[int, int]) -> tuple[int, int, int]:
        return bisect_right(page_starts, sentence[0]) - 1, *borders.of(sentence[0])

    pieces = []
    for (page, section, table), sentences in groupby(_sentences(text), key=place):
        label = pages[page].label or str(page + 1) if page >= 0 else ""
        headings = borders.headings(section)
        opens = pages[page].start if page >= 0 else None
        above = borders.above(table, opens or 0)
        for start, end in _packed(list(sentences), 0 if table >= 0 else SHARED):
            lines = [_line(text, at, start) for at in (opens, above) if at is not None and at < start]
            above_it = " ".join(filter(None, dict.fromkeys(lines)))
            pieces.append(Piece(start, end, label, headings, above_it, table >= 0))
    return pieces


def _line(text: str, at: int, end: int) -> str:
    """The beginning of the text at an offset, up to `OPENING` characters, on one line."""
    words = " ".join(text[at : min(at + 2 * OPENING, end)].split())
    return words if len(words) <= OPENING else words[:OPENING].rpartition(" ")[0]


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    """Spans of the sentences; one that is longer than a passage in parts that end between words."""
    for start, end in sentence_spans(text):
        while end - start > LONGEST:
            seam = next((at for at in range(start + LONGEST, start + LONGEST // 2, -1) if SPACE.match(text[at])), None)
            middle = start + LONGEST if seam is None else seam
            yield start, middle
            start = middle if seam is None else middle + 1
        if start < end:
            yield start, end


def _packed(sentences: Sequence[tuple[int, int]], shared: int) -> Iterator[tuple[int, int]]:
    """Spans of runs of sentences, each up to `LONGEST`, that begin with the last sentence of the run before."""
    first = 0
    for at, (_, end) in enumerate(sentences):
        if at == first or end - sentences[first][0] <= LONGEST:
            continue
        yield sentences[first][0], sentences[at - 1][1]
        last, last_end = sentences[at - 1]
        fits = at - 1 > first and last_end - last <= shared and end - last <= LONGEST
        first = at - 1 if fits else at
    yield sentences[first][0], sentences[-1][1]


class _Borders:
    """Where sections and tables begin and end; each place of the text is in one section, and in a table or in none."""

    def __init__(self, places: Sequence[Place]) -> None:
        self._headings = [place for place in places if place.kind == "heading"]
        self._heading_starts = [place.start for place in self._headings]
        self._tables = [place for place in places if place.kind == "table"]
        self._table_starts = [place.start for place in self._tables]
        self._paths: dict[int, str] = {}

    def of(self, offset: int) -> tuple[int, int]:
        """Numbers of the section and the table at an offset; -1 for none."""
        table = bisect_right(self._table_starts, offset) - 1
        if table >= 0 and offset >= self._tables[table].end:
            table = -1
        return bisect_right(self._heading_starts, offset) - 1, table

    def above(self, table: int, least: int) -> int | None:
        """Where the words above a table begin, not before `least`; None for no table."""
        if table < 0:
            return None
        return max(least, self._tables[table].start - OPENING)

    def headings(self, section: int) -> str:
        """Path of the headings above a section, " > " between them."""
        if section < 0:
            return ""
        if section not in self._paths:
            start = self._headings[section].start
            above = [
                " ".join(place.label.split())
                for place in self._headings[max(0, section - 1000) : section + 1]
                if place.start <= start < max(place.end, place.start + 1)
            ]
            self._paths[section] = " > ".join(above[-DEEPEST:])
        return self._paths[section]
