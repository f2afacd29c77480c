"""
An answer as plain text, and the pieces of it that every face shows. Pure functions.

Fetched and generated text is hostile until it has gone through `printable`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from research_agent.text.injection import unlinked
from research_agent.text.sanitize import escaped_url, one_line, printable
from research_agent.types import Answer, Document

__all__ = [
    "PARTLY",
    "UNSUPPORTED",
    "Piece",
    "Reference",
    "asked_line",
    "counted",
    "coverage",
    "ledger",
    "pieces",
    "plain",
    "references",
    "session_line",
]

UNSUPPORTED = "[unsupported]"
"""Stands after every sentence that no source was found to say; colour alone would not reach everyone."""

SETUP = "Run: research-agent setup"
PARTLY = "[partly supported]"
"""Stands after those of them of which the sources say much, but not all."""

MARK = re.compile(r"(\[\d+\])")


class Piece(NamedTuple):
    """A stretch of an answer's text, printable, with what it is; `verdict` stands behind what is not supported."""

    text: str
    supported: bool = True
    mark: bool = False
    verdict: str = ""


class Reference(NamedTuple):
    """One line of the list of sources."""

    n: int
    title: str
    source: str
    url: str
    terms: str


def pieces(answer: Answer) -> Iterator[Piece]:
    """The answer's text in order, cut at unsupported sentences and [n] marks."""
    at = 0
    for start, end in sorted(answer.unsupported):
        yield from _marked(answer.text[at:start])
        verdict = PARTLY if (start, end) in answer.partly else UNSUPPORTED
        yield Piece(printable(answer.text[start:end]), supported=False, verdict=verdict)
        at = end
    yield from _marked(answer.text[at:])


def references(answer: Answer, titles: Mapping[str, str]) -> list[Reference]:
    """The cited documents in the order of their numbers; `titles` are the sources' names for people."""
    documents = {(document.id, document.url): document for document in answer.documents}
    found: dict[int, Reference] = {}
    for citation in answer.citations:
        found.setdefault(
            citation.n,
            Reference(
                citation.n,
                one_line(unlinked(citation.title)),
                one_line(titles.get(citation.source, citation.source)),
                escaped_url(citation.url),
                _terms(documents.get((citation.document, citation.url))),
            ),
        )
    return [found[n] for n in sorted(found)]


def coverage(answer: Answer) -> str:
    """ "5 of 6 sentences supported by 3 sources", copies counted once; empty when there is no sentence to speak of."""
    count = answer.support()
    if not count["sentences"]:
        return ""
    # An answer stored by an earlier version does not know which of its documents are copies.
    sources = count["independent"] or count["documents"]
    by = f" by {counted(sources, 'source')}" if sources else ""
    copied = count["documents"] - sources
    copies = f" ({counted(copied, 'more document')}: copied text)" if copied > 0 else ""
    return f"{count['supported']} of {counted(count['sentences'], 'sentence')} supported{by}{copies}"


def ledger(answer: Answer) -> list[str]:
    """
    What the user should know about this answer, a line each: coverage, then what went wrong.

    Several parts that are missing are brought by one command, so it is named once, at the end.
    """
    lines = [line for line in (coverage(answer), *map(one_line, answer.notes)) if line]
    told = [line.removesuffix(SETUP).rstrip() for line in lines]
    unset = any((report.status, report.reason) == ("skipped", "is not set up") for report in answer.sources)
    return [*filter(None, told), SETUP] if unset or told != lines else lines


def asked_line(answer: Answer, titles: Mapping[str, str]) -> str:
    """
    "searched: Wikipedia (asked for every question); arXiv (a question of science)".

    Empty when there was one reason for all: the user named them, or it is a question like any other.
    """
    asked = answer.asked()
    named = ((", ".join(one_line(titles.get(name, name)) for name in names), why) for why, names in asked.items())
    return f"searched: {'; '.join(f'{names} ({one_line(why)})' for names, why in named)}" if len(asked) > 1 else ""


def session_line(answer: Answer, *, go_on: bool) -> str:
    """Where the answer is kept and, with `go_on`, how to go on from there."""
    where = f"session {one_line(answer.session)}, turn {answer.turn}"
    return f'{where} - continue: research-agent ask -c "QUESTION"' if go_on else where


def plain(answer: Answer, titles: Mapping[str, str], *, go_on: bool = False) -> str:
    """The whole answer without colour or layout, for files and pipes; ends in a line break."""
    text = "".join(piece.text if piece.supported else f"{piece.text} {piece.verdict}" for piece in pieces(answer))
    sources = [
        f"[{item.n}] {' - '.join(filter(None, (item.title, item.source, item.url, item.terms)))}"
        for item in references(answer, titles)
    ]
    blocks = [text, "\n".join(sources), "\n".join([*ledger(answer), session_line(answer, go_on=go_on)])]
    return "\n\n".join(filter(None, blocks)) + "\n"


def counted(number: int, noun: str) -> str:
    """ "1 source", "2 sources"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _marked(text: str) -> Iterator[Piece]:
    for part in MARK.split(printable(text)):
        if part:
            yield Piece(part, mark=MARK.fullmatch(part) is not None)


def _terms(document: Document | None) -> str:
    if document is None:
        return ""
    dated = f"published {document.published[:10]}" if document.published else f"read {document.retrieved[:10]}"
    return ", ".join(one_line(unlinked(part)) for part in (document.licence, dated) if part)
