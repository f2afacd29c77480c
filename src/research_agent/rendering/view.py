"""What every face says of an answer and its documents, in words for people. Pure functions; the text is printable."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import urlsplit

from research_agent.text.injection import unlinked
from research_agent.text.sanitize import escaped_url, one_line
from research_agent.types import Answer, Document

__all__ = [
    "Quote",
    "Reference",
    "facts",
    "made_by",
    "name",
    "references",
    "safe_link",
    "status",
    "when",
]

STATUS = {
    "complete": "Complete",
    "partial": "Partial: not every source answered",
    "offline": "Offline: from stored and local texts",
    "none": "Nothing found",
    "extracts": "Extracts: no chat model answered",
    "interrupted": "Stopped before its end",
}


class Quote(NamedTuple):
    """Words of a document, and the sentences of the answer that they say."""

    start: int
    end: int
    text: str
    sentences: tuple[str, ...]


class Reference(NamedTuple):
    """One numbered document of an answer with the words of it that were quoted, each once, in its order."""

    n: int
    document: Document
    quotes: tuple[Quote, ...]


def references(answer: Answer) -> list[Reference]:
    """The cited documents by number."""
    documents = {(document.id, document.source, document.url): document for document in answer.documents}
    found: dict[int, Document] = {}
    quotes: dict[int, dict[tuple[int, int], list[str]]] = {}
    for cited in answer.citations:
        document = documents.get((cited.document, cited.source, cited.url))
        if document is not None and found.setdefault(cited.n, document) is document:
            said = quotes.setdefault(cited.n, {}).setdefault((cited.start, cited.end), [])
            said.append(one_line(answer.text[slice(*cited.sentence)]))
    return [Reference(n, found[n], tuple(_quotes(found[n], quotes[n]))) for n in sorted(found)]


def _quotes(document: Document, said: dict[tuple[int, int], list[str]]) -> Iterator[Quote]:
    for (start, end), sentences in sorted(said.items()):
        yield Quote(start, end, document.text[start:end], tuple(dict.fromkeys(sentences)))


def made_by(answer: Answer) -> str:
    """ "written by llamacpp:smollm2, then checked", or that these are the sources' own words."""
    if answer.answer_from == "model" and answer.model:
        return f"written by {one_line(answer.model)}, then checked"
    return "the sources\N{RIGHT SINGLE QUOTATION MARK} own sentences" if answer.citations else ""


def status(answer: Answer) -> str:
    """The status as people say it."""
    return STATUS[answer.status]


def facts(document: Document) -> list[tuple[str, str]]:
    """What is known of a document, each with its name; what it does not carry is left out."""
    told = (
        ("Author", document.author and name(document.author)),
        ("Published", document.published and when(document.published)),
        ("Read", when(document.retrieved)),
        ("Revision", document.revision and one_line(document.revision)),
        ("Language", document.language and one_line(document.language)),
        ("Licence", document.licence and name(document.licence)),
        ("Credit", document.attribution and name(document.attribution)),
    )
    return [(label, value) for label, value in told if value]


def when(stamp: str) -> str:
    """ "23 Nov 2026, 10:05 UTC", "23 Nov 2026"; what is no ISO 8601 date stays as it is."""
    try:
        moment = datetime.fromisoformat(stamp)
    except ValueError:
        return one_line(stamp)
    day = f"{moment.day} {moment:%b %Y}"
    if len(stamp) <= len("2026-11-23"):
        return day
    return f"{day}, {moment.astimezone(UTC):%H:%M} UTC" if moment.tzinfo else f"{day}, {moment:%H:%M}"


def safe_link(url: str) -> str:
    """The address when a browser may follow it, http or https with a host; else empty."""
    shown = escaped_url(url)
    try:
        parts = urlsplit(shown)
    except ValueError:
        return ""
    return shown if parts.scheme in ("http", "https") and parts.netloc else ""


def name(text: str) -> str:
    """A title or a person as a page gives it: words, nothing to follow."""
    return one_line(unlinked(text))
