"""Splitter: documents -> passages of a few sentences, each with its exact offsets in the stored text."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from research_agent.text.sanitize import encodable
from research_agent.text.sentences import sentence_spans
from research_agent.text.tokens import content_stems
from research_agent.types import Document, Passage

__all__ = ["MOST_OF_A_DOCUMENT", "Pieces", "split"]

Pieces = dict[tuple[str, str], list[tuple[int, int, float]]]
"""Offsets of a document's pieces, and the share of the question's words in each, by the document's id and title."""

SHORTEST, LONGEST = 200, 600  # characters: small enough to be precise, large enough to carry a name with its fact
MOST_OF_A_DOCUMENT = 200_000  # characters that are read for passages; leads and best sections stand early


def split(
    documents: Iterable[Document], *, question: str, lang: str = "en", most: int = 48, known: Pieces | None = None
) -> list[Passage]:
    """
    Cut documents into passages and keep the `most` worth ranking.

    A document's opening always has a place before later passages of other documents; among the rest those that
    share most words with the question are kept. Order: by document, then by position. `known` is a cache of
    the pieces of this question's documents, and is added to.
    """
    known = {} if known is None else known
    scored = []
    seen = set()
    for rank, document in enumerate(documents):
        if document.id in seen:
            continue
        seen.add(document.id)
        key = document.id, document.title
        if key not in known:
            known[key] = _parts(document, question, lang) if document.parts else _cut(document, question, lang)
        for position, (start, end, shared) in enumerate(known[key]):
            scored.append(((position == 0, shared), -rank, -position, Passage(document, start, end)))
    best = sorted(scored, key=lambda item: item[:3], reverse=True)[:most]
    return [item[3] for item in sorted(best, key=lambda item: (-item[1], -item[2]))]


def _parts(document: Document, question: str, lang: str) -> list[tuple[int, int, float]]:
    """The parts that the document's source found, whatever their place in it."""
    terms = set(content_stems(question, lang))
    return [
        (
            start,
            end,
            len(terms & set(content_stems(f"{document.title} {section} {document.text[start:end]}", lang)))
            / max(len(terms), 1),
        )
        for start, end, _, section in sorted(document.parts)
    ]


def _cut(document: Document, question: str, lang: str) -> list[tuple[int, int, float]]:
    from semantic_text_splitter import TextSplitter

    splitter = TextSplitter((SHORTEST, LONGEST), trim=True)
    terms = set(content_stems(question, lang))
    text = encodable(document.text[:MOST_OF_A_DOCUMENT])
    pieces = _whole_sentences(text, [(start, start + len(piece)) for start, piece in splitter.chunk_indices(text)])
    return [
        (
            start,
            end,
            len(terms & set(content_stems(f"{document.title} {text[start:end]}", lang))) / max(len(terms), 1),
        )
        for start, end in pieces
    ]


def _whole_sentences(text: str, pieces: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The pieces, each of which that begins within a sentence ("built c. | 1308") with the whole of it."""
    sentences = sentence_spans(text)
    firsts = [first for first, _ in sentences]
    starts: list[int] = []
    for start, _ in pieces:
        at = bisect_right(firsts, start) - 1
        begun = firsts[at] if at >= 0 and start < sentences[at][1] else start
        starts.append(begun if not starts or begun > starts[-1] else start)  # a sentence may be longer than a piece
    for start, end in pairwise([*starts, *(end for _, end in pieces[-1:])]):
        yield start, start + len(text[start:end].rstrip())
