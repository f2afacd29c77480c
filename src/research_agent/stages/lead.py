"""Lead: the sentence of an answer that answers goes in front of those that only lead to it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from research_agent.text.fragments import fragment_spans
from research_agent.text.pointing import leans_back
from research_agent.text.sentences import LIST_MARKER
from research_agent.types import Citation, Evidence

__all__ = ["led_by_answer", "logits_of_quotes"]

AHEAD = 0.5
"""Logits by which a later sentence answers better than the first when both answer."""


def led_by_answer(text: str, sentences: Sequence[str], logits: Sequence[float], *, least: float) -> str:
    """
    The text, with the sentence in front that answers best by its logit, where the first of the `sentences` does not.

    It stays as it is when that sentence would be torn from its place: it points back, or the next one does to it; it
    stands in a list; something that is no sentence opens the text, such as "Yes." or a heading.
    """
    if not sentences or not text.startswith(sentences[0]) or fragment_spans(text):
        return text
    best = max(range(len(sentences)), key=logits.__getitem__)
    if best == 0 or logits[best] < least or (logits[0] >= least and logits[best] - logits[0] < AHEAD):
        return text
    lead = sentences[best]
    behind = sentences[best + 1] if best + 1 < len(sentences) else ""
    if text.count(lead) != 1 or leans_back(lead) or leans_back(sentences[0]) or leans_back(behind):
        return text
    before, _, after = text.partition(lead)
    if LIST_MARKER.match(before.rpartition("\n")[2]) or LIST_MARKER.match(after.lstrip()):
        return text
    gap = "" if not after.strip() or after.startswith("\n") else " "
    return f"{lead} {before.rstrip(' ')}{gap}{after.lstrip(' ')}".rstrip()


def logits_of_quotes(text: str, citations: Iterable[Citation], evidence: Sequence[Evidence]) -> dict[str, float]:
    """The cited sentences of a text, each with the highest logit of the sources' sentences that it rests on."""
    logits: dict[str, float] = {}
    for cited in citations:
        found = (
            logit
            for item in evidence
            if item.passage.document.id == cited.document
            for start, end, logit in item.sentences
            if start < cited.end and cited.start < end
        )
        sentence = text[slice(*cited.sentence)]
        logits[sentence] = max(logits.get(sentence, -math.inf), max(found, default=-math.inf))
    return logits
