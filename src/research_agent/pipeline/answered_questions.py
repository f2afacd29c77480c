"""Suggestions: questions to go on with that the texts of an answer answer, as the reader finds, and it did not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from research_agent.stages.follow_up import MOST
from research_agent.stages.read import read
from research_agent.text.fragments import states_nothing
from research_agent.text.injection import is_order, unlinked
from research_agent.text.sanitize import one_line
from research_agent.text.sentences import sentence_spans
from research_agent.text.tokens import content_stems, jaccard
from research_agent.types import Document, Embed, Readable, Rerank

__all__ = ["answered_questions", "questions_in"]

SENTENCES = 40  # of a document that are read
SURE = 1.0  # logit: a question that nobody asked is shown only when it is surely answered
ALIKE = 0.6  # share of stems in common from which two questions ask the same
LONGEST = 120  # characters of a question
MARKER = re.compile(r"^\s*(?:[-*•]|\d{1,2}[.)])\s*")


def questions_in(reply: str) -> Iterator[str]:
    """The questions that a model wrote, one a line; none that gives orders or holds an address, as a text may ask."""
    for line in reply.splitlines():
        text = one_line(MARKER.sub("", line)).strip().strip('"')
        if text.endswith("?") and 8 < len(text) <= LONGEST and unlinked(text) == text and not is_order(text):
            yield text


async def answered_questions(
    questions: Sequence[str],
    documents: Sequence[Document],
    rerank: Rerank,
    *,
    asked: str,
    said: Sequence[str],
    embed: Embed | None = None,
) -> list[str]:
    """
    At most `MOST` of the questions that a sentence of the documents answers, in their order.

    Not what was `asked`, and not what one of the sentences that were `said` answers as well.
    """
    found: list[str] = []
    answers: set[str] = set(said)
    for question in dict.fromkeys(questions):
        if len(found) == MOST:
            break
        if any(_alike(question, other) for other in (asked, *found)):
            continue
        items = [_readable(question, document) for document in documents]
        reading = await read(items, rerank, embed=embed)
        read_sentences = (
            (logit, item[2][at]) for item, row in zip(items, reading.end, strict=True) for at, logit in enumerate(row)
        )
        logit, sentence = max(read_sentences, default=(-SURE, ""))
        if logit >= SURE and sentence not in answers:
            found.append(question)
            answers.add(sentence)
    return found


def _readable(question: str, document: Document) -> Readable:
    spans = sentence_spans(document.text)[:SENTENCES]
    sentences = (document.text[start:end] for start, end in spans)
    return question, document.title, tuple(one for one in sentences if not states_nothing(document.title, one))


def _alike(one: str, other: str) -> bool:
    return jaccard(content_stems(one), content_stems(other)) >= ALIKE
