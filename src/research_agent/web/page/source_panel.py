"""Highlighting of an answer's quotes in a document: the text split at their offsets, in code points."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from research_agent.types import Answer, Document

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
    supported: dict[tuple[int, int], list[str]] = {}
    for cited in answer.citations:
        if (cited.document, cited.url) == (document.id, document.url):
            supported.setdefault((cited.start, cited.end), []).append(answer.text[slice(*cited.sentence)])
    contradicted: dict[tuple[int, int], list[str]] = {}
    for conflict in answer.conflicts:
        if (conflict.document, conflict.url) == (document.id, document.url):
            contradicted.setdefault((conflict.start, conflict.end), []).append(answer.text[slice(*conflict.sentence)])
    spans = [_highlight(span, sentences, against=False) for span, sentences in supported.items()]
    spans += [_highlight(span, contradicted[span], against=True) for span in contradicted if span not in supported]
    return sorted(spans, key=lambda span: (span.start, span.end))


def split_text(text: str, spans: Sequence[Highlight]) -> list[Segment]:
    """Split the text at the edges of the highlights, which may overlap or reach beyond it."""
    edges = sorted({0, len(text), *_edges(text, spans)})
    return [_segment(text, start, end, spans) for start, end in pairwise(edges)]


def _highlight(span: tuple[int, int], sentences: Iterable[str], *, against: bool) -> Highlight:
    return Highlight(quote_id(*span), *span, tuple(dict.fromkeys(sentences)), against)


def _edges(text: str, spans: Iterable[Highlight]) -> Iterator[int]:
    for span in spans:
        yield min(max(0, span.start), len(text))
        yield min(max(0, span.end), len(text))


def _segment(text: str, start: int, end: int, spans: Iterable[Highlight]) -> Segment:
    over = [span for span in spans if span.start < end and start < span.end]
    ids = tuple(span.id for span in over if max(0, span.start) == start)
    return Segment(text[start:end], bool(over), bool(over) and all(span.against for span in over), ids)
