"""Markup in titles and abstracts (HTML, JATS, doubly escaped entities), and its removal."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import replace

from research_agent.documents.reader import Reader
from research_agent.types import Document

__all__ = ["single_spaced", "without_markup"]

# Tags and entities in fields that should be plain text; "p<0.05" and "<r>" are none.
STRAY_MARKUP = re.compile(
    r"</?(?:jats:|mml:)?(?:[abipu]|em|strong|su[bp]|sc|italic|bold|title|sec|h[1-6]|br|span|div|list|list-item|[ou]l|li|"
    r"math|img|script|style|iframe)(?:\s[^<>]*)?/?>|&(?:amp|lt|gt|quot|apos|nbsp|#\d{1,7}|#x[0-9a-f]{1,6});",
    re.IGNORECASE,
)
# Entities that are left where a publisher escaped twice, as in some of Crossref's abstracts.
ENTITY = re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp|#\d{1,7}|#x[0-9a-fA-F]{1,6});")


async def without_markup(papers: Sequence[Document], read: Reader, *, always: bool) -> list[Document]:
    """Papers with title and text in plain text: one call of the reader for all of them, none when all are plain."""
    fragments = [fragment for paper in papers for fragment in (paper.title, paper.text)]
    marked = [at for at, fragment in enumerate(fragments) if _has_markup(fragment, always=always)]
    if marked:
        plain = await read.plain([fragments[at] for at in marked])
        for at, text in zip(marked, plain, strict=True):
            fragments[at] = ENTITY.sub(lambda entity: html.unescape(entity[0]), text).strip()
    texts = zip(papers, fragments[::2], fragments[1::2], strict=True)
    return [replace(paper, title=single_spaced(title), text=text) for paper, title, text in texts]


def _has_markup(fragment: str, *, always: bool) -> bool:
    return ("<" in fragment or "&" in fragment) if always else STRAY_MARKUP.search(fragment) is not None


def single_spaced(text: str) -> str:
    """Text on one line, stripped: each run of spaces, tabs and line breaks is one space; other kinds of space stay."""
    return re.sub(r"[ \t\r\n]+", " ", text).strip(" ")
