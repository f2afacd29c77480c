"""
Answer span: the words of a sentence that answer, when a question asks for a figure, a date, a name or a place.

The form of the question says what kind of words are asked for, the form of the sentence where such words are; which of
several it is, the reader says: without the right one the sentence answers least (occlusion, Zeiler and Fergus, 2014).
"""

from __future__ import annotations

from research_agent.text.answer_forms import candidate_spans
from research_agent.types import Rerank

__all__ = ["answer_span"]

Span = tuple[int, int]

MOST = 6  # spans that are tried


async def answer_span(question: str, title: str, sentence: str, rerank: Rerank) -> Span | None:
    """The span of the words in `sentence` that answer; None when no such words are asked for, or it has none."""
    spans = list(candidate_spans(question, sentence))[:MOST]
    if len(spans) < 2:
        return spans[0] if spans else None
    without = [f"{sentence[:start]}something{sentence[end:]}" for start, end in spans]
    rows = await rerank([(question, title, (text,)) for text in without])
    return min(zip(spans, rows, strict=True), key=lambda pair: pair[1][0])[0]
