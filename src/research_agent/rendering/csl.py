"""CSL JSON of the cited documents, as citation processors and Zotero read it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from research_agent.rendering.bibtex import author_names, citation_key, cited_documents
from research_agent.rendering.view import label, safe_link
from research_agent.text.sanitize import one_line
from research_agent.types import Document, Turn

__all__ = ["as_csl"]

DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


def as_csl(turns: Sequence[Turn]) -> str:
    """A list with one item for each cited document of these turns."""
    keys: set[str] = set()
    items = [dict(_fields(document, keys)) for document in cited_documents(turns)]
    return json.dumps(items, indent=2, ensure_ascii=False) + "\n"


def _fields(document: Document, keys: set[str]) -> Iterator[tuple[str, Any]]:
    url, doi = safe_link(document.url), document.details.get("doi")
    yield "id", citation_key(document, keys)
    yield "type", "article-journal" if doi else "webpage" if url else "document"
    yield "title", label(document.title)
    if names := author_names(document.author or ""):
        yield "author", [{"literal": name} for name in names]
    if issued := _date(document.published or ""):
        yield "issued", issued
    if accessed := _date(document.retrieved):
        yield "accessed", accessed
    if doi:
        yield "DOI", one_line(str(doi))
    if url:
        yield "URL", url
    yield "source", label(document.source)
    yield "note", f"sha256 of the text: {document.id}"


def _date(value: str) -> dict[str, list[list[int]]] | None:
    match = DATE.match(value)
    return {"date-parts": [[int(part) for part in match.groups() if part]]} if match else None
