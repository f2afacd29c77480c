"""Extractive answer, made without a model: the sentences of the evidence that answer best, verbatim."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from research_agent.text.injection import order_spans
from research_agent.text.pointing import leans_back
from research_agent.text.sentences import sentence_spans
from research_agent.text.tokens import content_stems, jaccard
from research_agent.types import Document, Embed, Evidence

__all__ = ["extract"]

REPEATED = 0.6  # share of stems in common from which a sentence says the same as a chosen one
CLOSE = 0.6  # of the best fit: what fits less is left out
SHORTEST = 4  # words


@dataclass(frozen=True, slots=True)
class _Sentence:
    """Sentence of a document; `rank` is that of its document's best evidence."""

    rank: int
    document: Document
    start: int
    text: str
    is_order: bool

    @property
    def points_back(self) -> bool:
        """Whether it would mislead without the sentence before it."""
        return leans_back(self.text)


async def extract(
    question: str,
    evidence: Sequence[Evidence],
    *,
    embed: Embed | None = None,
    most: int = 5,
    preceding: Sequence[str] = (),
) -> str:
    """
    Extract the floor: at most `most` sentences, best document first, each document's in their order there.

    What repeats one of the `preceding` sentences is left out.

    Every sentence is a verbatim slice of a stored text, so `cite` ties each to its exact place. A sentence that points
    back ("She ...") is taken only behind another of its document; one that gives orders to whoever answers, only when
    there is nothing else. Empty without evidence.
    """
    candidates = _sentences(evidence)
    sentences = [sentence for sentence in candidates if not sentence.is_order] or candidates
    if not sentences:
        return ""
    fits = await _fits(question, [sentence.text for sentence in sentences], embed)
    best = max(fits)
    chosen: list[_Sentence] = []
    for fit, sentence in sorted(zip(fits, sentences, strict=True), key=lambda pair: (-pair[0], pair[1].rank)):
        if len(chosen) == most or fit < CLOSE * best:
            break
        if not _repeats(sentence, [*preceding, *(other.text for other in chosen)]):
            chosen.append(sentence)
    chosen.sort(key=lambda sentence: (sentence.rank, sentence.start))
    standing = _standing(chosen) or ([] if preceding else _openings(sentences))
    return " ".join(sentence.text for sentence in standing)


def _sentences(evidence: Sequence[Evidence]) -> list[_Sentence]:
    ranks: dict[str, int] = {}
    sentences = {}
    for item in evidence:
        passage = item.passage
        rank = ranks.setdefault(passage.document.id, len(ranks))
        orders = order_spans(passage.document.text, passage.start, passage.end)
        for start, end in sentence_spans(passage.text):
            text = passage.text[start:end]
            if len(text.split()) >= SHORTEST and "\n" not in text:
                at = passage.start + start
                sentences[passage.document.id, at] = _Sentence(rank, passage.document, at, text, (start, end) in orders)
    return list(sentences.values())


def _repeats(sentence: _Sentence, others: Sequence[str]) -> bool:
    stems = content_stems(sentence.text)
    return any(jaccard(stems, content_stems(other)) >= REPEATED for other in others)


def _standing(chosen: Sequence[_Sentence]) -> list[_Sentence]:
    """The chosen sentences without those that refer to one that was not chosen."""
    standing: list[_Sentence] = []
    for sentence in chosen:
        if not sentence.points_back or (standing and standing[-1].rank == sentence.rank):
            standing.append(sentence)
    return standing


def _openings(sentences: Sequence[_Sentence]) -> list[_Sentence]:
    """The best document's first two sentences, for when all that fits points back."""
    best = sorted((sentence for sentence in sentences if sentence.rank == 0), key=lambda sentence: sentence.start)
    return best[:2]


async def _fits(question: str, texts: Sequence[str], embed: Embed | None) -> list[float]:
    """Relevance of each sentence to the question: by meaning, else by shared words."""
    terms = set(content_stems(question))
    shared = [len(terms & set(content_stems(text))) / max(len(terms), 1) for text in texts]
    if embed is None:
        return shared
    vectors = await embed([question, *texts])
    return [0.8 * float(near) + 0.2 * share for near, share in zip(vectors[1:] @ vectors[0], shared, strict=True)]
