"""A folder of plain texts, and a library that is kept in step with it."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from research_agent.documents.file_text import FileText
from research_agent.errors import BodyError
from research_agent.library.protocol import FileRecord, LibraryStore
from research_agent.library.sync import FetchPage, SyncEvent, SyncReport, sync

LONG_AGO = 1_700_000_000


class DocumentFolder:
    """
    Files in `path` and what a sync of `store` reads of them: `reads` counts it by name.

    A file that is written is as old as is said, so that its time tells it from what is written next.
    """

    def __init__(self, path: Path, store: LibraryStore) -> None:
        self.path, self.store = path, store
        self.reads: Counter[str] = Counter()
        self.events: list[SyncEvent] = []
        self._age = LONG_AGO
        path.mkdir(exist_ok=True)

    def write(self, name: str, text: str | bytes) -> Path:
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode() if isinstance(text, str) else text)
        self._age += 1
        os.utime(file, (self._age, self._age))
        return file

    async def read(self, body: bytes, name: str) -> FileText:
        self.reads[name] += 1
        if body.startswith(b"%broken"):
            raise BodyError("is damaged", hint="Make it anew.")
        return FileText(text=body.decode(), notes=() if body else ("It is empty.",))

    async def sync(
        self,
        *,
        fetch: FetchPage | None = None,
        only: Sequence[str] = (),
        forget_missing: bool = False,
        again: bool = False,
    ) -> SyncReport:
        self.reads.clear()
        self.events.clear()
        return await sync(
            self.store, read=self.read, readable=is_text, fetch=fetch, only=only, forget_missing=forget_missing,
            again=again, on_event=self.events.append,
        )  # fmt: skip

    async def record(self, name: str) -> FileRecord:
        (found,) = [file for file in await self.store.files() if file.path == str(self.path / name)]
        return found

    async def names(self) -> list[str]:
        return [self._name(file.path) for file in await self.store.files()]

    async def found(self, word: str) -> list[str]:
        """The passages that hold a word, by the name of the file."""
        return sorted(self._name(passage.path) for passage in await self.store.search(word))

    def _name(self, path: str) -> str:
        return os.path.relpath(path, self.path)


def is_text(name: str) -> bool:
    return name.endswith((".txt", ".csv"))
