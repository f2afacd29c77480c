"""
Nearest aspect of a side: a sentence that hardly answers is none of an aspect where it is nearer to another.

The reader takes the cities of Poland for its history at times; by meaning they are nearer to its geography.
"""

from __future__ import annotations

from collections.abc import Sequence

from research_agent.text.tokens import content_stems
from research_agent.types import Embed, Evidence

__all__ = ["of_nearest_aspect"]

CERTAIN = 2.5
"""Logit from which the reader alone decides."""
AS_NEAR = 0.02
"""Cosine that a sentence may be nearer to another aspect."""


async def of_nearest_aspect(
    asked: str, others: Sequence[str], evidence: Sequence[Evidence], embed: Embed | None
) -> Sequence[Evidence]:
    """
    The evidence of a question about an aspect without what is nearer to the `others` about the same side.

    What says a word of the aspect stays, and what surely answers. Without an embedding model all of it stays.
    """
    common = set(content_stems(asked)).intersection(*(content_stems(one) for one in others))
    aspect = set(content_stems(asked)) - common
    doubtful = [
        item
        for item in evidence
        if item.sentences and item.answers < CERTAIN and not aspect & set(content_stems(item.passage.text))
    ]
    if embed is None or not others or not doubtful:
        return evidence
    vectors = await embed([asked, *others, *(item.passage.text for item in doubtful)])
    questions, said = vectors[: len(others) + 1], vectors[len(others) + 1 :]
    strays = set()
    for item, vector in zip(doubtful, said, strict=True):
        own, *rest = (float(vector @ question) for question in questions)
        if own < max(rest) - AS_NEAR:
            strays.add(id(item))
    return [item for item in evidence if id(item) not in strays]
