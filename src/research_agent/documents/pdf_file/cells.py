"""Cells of the rows of a table, and which of them are figures."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from research_agent.documents.pdf_file.rows import Row, Segment

__all__ = ["YEAR", "Cell", "Column", "cells_of"]

FIGURE = re.compile(
    r"[(\u2212\u2013\u2014+-]*\s?(?:[$\u20ac\u00a3\u00a5]\s?)?[(\u2212\u2013-]?(?:\d[\d.,]*|\.\d+)\s?\)?\s?"
    r"(?:%|x|bps|pts?|pp|[MBKmn]{1,2})?\s?\)?(?:\s?\([a-z0-9]{1,3}\))?|(?:[$\u20ac\u00a3\u00a5]\s?)?[\u2012-\u2015\u2212-]+\s?%?|[Nn]/?[AaMm]|\*{1,3}"
)
MONEY = re.compile(r"(?:US|C|A)?[$\u20ac\u00a3\u00a5]\s?[(\u2212-]?|\(")
ENDING = re.compile(r"\)?\s?%?\s?\)?")
YEAR = re.compile(r"(?:FY\s?)?(?:19|20)\d\d(?:E|A)?(?:\s?\([a-z0-9]{1,3}\))?|Q[1-4](?: \d{4})?")
WIDE = 0.5  # of a line's height, from which a gap parts two headings

Column = tuple[float, float]
"""Left and right edge of the figures of a column, in points."""


@dataclass(slots=True)
class Cell:
    """Cell of a row: text and horizontal place in points."""

    text: str
    left: float
    right: float

    @property
    def middle(self) -> float:
        """Middle between its edges."""
        return (self.left + self.right) / 2

    @property
    def is_figure(self) -> bool:
        """Whether it is a number, a sum of money, a share, or the sign for none."""
        return FIGURE.fullmatch(self.text) is not None

    @property
    def is_year(self) -> bool:
        """Whether it is a year or a quarter, which head columns."""
        return YEAR.fullmatch(self.text) is not None


def cells_of(row: Row, *, is_heading: bool = False) -> list[Cell]:
    """
    Cells of a row: currency signs, brackets and per cent signs that stand apart belong to their figure.

    In a row of headings, cells may stand closer together than elsewhere.
    """
    cells: list[Cell] = []
    for segment in row.segments:
        for piece in _pieces(segment, WIDE if is_heading else None):
            last = cells[-1] if cells else None
            if last and MONEY.fullmatch(last.text):
                last.text, last.right = last.text.rstrip() + piece.text, piece.right
            elif last and last.is_figure and ENDING.fullmatch(piece.text):
                last.text, last.right = last.text + piece.text, piece.right
            else:
                cells.append(piece)
    return cells


def _pieces(segment: Segment, gap: float | None) -> list[Cell]:
    """
    A segment as one cell; as one for each word where all are figures, which stand close together.

    With `gap`, it is parted at gaps wider than that share of its height.
    """
    words = segment.words
    if len(words) > 1 and all(FIGURE.fullmatch(word.text) or MONEY.fullmatch(word.text) for word in words):
        return [Cell(word.text, word.left, word.right) for word in words]
    cells = [Cell(segment.text, segment.left, segment.right)]
    if gap is not None and any(two.left - one.right > gap * segment.height for one, two in pairwise(words)):
        cells = []
        for word in words:
            if cells and word.left - cells[-1].right <= gap * segment.height:
                cells[-1] = Cell(f"{cells[-1].text} {word.text}", cells[-1].left, word.right)
            else:
                cells.append(Cell(word.text, word.left, word.right))
    return cells
