"""Citations of the sentences of an answer, and what speaks against them: removal, conflict, a single site."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Citation", "Conflict", "JudgedBy", "Matter", "Quotation", "Removed", "SingleSite", "SiteKind", "Verdict"]

Verdict = Literal["supported", "partly", "contradicted", "unsupported"]
SiteKind = Literal["official", "press", "reference", "research", "forum", "shop", "unknown"]
"""Who speaks on a site: authorities, international organisations and what a thing says of itself; newspapers and
stations; encyclopedias, dictionaries, standards bodies and universities; journals and preprints; users; a seller."""
Matter = Literal["figure", "health", "money"]
"""Why it matters that one site alone says something."""
JudgedBy = Literal["verbatim", "judge", "model", "computed"]
"""What decided on a sentence: equal words, the check of this package, the user's own chat model, or a program."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """
    Words of a document, `document.text[start:end]`, that say a sentence (a span) of the answer; `n` is its mark.

    `site` is the registrable domain of the document's address, "" without one; `page` and `section` are those of the
    document's part, "" where its source knows none.
    """

    n: int
    sentence: tuple[int, int]
    document: str
    title: str
    url: str
    source: str
    quote: str
    start: int
    end: int
    score: float
    by: JudgedBy = "judge"
    site: str = ""
    site_kind: SiteKind = "unknown"
    page: str = ""
    section: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotation:
    """Words of a document: `quote == document.text[start:end]`."""

    document: str
    title: str
    url: str
    source: str
    quote: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """
    Sentence of the model's draft that was taken out; `quotes` say otherwise when it is contradicted.

    `points_back` says that it went because the sentence that it refers to did. `sentence` is its span where it stays
    in the answer, struck through.
    """

    text: str
    verdict: Verdict
    quotes: tuple[Quotation, ...] = ()
    points_back: bool = False
    sentence: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """
    Contradiction by another document: another number, date or name for the same thing, or its denial.

    `sentence` is the span of the answer whose cited words say `ours`; the other document's words, which say `theirs`,
    are `quote == document.text[start:end]`. `documents` counts the documents that say the same, `independent` how many
    of them are no copies of one another.
    """

    sentence: tuple[int, int]
    ours: str
    theirs: str
    document: str
    title: str
    url: str
    source: str
    quote: str
    start: int
    end: int
    documents: int = 1
    independent: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class SingleSite:
    """Sentence of the answer (its span) that one site alone says, where it matters: `about` says why."""

    sentence: tuple[int, int]
    site: str
    site_kind: SiteKind
    about: Matter
