"""
draft -> checked answer: each sentence is held against the exact words of the evidence.

A sentence is supported when one span of one source says it: every number and every name agrees, nothing is denied
that the source affirms, and enough of its words and meaning are there. Keys and links that a model wrote are hints
at best and never shown; marks come from the check alone. Deterministic for the same inputs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from research_agent.types import Citation, Document, Embed, Evidence
from research_agent.words import content_stems, is_negated, names, numbers, sentence_spans, stem, words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Checked", "cite"]

# What models write in place of citations: [e1], (e2, e3), [1], 【1】, and Markdown links, whose words stay.
KEYS = re.compile(r"\s*[\[(【]\s*(?:e?\d{1,2}|evidence \d+)(?:\s*[,;&]\s*e?\d{1,2})*\s*[\])】]", re.IGNORECASE)
LINK = re.compile(r"!?\[([^\]\n]*)\]\((?:[^()\s]|\([^()\s]*\))*\)")
MOST_CITATIONS = 3  # of one sentence, each from another document
GENDERS = {"he": "m", "him": "m", "his": "m", "she": "f", "her": "f", "hers": "f"}


@dataclass(frozen=True, slots=True)
class Thresholds:
    """
    When a span supports a sentence, after numbers, names and negation agree.

    `covered` is the share of the sentence's content words in the span (with its title); `cosine` the likeness in
    meaning. Either enough words alone, or fewer words and the meaning; two sentences together must hold more words.
    """

    words_alone: float = 0.85
    words_of_two: float = 0.90
    words: float = 0.75
    cosine: float = 0.70


@dataclass(frozen=True, slots=True)
class Checked:
    """
    The checked text with [n] marks, its citations, and the spans that no source was found to say.

    `sentences` and `supported` count the draft's, those that `strict` dropped included.
    """

    text: str
    citations: tuple[Citation, ...]
    unsupported: tuple[tuple[int, int], ...]
    sentences: int
    supported: int


@dataclass(frozen=True, slots=True)
class _Claim:
    """A sentence of the draft, and what a quote must agree with."""

    text: str
    stems: frozenset[str]
    numbers: frozenset[str]
    names: frozenset[str]
    genders: frozenset[str]
    negated: bool


@dataclass(frozen=True, slots=True)
class _Quote:
    """A span of a stored text and what it holds, its title's words included. `sentences` is 1 or 2."""

    document: Document
    start: int
    end: int
    sentences: int
    stems: frozenset[str]
    numbers: frozenset[str]
    words: frozenset[str]
    names: frozenset[str]
    genders: frozenset[str]
    negated: bool

    @property
    def text(self) -> str:
        """The exact words."""
        return self.document.text[self.start : self.end]


async def cite(
    draft: str,
    evidence: Sequence[Evidence],
    *,
    embed: Embed | None = None,
    strict: bool = False,
    thresholds: Thresholds = Thresholds(),
) -> Checked:
    """
    Check a draft against the evidence; `strict` drops what is not supported.

    `quote == document.text[start:end]` holds for every citation, to the character.
    """
    text = _without_marks(draft)
    spans = sentence_spans(text)
    quotes = _quotes(evidence)
    known = frozenset(name for quote in quotes for name in quote.names)
    claims = [_claim(text[start:end], known) for start, end in spans]
    cosines = await _cosines(claims, quotes, embed)
    support = [_supporting(claim, quotes, row, thresholds) for claim, row in zip(claims, cosines, strict=True)]
    return _assemble(text, spans, support, strict)


def _without_marks(draft: str) -> str:
    """The draft's words: keys and links of the model's own gone, lines kept."""
    text = KEYS.sub("", LINK.sub(r"\1", draft))
    return "\n".join(re.sub(r"[ \t]+([.,;!?])(?=\s|$)", r"\1", line).rstrip() for line in text.splitlines()).strip()


def _claim(text: str, known_names: frozenset[str]) -> _Claim:
    """`known_names` decide whether a capitalised first word is a name: it is, when a source uses it as one."""
    found = _stems(names(text)) | (_stems(words(text)[:1]) & known_names)
    return _Claim(text, frozenset(content_stems(text)), numbers(text), found, _genders(text), is_negated(text))


def _quotes(evidence: Sequence[Evidence]) -> list[_Quote]:
    """Every sentence of the evidence, and every two that follow each other, with their places in the document."""
    found: dict[tuple[str, int, int], _Quote] = {}
    for item in evidence:
        passage = item.passage
        spans = sentence_spans(passage.text)
        pairs = [(one[0], two[1]) for one, two in pairwise(spans)]
        for count, (start, end) in [*((1, span) for span in spans), *((2, pair) for pair in pairs)]:
            at = (passage.document.id, passage.start + start, passage.start + end)
            if at not in found:
                found[at] = _quote(passage.document, at[1], at[2], count)
    return list(found.values())


def _quote(document: Document, start: int, end: int, sentences: int) -> _Quote:
    text = document.text[start:end]
    title = document.title
    return _Quote(
        document,
        start,
        end,
        sentences,
        frozenset(content_stems(f"{title} {text}")),
        numbers(text) | numbers(title),
        _stems(words(f"{title} {text}")),
        _stems(names(text)),
        _genders(text),
        is_negated(text),
    )


def _genders(text: str) -> frozenset[str]:
    """Whom the pronouns speak of: a sentence about her is not said by one about him."""
    return frozenset(GENDERS[word] for word in words(text) if word in GENDERS)


def _stems(tokens: Iterable[str]) -> frozenset[str]:
    return frozenset(stem(token) for token in tokens)


async def _cosines(
    claims: Sequence[_Claim], quotes: Sequence[_Quote], embed: Embed | None
) -> list[list[float]] | NDArray[np.float32]:
    """Likeness of each sentence to each quote, shape (sentences, quotes); zeros without an embedding model."""
    if embed is None or not claims or not quotes:
        return [[0.0] * len(quotes) for _ in claims]
    vectors = await embed([*(claim.text for claim in claims), *(quote.text for quote in quotes)])
    return vectors[: len(claims)] @ vectors[len(claims) :].T


def _supporting(
    claim: _Claim, quotes: Sequence[_Quote], cosines: Sequence[float], thresholds: Thresholds
) -> list[tuple[float, _Quote]]:
    """The best quote of each document that supports a sentence, best document first; short quotes win a draw."""
    best: dict[str, tuple[float, int, _Quote]] = {}
    for quote, cosine in zip(quotes, cosines, strict=True):
        score = _score(claim, quote, float(cosine), thresholds)
        if score is None:
            continue
        candidate = (score, quote.start - quote.end, quote)
        if quote.document.id not in best or candidate[:2] > best[quote.document.id][:2]:
            best[quote.document.id] = candidate
    ordered = sorted(best.values(), key=lambda item: item[:2], reverse=True)
    return [(score, quote) for score, _, quote in ordered[:MOST_CITATIONS]]


def _score(claim: _Claim, quote: _Quote, cosine: float, thresholds: Thresholds) -> float | None:
    """How well a quote supports a sentence, 0 to 1; None when it does not."""
    disagrees = claim.numbers - quote.numbers or claim.names - quote.words or claim.negated != quote.negated
    if not claim.stems or disagrees or (quote.genders and claim.genders - quote.genders):
        return None
    if claim.text in quote.text:
        return 1.0
    covered = len(claim.stems & quote.stems) / len(claim.stems)
    alone = thresholds.words_alone if quote.sentences == 1 else thresholds.words_of_two
    by_meaning = quote.sentences == 1 and covered >= thresholds.words and cosine >= thresholds.cosine
    if covered >= alone or by_meaning:
        return round(min(0.99, (covered + max(cosine, 0.0)) / 2 if cosine else covered), 4)
    return None


def _assemble(
    text: str,
    spans: Sequence[tuple[int, int]],
    support: Sequence[list[tuple[float, _Quote]]],
    strict: bool,
) -> Checked:
    """Put the [n] marks in, after each sentence, and move every offset with them."""
    pieces: list[str] = []
    citations: list[Citation] = []
    unsupported: list[tuple[int, int]] = []
    order: dict[str, int] = {}
    length = at = 0

    def write(piece: str) -> None:
        nonlocal length
        pieces.append(piece)
        length += len(piece)

    for (start, end), found in zip(spans, support, strict=True):
        if strict and not found:
            at = end
            continue
        write(text[at:start])
        sentence = (length, length + end - start)
        write(text[start:end])
        at = end
        if not found:
            unsupported.append(sentence)
            continue
        cited = [(order.setdefault(quote.document.id, len(order) + 1), score, quote) for score, quote in found]
        write(" " + "".join(f"[{n}]" for n in sorted({n for n, _, _ in cited})))
        citations += [_citation(n, sentence, score, quote) for n, score, quote in cited]
    write(text[at:])
    return Checked("".join(pieces), tuple(citations), tuple(unsupported), len(spans), sum(map(bool, support)))


def _citation(n: int, sentence: tuple[int, int], score: float, quote: _Quote) -> Citation:
    document = quote.document
    return Citation(
        n=n,
        sentence=sentence,
        document=document.id,
        title=document.title,
        url=document.url,
        source=document.source,
        quote=document.text[quote.start : quote.end],
        start=quote.start,
        end=quote.end,
        score=score,
    )
