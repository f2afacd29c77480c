"""HTML of a file, or made of one, as paragraphs, headings and tables: all that is shown, or a page's main text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from research_agent.documents.formats.text_builder import CHARACTERS, TextBuilder
from research_agent.documents.html import read_blocks
from research_agent.documents.main_text import HEADINGS, Block

__all__ = ["read_page", "tell_markup"]


def read_page(data: bytes, told: TextBuilder) -> None:
    """Tell of a saved page: its main text and what it says of itself."""
    known = tell_markup(data, told, whole=False)
    told.title, told.author = known["title"], known["author"]
    told.published, told.language = known["published"], known["language"]


def tell_markup(
    markup: bytes, told: TextBuilder, *, charset: str | None = None, whole: bool = True, level: int = 0
) -> Mapping[str, str]:
    """
    Tell of HTML; the metadata that it holds. `charset` is the one that it is said to be in.

    The levels of its headings begin below `level`.
    """
    blocks, known = read_blocks(markup, charset, whole=whole, characters=CHARACTERS)
    for kind, run in groupby(blocks, key=lambda block: block.kind):
        if kind in HEADINGS:
            for block in run:
                told.heading(block.text, level + HEADINGS.index(kind) + 1)
        elif kind == "row":
            told.table(block.text for block in run)
        elif kind == "line":
            told.paragraph(_lines(list(run)))
        else:
            for block in run:
                told.paragraph(block.text)
    return known


def _lines(run: Sequence[Block]) -> str:
    return "\n".join(block.text for block in run)
