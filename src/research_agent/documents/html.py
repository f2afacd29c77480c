"""
HTML parser: main text, metadata and links of a page, by lexbor, in one pass over the tree.

Which blocks are the main text is said by `main_text.py`, what inline markup means by `inline.py`. Nothing is added to
the words: paragraphs are separated by blank lines, lines of lists and tables by line ends, cells by tabs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from research_agent.documents import Limits
from research_agent.documents.charset import decode
from research_agent.documents.html_images import images_in
from research_agent.documents.html_links import canonical_of, links_of
from research_agent.documents.html_metadata import metadata_of
from research_agent.documents.interstitials import LITTLE_CONSENT, interstitial
from research_agent.documents.listings import separate_listings
from research_agent.documents.main_text import Block, main_text, targets_of
from research_agent.documents.notices import Shape, is_cut, notice_of
from research_agent.documents.page_shape import refresh_of, shape_of
from research_agent.documents.page_walk import PAGE, PageWalk
from research_agent.documents.shadow_roots import with_shadow_roots
from research_agent.documents.stand_ins import stand_ins

__all__ = ["read_blocks", "read_html", "read_plain"]


def read_html(data: bytes, url: str, charset: str | None, *, links: bool = True) -> dict[str, Any]:
    """
    Parse the page at `url`; the fields of a `Page`, without links and images unless they are wanted.

    Raises `ValueError` when it cannot be decoded.
    """
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(with_shadow_roots(decode(data, charset)))
    around = {"links": links_of(tree, url, _one_line), "images": images_in(tree, url)} if links else {}
    separate_listings(tree)
    metadata, shape = metadata_of(tree, _one_line), shape_of(tree, data)
    blocks = _main_text(tree)
    if sum(block.prose for block in blocks) < SO_LITTLE:
        blocks = _stand_in(tree, blocks, shape)
    text = _joined(blocks)
    return {
        **around,
        **metadata,
        **{name: " ".join(_plain(metadata[name]).split()) for name in MARKED if MARKUP.search(metadata[name])},
        "text": text,
        "canonical": canonical_of(tree, url),
        "notice": notice_of(metadata["title"], text, shape),
        "refresh": refresh_of(tree, url),
        "is_cut": is_cut(text, shape),
        "is_challenge": len(text) <= LITTLE_CONSENT and bool(interstitial(data)),
    }


def read_blocks(
    markup: str, *, whole: bool, limits: Limits, change: Callable[[Any, Callable[[Any], str]], None]
) -> tuple[list[Block], dict[str, str]]:
    """
    Blocks of a page, and its metadata: of its main text, or of all that it shows.

    `change` is given the tree before that, and what says the text of an element on one line.
    """
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(with_shadow_roots(markup))
    metadata = metadata_of(tree, _one_line)
    separate_listings(tree)
    change(tree, _one_line)
    return PageWalk(everything=True).blocks(tree.body, limits) if whole else _main_text(tree, limits), metadata


SO_LITTLE = 120  # characters of prose in a page that scripts are to fill at most, and in what stands in for it at least
MUCH_MORE = 2  # times the prose of the page itself
MARKED = ("title", "description")  # fields that may hold markup in spite of it


def _main_text(tree: Any, limits: Limits = PAGE) -> list[Block]:
    """The blocks of the main text; with what is hidden or doubted when the others hold no prose, or no text at all."""
    targets = targets_of(tree)
    walk = PageWalk(targets=targets, passes_menus=True)
    blocks = walk.blocks(tree.body, limits)
    if any(block.prose for block in blocks):
        return main_text(blocks)
    if walk.passed_menus:  # where nothing is prose, what they say may be all there is
        blocks = PageWalk(targets=targets).blocks(tree.body, limits)
    everything = PageWalk(shows_all=True).blocks(tree.body, limits)
    if not any(block.prose for block in everything) and (texts := main_text(blocks)):
        return texts
    return main_text(everything)


def _stand_in(tree: Any, blocks: list[Block], shape: Shape) -> list[Block]:
    """The blocks of the text that stands in for the page's own, or its own where none says much more."""
    own = sum(block.prose for block in blocks)
    for markup in stand_ins(tree, is_free=shape.is_free):
        others = _blocks_in(markup)
        prose = sum(block.prose for block in others)
        is_notice = own > 0 and notice_of("", _joined(others), shape)
        if prose >= max(SO_LITTLE, MUCH_MORE * own) and not is_notice:
            return others
    return blocks


def read_plain(fragments: Sequence[str]) -> list[str]:
    """
    Plain text of each fragment. One whose markup was escaped is parsed twice.

    Only then: beside real markup "&lt;p&gt;" is what an author wrote about HTML, and stays.
    """
    texts = [_plain(fragment) for fragment in fragments]
    return [
        _plain(text) if "<" not in fragment and MARKUP.search(text) else text
        for fragment, text in zip(fragments, texts, strict=True)
    ]


MARKUP = re.compile(r"</?(?:\w+:)?(?:p|i|b|em|strong|sub|sup|br|sec|title|italic|bold|a|span|div|ul|li)\b[^<>]{0,200}>")


# Elements of JATS and MathML that are closed in themselves, which HTML does not know.
SELF_CLOSED = re.compile(r"<((?:jats|mml|m):[\w-]+)((?:\s[^<>]{0,500})?)/>")


def _plain(fragment: str) -> str:
    return _joined(_blocks_in(fragment))


def _blocks_in(fragment: str) -> list[Block]:
    from selectolax.lexbor import LexborHTMLParser

    if "<" not in fragment:
        fragment = "<p>".join(re.split(r"\n\s*\n", fragment))
    fragment = SELF_CLOSED.sub(r"<\1\2></\1>", fragment)
    return PageWalk(everything=True).blocks(LexborHTMLParser(f"<body>{fragment}").body, PAGE)


def _joined(blocks: Sequence[Block]) -> str:
    pieces: list[str] = []
    for before, block in zip([None, *blocks], blocks, strict=False):
        if before is not None:
            pieces.append("\n" if block.kind == before.kind and block.kind in ("line", "row") else "\n\n")
        pieces.append(block.text)
    return "".join(pieces)


def _one_line(node: Any) -> str:
    """Text of an element on one line."""
    if all(child.is_text_node for child in node.iter(include_text=True)):
        return " ".join(node.text().split())
    return " ".join(_joined(PageWalk(everything=True).blocks(node, PAGE)).split())
