"""Entry of the reference list of an answer, and what is told of its document."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from research_agent.rendering.trust import KINDS, connection, site_line
from research_agent.text.injection import unlinked
from research_agent.text.sanitize import escaped_url, one_line
from research_agent.types import Citation, Document, SiteKind

__all__ = ["Reference", "facts", "label", "quoted_place", "when"]


class Reference(NamedTuple):
    """An entry of the reference list: document number `n`, the display title of its source, and its citations."""

    n: int
    document: Document
    source: str
    citations: tuple[Citation, ...]

    @property
    def title(self) -> str:
        """The document's title as a label, possibly empty."""
        return label(self.document.title)

    @property
    def place(self) -> str:
        """Where in the document the quoted words are: "p. 47, Cash flow"; "" where its source knows no pages."""
        return quoted_place(self.citations)

    @property
    def url(self) -> str:
        """The document's address; `safe_link` says whether a browser may follow it."""
        return escaped_url(self.document.url)

    @property
    def kind(self) -> str:
        """The kind of the document's site, in words; "" without a site."""
        return KINDS[self.citations[0].site_kind]() if self.citations[0].site else ""

    @property
    def site_line(self) -> str:
        """ "example.org · shop · https"; "" without a site."""
        return site_line(self.document.url, self.citations[0].site_kind)

    @property
    def trust(self) -> list[str]:
        """Kind of site, and that it came unencrypted, if it did."""
        return [part for part in (self.kind, connection(self.document.url)) if part]

    @property
    def terms(self) -> str:
        """Kind of site, licence and date: "reference, CC BY-SA 4.0, read 2026-01-02"."""
        published, retrieved = self.document.published, self.document.retrieved
        dated = f"published {published[:10]}" if published else f"read {retrieved[:10]}"
        stated = (self.place, *self.trust, self.document.licence, dated)
        return ", ".join(label(part) for part in stated if part)

    @property
    def provenance(self) -> list[str]:
        """Source, kind of site, author, attribution, licence, day of publication and time of retrieval."""
        stated = (self.document.author, self.document.attribution, self.document.licence)
        return [
            *filter(None, (self.place, self.source)),
            *self.trust,
            *(label(part) for part in stated if part),
            *([f"published {one_line(self.document.published[:10])}"] if self.document.published else []),
            f"retrieved {one_line(self.document.retrieved)}",
        ]

    @property
    def facts(self) -> list[tuple[str, str]]:
        """The document's site and its metadata as pairs of heading and value."""
        return facts(self.document, self.citations[0].site_kind)

    @property
    def quotes(self) -> list[Citation]:
        """Citations in the order of the document, one for each quoted span."""
        spans = {(cited.start, cited.end): cited for cited in self.citations}
        return [spans[span] for span in sorted(spans)]


def quoted_place(citations: Sequence[Citation]) -> str:
    """Pages and sections of citations in one document: "pp. 12, 47, Cash flow"; of two sections none is named."""
    pages = list(dict.fromkeys(label(cited.page) for cited in citations if cited.page))
    sections = list(dict.fromkeys(label(cited.section) for cited in citations if cited.section))
    named = [f"{'p.' if len(pages) == 1 else 'pp.'} {', '.join(pages)}"] if pages else []
    return ", ".join([*named, *(sections if len(sections) == 1 else [])])


def facts(document: Document, kind: SiteKind | None = None) -> list[tuple[str, str]]:
    """Site, if its kind is given, and metadata of a document, as heading and value; missing fields are left out."""
    fields = (
        ("Site", site_line(document.url, kind) if kind else ""),
        ("Author", document.author and label(document.author)),
        ("Published", document.published and when(document.published)),
        ("Read", when(document.retrieved)),
        ("Revision", document.revision and one_line(document.revision)),
        ("Language", document.language and one_line(document.language)),
        ("Licence", document.licence and label(document.licence)),
        ("Credit", document.attribution and label(document.attribution)),
    )
    return [(heading, value) for heading, value in fields if value]


def when(stamp: str) -> str:
    """Date in words, "23 Nov 2026, 10:05 UTC" or "23 Nov 2026"; what is no ISO 8601 date stays as it is."""
    try:
        moment = datetime.fromisoformat(stamp)
    except ValueError:
        return one_line(stamp)
    day = f"{moment.day} {moment:%b %Y}"
    if len(stamp) <= len("2026-11-23"):
        return day
    return f"{day}, {moment.astimezone(UTC):%H:%M} UTC" if moment.tzinfo else f"{day}, {moment:%H:%M}"


def label(text: str) -> str:
    """A title, person or licence on one line, with nothing in it to follow."""
    return one_line(unlinked(text))
