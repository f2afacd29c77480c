"""documents -> passages: pieces of a few sentences, each with its exact place in the stored text."""

from __future__ import annotations

from collections.abc import Iterable

from research_agent.types import Document, Passage
from research_agent.words import content_stems, encodable

__all__ = ["split"]

SHORTEST, LONGEST = 200, 600  # characters: small enough to be precise, large enough to carry a name with its fact
MOST_OF_A_DOCUMENT = 200_000  # characters that are read for passages; leads and best sections stand early


def split(documents: Iterable[Document], *, question: str, most: int = 48) -> list[Passage]:
    """
    Cut documents into passages and keep the `most` worth ranking.

    A document's opening always has a place before later passages of other documents; among the rest those that
    share most words with the question are kept. Order: by document, then by position.
    """
    from semantic_text_splitter import TextSplitter

    splitter = TextSplitter((SHORTEST, LONGEST), trim=True)
    asked = set(content_stems(question))
    scored = []
    seen = set()
    for rank, document in enumerate(documents):
        if document.id in seen:
            continue
        seen.add(document.id)
        text = encodable(document.text[:MOST_OF_A_DOCUMENT])
        for position, (start, piece) in enumerate(splitter.chunk_indices(text)):
            passage = Passage(document, start, start + len(piece))
            shared = len(asked & set(content_stems(f"{document.title} {piece}"))) / max(len(asked), 1)
            scored.append(((position == 0, shared), -rank, -position, passage))
    best = sorted(scored, key=lambda item: item[:3], reverse=True)[:most]
    return [item[3] for item in sorted(best, key=lambda item: (-item[1], -item[2]))]
