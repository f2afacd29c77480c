"""
Reading of a PDF file in the locked child, in steps: one that does not come back costs its page, not the file.

Boxes of words are looked up for the layout and not handed on: for the picture of a page they are looked up again, which
takes a millisecond, and a store of them would be larger than the text.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Collection
from typing import Any

from research_agent.documents import TooHeavyError
from research_agent.documents.file_text import FileText, Place
from research_agent.documents.file_values import values_of
from research_agent.documents.pdf import open_pdf
from research_agent.documents.pdf_file.assembly import Assembly, in_order
from research_agent.documents.pdf_file.headings import heading_places, outline_of
from research_agent.documents.pdf_file.layout import laid_out
from research_agent.documents.pdf_file.metadata import described, doi_in
from research_agent.documents.pdf_file.rows import Segment, segments_of
from research_agent.documents.pdf_file.set_headings import set_headings
from research_agent.documents.pdf_file.words import page_words
from research_agent.messages import file_failures

__all__ = ["PdfReading"]

PAGES = 5_000
CHARACTERS = 10_000_000
BATCH = 64  # pages whose words are held at a time, and looked through for running heads
STEP = 0.5  # seconds of processor time, after which a step ends
PICTURE = 0.3  # of a page, which a picture covers at least that is taken for a scan
PATHS = 200  # of a page without words, from which they may be letters that are drawn


class PdfReading:
    """
    PDF that is being read. `step` reads on; `skipped` are pages (from 0) that are not tried.

    Raises `ValueError` for what is no PDF that can be read.
    """

    def __init__(self, data: bytes, *, skipped: Collection[int] = (), single: bool = False) -> None:
        self._document = open_pdf(data)
        self._skipped, self._step = set(skipped), 0.0 if single else STEP
        self._count = min(len(self._document), PAGES)
        self._at = 0
        self._segments: list[list[Segment]] = []
        self._scans: list[int] = []
        self._unread: list[int] = []
        self._assembly = Assembly()

    @property
    def progress(self) -> dict[str, Any]:
        """How many pages were read, and are to be."""
        return {"at": self._at, "of": self._count}

    def step(self) -> dict[str, Any]:
        """Read some pages: `progress`, or at the end {"file": values of its text, "scans": pages that are pictures}."""
        begun = time.process_time()
        gc.disable()  # thousands of words a page, none of them in a cycle: looking for cycles takes a twentieth
        try:
            while self._at < self._count:
                self._segments.append(self._page(self._at))
                self._at += 1
                if len(self._segments) == BATCH or self._at == self._count:
                    self._lay_out()
                if time.process_time() - begun >= self._step:
                    return self.progress
        finally:
            gc.enable()
        return {"file": values_of(self._file()), "scans": self._scans}

    def _page(self, number: int) -> list[Segment]:
        """Segments of a page; none of one that cannot be read, since the others may be whole."""
        import pypdfium2

        if number in self._skipped:
            self._unread.append(number)
            return []
        try:
            page = self._document[number]
        except pypdfium2.PdfiumError:
            self._unread.append(number)
            return []
        try:
            segments = segments_of(page_words(page).words)
            if not segments and _is_scan(page):
                self._scans.append(number)
        except (pypdfium2.PdfiumError, TooHeavyError):
            self._unread.append(number)
            return []
        finally:
            page.close()
        return segments

    def _lay_out(self) -> None:
        """Make text of the pages that are held."""
        for blocks in laid_out(self._segments):
            self._assembly.add(blocks)
        self._segments = []
        if self._assembly.length > CHARACTERS:
            self._count = self._at

    def _file(self) -> FileText:
        text, spans = self._assembly.text, self._assembly.pages
        labels = [self._document.get_page_label(number) or str(number + 1) for number in range(len(spans))]
        pages = [
            Place(kind="page", start=start, end=end, label=label)
            for (start, end), label in zip(spans, labels, strict=True)
        ]
        headings = heading_places(text, spans, outline_of(self._document)) or set_headings(self._assembly.blocks)
        places = in_order([*headings, *pages, *self._assembly.tables])
        first = text[slice(*spans[0])] if spans else ""
        file = FileText(text=text, places=places, notes=tuple(self._notes()), doi=doi_in(first))
        return described(file, self._document)

    def _notes(self) -> list[str]:
        notes = []
        if self._count < len(self._document):
            notes.append(file_failures.FIRST_PAGES(count=self._count, total=len(self._document)))
        if self._unread:
            numbers = ", ".join(str(number + 1) for number in self._unread[:5])
            if (more := len(self._unread) - 5) > 0:
                numbers = file_failures.AND_MORE(numbers=numbers, n=more)
            line = file_failures.PAGE_LOST if len(self._unread) == 1 else file_failures.PAGES_LOST
            notes.append(line(numbers=numbers))
        return notes


def _is_scan(page: Any) -> bool:
    """Whether a page without words shows a picture that may hold some, or letters that are drawn."""
    import pypdfium2.raw

    pdfium: Any = pypdfium2.raw
    width, height = page.get_size()
    paths = 0
    for item in page.get_objects(max_depth=3):
        if item.type == pdfium.FPDF_PAGEOBJ_PATH:
            paths += 1
            if paths >= PATHS:
                return True
        elif item.type == pdfium.FPDF_PAGEOBJ_IMAGE:
            left, bottom, right, top = item.get_bounds()
            if (right - left) * (top - bottom) >= PICTURE * width * height:
                return True
    return False
