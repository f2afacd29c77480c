"""Layout of pages: their segments of words become paragraphs and tables, in the order in which they are read."""

from __future__ import annotations

from collections.abc import Sequence

from research_agent.documents.pdf_file.hyphens import whole
from research_agent.documents.pdf_file.page_blocks import Block, blocks_of
from research_agent.documents.pdf_file.rows import Row, Segment, column_blocks, rows_of
from research_agent.documents.pdf_file.running_heads import without_running_heads

__all__ = ["laid_out"]


def laid_out(pages: Sequence[Sequence[Segment]]) -> list[list[Block]]:
    """Blocks of each page, without running heads and page numbers, of pages that follow one another."""
    every = [rows_of(segments) for segments in pages]
    return whole(
        [
            [block for column in _columns(segments, rows, kept) for block in blocks_of(column)]
            for segments, rows, kept in zip(pages, every, without_running_heads(every), strict=True)
        ]
    )


def _columns(segments: Sequence[Segment], rows: Sequence[Row], kept: Sequence[Row]) -> list[list[Row]]:
    """Blocks of rows of a page, of which `kept` are no running heads."""
    if len(kept) < len(rows):
        words = {id(word) for row in kept for segment in row.segments for word in segment.words}
        segments = [segment for segment in segments if id(segment.words[0]) in words]
    return column_blocks(segments, rows=kept)
