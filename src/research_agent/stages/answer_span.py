"""
Answer span: the words of a sentence that answer, when a question asks for a figure, a date, a name or a place.

The form of the question says what kind of words are asked for, the form of the sentence where such words are. Which of
several it is, the forms of both say where they can ("How many states": "16 constituent states"), else the reader:
without the right one the sentence answers least (occlusion, Zeiler and Fergus, 2014).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from research_agent.text.answer_forms import candidate_spans, name_spans
from research_agent.text.tokens import STOP_WORDS, content_stems, stem, words
from research_agent.types import Rerank

__all__ = ["answer_span"]

Span = tuple[int, int]

MOST = 6  # spans that are tried
WHO_IS = re.compile(r"\W*who(?:['’]s| is| are| was| were)\b", re.IGNORECASE)
WHERE = re.compile(r"\bwhere\b", re.IGNORECASE)
COUNTED = re.compile(r"\bhow many (?P<what>\w+)", re.IGNORECASE)
NEAR = 3  # words behind a number among which is what it counts
# "Ada Lovelace (1815-1852), known as Ada, was ...": what stands between a subject and its verb.
SUBJECT = re.compile(r"(?:\s*\([^()]*\))?(?:,[^,.;]*,)?\s+(?:is|are|was|were)\s")
SAID_TO_BE = re.compile(r"\b(?P<noun>\w+) (?:is|are|was|were) (?:the )?$")  # "its capital is Ottawa"
MODIFIED = re.compile(r"\s(?P<word>[a-z][\w-]+)")  # "a Soviet pilot": an adjective is no name
MODIFIER = re.compile(r"\b(?:an?|the|by)\s$", re.IGNORECASE)


async def answer_span(question: str, title: str, sentence: str, rerank: Rerank) -> Span | None:
    """The span of the words in `sentence` that answer; None when no such words are asked for, or it has none."""
    if WHO_IS.match(question) and set(content_stems(title)).issuperset(content_stems(question)):
        return None  # "Who was Isaac Newton?": the sentence as a whole answers
    spans = list(candidate_spans(question, sentence))
    spans = _told_by_form(question, sentence, spans) or spans
    spans = ([span for span in spans if not _is_modifier(question, sentence, span)] or spans)[:MOST]
    if len(spans) < 2:
        return spans[0] if spans else None
    without = [f"{sentence[:start]}something{sentence[end:]}" for start, end in spans]
    rows = await rerank([(question, title, (text,)) for text in without])
    return min(zip(spans, rows, strict=True), key=lambda pair: pair[1][0])[0]


def _told_by_form(question: str, sentence: str, spans: Sequence[Span]) -> list[Span]:
    """The numbers of what is counted; the name that is said to be what is asked for, before or behind "is"."""
    if counted := COUNTED.search(question):
        what = stem(counted["what"].casefold())
        return [span for span in spans if what in map(stem, words(sentence[span[0] :])[: NEAR + 1])]
    if not spans or WHERE.search(question):
        return []
    asked = set(content_stems(question))
    for start, end in spans:
        said = SAID_TO_BE.search(sentence[:start])
        if said and stem(said["noun"].casefold()) in asked:
            return [(start, end)]
    (start, end), *_ = spans
    if start or not SUBJECT.match(sentence, end) or spans[0] not in name_spans(sentence):
        return []
    return [] if asked & set(content_stems(sentence[start:end])) else [spans[0]]


def _is_modifier(question: str, sentence: str, span: Span) -> bool:
    """Whether a span only modifies the noun behind it, which is not what is asked for: "a Soviet pilot"."""
    noun = MODIFIED.match(sentence, span[1])
    if noun is None or not MODIFIER.search(sentence[: span[0]]) or noun["word"] in STOP_WORDS:
        return False
    return not WHERE.search(question) and stem(noun["word"]) not in content_stems(question)
