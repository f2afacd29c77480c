"""Spans of the evidence that a citation can point at: the sentences that state something."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from research_agent.grounding.claims import Statement, figures, parse_statement
from research_agent.text.sentences import sentence_spans
from research_agent.text.tokens import WORD, content_stems, names, stem, words
from research_agent.types import Document, Evidence

__all__ = ["Quote", "find_quotes"]

HEADING = 8  # words: a line without an end that is no longer than this is a heading
ENDED = re.compile(r"[.!。！…।॥۔։:;,][\"'”’»)\]]*$|\d")  # a line that ends like a sentence, or that states a figure


@dataclass(frozen=True)
class Quote:
    """Sentence of a stored text, and what it states."""

    document: Document
    start: int
    end: int

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
    """
    Every sentence of the evidence with its place in the document, in the order of the evidence.

    Questions and headings state nothing, so they are no evidence.
    """
    quotes: dict[tuple[str, int, int], Quote] = {}
    for item in evidence:
        passage = item.passage
        for start, end in sentence_spans(passage.text):
            quote = Quote(passage.document, passage.start + start, passage.start + end)
            if not _is_question(quote.text) and not _is_heading(quote):
                quotes.setdefault((quote.document.id, quote.start, quote.end), quote)
    return list(quotes.values())


def _is_question(text: str) -> bool:
    return text.rstrip("\"'”’»)] ").endswith(("?", "？", "؟"))


def _is_heading(quote: Quote) -> bool:
    """Whether a span is a short line of its own that does not end as a sentence does: "Early life", "See also"."""
    text = quote.document.text
    whole = text[: quote.start].rstrip(" \t#*=-•")[-1:] in {"", "\n"} and text[quote.end :].lstrip(" \t=")[:1] in {
        "",
        "\n",
    }
    return whole and len(text) > len(quote.text) and len(quote.tokens) <= HEADING and not ENDED.search(quote.text)
