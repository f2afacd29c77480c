"""Markup in titles and abstracts (HTML, JATS, doubly escaped entities), and its removal."""

from __future__ import annotations

import html
import html.entities
import re
from collections.abc import Sequence
from dataclasses import replace

from research_agent.documents.reader import Reader
from research_agent.text.numerals import restored_powers
from research_agent.types import Document

__all__ = ["single_spaced", "without_markup"]

# Tags and entities in fields that should be plain text; "p<0.05" and "<r>" are none.
TAG = (
    r"</?(?:jats:|mml:)?(?:[abipqsu]|em|strong|su[bp]|sc|italic|bold|title|sec|h[1-6]|br|span|div|list|list-item|[ou]l|li|del|ins|"
    r"ruby|table|t[rdh]|xref|inline-formula|tex-math|math|img|script|style|iframe)(?:\s[^<>]*)?/?>"
)
ENTITY = re.compile(r"&(?:[A-Za-z]{2,8}\d{0,2}|#\d{1,7}|#x[0-9a-fA-F]{1,6});")
STRAY_TAG = re.compile(TAG, re.IGNORECASE)
UNTITLED = "[no title]"  # as PubMed has it
ESCAPES = 3  # times that a publisher may have escaped the same text, as in some of Crossref's abstracts


async def without_markup(papers: Sequence[Document], read: Reader, *, always: bool) -> list[Document]:
    """Papers with title and text in plain text: one call of the reader for all of them, none when all are plain."""
    fragments = [fragment for paper in papers for fragment in (paper.title, paper.text)]
    marked = [at for at, fragment in enumerate(fragments) if _has_markup(fragment, always=always)]
    for _ in range(ESCAPES):
        if not marked:
            break
        plain = await read.plain([fragments[at] for at in marked])
        for at, text in zip(marked, plain, strict=True):
            fragments[at] = ENTITY.sub(_character, text).strip()
        marked = [at for at in marked if STRAY_TAG.search(fragments[at])]
    texts = zip(papers, fragments[::2], fragments[1::2], strict=True)
    named = ((paper, single_spaced(title) or UNTITLED, text) for paper, title, text in texts)
    return [replace(paper, title=title, text=restored_powers(text)) for paper, title, text in named]


def _has_markup(fragment: str, *, always: bool) -> bool:
    if always:
        return "<" in fragment or "&" in fragment
    return STRAY_TAG.search(fragment) is not None or any(
        _character(entity) != entity[0] for entity in ENTITY.finditer(fragment)
    )


def _character(entity: re.Match[str]) -> str:
    """The character of an entity; one that is not known stays."""
    named = html.entities.html5.get(entity[0][1:])
    return named or (html.unescape(entity[0]) if entity[0][1] == "#" else entity[0])


def single_spaced(text: str) -> str:
    """Text on one line, stripped: each run of spaces, tabs and line breaks is one space; other kinds of space stay."""
    return re.sub(r"[ \t\r\n]+", " ", text).strip(" ")
