"""Words that a hyphen parts at the end of a line, whole again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from research_agent.documents.pdf_file.page_blocks import Block
from research_agent.documents.pdf_file.words import SOFT

__all__ = ["whole"]

PARTED = re.compile(rf"([^\W\d_]*)[{SOFT}](?=(\w?[^\W\d_]*))")


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
    said = {word for text in texts for word in text.lower().split()}

    def is_known(word: str) -> bool:
        return word in said or f"{word}," in said or f"{word}." in said

    def join(match: re.Match[str]) -> str:
        before, after = match[1], match[2]
        if not after:
            return before
        one, two = before.lower(), after.lower()
        if is_known(one + two):
            return before
        are_words = len(one) > 2 and is_known(one) and is_known(two)
        return f"{before}-" if is_known(f"{one}-{two}") or not after.islower() or are_words else before

    return join
