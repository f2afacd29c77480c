"""File text: what is read of a file, and the places in it: pages, headings, tables, where its words stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

__all__ = ["FileText", "PageBoxes", "Place", "PlaceKind", "WordBox"]

PlaceKind = Literal["page", "heading", "table", "figure"]
WordBox = tuple[int, int, float, float, float, float]
"""Offsets (start, end) in the text of one word, and its box (left, top, right, bottom) in points from the top left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """
    Place in a file's text: `text[start:end]`.

    A page has its printed number as `label` ("47", "iv", a slide's "3"); pages follow one another and do not overlap. A
    heading's `label` is its words, `level` its depth from 1, and its span is the section that it stands above, to the
    next heading of the same or a higher level. A table's or figure's `label` is its caption, "" without one.
    """

    kind: PlaceKind
    start: int
    end: int
    label: str = ""
    level: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PageBoxes:
    """Boxes of the words of a page of `width` x `height` points, in the order of the text."""

    width: float
    height: float
    words: tuple[WordBox, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileText:
    """
    Text of a file, as a person would read it, and what is known of it; "" for an unknown field.

    Paragraphs are separated by blank lines; a row of a table is one line, "header: cell; header: cell". `places` are
    in order of `start`, the wider first. `boxes` has the words of each page (its index among the pages, from 0) of a
    PDF or a scan. `notes` are lines for the user about what was not read; with no text at all, `text` is "" and the
    first note says why and what to do about it.
    """

    text: str
    places: tuple[Place, ...] = ()
    title: str = ""
    author: str = ""
    published: str = ""
    language: str = ""
    doi: str = ""
    boxes: Mapping[int, PageBoxes] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def pages(self) -> tuple[Place, ...]:
        """Pages, in order."""
        return tuple(place for place in self.places if place.kind == "page")
