"""
Walk over the tree of a page: its blocks of text, with what is hidden or looks like boilerplate told apart.

Which blocks are the main text is said by `main_text.py`, what inline markup means by `inline.py`.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from research_agent.documents import Limits, TooHeavyError
from research_agent.documents.html_visibility import is_drawn_formula, is_hidden, is_sign, is_spoken_figure
from research_agent.documents.inline import Entry, InlineText
from research_agent.documents.main_text import (
    BOILERPLATE,
    HEADINGS,
    MAIN,
    Block,
    Region,
    is_doubtful,
    is_only_links,
    is_shown_by_control,
    names_of,
    region_of,
)
from research_agent.documents.spacing import row_of_cells, tidy
from research_agent.messages import file_failures

__all__ = ["PAGE", "PageWalk"]

PAGE = Limits(nodes=400_000, characters=1_000_000)

NOT_SHOWN = frozenset("script style noscript noframes template head".split())
SKIPPED = frozenset("svg iframe object embed video audio canvas select button textarea input".split())
# Styles that set an element apart from the text around it.
FLEXIBLE = re.compile(r"(?:^|\s)(?:d-)?(?:inline-)?(?:flex|grid)(?:\s|$)")  # classes whose children are set apart
OUT_OF_FLOW = re.compile(r"position\s*:\s*(?:absolute|fixed)|float\s*:\s*(?:left|right)|opacity\s*:\s*0(?![\d.])")
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


class _Open(NamedTuple):
    """
    Element that the walk is in: whether it ends a block, the inline text is told when it ends, it is set apart, and its
    children are.

    `region` is that it began; None for an element that is not doubted.
    """

    node: Any
    tag: str
    is_block: bool
    is_told: bool
    is_apart: bool
    is_flexible: bool
    region: Region | None = None


class PageWalk:
    """
    Depth-first traversal of a tree without recursion, since a page may be nested at will.

    `everything` doubts nothing, and leaves out what is hidden; `shows_all` does not leave that out either. `targets`
    are ids of what the page's controls show. With `passes_menus` doubted elements that hold no prose are not walked
    through, which would never be kept beside some; `passed_menus` says that there were any.
    """

    def __init__(
        self,
        *,
        everything: bool = False,
        shows_all: bool = False,
        targets: frozenset[str] = frozenset(),
        passes_menus: bool = False,
    ) -> None:
        self._everything, self._shows_all, self._targets = everything, shows_all, targets
        self._passes_menus, self.passed_menus = passes_menus, False
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
            elif node.is_element_node:
                is_item = bool(ancestors) and ancestors[-1].is_flexible
                if entered := self._enter(node, is_item=is_item):
                    ancestors.append(entered)
                    node = node.first_child
                    continue
            node = node.next
        self._flush()
        return self._blocks

    def _enter(self, node: Any, *, is_item: bool) -> _Open | None:
        """Begin an element; None when it is not read."""
        tag, attributes = _name(node.tag), node.attributes
        if tag == "script" and (attributes.get("type") or "").startswith("math/tex"):
            self._inline.tex(node.text_content or node.text() or "")
        is_closed = tag == "dialog" and "open" not in attributes and not self._shows_all
        if tag in NOT_SHOWN or is_closed or is_drawn_formula(node, attributes):
            return None
        if tag in SKIPPED:
            self._inline.seam()
            self._count_control()
            return None
        hidden, doubtful = self._doubts(node, tag, attributes)
        region = self._begin_region(node, tag, attributes, hidden=hidden) if hidden or doubtful else None
        if region is None and (hidden or doubtful):
            return None
        entry = self._inline.enter(tag, attributes)
        if entry is Entry.SKIP:
            self._region = region.outer if region is not None else self._region
            return None
        style = APART.search((attributes.get("style") or "")[:500]) if attributes else None
        is_block = tag in BLOCKS or (style is not None and "inline" not in style[0] and style[1] != "table-cell")
        is_apart = style is not None or "-" in tag or is_item or tag == "label" or _is_out_of_flow(attributes)
        if tag in CELLS and self._kind == "row":
            self._inline.put("\t")
            self._cell_has_text = False
        elif is_block and self._kind == "row" and not self._cell_has_text and tag not in ("tr", "table"):
            self._inline.put(" ")  # the one paragraph of a cell
        elif is_block:
            self._flush()
            self._kind = BLOCKS.get(tag, "text")
        elif is_apart or tag == "img":
            self._inline.seam()
        self._count(tag, 1)
        is_flexible = bool(attributes) and _is_flexible(attributes)
        return _Open(node, tag, is_block, entry is Entry.TELL, is_apart, is_flexible, region)

    def _leave(self, element: _Open) -> None:
        if element.is_told:
            self._inline.leave()
        if element.is_block and (element.tag == "tr" or self._kind != "row"):
            self._flush()
        elif element.is_block and element.tag not in CELLS:
            self._inline.put(" ")
        elif element.is_apart:
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
        if doubtful and attributes and (names := names_of(attributes)):
            doubtful = not is_sign(node, names) and not is_spoken_figure(node, names)
        return hidden, doubtful

    def _begin_region(self, node: Any, tag: str, attributes: Any, *, hidden: bool) -> Region | None:
        """Begin the region of a doubted element; None for one within a line or a row, or a menu, which is left out."""
        is_block = tag in BLOCKS or tag in BOILERPLATE or ("-" in tag and not tag.startswith("mjx-"))
        if self._everything or self._kind == "row" or not is_block:
            if not hidden:
                self._inline.seam()
            return None
        self._flush()
        if self._passes_menus and self._region is None and is_only_links(node):
            self.passed_menus = True
            return None
        self._region = region_of(tag, attributes, self._region, hidden=hidden, in_main=self._in_main > 0)
        return self._region

    def _count_control(self) -> None:
        if self._region is not None:
            self._region.controls += 1


def _name(tag: str | None) -> str:
    """Tag name without its prefix: JATS in JSON is full of <jats:p>."""
    return (tag or "").rpartition(":")[2]


def _is_flexible(attributes: Any) -> bool:
    """Whether the children of an element are set apart, by its style or a class that says so."""
    style, names = attributes.get("style"), attributes.get("class")
    if style is not None and (match := APART.search(style[:500])) and match[1] in ("flex", "grid"):
        return True
    return names is not None and ("flex" in names or "grid" in names) and FLEXIBLE.search(names[:500]) is not None


def _is_out_of_flow(attributes: Any) -> bool:
    style = attributes.get("style") if attributes else None
    return style is not None and OUT_OF_FLOW.search(style[:500]) is not None
