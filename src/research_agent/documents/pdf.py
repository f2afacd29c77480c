"""PDF parser: the text of the first pages by pdfium, in paragraphs as far as they can be recognized."""

from __future__ import annotations

import re
from typing import Any

from research_agent.documents import TooHeavyError, UnreadableFileError
from research_agent.documents.pdf_scripts import with_scripts
from research_agent.text.numerals import restored_powers

__all__ = ["open_pdf", "read_pdf"]

PAGES = 80
CHARACTERS = 1_000_000
DATE = re.compile(r"D:(\d{4})(\d{2})?(\d{2})?")
# pdfium marks a hyphen that only the end of the line put there.
SOFT_HYPHEN = re.compile("[\ufffe\x02]\\s*")
ENDS = (".", "!", "?", ":", ".”", '."', "。")


def read_pdf(data: bytes) -> dict[str, Any]:
    """Parse a PDF; the fields of a `Page`. Raises `ValueError` for no PDF, one with a password or one without text."""
    document = open_pdf(data)
    pages, length = [], 0
    for number in range(min(len(document), PAGES)):
        text = _page(document, number)
        length += len(text)
        if length > CHARACTERS:
            raise TooHeavyError("is a PDF with too much text")
        pages.append(text)
    text = "\n\n".join(page for page in pages if page)
    if not text:
        raise ValueError("is a PDF without text, a scan perhaps")
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
            raise UnreadableFileError("is a PDF that needs a password", "Save a copy without it.") from error
        raise UnreadableFileError("is no PDF that can be read, damaged perhaps", "Fetch or save it anew.") from error
    if len(document) < 1:
        raise UnreadableFileError("is a PDF without pages", "Fetch or save it anew.")
    return document


def _page(document: Any, number: int) -> str:
    """Text of one page; "" for one that cannot be read, since the others may be whole."""
    pdfium = _pdfium()
    try:
        page = document[number]
        words = page.get_textpage()
        if words.count_chars() > CHARACTERS:
            raise TooHeavyError("is a PDF with too much text")
        text = with_scripts(words, words.get_text_range())
        words.close()
        page.close()
    except pdfium.PdfiumError:
        return ""
    return restored_powers(paragraphs(text))


def _pdfium() -> Any:
    """The pypdfium2 module, imported at the first PDF."""
    import pypdfium2

    return pypdfium2


def paragraphs(text: str) -> str:
    """Join lines to paragraphs, which end at a blank line, or at a clearly shorter line that ends a sentence."""
    lines = [" ".join(line.split()) for line in SOFT_HYPHEN.sub("", text.replace("\r\n", "\n")).split("\n")]
    lengths = sorted(len(line) for line in lines if line)
    usual = lengths[len(lengths) * 3 // 4] if lengths else 0
    finished, current = [], []
    for line in lines:
        if line:
            current.append(line)
        if current and (not line or (len(line) < usual * 0.8 and line.endswith(ENDS))):
            finished.append(" ".join(current))
            current = []
    return "\n\n".join([*finished, *([" ".join(current)] if current else [])])


def _date(value: str) -> str:
    match = DATE.match(value)
    return "-".join(part for part in match.groups() if part) if match else ""
