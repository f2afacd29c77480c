"""Mirrors: pages found on the web that repeat another document, whatever stands above and below its text."""

from __future__ import annotations

from collections.abc import Iterable

from research_agent.text.copies import Alike
from research_agent.types import Document

__all__ = ["mirrors"]


def mirrors(documents: Iterable[Document], alike: Alike) -> frozenset[str]:
    """
    Ids of the pages that are copies of a better document, and take no place among what is read and ranked.

    What a service gives is better than a page that was found; of pages that at the address that it calls its own, then
    the older, then one behind https, then the first. Copies keep their voice: conflicts are looked for in all passages.
    """
    kept: list[Document] = []
    copies = set()
    for document in sorted(documents, key=_merit):
        if _is_found(document) and any(alike(document, other) for other in kept):
            copies.add(document.id)
        else:
            kept.append(document)
    return frozenset(copies)


def _is_found(document: Document) -> bool:
    """Whether a search engine named it: `sources/crawler/hits.py` says which."""
    return "engines" in document.details


def _merit(document: Document) -> tuple[bool, bool, str, bool]:
    return (
        _is_found(document),
        "canonical" in document.details,
        document.published or "9999",
        not document.url.startswith("https:"),
    )
