"""Forms of asking: how a question opens and ends, and the sentences of a text that asks."""

from __future__ import annotations

import re

from research_agent.text.direct import is_courtesy
from research_agent.text.sentences import sentence_spans
from research_agent.text.tokens import words

__all__ = ["ENDS_ASKING", "ENDS_STATING", "OPENING", "question_spans"]

OPENING = re.compile(
    r"\s*(?:(?:and|but|so|also|then|now|next|or|\d{1,2}[.)]|[-*•])\s+|[¿\"'“(*_]+)*(?:(?:what|who|whom|whose|which|where"
    r"|when|why|how)(?:['’]?s|['’]re|ever)?|is|are|was|were|do|does|did|can|could|has|have|had|will|would|should|may|might"
    r"|must|in what|in which|at what|to what|for what|on what|by what)\b",
    re.IGNORECASE,
)
ENDS_ASKING = re.compile(r"[?？؟⁇⁈¿][\s\"'”’»)*_\]!.]*$")
ENDS_STATING = re.compile(r"[.!:;。！…][\s\"'”’»)*_\]]*$")
SHORTENED = re.compile(r"(?<!\w)(?:[IVXLCDM]+|\d{1,3}|[A-Z][a-z]{0,2})\.$")  # "Vol.", "II.", "88."
LEADING_POINT = re.compile(r"(?<=\s)\.(?=\w)")


def question_spans(text: str) -> list[tuple[int, int]]:
    """Spans of the sentences; the points of ".NET", "H2A.Z" and "II. Mehmed" end none."""
    spans: list[tuple[int, int]] = []
    for start, end in sentence_spans(LEADING_POINT.sub("_", text)):
        if spans and "\n" not in text[spans[-1][0] : start] and _goes_on(text[slice(*spans[-1])], text[start:end]):
            spans[-1] = spans[-1][0], end
        else:
            spans.append((start, end))
    return spans


def _goes_on(one: str, other: str) -> bool:
    """Whether two sentences are one question that was cut at a point."""
    if not one.endswith(".") or not ENDS_ASKING.search(other) or OPENING.match(other) or is_courtesy(one):
        return False
    return len(words(one)) <= 1 or bool(OPENING.match(one) or SHORTENED.search(one))
