"""Spans of the evidence, of one sentence or two, that a citation can point at, and tests for altered copies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import Match, SequenceMatcher
from functools import cached_property
from itertools import pairwise

from research_agent.grounding.claims import OPPOSITES, QUANTITIES, Statement, figures, is_ordinal, parse_statement
from research_agent.text.sentences import sentence_spans
from research_agent.text.tokens import STOP_WORDS, WORD, content_stems, is_negated, names, stem, words
from research_agent.types import Document, Evidence

__all__ = ["Quote", "alters", "copies", "find_quotes", "reorders", "truncates"]

LIKE = 0.5  # share of a sentence's words in the order of a source's, from which what differs is looked at closely
COPIED = 0.65  # share of a sentence's words that stand in a source in their order, from which it is a copy
RUN = 4  # words: a shorter run is a turn of phrase, not a piece of a source
PATCHED = 0.7  # share of a sentence in such runs, from which it is a patchwork
LOOSE = 0.05  # share of a sentence that may be plain words in another place than in the source; one always may
ORDERLY = 0.6  # share of a sentence's words of content that stand in the source's order
BEFORE = 2  # words of a source right before one that is kept: what stands there belongs to it
# What may not be left out before the word that it qualifies: "the second largest", "all but one", "between 3 and 5".
QUALIFYING = frozenset("but except between nearly almost about over under up until not".split())
OPENING = 3  # words of a source that its title may stand for: a pronoun, "The river"
POINTING = frozenset("it he she they its his her their this these".split())
TURNING = frozenset(form for couple in OPPOSITES for form in couple) | frozenset(map(stem, QUANTITIES))


@dataclass(frozen=True)
class Quote:
    """Span of a stored text and what it states. `sentences` is 1 or 2."""

    document: Document
    start: int
    end: int
    sentences: int

    @property
    def text(self) -> str:
        """The exact words."""
        return self.document.text[self.start : self.end]

    @cached_property
    def statement(self) -> Statement:
        """Statement of the span, without its title."""
        return parse_statement(self.text)

    @cached_property
    def terms(self) -> frozenset[str]:
        """Stems and figures of the span and its title, among which a sentence's words are looked up."""
        stated = frozenset(word.stem for word in self.statement.words)
        return frozenset(content_stems(f"{self.document.title} {self.text}")) | stated | self.figures

    @cached_property
    def figures(self) -> frozenset[str]:
        """The figures of the span and its title."""
        return self.statement.figures | figures(self.document.title)

    @cached_property
    def stems(self) -> frozenset[str]:
        """All stems of the span and its title."""
        return self.statement.stems | frozenset(stem(word) for word in words(self.document.title))

    @cached_property
    def names(self) -> frozenset[str]:
        """Stems of the names that the span itself uses."""
        return frozenset(stem(name) for name in names(self.text))

    @cached_property
    def titled(self) -> frozenset[str]:
        """Stems of the capitalised words of the title but a lone first one, which every title has: "World War II"."""
        capital = [form for form in WORD.findall(self.document.title) if form[0].isupper()]
        return frozenset(stem(word) for form in capital for word in words(form)) if len(capital) > 1 else frozenset()

    @cached_property
    def tokens(self) -> tuple[str, ...]:
        """The words, in order."""
        return tuple(words(self.text))


def find_quotes(evidence: Sequence[Evidence]) -> list[Quote]:
    """Every sentence of the evidence, and every two that follow each other, with their places in the document."""
    spans_by_place: dict[tuple[str, int, int], Quote] = {}
    for item in evidence:
        passage = item.passage
        spans = sentence_spans(passage.text)
        pairs = [(one[0], two[1]) for one, two in pairwise(spans)]
        for count, (start, end) in [*((1, span) for span in spans), *((2, pair) for pair in pairs)]:
            at = (passage.document.id, passage.start + start, passage.start + end)
            spans_by_place.setdefault(at, Quote(passage.document, at[1], at[2], count))
    return list(spans_by_place.values())


def copies(text: str, quotes: Sequence[Quote]) -> bool:
    """Whether a sentence has most of its words from one quote, in order, or is a patchwork of runs from several."""
    tokens = words(text)
    patched: set[int] = set()
    for quote in quotes:
        if quote.sentences > 1 or len(set(tokens) & set(quote.tokens)) < RUN:
            continue
        blocks = _blocks(tokens, quote.tokens)
        if sum(block.size for block in blocks) >= COPIED * len(tokens):
            return True
        patched.update(at for block in blocks if block.size >= RUN for at in range(block.a, block.a + block.size))
    return len(patched) >= PATCHED * len(tokens)


def truncates(claim: Statement, quote: Quote) -> bool:
    """
    Whether a copy drops a qualifier of a word that it keeps.

    "The second largest" is not the largest, "all but one" not all; and of "Physics in 1903 and Chemistry in 1911" the
    last year is not that of physics.
    """
    mine = words(claim.text)
    blocks = [block for block in _blocks(mine, quote.tokens) if block.size]
    for one, other in pairwise(blocks):
        left_out = quote.tokens[one.b + one.size : other.b]
        near = left_out[-BEFORE:]
        if any(word in QUALIFYING or stem(word) in TURNING or is_ordinal(word) for word in near):
            return True
        if figures(quote.tokens[other.b]) and any(figures(word) for word in left_out):
            return True
    return False


def reorders(claim: Statement, quote: Quote) -> bool:
    """Whether a sentence reorders a source: "heat raises pressure", "pressure raises heat". A passive ("by") may."""
    if ("by" in claim.stems) != ("by" in quote.statement.stems):
        return False
    theirs = [word.stem for word in quote.statement.words]
    mine = [word.stem for word in claim.words if word.stem in frozenset(theirs)]
    return sum(block.size for block in _blocks(mine, theirs)) < ORDERLY * len(mine)


def _blocks(mine: Sequence[str], theirs: Sequence[str]) -> list[Match]:
    """Runs of words that two texts share, in the order of both."""
    return SequenceMatcher(None, mine, theirs, autojunk=False).get_matching_blocks()


def alters(claim: Statement, quote: Quote) -> bool:
    """
    Whether a sentence is a copy of the span with something inserted or moved.

    A name, a figure, a quantity or a direction that does not stand where the span has it makes another statement of
    the same words; so does a word that the span has not, and so do several that it has elsewhere. Words left out do
    not, nor does the title in place of a pronoun.
    """
    mine = words(claim.text)
    blocks = _blocks(mine, quote.tokens)
    copied = {at for block in blocks for at in range(block.a, block.a + block.size)}
    if len(copied) < LIKE * len(mine):
        return False
    title = frozenset(words(quote.document.title))
    if quote.tokens[0] not in POINTING:
        title -= frozenset(quote.tokens)
    opening = blocks[0].a if blocks[0].b <= OPENING else 0
    loose = [word for at, word in enumerate(mine) if at not in copied and not (at < opening and word in title)]
    if any(stem(word) in claim.names or stem(word) in TURNING or figures(word) or is_negated(word) for word in loose):
        return True
    plain = [stem(word) for word in loose if word not in STOP_WORDS]
    if len(copied) >= COPIED * len(mine) and not quote.terms.issuperset(plain):
        return True
    return len(plain) > max(1, LOOSE * len(mine))
