"""
Requests for PDF files that the locked child answers, by their kind.

"pdf_file" opens one and is answered by its progress; each "pdf_more" reads on, until the answer has the file's text.
"pdf_picture" is the picture of a page with words painted, "pdf_pixels" that of a scan.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from research_agent.documents.pdf_file.painting import page_picture, page_pixels
from research_agent.documents.pdf_file.reading import PdfReading

__all__ = ["answer_request"]

_reading: list[PdfReading] = []  # that which is in progress, at most one


def answer_request(head: Mapping[str, Any], body: bytes) -> dict[str, Any]:
    """The value of a request. Raises `ValueError` for what is no PDF that can be read."""
    kind = head["kind"]
    if kind == "pdf_picture":
        spans, boxes = [tuple(span) for span in head["spans"]], [tuple(box) for box in head["boxes"]]
        return page_picture(body, head["page"], head["text"], spans, boxes)
    if kind == "pdf_pixels":
        return page_pixels(body, head["page"])
    if kind == "pdf_file":
        _reading[:] = [PdfReading(body, skipped=head["skipped"], single=head["single"])]
        return _reading[0].progress
    value = _reading[0].step()
    if "file" in value:
        _reading.clear()
    return value
