"""What a PDF says of itself: title, author, date, language and DOI."""

from __future__ import annotations

import ctypes
import re
from typing import Any

__all__ = ["doi_in", "facts_of"]

DATE = re.compile(r"D:(\d{4})(\d{2})?(\d{2})?")
DOI = re.compile(r"\b10\.\d{4,9}/[-._;()/:A-Za-z0-9]+")
# A name of a file, or of the program that made it, is no title.
NO_TITLE = re.compile(
    r"(?:Microsoft \w+ - )?.*\.(?:docx?|pptx?|xlsx?|rtf|odt|indd|qxd|tex|dvi|html?|pdf)|untitled|[\W\d_]*", re.I
)
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


def facts_of(document: Any) -> dict[str, str]:
    """Title, author, day and language of pdfium's document; "" for what it does not say."""
    said = document.get_metadata_dict(skip_empty=True)
    title = " ".join(said.get("Title", "").split())
    author = " ".join(said.get("Author", "").split())
    match = DATE.match(said.get("CreationDate", ""))
    return {
        "title": "" if NO_TITLE.fullmatch(title) else title,
        "author": "" if author.lower() == "anonymous" else author,
        "published": "-".join(part for part in match.groups() if part) if match else "",
        "language": _language(document),
    }


def doi_in(text: str) -> str:
    """The first DOI of a text; "" without one."""
    match = DOI.search(text)
    return match[0].rstrip(".,;:)").lower() if match else ""


def _language(document: Any) -> str:
    import pypdfium2.raw as pdfium

    buffer = (ctypes.c_ushort * 64)()
    length = pdfium.FPDFCatalog_GetLanguage(document.raw, buffer, 64)
    said = bytes(buffer)[: 2 * max(min(length, 64) - 1, 0)].decode("utf-16-le", "replace")
    return said if LANGUAGE.fullmatch(said) else ""
