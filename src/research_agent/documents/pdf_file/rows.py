"""Segments of words that stand together, rows of segments that stand side by side, and columns of prose."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median

from research_agent.documents.pdf_file.words import Word

__all__ = ["Row", "Segment", "column_blocks", "rows_of", "segments_of"]

GAP = 0.9  # of a line's height, between words from which they are of different segments
BESIDE = 0.45  # of it, how far the middles of segments of one row are apart at most
DEEPEST = 3  # splits into columns within columns
FEWEST = 3  # segments of a column
TRIED = 3  # gutters of a page
LETTERS = re.compile(r"[^\W\d_]")


@dataclass(slots=True)
class Segment:
    """Words of one line without a wide gap, and the box around them."""

    words: list[Word]
    left: float
    top: float
    right: float
    bottom: float
    text: str = field(default="")

    @property
    def height(self) -> float:
        """Height of a line, in points."""
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        """Middle of the line, in points from the top."""
        return (self.top + self.bottom) / 2

    @property
    def is_prose(self) -> bool:
        """Whether it reads like a piece of a sentence."""
        return len(self.words) >= 3 and len(LETTERS.findall(self.text)) >= 0.6 * len(self.text.replace(" ", ""))


@dataclass(slots=True)
class Row:
    """Segments side by side, from left to right."""

    segments: list[Segment]

    @property
    def left(self) -> float:
        """Left edge."""
        return self.segments[0].left

    @property
    def right(self) -> float:
        """Right edge."""
        return self.segments[-1].right

    @property
    def top(self) -> float:
        """Upper edge."""
        return min(segment.top for segment in self.segments)

    @property
    def bottom(self) -> float:
        """Lower edge."""
        return max(segment.bottom for segment in self.segments)

    @property
    def height(self) -> float:
        """Height of its highest segment."""
        return max(segment.height for segment in self.segments)

    @property
    def text(self) -> str:
        """Words of all segments."""
        return " ".join(segment.text for segment in self.segments)


def segments_of(words: Iterable[Word]) -> list[Segment]:
    """Segments in the order of the page's content."""
    segments: list[Segment] = []
    held: list[Word] = []
    line, first, top, end, bottom, height = -1, 0.0, 0.0, 0.0, 0.0, 0.0
    for word in words:
        _, left, upper, right, lower, of_line, _ = word
        if of_line == line and -0.3 * height < left - end < GAP * height:
            held.append(word)
            if right > end:
                end = right
            if upper < top:
                top = upper
            if lower > bottom:
                bottom = lower
        else:
            if held:
                segments.append(Segment(held, first, top, end, bottom, " ".join([one[0] for one in held])))
            held = [word]
            line, first, top, end, bottom, height = of_line, left, upper, right, lower, lower - upper
    if held:
        segments.append(Segment(held, first, top, end, bottom, " ".join([one[0] for one in held])))
    return segments


def rows_of(segments: Iterable[Segment]) -> list[Row]:
    """Rows from top to bottom; segments of a row that stand close together are one."""
    rows: list[list[Segment]] = []
    middle = height = 0.0
    for segment in sorted(segments, key=lambda one: one.top + one.bottom):
        if rows and segment.middle - middle < BESIDE * max(height, segment.height):
            rows[-1].append(segment)
            if segment.height > height:
                middle, height = segment.middle, segment.height
        else:
            rows.append([segment])
            middle, height = segment.middle, segment.height
    return [Row(row if len(row) == 1 else _joined(sorted(row, key=lambda one: one.left))) for row in rows]


def _joined(row: Sequence[Segment]) -> list[Segment]:
    """Segments of a row, those joined that no wide gap parts."""
    joined = [row[0]]
    for segment in row[1:]:
        last = joined[-1]
        gap = segment.left - last.right
        if not -0.5 * last.height < gap < GAP * max(last.height, segment.height):
            joined.append(segment)
            continue
        is_mark = segment.text[0].isdigit() and segment.height < 0.9 * last.height
        glued = "" if gap < 0.08 * last.height and not is_mark else " "
        joined[-1] = Segment(
            last.words + segment.words,
            last.left,
            min(last.top, segment.top),
            max(last.right, segment.right),
            max(last.bottom, segment.bottom),
            last.text + glued + segment.text,
        )
    return joined


def column_blocks(segments: Sequence[Segment], depth: int = 0, *, rows: Sequence[Row] | None = None) -> list[list[Row]]:
    """
    Blocks of rows in the order in which they are read: columns of prose one after another.

    `rows` are those that the segments make where there are no columns, if they are known.
    """
    gutter = _gutter(segments) if depth < DEEPEST else None
    if gutter is None:
        return [list(rows or rows_of(segments))] if segments else []
    blocks: list[list[Row]] = []
    across: list[Segment] = []
    for left, right, crossing in _bands(segments, gutter):
        if _are_columns(left, right, gutter):
            blocks += column_blocks(across, DEEPEST)
            blocks += column_blocks(left, depth + 1) + column_blocks(right, depth + 1)
            across = crossing
        else:
            across = [*across, *left, *right, *crossing]
    return blocks + column_blocks(across, DEEPEST)


def _gutter(segments: Sequence[Segment]) -> float | None:
    """Place between two columns of prose, in points from the left; None where there are none."""
    if len(segments) < 2 * FEWEST:
        return None
    first, last = min(segment.left for segment in segments), max(segment.right for segment in segments)
    prose = [segment for segment in segments if segment.left > first + 0.15 * (last - first) and segment.is_prose]
    edges = Counter(round(segment.left / 4) for segment in prose)
    best, most = None, 0
    for edge, count in edges.most_common(TRIED):
        if count < FEWEST:
            break
        place = min(segment.left for segment in prose if round(segment.left / 4) == edge) - 2
        bands = [(left, right) for left, right, _ in _bands(segments, place) if _are_columns(left, right, place)]
        size = sum(len(left) + len(right) for left, right in bands)
        if size > most:
            best, most = place, size
    return best


def _bands(segments: Sequence[Segment], gutter: float) -> Iterator[tuple[list[Segment], list[Segment], list[Segment]]]:
    """What stands left and right of a gutter, from one segment across it to the next, which comes third."""
    left: list[Segment] = []
    right: list[Segment] = []
    for segment in sorted(segments, key=lambda one: one.top + one.bottom):
        if segment.left < gutter - 2 and segment.right > gutter + 4:
            yield left, right, [segment]
            left, right = [], []
        else:
            (left if segment.right <= gutter + 4 else right).append(segment)
    yield left, right, []


def _are_columns(left: Sequence[Segment], right: Sequence[Segment], gutter: float) -> bool:
    """
    Whether both sides are columns of prose, which are read one after the other, and not cells of a table.

    The lines of a column of prose go near to the gutter; those of cells need not, and are then only columns when the
    page's content has them one after the other.
    """
    if min(len(left), len(right)) < FEWEST:
        return False
    if any(sum(one.is_prose for one in side) < 0.5 * len(side) for side in (left, right)):
        return False
    if sum(abs(one.left - gutter - 2) < 5 for one in right) < 0.5 * len(right):
        return False
    if max(one.words[-1].line for one in left) < min(one.words[0].line for one in right):
        return True
    width = gutter - min(one.left for one in left)
    return median(gutter - one.right for one in left) < 0.25 * width
