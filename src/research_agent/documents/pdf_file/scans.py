"""Scans of a PDF: the text that was recognized takes its place among that of the other pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from research_agent.documents.file_text import FileText, PageBoxes, Place
from research_agent.documents.pdf_file.assembly import in_order
from research_agent.documents.pdf_file.tesseract import ScanText
from research_agent.messages import file_failures

__all__ = ["scan_notes", "with_scans"]


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
        return file.notes if file.text or file.notes else (file_failures.NO_WORDS_OR_PICTURES(),)
    if pages == 1:
        are = file_failures.ONLY_PAGE_IS_SCAN()
    else:
        are = (
            file_failures.ALL_SCANS(pages=pages)
            if scans == pages
            else file_failures.SOME_SCANS(scans=scans, pages=pages)
        )
    lines = []
    if not has_program:
        lines.append(file_failures.SCANS_WITHOUT_TEXT(are=are, hint=file_failures.INSTALL_TESSERACT()))
    elif read < scans:
        lines.append(file_failures.NOTHING_RECOGNISED(scans=scans - read, total=scans))
    if read:
        lines.append(f"{are}; {file_failures.MAY_HAVE_ERRORS()}")
    return (*lines, *file.notes)
