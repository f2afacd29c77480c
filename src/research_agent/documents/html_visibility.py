"""Elements of a page that are not shown, or shown twice: hidden text, drawn formulas, text for screen readers only."""

from __future__ import annotations

import re
from typing import Any

from research_agent.documents.main_text import siblings_of

__all__ = ["is_drawn_formula", "is_hidden", "is_sign", "is_spoken_figure"]

# Sort keys of tables, which a sheet of styles hides.
UNSHOWN_CLASS = re.compile(r"(?:^|\s)sort-?key(?:\s|$)")
HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![\d.])")
# Names of text that is shown to screen readers only: it may be the line of a fraction.
SPOKEN = re.compile(r"\b(?:sr-only|visually-hidden|screen-reader-text)\b")
RENDERED = frozenset("MathJax MathJax_Display MathJax_Preview MathJax_SVG MathJax_CHTML".split())


def is_hidden(node: Any, attributes: Any) -> bool:
    """Whether an element is not shown, or not said to screen readers; the MathML beside a picture is read."""
    if not attributes:
        return False
    style = attributes.get("style") or ""
    unsaid = attributes.get("aria-hidden") == "true" and node.tag != "figcaption"  # which the picture's alt says too
    names = attributes.get("class")
    unsaid = unsaid or (names is not None and "sort" in names and UNSHOWN_CLASS.search(names[:500]) is not None)
    hidden = unsaid or "hidden" in attributes or HIDDEN.search(style[:500]) is not None
    return hidden and not _holds_formula(node)


def _holds_formula(node: Any) -> bool:
    """Whether a hidden element is the MathML of a formula that is shown as a picture."""
    child = node.first_child
    while child is not None and not child.is_element_node:
        child = child.next
    return child is not None and child.tag == "math"


def is_drawn_formula(node: Any, attributes: Any) -> bool:
    """Whether an element is what MathJax drew of a formula whose TeX follows."""
    if not attributes or RENDERED.isdisjoint((attributes.get("class") or "").split()[:20]):
        return False
    for _ in range(4):
        node = node.next
        if node is None:
            break
        if node.is_element_node and node.tag == "script" and "math/tex" in (node.attributes.get("type") or ""):
            return True
    return False


def is_sign(node: Any, names: str) -> bool:
    """Whether an element for screen readers holds a sign that style draws for others, as in a fraction."""
    return SPOKEN.search(names) is not None and (node.text() or "").strip() in ("+", "/", "\u2044", "-", "\u2212", "^")


def is_spoken_figure(node: Any, names: str) -> bool:
    """Whether an element for screen readers says the figure that is drawn, hidden from them, beside it."""
    return (
        SPOKEN.search(names) is not None
        and any(sibling.attributes.get("aria-hidden") == "true" for sibling in siblings_of(node))
        and any(char.isdigit() for char in (node.text() or "")[:200])
    )
