"""Alignment of a page's stored text with the words of its PDF: which of these a span of the text is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from research_agent.documents.pdf_file.rows import column_blocks, segments_of
from research_agent.documents.pdf_file.words import SOFT, Word

__all__ = ["SpanWords", "words_of_spans"]

PIECE = re.compile(r"\d+(?:[.,]\d+)+|[^\W_]+|[^\w\s]|_")
PIECES = 20_000  # of a page, above which nothing is aligned
LEAST = 0.5  # of the pieces of a span, which are found
BESIDE = 120.0  # points, by which a heading stands beside the figure below it at most
STEEP = 0.1  # weight of a point in height, where one beside weighs 1


@dataclass(frozen=True, slots=True)
class SpanWords:
    """Words of a span in the order of reading; none where fewer than half are found. `is_whole` when all are."""

    words: tuple[Word, ...]
    is_whole: bool


@dataclass(frozen=True, slots=True)
class _Piece:
    """Word or sign of the stored text, and where it stands."""

    text: str
    start: int
    end: int


def words_of_spans(words: Sequence[Word], text: str, spans: Sequence[tuple[int, int]]) -> list[SpanWords]:
    """
    Words of a page for each span (start, end) of its text.

    Both are read in the same order. What differs are running heads, which the text lacks, and the headings of columns,
    which it repeats with each figure below them.
    """
    blocks = column_blocks(segments_of(words))
    ordered = [word for rows in blocks for row in rows for segment in row.segments for word in segment.words]
    pieces = [_Piece(match[0].casefold(), *match.span()) for match in PIECE.finditer(text)]
    layer = list(_layer(ordered, {piece.text for piece in pieces}))
    if max(len(layer), len(pieces)) > PIECES:
        return [SpanWords((), is_whole=False) for _ in spans]
    places: list[tuple[int, ...]] = [()] * len(pieces)
    matcher = SequenceMatcher(None, [said for said, _ in layer], [piece.text for piece in pieces], autojunk=False)
    for one, other, size in matcher.get_matching_blocks():
        for step in range(size):
            places[other + step] = layer[one + step][1]
    for at, place in _headings(pieces, places, ordered):
        places[at] = (place,)
    return [_span(pieces, places, ordered, *span) for span in spans]


def _layer(words: Sequence[Word], said: set[str]) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Pieces of the words, and which words each is of; one that a line end parts is whole where the text has it so."""
    before = ""  # the first half of such a word
    of: tuple[int, ...] = ()
    for at, word in enumerate(words):
        parts = [part.casefold() for part in PIECE.findall(word.text.rstrip(SOFT))]
        if before and parts and before + parts[0] in said:
            yield before + parts.pop(0), (*of, at)
        elif before:
            yield before, of
            yield "-", of
        before, of = "", ()
        if word.text[-1] in SOFT and parts:
            before, of = parts.pop(), (at,)
        for part in parts:
            yield part, (at,)


def _headings(
    pieces: Sequence[_Piece], places: Sequence[tuple[int, ...]], words: Sequence[Word]
) -> Iterator[tuple[int, int]]:
    """Pieces that repeat the heading of a column before a figure ("2018: 412"), and the word above it that says it."""
    waiting: list[int] = []
    is_heading = False
    for at, piece in enumerate(pieces):
        if not places[at]:
            is_heading = is_heading or (piece.text == ":" and bool(waiting))
            if piece.text == ";":
                waiting, is_heading = [], False
            elif not is_heading and piece.text[0].isalnum():
                waiting.append(at)
            continue
        if is_heading:
            figure = words[places[at][0]]
            for each in waiting:
                if (place := _above(pieces[each].text, figure, words)) is not None:
                    yield each, place
        waiting, is_heading = [], False


def _above(text: str, figure: Word, words: Sequence[Word]) -> int | None:
    """The nearest word above a figure that has that text."""
    best, least = None, BESIDE
    for at, word in enumerate(words):
        if word.bottom <= figure.top + 1 and text in word.text.casefold() and text in _pieces(word):
            beside = abs(word.left + word.right - figure.left - figure.right) / 2
            far = beside + STEEP * (figure.top - word.bottom)
            if beside < BESIDE and far < least:
                best, least = at, far
    return best


def _pieces(word: Word) -> list[str]:
    return [piece.casefold() for piece in PIECE.findall(word.text)]


def _span(
    pieces: Sequence[_Piece], places: Sequence[tuple[int, ...]], words: Sequence[Word], start: int, end: int
) -> SpanWords:
    inside = [at for at, piece in enumerate(pieces) if piece.start < end and piece.end > start]
    counted = [at for at in inside if pieces[at].text[0].isalnum()]
    found = sum(bool(places[at]) for at in counted)
    if not counted or found < LEAST * len(counted):
        return SpanWords((), is_whole=False)
    chosen = sorted({place for at in inside for place in places[at]})
    return SpanWords(tuple(words[place] for place in chosen), is_whole=found == len(counted))
