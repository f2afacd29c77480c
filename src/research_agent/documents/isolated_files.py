"""
Reader of the user's own files in sandboxed processes: as `IsolatedReader`, with the limits of files, not of web pages.

Each kind of file is a method here that gives a `FileText`; `documents/read_file.py` chooses.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from research_agent.documents.file_text import FileText
from research_agent.documents.file_values import file_text_from
from research_agent.documents.isolated_reader import IsolatedReader, checked

__all__ = ["IsolatedFileReader", "open_file_reader"]

MEMORY = 1024 * 1024 * 1024  # address space of a process, in bytes
SECONDS = 60.0  # for one file


class IsolatedFileReader(IsolatedReader):
    """Reader of files; made by `open_file_reader`."""

    def __init__(self, *, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        super().__init__(seconds=seconds, memory=memory)

    async def other_file(self, body: bytes, name: str) -> FileText:
        """Text of a file of that name that is no PDF, with its places. Raises `BodyError`; its hint says what to do."""
        value = await self._read("file", body, name=name)
        return await asyncio.to_thread(checked, file_text_from, value)

    async def pdf_file(self, body: bytes) -> FileText:
        """Text of a PDF, with pages, headings and tables. Raises `BodyError`."""
        return checked(file_text_from, await self._read("pdf_file", body))


@asynccontextmanager
async def open_file_reader() -> AsyncIterator[IsolatedFileReader]:
    """Open a reader of files; leaving the block ends its processes. None is started before the first file."""
    reader = IsolatedFileReader()
    try:
        yield reader
    finally:
        await reader.close()
