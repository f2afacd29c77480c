"""Reading of a PDF file: its text, page by page, and what is known of it."""

from __future__ import annotations

from typing import Any

from research_agent.documents.file_text import FileText, Place
from research_agent.documents.file_values import values_of
from research_agent.documents.pdf import read_pdf

__all__ = ["read_pdf_file"]


def read_pdf_file(data: bytes) -> dict[str, Any]:
    """Values of a `FileText`. Raises `ValueError` for what is no PDF."""
    page = read_pdf(data)
    text = page["text"]
    return values_of(FileText(text=text, places=(Place(kind="page", start=0, end=len(text), label="1"),)))
