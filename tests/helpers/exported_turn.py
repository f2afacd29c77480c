"""A turn as exports show it: two quotes of one document, one sentence without a source."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from research_agent.memory import SessionInfo
from research_agent.types import Answer, Citation, Document, Turn

__all__ = ["DOCUMENT", "INFO", "cite", "make_turn"]

INFO = SessionInfo(
    id="20261123-ab12cd",
    title="What do plants do?",
    turns=1,
    created="2026-11-23T10:00:00+00:00",
    updated="2026-11-23T10:05:00+00:00",
    summary="They spoke of plants.",
)


DOCUMENT = Document(
    source="wikipedia",
    title="Photosynthesis",
    url="https://en.wikipedia.org/wiki/Photosynthesis",
    text="Plants make sugar from light.\nThe rest is chemistry.",
    retrieved="2026-11-23",
    licence="CC BY-SA 4.0",
    details={"points": 3},
)


def cite(document: Document, start: int, end: int, n: int = 1) -> Citation:
    return Citation(
        n=n,
        sentence=(0, 21),
        document=document.id,
        title=document.title,
        url=document.url,
        source=document.source,
        quote=document.text[start:end],
        start=start,
        end=end,
        score=0.5,
    )


def make_turn(document: Document = DOCUMENT, number: int = 1, **fields: Any) -> Turn:
    answer = Answer(
        session=INFO.id,
        turn=number,
        question="What do\nplants do?",
        text="They make sugar. [1] They also sing.",
        answer_from="model",
        status="partial",
        citations=(cite(document, 0, 29), cite(document, 30, 52), cite(document, 0, 29)),
        unsupported=((21, 36),),
        model="llamacpp:smollm2",
        documents=(document, replace(DOCUMENT, text="Not cited.", url="https://example.org")),
        notes=("1 of 2 sources answered",),
    )
    answer = replace(answer, **fields)
    return Turn(number=number, question=answer.question, answer=answer)
