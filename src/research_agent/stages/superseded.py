"""Superseded sentences: an older document has in the same words another figure than a newer one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from research_agent.text.tokens import content_stems, jaccard
from research_agent.types import Document

__all__ = ["prefer_what_supersedes"]

SAME_WORDS = 0.7  # share of stems in common, figures apart
FIGURE = re.compile(r"\d[\d.,:]*")


def prefer_what_supersedes(
    documents: Sequence[Document], sentences: Sequence[Sequence[str]], logits: Sequence[list[float]], *, least: float
) -> None:
    """
    Exchange logits in place where an older sentence that answers (`least` or more) is superseded by a newer one.

    Row i of `sentences` and `logits` is of document i. A document without a date supersedes none and is by none.
    """
    dated = [
        (row, at, (documents[row].published or "")[:10], *_parts(sentences[row][at]))
        for row, one in enumerate(logits)
        for at, logit in enumerate(one)
        if logit >= least and documents[row].published
    ]
    for row, at, day, stems, figures in sorted(dated, key=lambda place: place[2]):
        newer = [
            other
            for other in dated
            if other[2] > day
            and figures
            and other[4]
            and other[4] != figures
            and jaccard(stems, other[3]) >= SAME_WORDS
        ]
        if newer:
            to_row, to_at, *_ = max(newer, key=lambda place: place[2])
            first, second = logits[row][at], logits[to_row][to_at]
            logits[row][at], logits[to_row][to_at] = min(first, second), max(first, second)


def _parts(sentence: str) -> tuple[list[str], frozenset[str]]:
    """The stems of a sentence, and its figures."""
    figures = frozenset(match.rstrip(".,:") for match in FIGURE.findall(sentence))
    return list(content_stems(FIGURE.sub(" ", sentence))), figures
