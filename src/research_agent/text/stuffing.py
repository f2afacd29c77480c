"""Keyword stuffing: pages that say the words of a question over and over, to be found by it, and answer nothing."""

from __future__ import annotations

from collections.abc import Sequence

from research_agent.text.tokens import content_stems

__all__ = ["is_stuffed"]

FEWEST_STEMS = 2  # of a question; one of a single word is in every sentence about it
MOST_OF_THEM = 0.7
SENTENCES = 3  # that hold most of the question's words, and their share of the passage
SHARE = 0.4


def is_stuffed(question: str, sentences: Sequence[str]) -> bool:
    """
    Whether a passage repeats a question: at least three of its sentences, and two in five, hold most of its words.

    A text that answers names its subject once or twice, and goes on with what belongs to it.
    """
    wanted = frozenset(content_stems(question))
    if len(wanted) < FEWEST_STEMS:
        return False
    least = max(FEWEST_STEMS, MOST_OF_THEM * len(wanted))
    repeating = sum(len(wanted.intersection(content_stems(sentence))) >= least for sentence in sentences)
    return repeating >= SENTENCES and repeating >= SHARE * len(sentences)
