"""Highlighting of an answer's quotes in a document: the text split at their offsets, in code points."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from research_agent.types import Answer, Citation, Conflict, Document

__all__ = ["Highlight", "Segment", "highlights", "quote_id", "split_text"]


class Highlight(NamedTuple):
    """A quoted span of the text, and the sentences of the answer it supports, or contradicts (`against`)."""

    id: str
    start: int
    end: int
    sentences: tuple[str, ...]
    against: bool


class Segment(NamedTuple):
    """A part of the text; all joined are the text. `ids` are those of the highlights that start with it."""

    text: str
    quoted: bool
    against: bool
    ids: tuple[str, ...]


def quote_id(start: int, end: int) -> str:
    """The HTML id of a quote, from its offsets."""
    return f"w{start}-{end}"


def highlights(answer: Answer, document: Document) -> list[Highlight]:
    """The spans of the document that the answer quotes, in order."""
    supported = _sentences(answer, document, answer.citations)
    contradicted = _sentences(answer, document, answer.conflicts)
    spans = {**contradicted, **supported}
    return [
        Highlight(quote_id(*span), *span, tuple(dict.fromkeys(spans[span])), span not in supported)
        for span in sorted(spans)
    ]


def split_text(text: str, spans: Sequence[Highlight]) -> list[Segment]:
    """Split the text at the edges of the highlights, which may overlap or reach beyond it."""
    edges = sorted({0, len(text), *_edges(text, spans)})
    return [_segment(text, start, end, spans) for start, end in pairwise(edges)]


def _sentences(
    answer: Answer, document: Document, quotes: Iterable[Citation | Conflict]
) -> dict[tuple[int, int], list[str]]:
    """The sentences of the answer by the span of the document that is quoted for them."""
    sentences: dict[tuple[int, int], list[str]] = {}
    for item in quotes:
        if (item.document, item.url) == (document.id, document.url):
            sentences.setdefault((item.start, item.end), []).append(answer.text[slice(*item.sentence)])
    return sentences


def _edges(text: str, spans: Iterable[Highlight]) -> Iterator[int]:
    for span in spans:
        yield min(max(0, span.start), len(text))
        yield min(max(0, span.end), len(text))


def _segment(text: str, start: int, end: int, spans: Iterable[Highlight]) -> Segment:
    over = [span for span in spans if span.start < end and start < span.end]
    ids = tuple(span.id for span in over if max(0, span.start) == start)
    return Segment(text[start:end], bool(over), bool(over) and all(span.against for span in over), ids)
