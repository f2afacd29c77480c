"""
Residual hop: from what a first search found to what the question asks beyond it.

Each of the best passages answers a part of the question and brings names: what is left of the question, with those
names, is searched for, and so is what bears a title that the passage names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from research_agent.deep_research.collection import Collection, Entry
from research_agent.text.tokens import content_words, names, stem

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from research_agent.types import Embed

__all__ = ["residual", "residual_hop"]

SOURCES = 5  # passages from which a hop goes on
BRANCH = 10  # entries that a search for a rest may bring
TITLED = 0.15  # what being named by its title is worth, of a cosine
MOST_NAMES = 24


def residual(question: str, passage: Entry) -> str:
    """What is left to search for: the question's words that the passage lacks, and the names that it brings."""
    asked = content_words(question)
    left = [word for word in asked if stem(word) not in passage.stems]
    known = {stem(word) for word in asked}
    brought = [name for name in sorted(names(passage.text)) if stem(name) not in known]
    return " ".join([*left, *brought[:MOST_NAMES]])


async def residual_hop(
    question: str, vector: NDArray[np.float32], collection: Collection, embed: Embed, *, limit: int = 20
) -> list[Entry]:
    """
    Find the best entries for a question, best first, by one hop from what a first search finds.

    `vector` is the question's, shape (d,). Raises what the collection and `embed` raise.
    """
    first = [hit.entry for hit in await collection.search(question, vector, limit=limit)]
    sources = first[:SOURCES]
    rests = [residual(question, source) for source in sources]
    scores: dict[Entry, float] = {entry: _cosine(entry, vector) for entry in first}
    vectors = await embed(rests) if rests else ()
    for source, rest, left, named in zip(
        sources, rests, vectors, await collection.named_in([source.text for source in sources]), strict=True
    ):
        hits = [hit.entry for hit in await collection.search(rest, limit=BRANCH)]
        for entry in (*hits, *named):
            if entry is not source:
                score = 0.5 * (_cosine(entry, left) + _cosine(entry, vector)) + TITLED * (entry in named)
                scores[entry] = max(scores.get(entry, 0.0), score)
    return _best(scores, limit)


def _cosine(entry: Entry, vector: NDArray[np.float32]) -> float:
    return 0.0 if entry.vector is None else float(entry.vector @ vector)


def _best(scores: dict[Entry, float], limit: int) -> list[Entry]:
    return sorted(scores, key=lambda entry: -scores[entry])[:limit]
