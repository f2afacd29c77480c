"""What a PDF says of itself: title, author, date, language and DOI."""

from __future__ import annotations

import ctypes
import re
from dataclasses import replace
from typing import Any

from research_agent.documents.file_text import FileText

__all__ = ["described", "doi_in"]

DATE = re.compile(r"D:(\d{4})(\d{2})?(\d{2})?")
DOI = re.compile(r"\b10\.\d{4,9}/[-._;()/:A-Za-z0-9]+")
# A name of a file, or of the program that made it, is no title.
NO_TITLE = re.compile(
    r"(?:Microsoft \w+ - )?.*\.(?:docx?|pptx?|xlsx?|rtf|odt|indd|qxd|tex|dvi|html?|pdf)|untitled|[\W\d_]*",
    re.IGNORECASE,
)
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


def described(file: FileText, document: Any) -> FileText:
    """The text with title, author, day and language of pdfium's document; "" for what it does not say."""
    said = document.get_metadata_dict(skip_empty=True)
    title = " ".join(said.get("Title", "").split())
    author = " ".join(said.get("Author", "").split())
    match = DATE.match(said.get("CreationDate", ""))
    return replace(
        file,
        title="" if NO_TITLE.fullmatch(title) else title,
        author="" if author.lower() == "anonymous" else author,
        published="-".join(part for part in match.groups() if part) if match else "",
        language=_language(document),
    )


def doi_in(text: str) -> str:
    """The first DOI of a text; "" without one."""
    match = DOI.search(text)
    return match[0].rstrip(".,;:)").lower() if match else ""


def _language(document: Any) -> str:
    import pypdfium2.raw

    pdfium: Any = pypdfium2.raw
    buffer = (ctypes.c_ushort * 64)()
    length = pdfium.FPDFCatalog_GetLanguage(document.raw, buffer, 64)
    said = bytes(buffer)[: 2 * max(min(length, 64) - 1, 0)].decode("utf-16-le", "replace")
    return said if LANGUAGE.fullmatch(said) else ""
