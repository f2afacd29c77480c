"""Sheet of a workbook as text: its tables, which blank rows part, with the lines above them for captions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from research_agent.documents.formats.table_rows import header_count, table_lines
from research_agent.documents.formats.text_builder import TextBuilder

__all__ = ["Span", "tell_sheet"]

Span = tuple[int, int, int, int]
"""Merged cells: first row and column, last row and column, from 0."""

Rows = list[list[str]]
WIDEST = 1000  # columns that merged cells may take


class _Block(NamedTuple):
    """Rows between blank ones, without the columns that are empty before them; where they begin."""

    top: int
    left: int
    rows: Rows


def tell_sheet(
    name: str, rows: Rows, told: TextBuilder, *, merged: Sequence[Span] = (), heads: Collection[int] = ()
) -> None:
    """Tell of a sheet; `heads` are the numbers of rows, from 0, that the file says are headers."""
    if not any(map(any, rows)):
        return
    told.heading(name, 1)
    wide: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for top, left, bottom, right in merged:
        if top < len(rows) and left < len(rows[top]) and (text := rows[top][left]):
            wide[top].append((left, min(right, left + WIDEST)))
            for row in rows[top + 1 : bottom + 1]:
                row += [""] * (left + 1 - len(row))
                row[left] = text
    for block in _blocks(rows):
        _tell_block(block, told, wide, heads)
        if told.is_full:
            return


def _blocks(rows: Rows) -> Iterator[_Block]:
    block: Rows = []
    for number, row in enumerate([*rows, []]):
        if any(row):
            block.append(row)
        elif block:
            left = min(next(column for column, cell in enumerate(line) if cell) for line in block)
            yield _Block(number - len(block), left, [line[left:] for line in block])
            block = []


def _tell_block(
    block: _Block, told: TextBuilder, wide: Mapping[int, list[tuple[int, int]]], heads: Collection[int]
) -> None:
    rows = block.rows
    if max(sum(map(bool, row)) for row in rows) == 1:
        told.paragraph("\n".join("".join(row) for row in rows))
        return
    lead = 0
    while lead < len(rows) and sum(map(bool, rows[lead])) == 1 and block.top + lead not in heads:
        lead += 1
    for row in rows[:lead]:
        told.paragraph("".join(row))
    table = _Block(block.top + lead, block.left, rows[lead:])
    told.table(table_lines(table.rows, _headers(table, wide, heads)), "".join(rows[lead - 1]) if lead else "")


def _headers(table: _Block, wide: Mapping[int, list[tuple[int, int]]], heads: Collection[int]) -> int:
    """How many rows are headers: those that the file says, those with cells over several columns and the next one."""
    if table.top in heads:
        return 1
    count = 0
    while count < len(table.rows) - 2 and (
        spans := [span for span in wide.get(table.top + count, ()) if span[1] > span[0]]
    ):
        row = table.rows[count]
        for left, right in spans:
            row += [""] * (right - table.left + 1 - len(row))
            row[left - table.left : right - table.left + 1] = [row[left - table.left]] * (right - left + 1)
        count += 1
    return count + 1 if count else header_count(table.rows)
