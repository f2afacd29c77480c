"""BibTeX of the cited documents, for BibTeX 0.99 and biber: `@article` for those with a DOI, else `@misc`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from research_agent.rendering.view import AnswerView, label, safe_link
from research_agent.text.sanitize import one_line
from research_agent.types import Document, Turn

__all__ = ["as_bibtex", "author_names", "citation_key", "cited_documents"]

# One translation for all: the replacements contain braces themselves.
ESCAPES = str.maketrans(
    {
        "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "%": r"\%", "#": r"\#", "_": r"\_",
        "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    }
)  # fmt: skip
# Within \url and \doi these end a field or begin a comment; percent-encoded, the address stays the same.
IN_ADDRESS = str.maketrans({"{": "%7B", "}": "%7D", "\\": "%5C", '"': "%22"})
YEAR = re.compile(r"\d{4}")


def as_bibtex(turns: Sequence[Turn]) -> str:
    """One entry for each cited document of these turns; empty when nothing is cited."""
    keys: set[str] = set()
    return "\n".join(_entry(document, keys) for document in cited_documents(turns))


def cited_documents(turns: Sequence[Turn]) -> list[Document]:
    """Each document that is cited in these turns once, in their order."""
    documents = {
        (reference.document.id, reference.document.url): reference.document
        for turn in turns
        for reference in AnswerView(turn.answer).references
    }
    return list(documents.values())


def author_names(author: str) -> list[str]:
    """Names of an author list: "A. Turing, K. Gödel" and "A; B" are two."""
    return [part for part in re.split(r";\s*|,\s+(?=\S+\s+\S)", label(author)) if part]


def _entry(document: Document, keys: set[str]) -> str:
    kind = "article" if document.details.get("doi") else "misc"
    fields = [f"  {field} = {{{value}}}," for field, value in _fields(document)]
    return "\n".join([f"@{kind}{{{citation_key(document, keys)},", *fields, "}"]) + "\n"


def _fields(document: Document) -> Iterator[tuple[str, str]]:
    yield "title", f"{{{_text(label(document.title))}}}"  # in braces of its own, that its capitals stay
    if document.author:
        yield "author", _authors(document.author)
    if document.published and (year := YEAR.match(document.published)):
        yield "year", year[0]
        yield "date", _text(document.published[:10])
    if doi := document.details.get("doi"):
        yield "doi", one_line(str(doi)).translate(IN_ADDRESS)
    if url := safe_link(document.url):
        yield "url", url.translate(IN_ADDRESS)
    yield "urldate", _text(one_line(document.retrieved[:10]))
    terms = (document.source, document.attribution, document.licence, document.revision and f"rev. {document.revision}")
    yield "note", _text("; ".join(label(term) for term in terms if term))
    yield "annote", f"sha256 of the text: {document.id}"


def _authors(author: str) -> str:
    """BibTeX's "{A} and {B}"."""
    return " and ".join(f"{{{_text(name)}}}" for name in author_names(author)) or _text(label(author))


def citation_key(document: Document, keys: set[str]) -> str:
    """Citation key: "photosynthesis2026", then "photosynthesis2026-2" and so on for those that are taken."""
    plain = unicodedata.normalize("NFKD", document.title).encode("ascii", "ignore").decode().lower()
    words = [word for word in re.findall(r"[a-z0-9]+", plain) if word not in ("a", "an", "the", "of", "and", "in")]
    year = YEAR.match(document.published or document.retrieved)
    stem = f"{'-'.join(words[:3]) or document.source}{year[0] if year else ''}"
    stem = re.sub(r"[^a-z0-9-]", "", stem.lower()) or "document"
    key = next(key for n in range(len(keys) + 1) if (key := f"{stem}{f'-{n + 1}' if n else ''}") not in keys)
    keys.add(key)
    return key


def _text(text: str) -> str:
    return text.translate(ESCAPES)
