"""HTML of a file, or made of one, as paragraphs, headings and tables: all that is shown, or a page's main text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from research_agent.documents import Limits
from research_agent.documents.charset import decode
from research_agent.documents.formats.html_tables import CAPTION, FIRST_ROW, set_rows
from research_agent.documents.formats.text_builder import CHARACTERS, TextBuilder, sound
from research_agent.documents.html import read_blocks
from research_agent.documents.main_text import HEADINGS, Block

__all__ = ["read_page", "tell_html"]

LIMITS = Limits(nodes=3_000_000, characters=CHARACTERS)


def read_page(data: bytes, told: TextBuilder) -> None:
    """Tell of a saved page: its main text and what it says of itself."""
    known = tell_html(decode(data), told, whole=False)
    told.title, told.author = known["title"], known["author"]
    told.published, told.language = known["published"], known["language"]


def tell_html(
    markup: str, told: TextBuilder, *, whole: bool = True, level: int = 0, chapter: str = ""
) -> Mapping[str, str]:
    """
    Tell of HTML, its headings below those of `level`; the metadata that it holds.

    `chapter` is the heading that was told already; the first one of its own may repeat it.
    """
    blocks, known = read_blocks(sound(markup), whole=whole, limits=LIMITS, change=set_rows)
    caption = ""
    for kind, run in groupby(blocks, key=lambda block: block.kind):
        if kind in HEADINGS:
            for block in run:
                if chapter and _bare(block.text) == _bare(chapter):
                    told.paragraph(block.text)
                else:
                    told.heading(block.text, level + HEADINGS.index(kind) + 1)
                chapter = ""
        elif kind == "row":
            for rows in _tables(run):
                told.table(rows, caption)
                caption = ""
        elif kind == "line":
            told.paragraph("\n".join(block.text for block in run))
        else:
            for block in run:
                caption = block.text.removeprefix(CAPTION) if block.text.startswith(CAPTION) else ""
                told.paragraph(caption or block.text)
    return known


def _tables(run: Iterator[Block]) -> Iterator[Sequence[str]]:
    """The rows of each table of a run."""
    rows: list[str] = []
    for block in run:
        if block.text.startswith(FIRST_ROW) and rows:
            yield rows
            rows = []
        rows.append(block.text.removeprefix(FIRST_ROW))
    yield rows


def _bare(label: str) -> str:
    return "".join(filter(str.isalnum, label.casefold()))
