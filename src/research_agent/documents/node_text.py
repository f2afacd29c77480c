"""Plain text of XML elements whose content is markup: JATS, PubMed's records, formulas in MathML."""

from __future__ import annotations

from collections.abc import Set

from research_agent.documents.inline import Entry, InlineText
from research_agent.documents.reader import Node
from research_agent.documents.spacing import tidy

__all__ = ["node_text"]


def node_text(node: Node, *, excluded: Set[str] = frozenset(), apart: Set[str] = frozenset()) -> str:
    """
    Plain text in an element, as `InlineText` says its markup.

    Elements called one of `excluded` are left out; there is white space around those called one of `apart`.
    """
    inline = InlineText()
    _say(node, inline, excluded, apart)
    return tidy(inline.take())


def _say(node: Node, inline: InlineText, excluded: Set[str], apart: Set[str]) -> None:
    for item in node.content:
        if isinstance(item, str):
            inline.add(item)
            continue
        name = item.name
        entry = Entry.SKIP if name in excluded else inline.enter(name, item.attributes)
        if entry is Entry.SKIP:
            continue
        if name in apart:
            inline.put(" ")
        _say(item, inline, excluded, apart)
        if entry is Entry.TELL:
            inline.leave()
        if name in apart:
            inline.put(" ")
