"""Tables of figures: rows whose cells stand below one another, under headings where these are sure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from research_agent.documents.pdf_file.rows import Row, Segment

__all__ = ["Cell", "cells_of", "goes_on", "is_data", "table_lines"]

FIGURE = re.compile(
    r"[(\u2212\u2013\u2014+-]*\s?(?:[$\u20ac\u00a3\u00a5]\s?)?[(\u2212\u2013-]?(?:\d[\d.,]*|\.\d+)\s?\)?\s?"
    r"(?:%|x|bps|pts?|pp|[MBKmn]{1,2})?\s?\)?(?:\s?\([a-z0-9]{1,3}\))?|[\u2012-\u2015\u2212-]+\s?%?|[Nn]/?[AaMm]|\*"
)
MONEY = re.compile(r"(?:US|C|A)?[$\u20ac\u00a3\u00a5]\s?[(\u2212-]?|\(")
ENDING = re.compile(r"\)?\s?%?\s?\)?")
YEAR = re.compile(r"(?:FY\s?)?(?:19|20)\d\d(?:E|A)?(?:\s?\([a-z0-9]{1,3}\))?|Q[1-4](?: \d{4})?")
CENTRED = 0.2  # of the width of some columns, by which what stands above all of them may be off their middle
CONTINUES = re.compile(r"[a-z(,;$&\u2013\u2014-]")


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


def cells_of(row: Row) -> list[Cell]:
    """Cells of a row: currency signs, brackets and per cent signs that stand apart belong to their figure."""
    cells: list[Cell] = []
    for segment in row.segments:
        for piece in _pieces(segment):
            last = cells[-1] if cells else None
            if last and MONEY.fullmatch(last.text):
                last.text, last.right = last.text.rstrip() + piece.text, piece.right
            elif last and last.is_figure and ENDING.fullmatch(piece.text):
                last.text, last.right = last.text + piece.text, piece.right
            else:
                cells.append(piece)
    return cells


def _pieces(segment: Segment) -> list[Cell]:
    """A segment as one cell; as one for each word where all are figures, which stand close together."""
    words = segment.words
    if len(words) > 1 and all(FIGURE.fullmatch(word.text) or MONEY.fullmatch(word.text) for word in words):
        return [Cell(word.text, word.left, word.right) for word in words]
    return [Cell(segment.text, segment.left, segment.right)]


def is_data(cells: Sequence[Cell]) -> bool:
    """Whether the cells are a label and figures: what follows the first figure is figures too."""
    first = next((at for at, cell in enumerate(cells) if at and cell.is_figure), None)
    if first is None:
        return len(cells) > 1 and all(cell.is_figure for cell in cells)
    figures = sum(cell.is_figure for cell in cells[first:])
    return first <= 2 and figures >= 0.75 * (len(cells) - first)


def table_lines(rows: Sequence[Sequence[Cell]]) -> list[str]:
    """
    Lines of a table: "label; heading: figure; heading: figure" for each row.

    A row whose headings are not sure is its cells, separated by tabs; so are the rows of the headings.
    """
    start = next((at for at, cells in enumerate(rows) if _is_body(cells)), len(rows))
    if 0 < start < len(rows) and len(rows[start - 1]) == 1 and goes_on(rows[start]):
        start -= 1  # the first line of a label
    body = rows[start:]
    columns = _columns(body)
    headings = _headings(rows[:start], columns)
    lines = ["\t".join(cell.text for cell in cells) for cells in rows[:start]]
    return [*lines, *(_line(cells, columns, headings) for cells in _unwrapped(body))]


def goes_on(cells: Sequence[Cell]) -> bool:
    """Whether a row's label goes on from the line above."""
    return bool(cells) and not cells[0].is_figure and CONTINUES.match(cells[0].text) is not None


def _is_body(cells: Sequence[Cell]) -> bool:
    return is_data(cells) and not all(cell.is_year for cell in cells if cell.is_figure)


def _columns(rows: Sequence[Sequence[Cell]]) -> list[tuple[float, float]]:
    """Horizontal places of the columns of figures: those of cells that overlap."""
    places = sorted((cell.left, cell.right) for cells in rows if is_data(cells) for cell in _figures(cells))
    columns: list[tuple[float, float]] = []
    for left, right in places:
        if columns and left < columns[-1][1]:
            columns[-1] = columns[-1][0], max(right, columns[-1][1])
        else:
            columns.append((left, right))
    return columns


def _figures(cells: Sequence[Cell]) -> Sequence[Cell]:
    """The cells behind the label."""
    first = next((at for at, cell in enumerate(cells) if at and cell.is_figure), 0)
    return cells[first:]


def _headings(rows: Sequence[Sequence[Cell]], columns: Sequence[tuple[float, float]]) -> list[str]:
    """Heading of each column, from the rows above; empty when one has none, or it is not sure whose one is."""
    found: list[list[str]] = [[] for _ in columns]
    if not columns:
        return []
    bounds = [columns[0][0] - 40, *((one[1] + two[0]) / 2 for one, two in pairwise(columns)), float("inf")]
    for cells in reversed(rows):
        above = [cell for cell in cells if cell.middle > bounds[0]]
        if not above:
            continue
        if len(above) == 1 and len(columns) > 1 and any(found):
            continue  # it is of all columns, and stands above them
        for cell, places in _covered(above, bounds, columns):
            for place in places:
                found[place].insert(0, cell.text)
            if not places:
                return []
    return _shortest([" ".join(words) for words in found]) if all(found) else []


def _shortest(headings: Sequence[str]) -> list[str]:
    """Headings as years alone where what stands before the year is the same for all, and said above them once."""
    years = [heading.split()[-1] for heading in headings]
    before = {heading.removesuffix(year) for heading, year in zip(headings, years, strict=True)}
    is_shorter = len(before) == 1 and len(set(years)) == len(years) and all(map(YEAR.fullmatch, years))
    return years if is_shorter else list(headings)


def _covered(
    cells: Sequence[Cell], bounds: Sequence[float], columns: Sequence[tuple[float, float]]
) -> list[tuple[Cell, list[int]]]:
    """Each cell of a row of headings with the columns below it; without any where that is not sure."""
    group, rest = divmod(len(columns), len(cells))
    if group > 1 and not rest:
        groups = [list(range(at * group, (at + 1) * group)) for at in range(len(cells))]
        if all(_is_centred(cell, of, columns) for cell, of in zip(cells, groups, strict=True)):
            return list(zip(cells, groups, strict=True))
    covered = []
    for cell in cells:
        places = [at for at, (left, right) in enumerate(columns) if cell.left < right and cell.right > left]
        if len(places) < 2:
            places = [at for at, (left, right) in enumerate(pairwise(bounds)) if left <= cell.middle < right]
        elif not _is_centred(cell, places, columns):
            places = []
        covered.append((cell, places))
    return covered


def _is_centred(cell: Cell, places: Sequence[int], columns: Sequence[tuple[float, float]]) -> bool:
    """Whether a cell stands in the middle above some columns, and not beyond them."""
    left, right = columns[places[0]][0], columns[places[-1]][1]
    near = CENTRED * (right - left)
    return abs(cell.middle - (left + right) / 2) < near and left - near < cell.left and cell.right < right + near


def _unwrapped(rows: Sequence[Sequence[Cell]]) -> list[list[Cell]]:
    """Rows, a label that goes on in the next line joined to it."""
    joined: list[list[Cell]] = []
    for cells in rows:
        last = joined[-1] if joined else None
        if last and goes_on(cells) and (len(last) == 1 or len(cells) == 1):
            label = Cell(f"{last[0].text} {cells[0].text}", last[0].left, last[0].right)
            joined[-1] = [label, *(last[1:] or cells[1:])]
        else:
            joined.append(list(cells))
    return joined


def _line(cells: Sequence[Cell], columns: Sequence[tuple[float, float]], headings: Sequence[str]) -> str:
    tabbed = "\t".join(cell.text for cell in cells)
    if not headings or not is_data(cells):
        return tabbed
    figures = _figures(cells)
    label = " ".join(cell.text for cell in cells[: len(cells) - len(figures)])
    parts, taken = [label] if label else [], -1
    for cell in figures:
        place = next((at for at, (left, right) in enumerate(columns) if cell.left < right and cell.right > left), -1)
        if place <= taken:
            return tabbed
        parts.append(f"{headings[place]}: {cell.text}")
        taken = place
    return "; ".join(parts)
