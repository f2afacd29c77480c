"""Small documents and evidence of our own words, shared by the stage tests."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from research_agent.text.tokens import content_stems
from research_agent.types import Answer, Citation, Document, Evidence, History, Passage, Turn

__all__ = ["bag_of_words", "document", "evidence", "history"]

RIVER = (
    "The Lumen is a river in the north of Arvel. It is 412 kilometres long and carries 60 million tonnes of sand "
    "a year. It does not freeze in winter. Its mouth was surveyed in 1867 by Ada Verne."
)


def document(text: str = RIVER, *, title: str = "Lumen", source: str = "test", url: str = "") -> Document:
    return Document(
        source=source, title=title, url=url or f"https://example.org/{title}", text=text, retrieved="2026-01-01"
    )


def evidence(*documents: Document) -> tuple[Evidence, ...]:
    return tuple(Evidence(f"e{i}", Passage(doc, 0, len(doc.text)), 1.0) for i, doc in enumerate(documents, 1))


def history(*turns: tuple[str, str]) -> History:
    """A history of (question, title of the cited document) pairs."""
    made = []
    for number, (question, title) in enumerate(turns, 1):
        citation = Citation(
            n=1, sentence=(0, 1), document="d", title=title, url="", source="test", quote="x", start=0, end=1, score=1.0
        )
        answer = Answer(
            session="s", turn=number, question=question, text="x [1]", answer_from="model", status="complete",
            citations=(citation,) if title else (),
        )  # fmt: skip
        made.append(Turn(number=number, question=question, answer=answer))
    return History(session="s", turns=tuple(made))


async def bag_of_words(texts: Sequence[str]) -> NDArray[np.float32]:
    """A stand-in for the embedding model, for tests of arithmetic: hashed stems, L2-normalised."""
    rows = np.zeros((len(texts), 256), dtype=np.float32)
    for row, text in zip(rows, texts, strict=True):
        for word in content_stems(text):
            row[sum(word.encode()) % 256] += 1
        row /= float(np.linalg.norm(row)) or 1.0
    return rows
