"""
Stand-ins for the text of a page that scripts are to fill: what it shows without scripts or frames, then its data.

Only where the page shows no text of its own; data that are not for everyone are not read.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from research_agent.documents.html_metadata import linked_data_of

__all__ = ["stand_ins"]

TEXTS = ("articleBody", "reviewBody")
LONGEST = 200_000  # characters of one


def stand_ins(tree: Any, *, is_free: bool) -> Iterator[str]:
    """Markup of each stand-in, best first; of data only those for everyone (`is_free`)."""
    for node in tree.css("noframes")[:5]:
        yield (node.text() or "")[:LONGEST]  # which the parser takes for text
    yield "".join(_content(node) for node in tree.css("body noscript")[:50])[:LONGEST]
    if is_free:
        for thing in linked_data_of(tree):
            yield from (value[:LONGEST] for name in TEXTS if isinstance(value := thing.get(name), str))


def _content(node: Any) -> str:
    """Markup in an element."""
    child, parts = node.first_child, list[str]()
    while child is not None:
        parts.append(child.html or "")
        child = child.next
    return "".join(parts)
