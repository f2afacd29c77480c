"""
Listings of code on a page: their lines as they are, without the numbers of the lines.

Numbers are known by their form, not by a name: elements that hold a number only, one a line, each one more than the
last; they stand before the lines, in a cell beside them, or in a row of a table with each line.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from html import escape
from typing import Any

__all__ = ["separate_listings"]

MOST_LISTINGS = 300
NODES = 20_000  # of one listing
FEWEST = 2  # lines that are numbered
IN_LINES = frozenset("div p li tr".split())
NOT_CODE = frozenset("button script style svg template noscript".split())
CODE = frozenset("pre code samp".split())


def separate_listings(tree: Any) -> None:
    """Change the listings of the tree: a table of lines becomes a <pre>, numbers go, each line ends with a line end."""
    for table in tree.css("table")[:MOST_LISTINGS]:
        if (text := _code_of(table)) is not None:
            listing = tree.create_node("pre")
            listing.inner_html = escape(text, quote=False)
            table.replace_with(listing)
    within: set[int] = set()
    for listing in tree.css("pre")[:MOST_LISTINGS]:
        if listing.mem_id in within:  # of another, whose lines are known
            continue
        _drop_numbers(listing)
        elements = list(_elements(listing))
        within.update(node.mem_id for node in elements if node.tag == "pre")
        if any(node.tag in IN_LINES for node in elements):
            listing.inner_html = escape(_lines_of(listing), quote=False)


def _code_of(table: Any) -> str | None:
    """The code of a table of lines and their numbers; None for any other table."""
    rows = [_cells(row) for row in _children(table, "tr", within=("thead", "tbody", "tfoot"))]
    if not rows or any(len(cells) != 2 for cells in rows):
        return None
    if len(rows) == 1:
        numbers, code = rows[0]
        first = code.css_first("table, pre, code")
        if first is None or first.tag == "table":
            return None
        if not _count_up(_integers((numbers.text(separator=" ") or "").split())):
            return None
        return _lines_of(code.css_first("pre") or code)
    if not _count_up([_number_of(number) for number, _ in rows]) or not all(_is_code(*cells) for cells in rows):
        return None
    return "\n".join(_lines_of(code).strip("\n") for _, code in rows)


def _is_code(number: Any, code: Any) -> bool:
    """Whether a row is a line of code: a table of ranks is numbered too."""
    names = (code.attributes.get("class") or "").lower()
    return (
        "data-line-number" in number.attributes
        or code.css_first("pre, code, samp") is not None
        or any(name in names for name in ("code", "blob", "hljs"))
    )


def _number_of(cell: Any) -> int | None:
    return _integer(cell.attributes.get("data-line-number") or cell.text() or "")


class _Numbers:
    """Numbers at the beginnings of the lines of a listing, each an element of its own; `lines` are those not blank."""

    def __init__(self, listing: Any) -> None:
        self.found: list[tuple[Any, int]] = []
        self.lines = 0
        self.is_code = False
        self._is_numbered = self._has_text = False
        for node, has_elements in _walk(listing):
            if node.is_text_node:
                if not self.found or not _is_child(node, self.found[-1][0]):
                    self._add(node.text_content or "")
            elif node.tag in IN_LINES or node.tag == "br":
                self._end()
            elif not (has_elements or self._is_numbered or self._has_text):
                self._number(node)
        self._end()

    def _number(self, node: Any) -> None:
        number = _integer(node.text() or "")
        if number is not None:
            self.found.append((node, number))
            self._is_numbered = True

    def _add(self, text: str) -> None:
        for place, line in enumerate(text.split("\n")):
            if place:
                self._end()
            self._has_text = self._has_text or bool(line.strip())
            self.is_code = self.is_code or self._has_text

    def _end(self) -> None:
        self.lines += self._is_numbered or self._has_text
        self._is_numbered = self._has_text = False


def _drop_numbers(listing: Any) -> None:
    """Take the numbers out of a listing when every line that is not blank begins with one."""
    numbers = _Numbers(listing)
    found = [node for node, _ in numbers.found]
    is_listing = numbers.is_code and len(found) >= max(FEWEST, numbers.lines)
    if not is_listing or not _count_up([number for _, number in numbers.found]):
        return
    after = [node.next for node in found if node.next is not None and node.next.is_text_node]
    texts = [node.text_content or "" for node in after]
    if len(after) == len(found) and all(text[:1] in (" ", "\t") for text in texts):
        for node, text in zip(after, texts, strict=True):  # what sets each number apart from its line
            node.replace_with(text[1:])
    for node in found:
        node.decompose()


def _lines_of(listing: Any) -> str:
    """Text of a listing in which lines are elements."""
    pieces: list[str] = []
    is_empty = False  # whether the last line has an element, and no text yet
    for node, _ in _walk(listing):
        if node.is_text_node:
            pieces.append(node.text_content or "")
            is_empty = is_empty and not pieces[-1]
        elif node.tag == "br":
            pieces.append("\n")
        elif node.tag in IN_LINES and not (node.prev is None and node.parent.tag in IN_LINES):
            if is_empty or (pieces and not pieces[-1].endswith("\n")):
                pieces.append("\n")
            is_empty = True
    return "".join(pieces)


def _walk(root: Any) -> Iterator[tuple[Any, bool]]:
    """Texts and elements below `root`, but those that show no code, and whether one has elements in it."""
    stack, count = [root.first_child], 0
    while stack and count < NODES:
        node = stack.pop()
        if node is None:
            continue
        count += 1
        stack.append(node.next)
        if node.is_text_node:
            yield node, False
        elif node.is_element_node and node.tag not in NOT_CODE:
            yield node, node.tag in CODE or any(True for _ in _elements(node))
            stack.append(node.first_child)


def _elements(root: Any) -> Iterator[Any]:
    """Elements below `root`."""
    stack, count = [root.first_child], 0
    while stack and count < NODES:
        node = stack.pop()
        if node is None:
            continue
        count += 1
        stack.append(node.next)
        if node.is_element_node:
            yield node
            stack.append(node.first_child)


def _is_child(node: Any, element: Any) -> bool:
    parent = node.parent
    return parent is not None and parent.mem_id == element.mem_id


def _children(node: Any, tag: str, *, within: tuple[str, ...]) -> list[Any]:
    """Child elements of that tag, those in elements of the tags `within` included."""
    found, child = [], node.first_child
    while child is not None:
        if child.is_element_node and child.tag == tag:
            found.append(child)
        elif child.is_element_node and child.tag in within:
            found += _children(child, tag, within=())
        child = child.next
    return found


def _cells(row: Any) -> list[Any]:
    return _children(row, "td", within=()) + _children(row, "th", within=())


def _integers(words: Sequence[str]) -> list[int | None]:
    return [_integer(word) for word in words]


def _integer(text: str) -> int | None:
    digits = text.strip().rstrip(".:|")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 7 else None


def _count_up(numbers: Sequence[int | None]) -> bool:
    """Whether there are a few numbers, each one more than the last."""
    pairs = itertools.pairwise(numbers)
    return len(numbers) >= FEWEST and all(a is not None and b == a + 1 for a, b in pairs)
