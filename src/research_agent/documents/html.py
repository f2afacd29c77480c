"""
HTML parser: main text, metadata and links of a page, by lexbor, in one pass over the tree.

The main text is that of <main> or <article> where these hold a fair share of it, else all blocks but those that are
nearly all links. Menus, footers, asides, forms and hidden elements are left out. Nothing is added to the words:
paragraphs are separated by blank lines, lines of lists and tables by line ends, cells by tabs. What inline markup means
is said by `inline.py`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, zip_longest
from typing import Any, NamedTuple

from research_agent.documents import TooHeavyError
from research_agent.documents.charset import decode
from research_agent.documents.html_links import links_of
from research_agent.documents.html_metadata import metadata_of
from research_agent.documents.html_visibility import is_drawn_formula, is_hidden, is_sign
from research_agent.documents.inline import Entry, InlineText
from research_agent.documents.interstitials import interstitial
from research_agent.documents.spacing import row_of_cells, tidy

__all__ = ["read_html", "read_plain"]

NODES = 400_000
CHARACTERS = 1_000_000
FAIR_SHARE = 0.3
MOSTLY_LINKS = 0.6
A_PARAGRAPH = 200  # characters; a longer block is text whatever its links

NOT_SHOWN = frozenset("script style noscript template head dialog".split())
SKIPPED = frozenset("svg iframe object embed video audio canvas select button textarea input".split())
BOILERPLATE = frozenset("nav footer aside form menu".split())
UI_ROLES = frozenset("navigation banner contentinfo complementary search dialog alert alertdialog menu menubar".split())
BOILERPLATE_NAMES = re.compile(
    r"(?:^|[\s_-])(?:cookies?|consent|gdpr|newsletter|breadcrumbs?|share|sharing|social|advert|advertisement|ads|promo"
    r"|sidebar|skip-link|sr-only|visually-hidden|screen-reader-text|mw-editsection|navbox|noprint|toc|pagination"
    r"|related-articles)(?:$|[\s_-])"
)
# Styles that set an element apart from the text around it.
APART = re.compile(r"display\s*:\s*(?:inline-)?(block|flex|grid|table|list-item|table-cell|table-row)\b")
MAIN = frozenset("main article".split())
HEADINGS = tuple("h1 h2 h3 h4 h5 h6".split())
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


@dataclass(slots=True)
class Block:
    """Block of text, such as a paragraph or a row; `links` counts its characters that are links."""

    kind: str
    text: str
    links: int = 0
    in_main: bool = False


def read_html(data: bytes, url: str, charset: str | None) -> dict[str, Any]:
    """Parse the page at `url`; the fields of a `Page`. Raises `ValueError` when it cannot be decoded."""
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(decode(data, charset))
    links = links_of(tree, url, _one_line)
    blocks = _Walk(everything=False).blocks(tree.body)
    if not blocks:  # a page that is all boilerplate, or looks so
        blocks = _Walk(everything=True).blocks(tree.body)
    metadata = metadata_of(tree, _one_line)
    return {
        **metadata,
        **{name: " ".join(_plain(metadata[name]).split()) for name in MARKED if MARKUP.search(metadata[name])},
        "text": _joined(_main(blocks)),
        "links": links,
        "is_challenge": bool(interstitial(data)),
    }


MARKED = ("title", "description")  # fields that may hold markup in spite of it


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
    return _joined(_Walk(everything=True, hidden=False).blocks(LexborHTMLParser(f"<body>{fragment}").body))


class _Open(NamedTuple):
    """Element that the walk is in: whether it ends a block, and whether the inline text is told when it ends."""

    node: Any
    tag: str
    is_block: bool
    is_told: bool


class _Walk:
    """
    Depth-first traversal of a tree without recursion, since a page may be nested at will.

    `everything` takes boilerplate too; `hidden` what is not shown, which is as `everything` unless given.
    """

    def __init__(self, *, everything: bool, hidden: bool | None = None) -> None:
        self._everything = everything
        self._hidden = everything if hidden is None else hidden
        self._blocks: list[Block] = []
        self._inline = InlineText()
        self._kind, self._links, self._length = "text", 0, 0
        self._in_link = self._in_main = self._in_code = 0
        self._cell_has_text = False

    def blocks(self, root: Any) -> list[Block]:
        """The blocks below `root` in document order. Raises `TooHeavyError`."""
        node, count = (root.first_child if root is not None else None), 0
        ancestors: list[_Open] = []
        while node is not None or ancestors:
            if node is None:
                parent = ancestors.pop()
                self._leave(parent)
                node = parent.node.next
                continue
            count += 1
            if count > NODES:
                raise TooHeavyError("has too many elements")
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
        if tag in NOT_SHOWN or self._is_left_out(node, tag, attributes):
            return None
        if tag in SKIPPED or (not self._everything and self._is_boilerplate(node, tag, attributes)):
            self._inline.seam()
            return None
        entry = self._inline.enter(tag, attributes)
        if entry is Entry.SKIP:
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
        return _Open(node, tag, is_block, entry is Entry.TELL)

    def _leave(self, element: _Open) -> None:
        if element.is_told:
            self._inline.leave()
        if element.is_block and (element.tag == "tr" or self._kind != "row"):
            self._flush()
        elif element.is_block and element.tag not in CELLS:
            self._inline.put(" ")
        elif "-" in element.tag or element.tag == "label":
            self._inline.seam()
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
        if text.strip() and self._length < CHARACTERS:
            self._blocks.append(Block(self._kind, text, self._links, self._in_main > 0))
            self._length += len(text)
        self._links = 0
        self._kind = "code" if self._in_code else "text"

    def _is_left_out(self, node: Any, tag: str, attributes: Any) -> bool:
        """Whether an element is hidden, or MathJax's picture of a formula whose TeX follows."""
        return is_drawn_formula(node, attributes) or (not self._hidden and is_hidden(node, attributes))

    def _is_boilerplate(self, node: Any, tag: str, attributes: Any) -> bool:
        if tag in BOILERPLATE or (tag == "header" and not self._in_main):
            return True
        if not attributes:
            return False
        role = attributes.get("role") or ""
        names = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"[:500].lower()
        if role in UI_ROLES:
            return True
        named = tag not in ("body", *MAIN) and BOILERPLATE_NAMES.search(names) is not None
        return named and not is_sign(node, names)


def _main(blocks: Sequence[Block]) -> list[Block]:
    """The blocks of the main text."""
    inside = [block for block in blocks if block.in_main]
    if sum(len(block.text) for block in inside) >= FAIR_SHARE * sum(len(block.text) for block in blocks):
        blocks = inside
    texts = [block for run in _runs(blocks) if run[0].kind in HEADINGS or not _is_menu(run) for block in run]
    # A heading without text below it is that of a menu that was left out; a lesser heading counts as text.
    followed = zip_longest(texts, texts[1:])
    return [
        block
        for block, after in followed
        if block.kind not in HEADINGS
        or len(texts) < 3
        or block.in_main
        or (after is not None and (after.kind not in HEADINGS or after.kind > block.kind))
    ]


def _runs(blocks: Sequence[Block]) -> list[list[Block]]:
    """Group the lines of a list and the rows of a table: whether one is a menu depends on all of it."""
    runs = groupby(blocks, key=lambda block: block.kind if block.kind in ("line", "row") else id(block))
    return [list(run) for _, run in runs]


def _is_menu(run: Sequence[Block]) -> bool:
    length = sum(len(block.text) for block in run)
    has_paragraph = any(len(block.text) > A_PARAGRAPH for block in run)
    return not has_paragraph and sum(block.links for block in run) >= MOSTLY_LINKS * length


def _joined(blocks: Sequence[Block]) -> str:
    pieces: list[str] = []
    for before, block in zip([None, *blocks], blocks, strict=False):
        if before is not None:
            pieces.append("\n" if block.kind == before.kind and block.kind in ("line", "row") else "\n\n")
        pieces.append(block.text)
    return "".join(pieces)


def _one_line(node: Any) -> str:
    """Text of an element on one line."""
    child = node.first_child
    while child is not None and child.is_text_node:
        child = child.next
    if child is None:
        return " ".join(node.text().split())
    return " ".join(_joined(_Walk(everything=True, hidden=False).blocks(node)).split())


def _name(tag: str | None) -> str:
    """Tag name without its prefix: JATS in JSON is full of <jats:p>."""
    return (tag or "").rpartition(":")[2]
