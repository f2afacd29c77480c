"""PDF parser: the text of the first pages by pdfium, laid out as that of the user's own files (`pdf_file/`)."""

from __future__ import annotations

import re
from typing import Any

from research_agent.documents import TooHeavyError, UnreadableFileError
from research_agent.documents.pdf_file.layout import laid_out
from research_agent.documents.pdf_file.rows import Segment, segments_of
from research_agent.documents.pdf_file.words import page_words
from research_agent.messages import file_failures

__all__ = ["open_pdf", "read_pdf"]

PAGES = 80
CHARACTERS = 1_000_000
DATE = re.compile(r"D:(\d{4})(\d{2})?(\d{2})?")


def read_pdf(data: bytes) -> dict[str, Any]:
    """Parse a PDF; the fields of a `Page`. Raises `ValueError` for no PDF, one with a password or one without text."""
    document = open_pdf(data)
    pages: list[list[Segment]] = []
    length = 0
    for number in range(min(len(document), PAGES)):
        pages.append(_page(document, number))
        length += sum(len(segment.text) for segment in pages[-1])
        if length > CHARACTERS:
            raise TooHeavyError(file_failures.PDF_TOO_MUCH())
    text = "\n\n".join(block.text for blocks in laid_out(pages) for block in blocks)
    if not text:
        raise ValueError(file_failures.PDF_NO_TEXT())
    metadata = document.get_metadata_dict(skip_empty=True)
    return {
        "title": metadata.get("Title", ""),
        "author": metadata.get("Author", ""),
        "published": _date(metadata.get("CreationDate", "")),
        "text": text,
        "pages": len(document),
        "pages_read": len(pages),
        "empty_pages": sum(1 for page in pages if not page),
    }


def open_pdf(data: bytes) -> Any:
    """Pdfium's document. Raises `UnreadableFileError` for no PDF, one with a password or one without pages."""
    pdfium = _pdfium()
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower():
            raise UnreadableFileError(file_failures.PDF_PASSWORD(), file_failures.SAVE_UNLOCKED()) from error
        raise UnreadableFileError(file_failures.PDF_DAMAGED(), file_failures.DOWNLOAD_AGAIN()) from error
    if len(document) < 1:
        raise UnreadableFileError(file_failures.PDF_NO_PAGES(), file_failures.DOWNLOAD_AGAIN())
    return document


def _page(document: Any, number: int) -> list[Segment]:
    """Segments of one page; none of one that cannot be read, since the others may be whole."""
    try:
        page = document[number]
        segments = segments_of(page_words(page).words)
        page.close()
    except _pdfium().PdfiumError:
        return []
    return segments


def _pdfium() -> Any:
    """The pypdfium2 module, imported at the first PDF."""
    import pypdfium2

    return pypdfium2


def _date(value: str) -> str:
    match = DATE.match(value)
    return "-".join(part for part in match.groups() if part) if match else ""
