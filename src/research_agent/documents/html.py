"""
HTML parser: main text, metadata and links of a page, by lexbor, in one pass over the tree.

Which blocks are the main text is said by `main_text.py`, what inline markup means by `inline.py`. Nothing is added to
the words: paragraphs are separated by blank lines, lines of lists and tables by line ends, cells by tabs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from research_agent.documents import Limits, TooHeavyError
from research_agent.documents.charset import decode
from research_agent.documents.html_images import images_in
from research_agent.documents.html_links import canonical_of, links_of
from research_agent.documents.html_metadata import metadata_of
from research_agent.documents.html_visibility import is_drawn_formula, is_hidden, is_sign
from research_agent.documents.inline import Entry, InlineText
from research_agent.documents.interstitials import interstitial
from research_agent.documents.listings import separate_listings
from research_agent.documents.main_text import (
    BOILERPLATE,
    HEADINGS,
    MAIN,
    Block,
    Region,
    is_doubtful,
    is_shown_by_control,
    main_text,
    names_of,
    region_of,
    targets_of,
)
from research_agent.documents.notices import is_cut, notice_of
from research_agent.documents.page_shape import refresh_of, shape_of
from research_agent.documents.spacing import row_of_cells, tidy
from research_agent.messages import file_failures

__all__ = ["read_blocks", "read_html", "read_plain"]


PAGE = Limits(nodes=400_000, characters=1_000_000)

NOT_SHOWN = frozenset("script style noscript template head dialog".split())
SKIPPED = frozenset("svg iframe object embed video audio canvas select button textarea input".split())
# Styles that set an element apart from the text around it.
APART = re.compile(r"display\s*:\s*(?:inline-)?(block|flex|grid|table|list-item|table-cell|table-row)\b")
BLOCKS = {
    **{heading: heading for heading in HEADINGS},
    **dict.fromkeys("li dt dd option".split(), "line"),
    "tr": "row",
    "pre": "code",
    **dict.fromkeys(
        "p div section article main header footer body html ul ol dl table thead tbody tfoot caption blockquote figure "
        "figcaption address details summary fieldset hr center title sec abstract list-item td th".split(),
        "text",
    ),
}
CELLS = frozenset(("td", "th"))


def read_html(data: bytes, url: str, charset: str | None) -> dict[str, Any]:
    """Parse the page at `url`; the fields of a `Page`. Raises `ValueError` when it cannot be decoded."""
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(decode(data, charset))
    links, images = links_of(tree, url, _one_line), images_in(tree, url)
    separate_listings(tree)
    text = _joined(_main_text(tree))
    metadata, shape = metadata_of(tree, _one_line), shape_of(tree, data)
    return {
        **metadata,
        **{name: " ".join(_plain(metadata[name]).split()) for name in MARKED if MARKUP.search(metadata[name])},
        "text": text,
        "links": links,
        "images": images,
        "canonical": canonical_of(tree, url),
        "notice": notice_of(metadata["title"], text, shape),
        "refresh": refresh_of(tree, url),
        "is_cut": is_cut(text, shape),
        "is_challenge": bool(interstitial(data)),
    }


def read_blocks(
    markup: str, *, whole: bool, limits: Limits, change: Callable[[Any, Callable[[Any], str]], None]
) -> tuple[list[Block], dict[str, str]]:
    """
    Blocks of a page, and its metadata: of its main text, or of all that it shows.

    `change` is given the tree before that, and what says the text of an element on one line.
    """
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(markup)
    metadata = metadata_of(tree, _one_line)
    separate_listings(tree)
    change(tree, _one_line)
    return _Walk(everything=True).blocks(tree.body, limits) if whole else _main_text(tree, limits), metadata


MARKED = ("title", "description")  # fields that may hold markup in spite of it


def _main_text(tree: Any, limits: Limits = PAGE) -> list[Block]:
    """The blocks of the main text; with what is hidden or doubted when the others hold no prose, or no text at all."""
    blocks = _Walk(targets=targets_of(tree)).blocks(tree.body, limits)
    if any(block.prose for block in blocks):
        return main_text(blocks)
    everything = _Walk(shows_all=True).blocks(tree.body, limits)
    if not any(block.prose for block in everything) and (texts := main_text(blocks)):
        return texts
    return main_text(everything)


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
    from selectolax.lexbor import LexborHTMLParser

    if "<" not in fragment:
        fragment = "<p>".join(re.split(r"\n\s*\n", fragment))
    fragment = SELF_CLOSED.sub(r"<\1\2></\1>", fragment)
    return _joined(_Walk(everything=True).blocks(LexborHTMLParser(f"<body>{fragment}").body, PAGE))


class _Open(NamedTuple):
    """
    Element that the walk is in: whether it ends a block, and whether the inline text is told when it ends.

    `region` is that it began; None for an element that is not doubted.
    """

    node: Any
    tag: str
    is_block: bool
    is_told: bool
    region: Region | None = None


class _Walk:
    """
    Depth-first traversal of a tree without recursion, since a page may be nested at will.

    `everything` doubts nothing, and leaves out what is hidden; `shows_all` does not leave that out either. `targets`
    are ids of what the page's controls show.
    """

    def __init__(
        self, *, everything: bool = False, shows_all: bool = False, targets: frozenset[str] = frozenset()
    ) -> None:
        self._everything, self._shows_all, self._targets = everything, shows_all, targets
        self._region: Region | None = None
        self._blocks: list[Block] = []
        self._inline = InlineText()
        self._kind, self._links, self._length = "text", 0, 0
        self._in_link = self._in_main = self._in_code = 0
        self._cell_has_text = False

    def blocks(self, root: Any, limits: Limits) -> list[Block]:
        """The blocks below `root` in document order. Raises `TooHeavyError`."""
        self._limits = limits
        node, count = (root.first_child if root is not None else None), 0
        ancestors: list[_Open] = []
        while node is not None or ancestors:
            if node is None:
                parent = ancestors.pop()
                self._leave(parent)
                node = parent.node.next
                continue
            count += 1
            if count > limits.nodes:
                raise TooHeavyError(file_failures.TOO_MANY_ELEMENTS())
            if node.is_text_node:
                self._add_text(node.text_content or "")
            elif node.is_element_node and (entered := self._enter(node)):
                ancestors.append(entered)
                node = node.first_child
                continue
            node = node.next
        self._flush()
        return self._blocks

    def _enter(self, node: Any) -> _Open | None:
        """Begin an element; None when it is not read."""
        tag, attributes = _name(node.tag), node.attributes
        if tag == "script" and (attributes.get("type") or "").startswith("math/tex"):
            self._inline.tex(node.text_content or node.text() or "")
        if tag in NOT_SHOWN or is_drawn_formula(node, attributes):
            return None
        if tag in SKIPPED:
            self._inline.seam()
            self._count_control()
            return None
        hidden, doubtful = self._doubts(node, tag, attributes)
        region = self._begin_region(tag, attributes, hidden=hidden) if hidden or doubtful else None
        if region is None and (hidden or doubtful):
            return None
        entry = self._inline.enter(tag, attributes)
        if entry is Entry.SKIP:
            self._region = region.outer if region is not None else self._region
            return None
        style = APART.search((attributes.get("style") or "")[:500]) if attributes else None
        is_block = tag in BLOCKS or (style is not None and "inline" not in style[0] and style[1] != "table-cell")
        if tag in CELLS and self._kind == "row":
            self._inline.put("\t")
            self._cell_has_text = False
        elif is_block and self._kind == "row" and not self._cell_has_text and tag not in ("tr", "table"):
            self._inline.put(" ")  # the one paragraph of a cell
        elif is_block:
            self._flush()
            self._kind = BLOCKS.get(tag, "text")
        elif style is not None or "-" in tag or tag in ("img", "label"):
            self._inline.seam()
        self._count(tag, 1)
        return _Open(node, tag, is_block, entry is Entry.TELL, region)

    def _leave(self, element: _Open) -> None:
        if element.is_told:
            self._inline.leave()
        if element.is_block and (element.tag == "tr" or self._kind != "row"):
            self._flush()
        elif element.is_block and element.tag not in CELLS:
            self._inline.put(" ")
        elif "-" in element.tag or element.tag == "label":
            self._inline.seam()
        if element.region is not None:
            self._flush()
            self._region = element.region.outer
        self._count(element.tag, -1)

    def _count(self, tag: str, by: int) -> None:
        self._in_link += by * (tag == "a")
        self._in_main += by * (tag in MAIN)
        self._in_code += by * (tag == "pre")

    def _add_text(self, text: str) -> None:
        self._inline.add(text)
        self._cell_has_text = self._cell_has_text or not text.isspace()
        if self._in_link:
            self._links += len(text.strip())

    def _flush(self) -> None:
        self._inline.in_table = self._kind == "row"
        content = self._inline.take()
        text = content.strip("\n") if self._in_code else tidy(content)
        if self._kind == "row":
            text = row_of_cells(content)
        if text.strip() and self._length < self._limits.characters:
            self._blocks.append(Block(self._kind, text, self._links, self._in_main > 0, self._region))
            self._length += len(text)
        self._links = 0
        self._kind = "code" if self._in_code else "text"

    def _doubts(self, node: Any, tag: str, attributes: Any) -> tuple[bool, bool]:
        """Whether an element is hidden, and whether it looks like boilerplate."""
        if self._shows_all:
            return False, False
        hidden = is_hidden(node, attributes) and not is_shown_by_control(node, tag, self._targets)
        if self._everything:
            return hidden, False
        doubtful = is_doubtful(tag, attributes, in_main=self._in_main > 0)
        return hidden, doubtful and not (attributes and is_sign(node, names_of(attributes)))

    def _begin_region(self, tag: str, attributes: Any, *, hidden: bool) -> Region | None:
        """Begin the region of a doubted element; None for one within a line or a row, which is left out at once."""
        if self._everything or self._kind == "row" or not (tag in BLOCKS or tag in BOILERPLATE or "-" in tag):
            if not hidden:
                self._inline.seam()
            return None
        self._flush()
        self._region = region_of(tag, attributes, self._region, hidden=hidden, in_main=self._in_main > 0)
        return self._region

    def _count_control(self) -> None:
        if self._region is not None:
            self._region.controls += 1


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
    return " ".join(_joined(_Walk(everything=True).blocks(node, PAGE)).split())


def _name(tag: str | None) -> str:
    """Tag name without its prefix: JATS in JSON is full of <jats:p>."""
    return (tag or "").rpartition(":")[2]
