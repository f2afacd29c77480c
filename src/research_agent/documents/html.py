"""
HTML parser: main text, metadata and links of a page, by lexbor, in one pass over the tree.

The main text is that of <main> or <article> where these hold a fair share of it, else all blocks but those that are
nearly all links. Menus, footers, asides, forms and hidden elements are left out. Nothing is added to the words:
paragraphs are separated by blank lines, lines of lists and tables by line ends, cells by tabs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, zip_longest
from typing import Any
from urllib.parse import urljoin

from research_agent.documents import TooHeavyError
from research_agent.documents.charset import decode
from research_agent.documents.html_metadata import metadata_of
from research_agent.documents.interstitials import interstitial

__all__ = ["read_html", "read_plain"]

NODES = 400_000
CHARACTERS = 1_000_000
LINKS = 1500
FAIR_SHARE = 0.3
MOSTLY_LINKS = 0.6
A_PARAGRAPH = 200  # characters; a longer block is text whatever its links

SKIPPED = frozenset(
    "script style noscript template svg math-annotation iframe object embed video audio canvas head select button "
    "textarea input dialog annotation annotation-xml tex-math rp".split()
)
BOILERPLATE = frozenset("nav footer aside form menu".split())
UI_ROLES = frozenset("navigation banner contentinfo complementary search dialog alert alertdialog menu menubar".split())
BOILERPLATE_NAMES = re.compile(
    r"(?:^|[\s_-])(?:cookies?|consent|gdpr|newsletter|breadcrumbs?|share|sharing|social|advert|advertisement|ads|promo"
    r"|sidebar|skip-link|sr-only|visually-hidden|screen-reader-text|mw-editsection|navbox|noprint|toc|pagination"
    r"|related-articles)(?:$|[\s_-])"
)
HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden")
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
    links = _links(tree, url)
    blocks = _Walk(everything=False).blocks(tree.body)
    if not blocks:  # a page that is all boilerplate, or looks so
        blocks = _Walk(everything=True).blocks(tree.body)
    return {
        **metadata_of(tree),
        "text": _joined(_main(blocks)),
        "links": links,
        "is_challenge": bool(interstitial(data)),
    }


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


def _plain(fragment: str) -> str:
    from selectolax.lexbor import LexborHTMLParser

    if "<" not in fragment:
        fragment = "<p>".join(re.split(r"\n\s*\n", fragment))
    return _joined(_Walk(everything=True).blocks(LexborHTMLParser(f"<body>{fragment}").body))


class _Walk:
    """Depth-first traversal of a tree without recursion, since a page may be nested at will."""

    def __init__(self, *, everything: bool) -> None:
        self._everything = everything
        self._blocks: list[Block] = []
        self._pieces: list[str] = []
        self._kind, self._links, self._length = "text", 0, 0
        self._in_link = self._in_main = self._in_code = 0
        self._cell_has_text = False

    def blocks(self, root: Any) -> list[Block]:
        """The blocks below `root` in document order. Raises `TooHeavyError`."""
        node, count = (root.first_child if root is not None else None), 0
        ancestors: list[Any] = []
        while node is not None or ancestors:
            if node is None:
                parent = ancestors.pop()
                self._leave(parent)
                node = parent.next
                continue
            count += 1
            if count > NODES:
                raise TooHeavyError("has too many elements")
            if node.is_text_node:
                self._add_text(node.text_content or "")
            elif node.is_element_node and self._enter(node):
                ancestors.append(node)
                node = node.first_child
                continue
            node = node.next
        self._flush()
        return self._blocks

    def _enter(self, node: Any) -> bool:
        tag = _name(node.tag)
        if tag in SKIPPED or (not self._everything and self._is_boilerplate(tag, node.attributes)):
            return False
        if tag == "br":
            self._pieces.append("\n")
        elif tag in CELLS and self._kind == "row":
            self._pieces.append("\t")
            self._cell_has_text = False
        elif tag in BLOCKS and self._kind == "row" and not self._cell_has_text and tag not in ("tr", "table"):
            self._pieces.append(" ")  # the one paragraph of a cell
        elif tag in BLOCKS:
            self._flush()
            self._kind = BLOCKS[tag]
        self._count(tag, 1)
        return True

    def _leave(self, node: Any) -> None:
        tag = _name(node.tag)
        if tag in BLOCKS and (tag == "tr" or self._kind != "row"):
            self._flush()
        self._count(tag, -1)

    def _count(self, tag: str, by: int) -> None:
        self._in_link += by * (tag == "a")
        self._in_main += by * (tag in MAIN)
        self._in_code += by * (tag == "pre")

    def _add_text(self, text: str) -> None:
        self._pieces.append(text if self._in_code else re.sub(r"\s+", " ", text))
        self._cell_has_text = self._cell_has_text or not text.isspace()
        if self._in_link:
            self._links += len(text.strip())

    def _flush(self) -> None:
        content = "".join(self._pieces)
        if self._kind == "row":
            text = "\t".join(cell for cell in (_tidy(cell) for cell in content.split("\t")) if cell)
        else:
            text = content.strip("\n") if self._in_code else _tidy(content)
        if text.strip() and self._length < CHARACTERS:
            self._blocks.append(Block(self._kind, text, self._links, self._in_main > 0))
            self._length += len(text)
        self._pieces, self._links = [], 0
        self._kind = "code" if self._in_code else "text"

    def _is_boilerplate(self, tag: str, attributes: Any) -> bool:
        if tag in BOILERPLATE or (tag == "header" and not self._in_main):
            return True
        if not attributes:
            return False
        style, role = attributes.get("style") or "", attributes.get("role") or ""
        if "hidden" in attributes or attributes.get("aria-hidden") == "true" or HIDDEN.search(style[:500]):
            return True
        names = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"[:500].lower()
        return role in UI_ROLES or (tag not in ("body", *MAIN) and BOILERPLATE_NAMES.search(names) is not None)


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


def _links(tree: Any, url: str) -> list[tuple[str, str]]:
    """Links as (text, absolute URL), http and https only, without duplicates."""
    base = tree.css_first("base[href]")
    root = _absolute(url, base.attributes.get("href") or "") if base is not None else url
    links: dict[tuple[str, str], None] = {}
    for link in tree.css("a[href]")[: 4 * LINKS]:
        target = _absolute(root or url, link.attributes.get("href") or "")
        if target and len(links) < LINKS:
            links[(" ".join(link.text().split())[:300], target)] = None
    return list(links)


def _absolute(base: str, href: str) -> str:
    try:
        target = urljoin(base, href.strip())
    except ValueError:
        return ""
    return target.partition("#")[0] if target.startswith(("http://", "https://")) and len(target) < 2000 else ""


def _name(tag: str | None) -> str:
    """Tag name without its prefix: JATS in JSON is full of <jats:p>."""
    return (tag or "").rpartition(":")[2]


def _tidy(text: str) -> str:
    return "\n".join(line for line in (" ".join(line.split()) for line in text.split("\n")) if line)
