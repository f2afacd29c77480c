"""Near-duplicates: texts of which one has most word runs of the other are one witness, whatever their hosts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from research_agent.text.tokens import shingles
from research_agent.types import Document

__all__ = ["Alike", "near_duplicates", "witnesses"]

COPIED = 0.7  # share of the shorter text's word runs that the longer holds: from here on they are copies
READ = 20_000  # characters of a document that are compared

Alike = Callable[[Document, Document], bool]


def near_duplicates() -> Alike:
    """Near-duplicate test (Broder, 1997), digits blotted out; it remembers the word runs of what it has seen."""
    known: dict[str, frozenset[tuple[str, ...]]] = {}

    def runs(document: Document) -> frozenset[tuple[str, ...]]:
        if document.id not in known:
            known[document.id] = shingles(re.sub(r"\d+", "0", document.text[:READ]))
        return known[document.id]

    def alike(one: Document, other: Document) -> bool:
        mine, yours = runs(one), runs(other)
        return len(mine & yours) >= COPIED * min(len(mine), len(yours))

    return alike


def witnesses(documents: Iterable[Document], alike: Alike) -> list[Document]:
    """Independent documents: without copies of an earlier one."""
    independent: list[Document] = []
    for document in documents:
        if not any(alike(document, other) for other in independent):
            independent.append(document)
    return independent
