"""Words that a hyphen parts at the end of a line, whole again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from research_agent.documents.pdf_file.page_blocks import Block
from research_agent.documents.pdf_file.words import SOFT

__all__ = ["whole"]

PARTED = re.compile(rf"([^\W\d_]*)[{SOFT}](?=(\w?[^\W\d_]*))")
EITHER_SIDE = re.compile(rf"[^\W\d_]*[{SOFT}]\s*[^\W\d_]*")
WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


def whole(pages: Sequence[Sequence[Block]]) -> list[list[Block]]:
    """
    Blocks of each page without pdfium's marks for hyphens at line ends.

    Whether the hyphen is the line's or the word's own is told by the other words of the pages: "exam-ple" is one word,
    "third-party" keeps its hyphen, where it is written so elsewhere or both parts are words and both together none.
    """
    marked = [block for blocks in pages for block in blocks if any(mark in block.text for mark in SOFT)]
    if not marked:
        return [list(blocks) for blocks in pages]
    join = _joining(block.text for blocks in pages for block in blocks)
    return [
        [block if block not in marked else replace(block, text=PARTED.sub(join, block.text)) for block in blocks]
        for blocks in pages
    ]


def _joining(texts: Iterable[str]) -> Callable[[re.Match[str]], str]:
    known = {word.lower() for text in texts for word in WORD.findall(EITHER_SIDE.sub(" ", text))}

    def join(match: re.Match[str]) -> str:
        before, after = match[1], match[2]
        if not after:
            return before
        one, two = before.lower(), after.lower()
        if one + two in known:
            return before
        has_own = f"{one}-{two}" in known or not after.islower() or (len(one) > 2 and one in known and two in known)
        return f"{before}-" if has_own else before

    return join
