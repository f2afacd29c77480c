"""
Main text of a page: its blocks without menus, banners and margins.

An element that looks like one of these, by its tag, role or name, or is hidden, is doubted with all in it. Names lie:
a doubted element that holds most of the page's prose is the page, and what a control of the page shows is not hidden.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, zip_longest
from typing import Any

__all__ = [
    "BOILERPLATE",
    "HEADINGS",
    "MAIN",
    "Block",
    "Region",
    "is_doubtful",
    "is_only_links",
    "is_shown_by_control",
    "main_text",
    "names_of",
    "region_of",
    "siblings_of",
    "targets_of",
]

FAIR_SHARE = 0.3
MOSTLY_LINKS = 0.6
A_PARAGRAPH = 200  # characters; a longer block is text whatever its links
MOST = 0.5  # share of the prose that makes an element the page, whatever it is called
MUCH = 0.2  # the same for one that holds the title, or is called content too
NEARLY_ALL = 0.8  # the same for what is laid over a page
A_SENTENCE, A_LINE = 20, 80  # characters that prose has at least: with an end of a sentence, and without
A_NOTE = 60  # characters of prose that make an aside within the text a note of it
FEW_LINKS = 0.2

MAIN = frozenset("main article".split())
HEADINGS = tuple("h1 h2 h3 h4 h5 h6".split())
BOILERPLATE = frozenset("nav footer aside form menu dialog".split())
UI_ROLES = frozenset("navigation banner contentinfo complementary search dialog alert alertdialog menu menubar".split())
BOILERPLATE_NAMES = re.compile(
    r"(?:^|[\s_-])(?:cookies?|consent|gdpr|newsletter|breadcrumbs?|share|sharing|social|advert|advertisement|ads|promo"
    r"|sidebar|skip-link|sr-only|visually-hidden|screen-reader-text|mw-editsection|navbox|noprint|toc|pagination"
    r"|related-articles)(?:$|[\s_-])"
)
CONTENT_NAMES = re.compile(r"(?:^|[\s_-])(?:content|main|article|post|entry|story|body)(?:$|[\s_-])")
OVERLAY = re.compile(r"cookie|consent|gdpr|newsletter|dialog|alert")
PANEL_NAMES = re.compile(r"tab|pane|accordion|collaps|slide|toggle|fold")
ENDS = re.compile(r"[.!?…。！？؟۔।]")
CONTROLS = "[aria-controls],[href^='#'],[data-target],[data-bs-target],[data-tab],[data-toggle],[onclick]"
CONTROL_ATTRIBUTES = ("aria-controls", "href", "data-target", "data-bs-target", "data-tab", "data-toggle", "onclick")
IDENTIFIER = re.compile(r"[\w-]{1,80}")


@dataclass(slots=True, eq=False)
class Region:
    """
    Doubted element; it is cleared by `share` of the page's prose. `controls` counts its buttons and fields.

    `is_kept` and `is_unseen` hold for it with all that it is in, once `_judge` has said so.
    """

    outer: Region | None
    share: float
    is_aside: bool = False
    is_hidden: bool = False
    controls: int = 0
    prose: int = 0
    length: int = 0
    links: int = 0
    is_kept: bool = False
    is_unseen: bool = False

    def is_cleared(self, prose: int) -> bool:
        """Whether it belongs to the text of a page with that many characters of prose."""
        if self.is_aside and not self.controls and self.prose >= A_NOTE and self.links <= FEW_LINKS * self.length:
            return True
        return self.prose > 0 and self.prose >= self.share * prose

    def add(self, inner: Region) -> None:
        """Count what a region in this one holds."""
        self.controls += inner.controls
        self.prose += inner.prose
        self.length += inner.length
        self.links += inner.links


@dataclass(slots=True)
class Block:
    """Block of text, such as a paragraph or a row; `links` counts its characters that are links."""

    kind: str
    text: str
    links: int = 0
    in_main: bool = False
    region: Region | None = None

    @property
    def prose(self) -> int:
        """Characters that are sentences, data or code, not links."""
        if self.kind in HEADINGS:
            return 0
        words = len(self.text) - self.links
        is_prose = self.kind in ("row", "code") or len(self.text) >= A_LINE or ENDS.search(self.text)
        return words if is_prose and words >= A_SENTENCE and self.links < MOSTLY_LINKS * len(self.text) else 0


def is_doubtful(tag: str, attributes: Any, *, in_main: bool) -> bool:
    """Whether an element looks like boilerplate."""
    if tag in BOILERPLATE or (tag == "header" and not in_main):
        return True
    if not attributes or tag == "body":
        return False
    is_named = tag not in MAIN and BOILERPLATE_NAMES.search(names_of(attributes)) is not None
    return (attributes.get("role") or "") in UI_ROLES or is_named


def is_only_links(node: Any) -> bool:
    """Whether what an element says beside its links is too little for prose, as in menus; much quicker than a walk."""
    return _signs(node) - sum(_signs(link) for link in node.css("a")) < A_SENTENCE


def _signs(node: Any) -> int:
    """Characters of an element's text that are no white space."""
    return sum(map(len, (node.text() or "").split()))


def names_of(attributes: Any) -> str:
    """Class and id of an element, in lower case."""
    return f"{attributes.get('class') or ''} {attributes.get('id') or ''}"[:500].lower()


def region_of(tag: str, attributes: Any, outer: Region | None, *, hidden: bool, in_main: bool) -> Region:
    """The region of a doubted element within `outer`."""
    names = f"{names_of(attributes)} {attributes.get('role') or ''} {tag if tag == 'dialog' else ''}"
    share = MUCH if CONTENT_NAMES.search(names) else MOST
    if OVERLAY.search(names):
        share = NEARLY_ALL
    return Region(outer, share, is_aside=tag == "aside" and in_main and not hidden, is_hidden=hidden)


def targets_of(tree: Any) -> frozenset[str]:
    """Ids that the controls of a page (tabs, "show more") refer to."""
    found: set[str] = set()
    for node in tree.css(CONTROLS)[:2000]:
        for name in CONTROL_ATTRIBUTES:
            found.update(IDENTIFIER.findall((node.attributes.get(name) or "")[:300]))
    return frozenset(found)


def is_shown_by_control(node: Any, tag: str, targets: frozenset[str]) -> bool:
    """Whether a hidden element is a tab, or a text that folds: a control names it, or its siblings are of its kind."""
    attributes = node.attributes
    if attributes.get("role") == "tabpanel" or (attributes.get("id") or "") in targets:
        return True
    panels = {name for name in (attributes.get("class") or "").lower().split() if PANEL_NAMES.search(name)}
    return bool(panels) and any(
        sibling.tag == tag and not panels.isdisjoint((sibling.attributes.get("class") or "").lower().split())
        for sibling in siblings_of(node)
    )


def siblings_of(node: Any) -> list[Any]:
    """The elements next to an element."""
    found = []
    for step in ("prev", "next"):
        sibling = getattr(node, step)
        while sibling is not None and not sibling.is_element_node:
            sibling = getattr(sibling, step)
        if sibling is not None:
            found.append(sibling)
    return found


def main_text(blocks: Sequence[Block]) -> list[Block]:
    """The blocks of the main text."""
    blocks = _undoubted(blocks)
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


def _undoubted(blocks: Sequence[Block]) -> list[Block]:
    """Blocks in no doubted element, or in cleared ones only; when these hold no prose, those not hidden, or all."""
    _judge(blocks)
    kept = [block for block in blocks if block.region is None or block.region.is_kept]
    shown = [block for block in blocks if block.region is None or not block.region.is_unseen]
    choices = [choice for choice in (kept, shown, list(blocks)) if choice]
    return next((choice for choice in choices if any(block.prose for block in choice)), choices[0] if choices else [])


def _judge(blocks: Sequence[Block]) -> None:
    """Judge the regions of the blocks; linear, however deep one is in another."""
    total = 0
    order: list[Region] = []
    known: set[int] = set()
    for block in blocks:
        prose, region = block.prose, block.region
        chain: list[Region] = []
        total += prose
        if region is not None:
            region.prose += prose
            region.length += len(block.text)
            region.links += block.links
        while region is not None:
            if block.kind == "h1" and region.share == MOST:
                region.share = MUCH  # it holds the title
            elif id(region) in known:
                break
            if id(region) not in known:
                known.add(id(region))
                chain.append(region)
            region = region.outer
        order += reversed(chain)
    for region in reversed(order):
        if region.outer is not None:
            region.outer.add(region)
    for region in order:
        outer = region.outer
        region.is_kept = (outer is None or outer.is_kept) and region.is_cleared(total)
        region.is_unseen = region.is_hidden or (outer is not None and outer.is_unseen)


def _runs(blocks: Sequence[Block]) -> list[list[Block]]:
    """Group the lines of a list and the rows of a table: whether one is a menu depends on all of it."""
    runs = groupby(blocks, key=lambda block: block.kind if block.kind in ("line", "row") else id(block))
    return [list(run) for _, run in runs]


def _is_menu(run: Sequence[Block]) -> bool:
    length = sum(len(block.text) for block in run)
    has_paragraph = any(len(block.text) > A_PARAGRAPH for block in run)
    return not has_paragraph and sum(block.links for block in run) >= MOSTLY_LINKS * length
