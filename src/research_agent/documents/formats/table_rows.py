"""
Rows of a table as lines of their own: "header: cell; header: cell".

A cell below the wrong header is a false statement. So first rows are taken for headers where the file says so, or where
their form leaves little doubt; else the cells stand alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

__all__ = ["Row", "header_count", "table_lines"]

Row = Sequence[str]

LONGEST = 100  # characters of a header
FIGURE = re.compile(r"[\s(+\u2212\u2013\u00b1~<>\u2248$\u20ac\u00a3\u00a5#-]*\d")
PERIOD = re.compile(
    r"(?:FY|CY|[QH][1-4])?[\s'-]{0,2}\d{4}(?:[-/\u2013]\d{2,4}){0,2}(?:[\s-]{0,2}[QH][1-4])?[*]?", re.IGNORECASE
)
UNIT = 4  # letters that may stand with a figure


def table_lines(rows: Sequence[Row], headers: int) -> list[str]:
    """
    The rows as lines, of which the first `headers` head the columns.

    These stand alone as well: what they say must be found, and they may be no headers after all.
    """
    width = max(map(len, rows), default=0)
    labels = [_label(rows[:headers], column) for column in range(width)]
    lines = []
    for number, row in enumerate(rows):
        filled = [(column, cell) for column, cell in enumerate(row) if cell]
        is_heading = len(filled) == 1 and filled[0][0] == 0 and width > 2  # of the rows below it
        if number < headers:
            lines.append("; ".join(dict.fromkeys(cell for _, cell in filled)))
        elif is_heading:
            lines.append(filled[0][1])
        else:
            lines.append("; ".join(f"{labels[column]}: {cell}" if labels[column] else cell for column, cell in filled))
    return [line for line in lines if line]


def header_count(rows: Sequence[Row], *, is_usual: bool = False) -> int:
    """
    How many first rows are headers by their form: 1 or 0.

    Without figures below texts only the number of columns speaks for one: a table of two may as well be of names and
    their values, unless a header is usual where it stands.
    """
    if len(rows) < 2:
        return 0
    first, below = rows[0], rows[1:]
    width = max(map(len, rows))
    filled = [cell for cell in first if cell]
    if width < 2 or not filled or not all(_may_head(cell, first) for cell in filled):
        return 0
    if is_usual:
        return int(2 * len(filled) >= width)
    if len(filled) < max(2 if width > 2 else 1, width - 1) or len(set(filled)) < len(filled):
        return 0
    if any(len(cell) > LONGEST for cell in filled):
        return 0
    contrasts = [_is_figure_column(below, column) for column in range(width)]
    if width == 2:
        return int(all(contrasts))
    return int(any(contrasts) or len(rows) > 2)


def is_figure(cell: str) -> bool:
    """Whether a cell is a number, with a sign, a currency or a short unit perhaps."""
    return FIGURE.match(cell) is not None and sum(map(str.isalpha, cell)) <= UNIT


def _may_head(cell: str, first: Row) -> bool:
    """Whether a cell of the first row may be a header: no figure, or a year beside a text or an empty corner."""
    if not is_figure(cell):
        return True
    return PERIOD.fullmatch(cell) is not None and not (first[0] and is_figure(first[0]))


def _is_figure_column(rows: Sequence[Row], column: int) -> bool:
    cells = [row[column] for row in rows if column < len(row) and row[column]]
    return bool(cells) and 2 * sum(map(is_figure, cells)) > len(cells)


def _label(headers: Sequence[Row], column: int) -> str:
    cells = (row[column] for row in headers if column < len(row) and row[column])
    return " ".join(dict.fromkeys(cells)).removesuffix(":")
