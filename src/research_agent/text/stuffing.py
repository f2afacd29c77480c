"""Keyword stuffing: pages that say the words of a question over and over, to be found by it, and answer nothing."""

from __future__ import annotations

from functools import lru_cache

from research_agent.text.sentences import sentence_spans
from research_agent.text.tokens import content_stems

__all__ = ["is_stuffed"]

LOOKED_AT = 40  # sentences at the beginning of a page
FEWEST_STEMS = 3  # of a question; one of a word or two is in every sentence about it
MOST_OF_THEM = 0.7
SENTENCES = 3  # that hold most of the question's words, and their share of the page
SHARE = 0.4


@lru_cache(maxsize=256)
def is_stuffed(question: str, text: str) -> bool:
    """
    Whether a page repeats a question: at least three of its sentences, and two in five, hold most of its words.

    A text that answers names its subject once or twice, and goes on with what belongs to it.
    """
    wanted = frozenset(content_stems(question))
    if len(wanted) < FEWEST_STEMS:
        return False
    least = max(FEWEST_STEMS, MOST_OF_THEM * len(wanted))
    sentences = [text[start:end] for start, end in sentence_spans(text[: LOOKED_AT * 400])[:LOOKED_AT]]
    repeating = sum(len(wanted.intersection(content_stems(sentence))) >= least for sentence in sentences)
    return repeating >= SENTENCES and repeating >= SHARE * len(sentences)
