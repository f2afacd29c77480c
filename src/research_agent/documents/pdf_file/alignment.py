"""Alignment of a page's stored text with the words of its PDF: which of these a span of the text is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import Match, SequenceMatcher
from math import inf

from research_agent.documents.pdf_file.rows import column_blocks, segments_of
from research_agent.documents.pdf_file.words import SOFT, Word

__all__ = ["SpanWords", "words_of_spans"]

PIECE = re.compile(r"\d+(?:[.,]\d+)+|[^\W_]+|[^\w\s]|_")
PIECES = 20_000  # of a page, above which nothing is aligned
LEAST = 0.5  # of the pieces of a span, which are found
BESIDE = 120.0  # points, by which a heading stands beside the figure below it at most
STEEP = 0.3  # weight of a point in height, where one beside weighs 1
LONG = 4  # pieces in a row, which are found by themselves
APART = 3  # pieces of the page between two that are found together
CLOSE = 0.1  # of a line's height, between two words that are one


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
    layer = _layer(ordered, {piece.text for piece in pieces})
    if max(len(layer), len(pieces)) > PIECES:
        return [SpanWords((), is_whole=False) for _ in spans]
    places: list[tuple[int, ...]] = [()] * len(pieces)
    matcher = SequenceMatcher(None, [said for said, _ in layer], [piece.text for piece in pieces], autojunk=False)
    long = min(LONG, len(layer), len(pieces))
    for one, other, size in _trusted(matcher.get_matching_blocks(), long):
        for step in range(size):
            places[other + step] = layer[one + step][1]
    for at, place in _headings(pieces, places, ordered):
        places[at] = (place,)
    return [_span(pieces, places, ordered, *span) for span in spans]


def _layer(words: Sequence[Word], said: set[str]) -> list[tuple[str, tuple[int, ...]]]:
    """
    Pieces of the words, and which words each is of.

    What stands close together, and what a line end parts, is one piece where the text has it so.
    """
    layer: list[tuple[str, tuple[int, ...]]] = []
    for at, word in enumerate(words):
        parts = [part.casefold() for part in PIECE.findall(word.text.rstrip(SOFT))]
        before = words[at - 1] if at else None
        if parts and layer and before is not None and layer[-1][1][-1] == at - 1:
            is_parted = before.text[-1] in SOFT
            is_close = abs(word.left - before.right) < CLOSE * (word.bottom - word.top)
            last, of = layer[-1]
            if (is_parted or is_close) and last + parts[0] in said:
                layer[-1] = last + parts.pop(0), (*of, at)
            elif is_parted:
                layer.append(("-", of))
        layer += [(part, (at,)) for part in parts]
    return layer


def _trusted(blocks: Sequence[Match], long: int) -> Iterator[Match]:
    """Those of the matching blocks that are long, or go on where another one ends: a lone word may stand anywhere."""
    for at, block in enumerate(blocks):
        before, after = blocks[at - 1] if at else None, blocks[at + 1] if at + 1 < len(blocks) else None
        goes_on = before is not None and before.size and block.a - before.a - before.size <= APART
        is_gone_on = after is not None and after.size and after.a - block.a - block.size <= APART
        if block.size >= long or goes_on or is_gone_on:
            yield block


def _headings(
    pieces: Sequence[_Piece], places: Sequence[tuple[int, ...]], words: Sequence[Word]
) -> Iterator[tuple[int, int]]:
    """Pieces that repeat the heading of a column before a figure ("2018: 412"), and the word above it that says it."""
    waiting: list[int] = []
    is_heading = False
    for at, piece in enumerate(pieces):
        if not places[at]:
            is_heading = piece.text == ":" and bool(waiting)
            if piece.text == ";":
                waiting = []
            elif piece.text[0].isalnum():
                waiting.append(at)
            continue
        if is_heading:
            # Its longest piece is found by the figure, the others by that one.
            longest = max(waiting, key=lambda each: len(pieces[each].text))
            anchor = _nearest(pieces[longest].text, words[places[at][0]], words, is_above=True)
            found = (
                []
                if anchor is None
                else [(each, _nearest(pieces[each].text, words[anchor], words)) for each in waiting]
            )
            yield from ((each, place) for each, place in found if place is not None)
        waiting, is_heading = [], False


def _nearest(text: str, near: Word, words: Sequence[Word], *, is_above: bool = False) -> int | None:
    """The nearest word that has that text; of those above a figure, the one right above it first."""
    best, least = None, inf
    for at, word in enumerate(words):
        if text not in word.text.casefold() or (is_above and word.bottom > near.top + 1) or text not in _pieces(word):
            continue
        beside = abs(word.left + word.right - near.left - near.right) / 2
        far = beside + (STEEP if is_above else 1) * abs(near.top - word.top)
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
