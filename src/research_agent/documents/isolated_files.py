"""
Reader of the user's own files in sandboxed processes: as `IsolatedReader`, with the limits of files, not of web pages.

Each kind of file is a method here that gives a `FileText`; `documents/read_file.py` chooses.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from research_agent.documents.file_text import FileText
from research_agent.documents.file_values import file_text_from
from research_agent.documents.isolated_reader import SCRIPT, IsolatedReader, checked, value_of
from research_agent.documents.page_picture import (
    PagePicture,
    boxes_of_spans,
    picture_from,
    scan_from,
    spans_on_page,
)
from research_agent.documents.pdf_file.scans import scan_notes, with_scans
from research_agent.documents.pdf_file.tesseract import Recognizer, ScanText
from research_agent.errors import BodyError
from research_agent.messages import file_failures

__all__ = ["IsolatedFileReader", "open_file_reader"]

MEMORY = 1024 * 1024 * 1024  # address space of a process, in bytes
SECONDS = 120.0  # for one file
OUTPUT = 96 * 1024 * 1024  # bytes of an answer
PAGE_SECONDS = 10.0  # for a step of a PDF, which is one page where one is slow
SKIPPED = 3  # pages of a PDF that may break its reader
SCAN_SECONDS = 1800.0  # for all scans of a file
MOST_PAGES = 1_000_000


class IsolatedFileReader(IsolatedReader):
    """Reader of files; made by `open_file_reader`."""

    def __init__(
        self,
        *,
        seconds: float = SECONDS,
        page_seconds: float = PAGE_SECONDS,
        memory: int = MEMORY,
        script: Path = SCRIPT,
        recognizer: Recognizer | None = None,
    ) -> None:
        super().__init__(seconds=seconds, memory=memory, output=OUTPUT, script=script)
        self._page_seconds, self._recognizer = page_seconds, recognizer or Recognizer()

    async def other_file(self, body: bytes, name: str) -> FileText:
        """Text of a file of that name that is no PDF, with its places. Raises `BodyError`; its hint says what to do."""
        value = await self._read("file", body, name=name)
        return await asyncio.to_thread(checked, file_text_from, value)

    async def pdf_file(self, body: bytes) -> FileText:
        """
        Text of a PDF, with pages, headings and tables, and a note on what could not be read. Raises `BodyError`.

        Scans are read by tesseract, where it is installed. Boxes are found when a page is drawn, so `boxes` are those
        of scans alone. Without any words `text` is "", and the first note says why and what to do.
        """
        file, scans = await self._pdf(body)
        has_program = bool(scans) and await self._recognizer.is_there()
        texts: dict[int, ScanText] = {}
        with suppress(TimeoutError):
            async with asyncio.timeout(SCAN_SECONDS):
                for page in scans if has_program else ():
                    if (found := await self._scan(body, page)) is not None:
                        texts[page] = found
        notes = scan_notes(file, len(scans), len(texts), has_program=has_program)
        return replace(await asyncio.to_thread(with_scans, file, texts) if texts else file, notes=notes)

    async def page_picture(
        self, body: bytes, content: FileText, page: int, spans: Sequence[tuple[int, int]] = ()
    ) -> PagePicture:
        """
        Picture of a page (from 0) of a PDF, with the words of some spans (start, end) of its text painted.

        `content` is what was read of the file. Where fewer than half of a span's words can be found on the page, none
        of it is painted, and the picture's note says so. Raises `BodyError`.
        """
        if not 0 <= page < len(content.pages):
            raise BodyError(
                file_failures.NO_PAGE(page=page + 1), hint=file_failures.PAGES_ARE(pages=len(content.pages))
            )
        place, cited = content.pages[page], tuple(spans)
        options = {
            "page": page,
            "text": content.text[place.start : place.end],
            "spans": [] if page in content.boxes else spans_on_page(content, page, cited),
            "boxes": boxes_of_spans(content.boxes.get(page), cited),
        }
        async with self._borrow() as process:
            answer = await self._ask(process, self._page_seconds, "pdf_picture", body, **options)
        return await asyncio.to_thread(checked, partial(picture_from, is_asked=bool(cited)), value_of(answer))

    async def close(self) -> None:
        """End the processes."""
        await self._recognizer.close()
        await super().close()

    async def _scan(self, body: bytes, page: int) -> ScanText | None:
        """Text of a page that is a picture; None where there is none."""
        try:
            async with self._borrow() as process:
                answer = await self._ask(process, self._page_seconds, "pdf_pixels", body, page=page)
            scan = await asyncio.to_thread(checked, scan_from, value_of(answer))
        except BodyError:
            return None
        return await self._recognizer.read(scan)

    async def _pdf(self, body: bytes) -> tuple[FileText, tuple[int, ...]]:
        """Text of a PDF, and the pages (from 0) that are pictures. What a page breaks costs that page."""
        attempt = _Attempt()
        async with _within(self._seconds):
            while True:
                try:
                    value = await self._pdf_steps(body, attempt)
                except BodyError:
                    if not attempt.goes_on():
                        raise
                else:
                    return await asyncio.to_thread(checked, _pdf_file, value)

    async def _pdf_steps(self, body: bytes, attempt: _Attempt) -> Any:
        """The last value of a reading in steps."""
        attempt.at = -1
        skipped, single = attempt.skipped, attempt.single
        async with self._borrow() as process:
            answer = await self._ask(process, self._page_seconds, "pdf_file", body, skipped=skipped, single=single)
            while isinstance(value := answer.get("value"), dict) and "at" in value:
                attempt.at = checked(attempt.further, value["at"])
                answer = await self._ask(process, self._page_seconds, "pdf_more", b"")
        return value_of(answer)


@dataclass(slots=True)
class _Attempt:
    """Attempt to read a PDF, which has come to page `at`; page by page, after one that failed."""

    skipped: list[int] = field(default_factory=list)
    single: bool = False
    at: int = -1

    def further(self, at: Any) -> int:
        """The page that it has come to: each step goes on."""
        if type(at) is not int or not self.at < at < MOST_PAGES:
            raise ValueError
        return at

    def goes_on(self) -> bool:
        """Whether another attempt is worth it, which it is then made ready for."""
        if self.at < 0 or len(self.skipped) == SKIPPED:
            return False
        if self.single:
            self.skipped.append(self.at)
        self.single = True
        return True


@asynccontextmanager
async def _within(seconds: float) -> AsyncIterator[None]:
    """Limit of a whole file. Raises `BodyError`."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError as error:
        raise BodyError(file_failures.TAKES_TOO_LONG(seconds=seconds), hint=file_failures.SPLIT_IT()) from error


def _pdf_file(value: Any) -> tuple[FileText, tuple[int, ...]]:
    file = file_text_from(value.get("file"))
    scans = value.get("scans")
    if not isinstance(scans, list) or not all(type(page) is int and 0 <= page < len(file.pages) for page in scans):
        raise TypeError
    return file, tuple(sorted(set(scans)))


@asynccontextmanager
async def open_file_reader() -> AsyncIterator[IsolatedFileReader]:
    """Open a reader of files; leaving the block ends its processes. None is started before the first file."""
    reader = IsolatedFileReader()
    try:
        yield reader
    finally:
        await reader.close()
