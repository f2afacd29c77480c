"""Headings of the columns of a table, where the rows above its figures leave no doubt."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from research_agent.documents.pdf_file.cells import YEAR, Cell, Column

__all__ = ["headings_of"]

CENTRED = 0.2  # of the width of some columns, by which what stands above all of them may be off their middle
LABELS = 40  # points left of the first figures, from which on a heading is one of figures
ALIGNED = 4  # points, by which lines of one heading may be off


def headings_of(rows: Sequence[Sequence[Cell]], columns: Sequence[Column]) -> list[str]:
    """
    Heading of each column, from the rows above its figures; empty where that is not sure.

    The lowest row must head each column. A row above it may do so too, head columns side by side together ("2023" above
    two quarters), or be the upper line of some headings. One alone above all columns is no part of a heading.
    """
    if not columns:
        return []
    found: list[list[Cell]] = [[] for _ in columns]
    edges = [columns[0][0] - LABELS, *((one[1] + two[0]) / 2 for one, two in pairwise(columns)), float("inf")]
    is_left_out = False
    for cells in reversed(rows):
        above = [cell for cell in cells if cell.middle > edges[0]]
        if not above:
            continue  # it heads the labels
        if len(above) == 1 < len(columns) and _is_common(above[0], edges, columns):
            is_left_out = True
            continue
        covered = [(cell, _below(cell, edges, columns)) for cell in above]
        if not _is_whole(covered, columns):
            covered = _in_groups(above, columns) or covered
        if not _is_whole(covered, columns) and not (all(found) and _are_sure(covered, found)):
            if len(above) == 1 and all(found):
                is_left_out = True
                break
            return []
        for cell, places in covered:
            for place in places:
                found[place].insert(0, cell)
    headings = [" ".join(cell.text for cell in cells) for cells in found]
    is_doubtful = not all(headings) or (is_left_out and len(set(headings)) < len(headings))
    return [] if is_doubtful else _shortest(headings)


def _is_common(cell: Cell, edges: Sequence[float], columns: Sequence[Column]) -> bool:
    """Whether a heading that is alone in its row stands above all columns."""
    if len(columns) == 2:
        return cell.left < edges[1] < cell.right
    return _is_centred(cell, range(len(columns)), columns)


def _below(cell: Cell, edges: Sequence[float], columns: Sequence[Column]) -> list[int]:
    """The columns below a heading; none where that is not sure."""
    places = [at for at, (left, right) in enumerate(columns) if cell.left < right and cell.right > left]
    if len(places) < 2:
        return [at for at, (left, right) in enumerate(pairwise(edges)) if left <= cell.middle < right]
    return places if _is_centred(cell, places, columns) else []


def _is_whole(covered: Sequence[tuple[Cell, Sequence[int]]], columns: Sequence[Column]) -> bool:
    """Whether each column has one heading."""
    return sorted(place for _, places in covered for place in places) == list(range(len(columns)))


def _in_groups(cells: Sequence[Cell], columns: Sequence[Column]) -> list[tuple[Cell, list[int]]]:
    """Headings with as many columns below each, which it stands in the middle of; none where it is not so."""
    size, rest = divmod(len(columns), len(cells))
    groups = [list(range(at * size, (at + 1) * size)) for at in range(len(cells))]
    if rest or size < 2 or not all(map(lambda cell, of: _is_centred(cell, of, columns), cells, groups)):
        return []
    return list(zip(cells, groups, strict=True))


def _is_centred(cell: Cell, places: Sequence[int], columns: Sequence[Column]) -> bool:
    """Whether a cell stands in the middle above some columns, and not beyond them."""
    left, right = columns[places[0]][0], columns[places[-1]][1]
    near = CENTRED * (right - left)
    return abs(cell.middle - (left + right) / 2) < near and left - near < cell.left and cell.right < right + near


def _are_sure(covered: Sequence[tuple[Cell, Sequence[int]]], found: Sequence[Sequence[Cell]]) -> bool:
    """
    Whether the headings of a row that are fewer than the columns are of those that they stand above.

    Such a one may head columns on both sides too, where these have none in its row. Above a single column it is in line
    with the rest of that column's heading.
    """
    taken = [place for _, places in covered for place in places]
    if len(set(taken)) < len(taken):
        return False
    for cell, places in covered:
        if not places or not {places[0] - 1, places[-1] + 1} & {-1, len(found), *taken}:
            return False
        if len(covered) == 1 < len(places):  # the title of the table perhaps
            return False
        if len(places) == 1 and not _is_aligned(cell, found[places[0]][0]):
            return False
    return True


def _is_aligned(one: Cell, other: Cell) -> bool:
    return (
        abs(one.middle - other.middle) < ALIGNED
        or abs(one.left - other.left) < ALIGNED
        or abs(one.right - other.right) < ALIGNED
    )


def _shortest(headings: Sequence[str]) -> list[str]:
    """Headings as years alone where what stands before the year is the same for all, and said above them once."""
    years = [heading.split()[-1] for heading in headings]
    before = {heading.removesuffix(year) for heading, year in zip(headings, years, strict=True)}
    is_shorter = len(before) == 1 and len(set(years)) == len(years) and all(map(YEAR.fullmatch, years))
    return years if is_shorter else list(headings)
