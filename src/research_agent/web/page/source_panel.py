"""A stored text with the words in it that an answer quotes: cut at their offsets, to the character."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from research_agent.types import Answer, Document

__all__ = ["Piece", "Place", "cut", "places", "quote_id"]


class Place(NamedTuple):
    """Words of the text that are quoted, and the sentences of the answer that they say; `against`: that they deny."""

    id: str
    start: int
    end: int
    sentences: tuple[str, ...]
    against: bool


class Piece(NamedTuple):
    """A stretch of the text. `ids` are the places that begin with it; joined in order, the pieces are the text."""

    text: str
    quoted: bool
    against: bool
    ids: tuple[str, ...]


def quote_id(start: int, end: int) -> str:
    """The fragment that leads to these words, whatever else is quoted of the text."""
    return f"w{start}-{end}"


def places(answer: Answer, document: Document) -> list[Place]:
    """The words of this document that the answer quotes, in their order."""
    said: dict[tuple[int, int], list[str]] = {}
    for cited in answer.citations:
        if (cited.document, cited.url) == (document.id, document.url):
            said.setdefault((cited.start, cited.end), []).append(answer.text[slice(*cited.sentence)])
    denied: dict[tuple[int, int], list[str]] = {}
    for conflict in answer.conflicts:
        if (conflict.document, conflict.url) == (document.id, document.url):
            denied.setdefault((conflict.start, conflict.end), []).append(answer.text[slice(*conflict.sentence)])
    found = [_place(span, sentences, against=False) for span, sentences in said.items()]
    found += [_place(span, sentences, against=True) for span, sentences in denied.items() if span not in said]
    return sorted(found, key=lambda place: (place.start, place.end))


def cut(text: str, found: Sequence[Place]) -> list[Piece]:
    """The text in pieces; places may overlap, and one that reaches out of the text marks what is in it."""
    edges = sorted({0, len(text), *_edges(text, found)})
    return [_piece(text, start, end, found) for start, end in pairwise(edges)]


def _place(span: tuple[int, int], sentences: Iterable[str], *, against: bool) -> Place:
    return Place(quote_id(*span), *span, tuple(dict.fromkeys(sentences)), against)


def _edges(text: str, found: Iterable[Place]) -> Iterator[int]:
    for place in found:
        yield min(max(0, place.start), len(text))
        yield min(max(0, place.end), len(text))


def _piece(text: str, start: int, end: int, found: Iterable[Place]) -> Piece:
    over = [place for place in found if place.start < end and start < place.end]
    ids = tuple(place.id for place in over if max(0, place.start) == start)
    return Piece(text[start:end], bool(over), bool(over) and all(place.against for place in over), ids)
