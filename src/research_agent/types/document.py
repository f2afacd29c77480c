"""Document of a source, the passages that are ranked, and the evidence that an answer may rest on."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

__all__ = ["Document", "Evidence", "Part", "Passage"]


class Part(NamedTuple):
    """
    Part of a long document that its source found: `document.text[start:end]`.

    `page` is the printed number of its page, `section` the path of the headings above it; "" where there is none.
    """

    start: int
    end: int
    page: str = ""
    section: str = ""


@dataclass(frozen=True, kw_only=True)
class Document:
    """
    Document that a source returned. `text` is kept as fetched: every citation points into it by offset.

    Dates are ISO 8601 strings. `licence` and `attribution` are what the source asks to be shown.
    `details` holds small facts of the source's own (points, number of comments, ...). Of a document with `parts` these
    alone are ranked; without, all of it.
    """

    source: str
    title: str
    url: str
    text: str
    retrieved: str
    published: str | None = None
    author: str | None = None
    revision: str | None = None
    language: str | None = None
    licence: str | None = None
    attribution: str | None = None
    details: Mapping[str, str | int | float] = field(default_factory=dict)
    parts: tuple[Part, ...] = ()

    def part_at(self, offset: int) -> Part | None:
        """The part that holds an offset, the first of them; None outside of all."""
        return next((part for part in self.parts if part.start <= offset < part.end), None)

    @property
    def excerpt(self) -> str:
        """The text of the parts, blank lines between them; without parts the whole text."""
        return "\n\n".join(self.text[part.start : part.end] for part in self.parts) if self.parts else self.text

    @cached_property
    def id(self) -> str:
        """The sha256 (hex) of the text; lone surrogates, which UTF-8 cannot hold, pass as they are."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class Passage:
    """Piece of a document that is ranked: `document.text[start:end]`."""

    document: Document
    start: int
    end: int

    @property
    def text(self) -> str:
        """The words of the passage."""
        return self.document.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Evidence:
    """
    Passage the answer may rest on. `key` is what the model sees (e1, e2, ...); higher `score` is better.

    `sentences` are its sentences as the reader has them: (start, end) in the document's text, and a logit that says
    whether it answers the question, above 0 rather than not; () without a reader.
    """

    key: str
    passage: Passage
    score: float
    sentences: tuple[tuple[int, int, float], ...] = ()

    @property
    def answers(self) -> float:
        """The highest logit of its sentences; minus infinity without a reader."""
        return max((logit for _, _, logit in self.sentences), default=float("-inf"))
