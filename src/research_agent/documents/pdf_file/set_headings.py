"""Headings of a PDF without an outline, by how they are set: short lines that are larger, bold or in capitals."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from research_agent.documents.file_text import Place
from research_agent.documents.pdf_file.headings import sections
from research_agent.documents.pdf_file.page_blocks import Block

__all__ = ["set_headings"]

LONGEST = 120  # characters
LINES = 3
LARGER = 1.12  # of the height of the text, from which a line that is not bold is a heading
DEEPEST = 6
FEWEST = 3  # headings of one look, or it is no heading but emphasis or the title page
SHARE = 0.5  # of all blocks, above which bold paragraphs are no headings
LETTERS = re.compile(r"[^\W\d_]{3}")
NO_HEADING = re.compile(r"[.;,]$|\t|^[(\u2022\u25aa\u25cf*\u2013\u2014-]|^\d+$")

NUMBERED = re.compile(r"(?:[^\W\d_]+\s)?\d{1,2}[A-Z]?(?:\.\d+)*(?:[.:]|\s?[\u2014\u2013-])\s?\D")

Look = tuple[float, bool, bool, bool]
"""Height in half points; whether it is numbered ("Note 7. Debt"), of capitals, bold."""


def set_headings(blocks: Sequence[tuple[int, Block]]) -> list[Place]:
    """Places of the headings among blocks, each with where it begins; the larger, the higher their level."""
    if not blocks:
        return []
    heights = Counter[float]()
    for _, block in blocks:
        if block.kind == "text" and not block.is_bold:
            heights[_half(block.height)] += len(block.text)
    body = heights.most_common(1)[0][0] if heights else 0.0
    found = [(start, block.text, _look(block)) for start, block in blocks if _is_heading(block, body)]
    if len(found) > SHARE * len(blocks):
        return []
    counts = Counter(look for _, _, look in found)
    levels = sorted((look for look, count in counts.items() if count >= FEWEST), reverse=True)
    length = blocks[-1][0] + len(blocks[-1][1].text)
    return sections(
        [(start, text, min(levels.index(look) + 1, DEEPEST)) for start, text, look in found if look in levels], length
    )


def _is_heading(block: Block, body: float) -> bool:
    text = block.text
    if block.kind != "text" or block.lines > LINES or len(text) > LONGEST:
        return False
    if not LETTERS.search(text) or NO_HEADING.search(text) or block.height < 0.95 * body:
        return False
    return block.is_bold or block.height > LARGER * body or text.isupper()


def _look(block: Block) -> Look:
    is_numbered = NUMBERED.match(block.text) is not None
    return _half(block.height), is_numbered, block.text.isupper(), block.is_bold


def _half(height: float) -> float:
    return round(2 * height) / 2
