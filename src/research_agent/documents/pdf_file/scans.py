"""Scans of a PDF: the text that was recognized takes its place among that of the other pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from research_agent.documents.file_text import FileText, PageBoxes, Place
from research_agent.documents.pdf_file.assembly import in_order
from research_agent.documents.pdf_file.tesseract import ScanText

__all__ = ["scan_notes", "with_scans"]

INSTALL = "install tesseract-ocr to have scans read"
ERRORS = "the words of scans were recognized by tesseract and may have errors"


def with_scans(file: FileText, scans: Mapping[int, ScanText]) -> FileText:
    """The file's text with that of some of its pages (from 0), which had none."""
    text, before = "", 0
    pages: list[Place] = []
    boxes: dict[int, PageBoxes] = {}
    moved = [(0, 0)]  # old places from which on text is moved, and by how much
    for number, page in enumerate(file.pages):
        own = file.text[page.start : page.end]
        said = scans[number][0] if number in scans else own
        if said and text:
            is_next = bool(own) and number - 1 not in scans and before
            text += file.text[before : page.start] if is_next else "\n\n"
        start = len(text)
        text += said
        pages.append(replace(page, start=start, end=len(text)))
        if own:
            before = page.end
            moved.append((page.start, start - page.start))
        elif number in scans:
            found = scans[number][1]
            words = tuple((start + first, start + past, *box) for first, past, *box in found.words)
            boxes[number] = replace(found, words=words)  # type: ignore[arg-type]
    others = [
        replace(
            place,
            start=_moved(place.start, moved),
            end=len(text) if place.end == len(file.text) else _moved(place.end, moved),
        )
        for place in file.places
        if place.kind != "page"
    ]
    return replace(file, text=text, places=in_order([*others, *pages]), boxes={**file.boxes, **boxes})


def _moved(place: int, moved: list[tuple[int, int]]) -> int:
    return place + next(by for start, by in reversed(moved) if start <= place)


def scan_notes(file: FileText, scans: int, read: int, *, has_program: bool) -> tuple[str, ...]:
    """Notes on a file with so many scans, and how many were read; without any text, the first says why."""
    pages = len(file.pages)
    if not scans:
        return file.notes if file.text or file.notes else ("it holds no words, and no pictures of pages",)
    if pages == 1:
        are = "its only page is a scan"
    else:
        are = f"all {pages} pages are scans" if scans == pages else f"{scans} of {pages} pages are scans"
    lines = []
    if not has_program:
        lines.append(f"{are} without text; {INSTALL}")
    elif read < scans:
        lines.append(f"on {scans - read} of {scans} scanned pages no words were recognized")
    if read:
        lines.append(f"{are}; {ERRORS}")
    return (*lines, *file.notes)
