"""
What a check is held against: two that only measure how alike a claim and its evidence are.

They are cheap, and blind to what a sentence says: a copy with one word changed is as alike as the copy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from research_agent.text.sentences import sentence_spans
from research_agent.text.tokens import content_stems
from research_agent.types import Embed

__all__ = ["BASELINES", "Baseline", "cosines", "word_overlap"]

WINDOWS = 3


@dataclass(frozen=True, slots=True)
class Baseline:
    """What it measures, and the score from which a claim is accepted: one cut for all sets."""

    about: str
    cut: float


BASELINES = {
    "word_overlap": Baseline("share of the claim's content words in the best three windows of two sentences", 0.64),
    "cosine": Baseline("the highest cosine of the claim to a sentence", 0.70),
}


def word_overlap(claim: str, texts: Sequence[str]) -> float:
    """The share of the claim's stems that the best windows have together, each found for what the others lack."""
    wanted = frozenset(content_stems(claim))
    if not wanted:
        return 0.0
    windows = [wanted & frozenset(content_stems(window)) for text in texts for window in _windows(text)]
    found: frozenset[str] = frozenset()
    for _ in range(WINDOWS):
        found |= max(windows, key=lambda window: len(window - found), default=frozenset())
    return len(found) / len(wanted)


async def cosines(claims: Sequence[str], texts: Sequence[str], embed: Embed) -> list[float]:
    """Of each claim the highest cosine to a sentence of the texts, 0 at least."""
    sentences = [text[start:end] for text in texts for start, end in sentence_spans(text)]
    if not sentences or not claims:
        return [0.0] * len(claims)
    vectors = await embed([*claims, *sentences])
    near = (vectors[: len(claims)] @ vectors[len(claims) :].T).max(axis=1)
    return [max(0.0, float(value)) for value in near]


def _windows(text: str) -> list[str]:
    """Every two sentences that follow each other, or the only one."""
    spans = sentence_spans(text)
    return [text[one[0] : two[1]] for one, two in pairwise(spans)] or [text[start:end] for start, end in spans]
