"""
Tables of HTML as rows that each say their headers, before the page is read.

A table of data is changed in its tree to one of single cells, each a whole line; one that only lays out a page is left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html import escape
from typing import Any, NamedTuple

from research_agent.documents.formats.table_rows import header_count, table_lines
from research_agent.documents.html_visibility import is_hidden

__all__ = ["CAPTION", "FIRST_ROW", "set_rows"]

# Signs before the first row and the caption of a table that was changed; from the private use area, so no text.
FIRST_ROW, CAPTION = "\ue0f0", "\ue0f1"
LAYOUT = "table table, table form, table h1, table h2, table h3, table pre, table ul li ul"
WIDEST, LONGEST_SPAN = 5000, 1000
CELLS = frozenset(("td", "th"))


class _Cell(NamedTuple):
    text: str
    is_header: bool
    columns: int
    rows: int


def set_rows(tree: Any, text_of: Callable[[Any], str]) -> None:
    """Change the data tables of a tree; `text_of` gives the text of an element on one line."""
    layouts = set()
    for node in tree.css(LAYOUT):
        while (node := node.parent) is not None:
            if node.tag == "table":
                if node.mem_id in layouts:
                    break
                layouts.add(node.mem_id)
    for table in tree.css("table"):
        if table.mem_id in layouts or (table.attributes.get("role") or "") in ("presentation", "none"):
            continue
        caption = table.css_first("caption")
        lines = _lines([list(_cells(row, text_of)) for row in table.css("tr") if not is_hidden(row, row.attributes)])
        if lines:
            said = f"<caption>{escape(CAPTION + text_of(caption))}</caption>" if caption is not None else ""
            rows = "".join(f"<tr><td>{escape(line)}</td></tr>" for line in (FIRST_ROW + lines[0], *lines[1:]))
            table.inner_html = said + rows


def _cells(row: Any, text_of: Callable[[Any], str]) -> Iterator[_Cell]:
    node = row.first_child
    while node is not None:
        if node.tag in CELLS and not is_hidden(node, node.attributes):
            attributes = node.attributes
            in_head = row.parent is not None and row.parent.tag == "thead"
            columns, rows = _span(attributes.get("colspan")), _span(attributes.get("rowspan"))
            yield _Cell(text_of(node), node.tag == "th" or in_head, columns, rows)
        node = node.next


def _span(value: str | None) -> int:
    return min(int(value), LONGEST_SPAN) if value and value.isascii() and value.isdigit() and int(value) else 1


def _lines(rows: list[list[_Cell]]) -> list[str]:
    """The lines of a table, those of its titles first; none for one of a single column, which is a list."""
    lead = 0
    while lead < len(rows) and len(rows[lead]) == 1 and rows[lead][0].columns > 1 and rows[lead][0].rows == 1:
        lead += 1
    titles, rows = [row[0].text for row in rows[:lead] if row[0].text], rows[lead:]
    headers = 0
    while headers < len(rows) and rows[headers] and all(cell.is_header for cell in rows[headers]):
        headers += 1
    if not headers and all(len(row) <= 2 for row in rows) and any(map(_is_pair, rows)):
        return titles + [line for row in rows if (line := _line(row))]
    grid = _grid(rows, headers)
    if not grid or max(map(len, grid)) < 2 or headers == len(grid):
        return []
    return titles + table_lines(grid, headers or header_count(grid))


def _is_pair(row: list[_Cell]) -> bool:
    """Whether a row is a name and its value."""
    return len(row) == 2 and row[0].is_header and not row[1].is_header and bool(row[0].text and row[1].text)


def _line(row: list[_Cell]) -> str:
    texts = [cell.text for cell in row if cell.text]
    return f"{texts[0].removesuffix(':')}: {texts[1]}" if _is_pair(row) else "; ".join(texts)


def _grid(rows: list[list[_Cell]], headers: int) -> list[list[str]]:
    """The cells by column: one that spans several is in each that it heads, and in each row that it is for."""
    grid: list[list[str]] = []
    below: dict[int, tuple[int, str]] = {}  # column: rows that a cell above still takes, and its text
    for number, row in enumerate(rows):
        line: list[str] = []
        cells = iter(row)
        while len(line) < WIDEST:
            if (taken := below.get(len(line))) is not None:
                left, text = taken
                if left > 1:
                    below[len(line)] = left - 1, text
                else:
                    del below[len(line)]
                line.append(text)
                continue
            cell = next(cells, None)
            if cell is None:
                if not any(column >= len(line) for column in below):
                    break
                line.append("")
                continue
            for place in range(min(cell.columns, WIDEST - len(line))):
                text = cell.text if place == 0 or number < headers else ""
                if cell.rows > 1:
                    below[len(line)] = cell.rows - 1, text
                line.append(text)
        grid.append(line)
    return grid
