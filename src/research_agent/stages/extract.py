"""evidence -> a draft without a model: the sentences that answer best, in the words of their source."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from research_agent.text.injection import order_spans
from research_agent.text.sentences import sentence_spans
from research_agent.text.tokens import content_stems, jaccard, words
from research_agent.types import Document, Embed, Evidence

__all__ = ["extract"]

REPEATED = 0.6  # share of stems in common from which a sentence says the same as a chosen one
CLOSE = 0.6  # of the best fit: what fits less is left out
SHORTEST = 4  # words

# A sentence that opens with one of these points at the one before it, and misleads without it.
POINTING = frozenset(
    """he she it they his her hers its their theirs him them this that these those such another both here there thus
    however therefore also moreover furthermore meanwhile then""".split()
)


# A first clause that only leads to the pronoun.
POINTING_LATER = re.compile(r"(?:As|In|On|At|By|With|After|Before|During|While|When|For|From|Since)\b[^,.;]{0,80}, "
                            r"(?:he|she|it|they|this|these)\b")  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence in its place: `rank` is that of its document's best evidence."""

    rank: int
    document: Document
    start: int
    text: str
    is_order: bool

    @property
    def points_back(self) -> bool:
        """Whether it cannot stand without the sentence before it: "She ...", "As the last of them, it ..."."""
        opening = words(self.text)[:1]
        return (bool(opening) and opening[0] in POINTING) or POINTING_LATER.match(self.text) is not None


async def extract(
    question: str,
    evidence: Sequence[Evidence],
    *,
    embed: Embed | None = None,
    most: int = 5,
    said: Sequence[str] = (),
) -> str:
    """
    The floor: at most `most` sentences, best document first, each document's in the order it has them.

    `said` are sentences that stand before it: what repeats one of them is left out.

    Every sentence is a verbatim slice of a stored text, so `cite` ties each to its exact place. A sentence that points
    back ("She ...") is taken only behind another of its document; one that gives orders to whoever answers, only when
    there is nothing else. Empty without evidence.
    """
    found = _sentences(evidence)
    sentences = [sentence for sentence in found if not sentence.is_order] or found
    if not sentences:
        return ""
    fits = await _fits(question, [sentence.text for sentence in sentences], embed)
    best = max(fits)
    chosen: list[_Sentence] = []
    for fit, sentence in sorted(zip(fits, sentences, strict=True), key=lambda pair: (-pair[0], pair[1].rank)):
        if len(chosen) == most or fit < CLOSE * best:
            break
        if not _repeats(sentence, [*said, *(other.text for other in chosen)]):
            chosen.append(sentence)
    chosen.sort(key=lambda sentence: (sentence.rank, sentence.start))
    standing = _standing(chosen) or ([] if said else _openings(sentences))
    return " ".join(sentence.text for sentence in standing)


def _sentences(evidence: Sequence[Evidence]) -> list[_Sentence]:
    ranks: dict[str, int] = {}
    found = {}
    for item in evidence:
        passage = item.passage
        rank = ranks.setdefault(passage.document.id, len(ranks))
        orders = order_spans(passage.document.text, passage.start, passage.end)
        for start, end in sentence_spans(passage.text):
            text = passage.text[start:end]
            if len(text.split()) >= SHORTEST and "\n" not in text:
                at = passage.start + start
                found[passage.document.id, at] = _Sentence(rank, passage.document, at, text, (start, end) in orders)
    return list(found.values())


def _repeats(sentence: _Sentence, said: Sequence[str]) -> bool:
    stems = content_stems(sentence.text)
    return any(jaccard(stems, content_stems(other)) >= REPEATED for other in said)


def _standing(chosen: Sequence[_Sentence]) -> list[_Sentence]:
    """The chosen sentences without those that point back at nothing."""
    kept: list[_Sentence] = []
    for sentence in chosen:
        if not sentence.points_back or (kept and kept[-1].rank == sentence.rank):
            kept.append(sentence)
    return kept


def _openings(sentences: Sequence[_Sentence]) -> list[_Sentence]:
    """When all that fits points back: the best document's first two sentences, whatever they are."""
    best = sorted((sentence for sentence in sentences if sentence.rank == 0), key=lambda sentence: sentence.start)
    return best[:2]


async def _fits(question: str, texts: Sequence[str], embed: Embed | None) -> list[float]:
    """How well each sentence answers: by meaning, else by shared words."""
    asked = set(content_stems(question))
    shared = [len(asked & set(content_stems(text))) / max(len(asked), 1) for text in texts]
    if embed is None:
        return shared
    vectors = await embed([question, *texts])
    return [0.8 * float(near) + 0.2 * share for near, share in zip(vectors[1:] @ vectors[0], shared, strict=True)]
