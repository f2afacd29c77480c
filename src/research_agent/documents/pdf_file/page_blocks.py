"""Blocks of a page: paragraphs and tables, made of the rows of a column."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Literal

from research_agent.documents.pdf_file.cells import Cell, cells_of
from research_agent.documents.pdf_file.rows import Row
from research_agent.documents.pdf_file.tables import goes_on, is_data, table_lines
from research_agent.documents.pdf_file.words import SOFT
from research_agent.text.numerals import restored_powers

__all__ = ["Block", "blocks_of"]

LOOSE = 0.35  # of a line's height, how much wider than usual the gap before a new paragraph is at least
WIDEST = 0.9  # of it, the gap between lines of one paragraph at most
SHORT = 0.2  # of the column's width, by which a line that ends a paragraph falls short of it
BETWEEN = 4  # rows without figures inside of a table at most
HEADERS = 5  # rows of headings of a table at most
LABELS = 2  # rows without figures between these and the first figures at most
ENDS = (".", "!", "?", ":", ".\u201d", '."', "\u3002", ";")
ITEM = re.compile(
    r"(?:[\u2022\u25aa\u25cf\u25e6\u2023\u00b7\u2013\u2014*\uf0b7o-]|\(?(?:\d{1,3}|[a-z]|[ivx]{1,4})[.)])(?=\s|$)"
)


@dataclass(frozen=True, slots=True)
class Block:
    """
    Paragraph of text, or table with a line for each of its rows.

    Of a paragraph: `height` of its first line in points, whether all its `lines` begin in bold, and how many they are.
    """

    kind: Literal["text", "table"]
    text: str
    height: float = 0.0
    is_bold: bool = False
    lines: int = 0


def blocks_of(rows: Sequence[Row]) -> Iterator[Block]:
    """Blocks of a column, from top to bottom."""
    cells = [cells_of(row) if len(row.segments) > 1 or row.text[-1:].isdigit() else [] for row in rows]
    data = [is_data(of_row) for of_row in cells]
    at = 0
    while at < len(rows):
        start, past = _next_table(rows, cells, data, at)
        yield from _paragraphs(rows[at:start])
        if start < past:
            table = [
                cells[place] if data[place] else cells_of(rows[place], is_heading=True) for place in range(start, past)
            ]
            yield Block("table", "\n".join(table_lines(table)))
        at = past


def _next_table(rows: Sequence[Row], cells: Sequence[Sequence[Cell]], data: Sequence[bool], at: int) -> tuple[int, int]:
    """
    The first and past the last row of the next table; both the number of rows without one.

    `data` says of which rows the cells are a label and figures.
    """
    while at < len(rows):
        first = next((place for place in range(at, len(rows)) if data[place]), len(rows))
        past = _end(rows, cells, data, first)
        if sum(data[first:past]) >= 2:
            return _beginning(rows, cells, first, at), past
        at = max(past, first + 1)
    return len(rows), len(rows)


def _end(rows: Sequence[Row], cells: Sequence[Sequence[Cell]], data: Sequence[bool], first: int) -> int:
    """Past the last row of figures of a table that begins at `first`: prose ends it, and the heading of another."""
    last, edge, has_body = first, float("inf"), False
    for place in range(first, len(rows)):
        row = rows[place]
        if data[place]:
            is_heading = all(cell.is_year for cell in cells[place] if cell.is_figure)
            if is_heading and has_body:
                break
            has_body = has_body or not is_heading
            edge = min(edge, *(cell.left for cell in cells[place][1:]))
            last = place
        elif place - last > BETWEEN or (row.right > edge and row.segments[0].is_prose):
            break
    return min(last + 1, len(rows))


def _beginning(rows: Sequence[Row], cells: Sequence[Sequence[Cell]], first: int, at: int) -> int:
    """The first row of a table: that of the headings above its figures."""
    left = min(cell.left for cell in cells[first][1:] or cells[first])
    if first > at and len(rows[first - 1].segments) == 1 and goes_on(cells[first]):
        first -= 1  # the first line of a label
    begin, after = first, rows[first]
    for place in range(first - 1, max(first - HEADERS - LABELS, at) - 1, -1):
        row = rows[place]
        if after.top - row.bottom > 1.5 * row.height or first - begin > HEADERS:
            break
        if row.right < left:  # a heading of rows may stand between: "Assets:"
            if begin < first or first - place > LABELS:
                break
        elif any(_crosses(cell, left, row.right) for cell in cells_of(row, is_heading=True)):
            break
        else:
            begin = place
        after = row
    return begin


def _crosses(cell: Cell, left: float, right: float) -> bool:
    """Whether a cell reaches from above the labels far over the figures, as a line of prose does."""
    return cell.left < left and cell.right > left + 0.5 * (right - left)


def _paragraphs(rows: Sequence[Row]) -> Iterator[Block]:
    if not rows:
        return
    gaps = [max(after.top - before.bottom, 0) for before, after in pairwise(rows)]
    usual = min(median(gaps), WIDEST * rows[0].height) if gaps else 0.0
    right = sorted(row.right for row in rows)[len(rows) * 9 // 10]
    width = right - min(row.left for row in rows)
    first = 0
    for at in range(1, len(rows) + 1):
        if at == len(rows) or _starts(rows[at - 1], rows[at], gaps[at - 1] - usual, right - SHORT * width):
            yield _paragraph(rows[first:at])
            first = at


def _paragraph(rows: Sequence[Row]) -> Block:
    text = ""
    for row in rows:
        text = joined(text, _row_text(row))
    is_bold = all(row.segments[0].words[0].is_bold for row in rows)
    return Block("text", restored_powers(text), rows[0].height, is_bold, len(rows))


def joined(before: str, after: str) -> str:
    """Two lines as one; a word that a hyphen parts at the line's end is whole again."""
    if not before:
        return after
    return before + after if before[-1] in SOFT else f"{before} {after}"


def _row_text(row: Row) -> str:
    """Text of a row that is none of a table: with tabs where its segments are far apart."""
    if len(row.segments) == 1 or len(row.segments[0].text) <= 12:
        return row.text
    apart = any(two.left - one.right > 3 * row.height for one, two in pairwise(row.segments))
    return "\t".join(segment.text for segment in row.segments) if apart else row.text


def _starts(before: Row, row: Row, wider: float, edge: float) -> bool:
    """Whether a row begins a paragraph, after one that ends at `edge` when it is full."""
    height = before.height
    if wider > LOOSE * height or abs(row.height - height) > 0.2 * height:
        return True
    text, last = row.text, before.text.rstrip(SOFT)
    if last != before.text:
        return False
    is_other = row.segments[0].words[0].is_bold is not before.segments[0].words[0].is_bold
    if ITEM.match(text) or (is_other and before.right < edge):
        return True
    ends = last.endswith(ENDS)
    if before.right < edge and (ends or not text[0].islower()):
        return True
    return ends and row.left > before.left + 0.8 * height and row.left < edge
