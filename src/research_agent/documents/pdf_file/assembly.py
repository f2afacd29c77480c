"""Assembly of a file's text from the blocks of its pages, with the places of pages and tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from research_agent.documents.file_text import Place
from research_agent.documents.pdf_file.page_blocks import Block

__all__ = ["Assembly", "in_order"]

ENDS = re.compile(r"[.!?:;\u3002][\u201d\"')\]]*$")


def in_order(places: Iterable[Place]) -> tuple[Place, ...]:
    """Places in order of where they start, the wider first; a page without text before what begins there too."""
    return tuple(sorted(places, key=lambda place: (place.start, place.end > place.start, -place.end)))


@dataclass(slots=True)
class Assembly:
    """Text of the pages that were added, and the places in it: spans of pages, and where each block begins."""

    texts: list[str] = field(default_factory=list)
    length: int = 0
    pages: list[tuple[int, int]] = field(default_factory=list)
    tables: list[Place] = field(default_factory=list)
    blocks: list[tuple[int, Block]] = field(default_factory=list)
    _goes_on: bool = False

    def add(self, blocks: Sequence[Block]) -> None:
        """Add the next page. A sentence that goes on from the page before is not parted by a blank line."""
        if blocks and self.length:
            goes_on = self._goes_on and blocks[0].kind == "text" and blocks[0].text[:1].islower()
            self._put(" " if goes_on else "\n\n")
        start = self.length
        for number, block in enumerate(blocks):
            if number:
                self._put("\n\n")
            begin = self.length
            self._put(block.text)
            self.blocks.append((begin, block))
            if block.kind == "table":
                self.tables.append(Place(kind="table", start=begin, end=self.length))
        self.pages.append((start, self.length))
        if blocks:
            self._goes_on = blocks[-1].kind == "text" and not ENDS.search(blocks[-1].text)

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(self.texts)

    def _put(self, text: str) -> None:
        self.texts.append(text)
        self.length += len(text)
