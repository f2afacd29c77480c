"""Tables of figures: rows whose cells stand below one another, under headings where these are sure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from research_agent.documents.pdf_file.cells import Cell, Column
from research_agent.documents.pdf_file.column_headings import headings_of

__all__ = ["goes_on", "is_data", "table_lines"]

CONTINUES = re.compile(r"[a-z,;&\u2013\u2014-]|\([a-z]{2}")


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
    headings = headings_of(rows[:start], columns)
    lines = ["\t".join(cell.text for cell in cells) for cells in rows[:start]]
    return [*lines, *(_line(cells, columns, headings) for cells in _unwrapped(body))]


def goes_on(cells: Sequence[Cell]) -> bool:
    """Whether a row's label goes on from the line above."""
    return bool(cells) and not cells[0].is_figure and CONTINUES.match(cells[0].text) is not None


def _is_body(cells: Sequence[Cell]) -> bool:
    return is_data(cells) and not all(cell.is_year for cell in cells if cell.is_figure)


def _columns(rows: Sequence[Sequence[Cell]]) -> list[Column]:
    """Horizontal places of the columns of figures: those of cells that overlap."""
    places = sorted((cell.left, cell.right) for cells in rows if is_data(cells) for cell in _figures(cells))
    columns: list[Column] = []
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


def _line(cells: Sequence[Cell], columns: Sequence[Column], headings: Sequence[str]) -> str:
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
