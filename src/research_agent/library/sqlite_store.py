"""Library's store in one SQLite file: words in FTS5, vectors in blocks of bits; a thread writes, another one reads."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from research_agent.documents.file_text import FileText
from research_agent.errors import UsageError
from research_agent.library import file_records
from research_agent.library.database import SqliteFile
from research_agent.library.libraries import library_size, sync_lock
from research_agent.library.passages import cut
from research_agent.library.protocol import (
    FileRecord,
    Folder,
    LibraryPassage,
    OwnDocument,
    Progress,
    SyncNote,
    Unembedded,
)
from research_agent.library.reading_state import ReadingState, reading_state
from research_agent.library.store_thread import StoreThread
from research_agent.messages import library_failures
from research_agent.sqlite import Connection, fetch

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from research_agent.library.vector_index import BitScan

__all__ = ["SqliteLibrary", "open_library"]


@asynccontextmanager
async def open_library(path: Path) -> AsyncIterator[SqliteLibrary]:
    """
    Open the library at `path` (`database.library_path`), created when it is new.

    Raises `StoreError` when it cannot be opened, is of another program or of a newer version.
    """
    writer, reader = StoreThread(SqliteFile(path)), StoreThread(SqliteFile(path))
    try:
        await writer.open()
        await reader.open()
        yield SqliteLibrary(path, writer, reader)
    finally:
        await reader.close()
        await writer.close()


class SqliteLibrary:
    """See `LibraryStore`."""

    def __init__(self, path: Path, writer: StoreThread[Connection], reader: StoreThread[Connection]) -> None:
        self.name = path.stem
        self.path = path
        self._writer, self._reader = writer, reader
        self._scan: BitScan | None = None  # of the reading thread

    @property
    def place(self) -> str:
        """See `LibraryStore`."""
        return str(self.path)

    async def size(self) -> int:
        """See `LibraryStore`."""
        return await asyncio.to_thread(library_size, self.path)

    async def about(self) -> str:
        """See `LibraryStore`."""
        return await self._reader.read(lambda db: f"SQLite {fetch(db, 'SELECT sqlite_version()')[0][0]}")

    async def reading(self) -> ReadingState | None:
        """See `LibraryStore`."""
        return await asyncio.to_thread(reading_state, self.path)

    def syncing(self, *, on_wait: Callable[[], None] = lambda: None) -> AbstractAsyncContextManager[SyncNote]:
        """See `LibraryStore`."""
        return sync_lock(self.path, on_wait=on_wait)

    async def folders(self) -> tuple[Folder, ...]:
        """See `LibraryStore`."""
        rows = await self._reader.read(lambda db: fetch(db, "SELECT path, added, away FROM folder ORDER BY id"))
        return tuple(Folder(path=path, added=added, away=bool(away)) for path, added, away in rows)

    async def add_folder(self, path: str) -> None:
        """See `LibraryStore`."""
        added = datetime.now(UTC).isoformat(timespec="seconds")
        await self._writer.write(
            lambda db: db.execute("INSERT OR IGNORE INTO folder (path, added) VALUES (?, ?)", (path, added))
        )

    async def set_away(self, path: str, away: bool) -> None:
        """See `LibraryStore`."""
        await self._writer.write(lambda db: _set_away(db, path, away))

    async def remove_folder(self, path: str) -> int:
        """See `LibraryStore`."""
        return await self._writer.write(lambda db: _remove_folder(db, path))

    async def files(self, *, inside: str | None = None) -> tuple[FileRecord, ...]:
        """See `LibraryStore`."""
        return tuple(await self._reader.read(lambda db: file_records.load_files(db, inside)))

    async def put(self, file: FileRecord, content: FileText | None = None) -> FileRecord:
        """See `LibraryStore`."""
        pieces = [] if content is None else await asyncio.to_thread(cut, content)
        return await self._writer.write(lambda db: file_records.put_file(db, file, content, pieces))

    async def remove(self, paths: Sequence[str]) -> None:
        """See `LibraryStore`."""
        await self._writer.write(lambda db: file_records.remove_files(db, paths))

    async def search(
        self,
        words: str,
        vector: NDArray[np.float32] | None = None,
        *,
        limit: int = 10,
        only: Sequence[str] = (),
        model: str = "",
    ) -> tuple[LibraryPassage, ...]:
        """See `LibraryStore`."""
        from research_agent.library.ranking import search_passages
        from research_agent.library.sqlite_index import SqliteIndex
        from research_agent.library.vector_index import BitScan

        if self._scan is None:
            self._scan = BitScan()
        scan = self._scan
        found, unread = await self._reader.read(
            lambda db: search_passages(SqliteIndex(db, scan), words, vector, limit=limit, only=tuple(only), model=model)
        )
        if unread:  # what is asked for is embedded first
            await self._writer.write(lambda db: _count_asked(db, {passage.document for passage in found}))
        return found

    async def subject(self, question: str) -> str:
        """See `LibraryStore`."""
        from research_agent.library.document_names import subject_of
        from research_agent.library.sqlite_index import SqliteIndex
        from research_agent.library.vector_index import BitScan

        return await self._reader.read(lambda db: subject_of(SqliteIndex(db, BitScan()), question))

    async def document(self, document: str) -> OwnDocument:
        """See `LibraryStore`."""
        return await self._reader.read(lambda db: file_records.load_document(db, document))

    async def unembedded(self, model: str, *, limit: int) -> tuple[Unembedded, ...]:
        """See `LibraryStore`."""
        from research_agent.library.vector_index import model_id, register, waiting_passages

        if await self._reader.read(lambda db: model_id(db, model)) is None:
            await self._writer.write(lambda db: register(db, model))
        rows = await self._reader.read(lambda db: waiting_passages(db, model, limit))
        return tuple(Unembedded(passage=passage, text=text) for passage, text in rows)

    async def add_vectors(self, model: str, passages: Sequence[int], vectors: NDArray[np.float32]) -> None:
        """See `LibraryStore`."""
        from research_agent.library.vector_index import add_vectors

        by_passage = dict(zip(passages, vectors, strict=True))
        await self._writer.write(lambda db: add_vectors(db, model, by_passage))

    async def progress(self, model: str) -> Progress:
        """See `LibraryStore`."""
        return await self._reader.read(lambda db: _progress(db, model))


def _set_away(db: Connection, path: str, away: bool) -> None:
    db.execute("UPDATE folder SET away = ? WHERE path = ?", (int(away), path))
    before, after = ("ready", "away") if away else ("away", "ready")
    db.execute(
        "UPDATE file SET state = ?1 WHERE state = ?2"
        " AND (folder = ?3 OR folder IN (SELECT path FROM file WHERE folder = ?3))",
        (after, before, path),
    )


def _remove_folder(db: Connection, path: str) -> int:
    if not fetch(db, "SELECT 1 FROM folder WHERE path = ?", (path,)):
        raise UsageError(library_failures.NO_FOLDER(path=path), hint=library_failures.LIST_IT())
    files = [row[0] for row in fetch(db, "SELECT path FROM file WHERE folder = ?", (path,))]
    db.execute("DELETE FROM folder WHERE path = ?", (path,))
    return file_records.remove_files(db, files)


def _count_asked(db: Connection, documents: set[str]) -> None:
    names = json.dumps(sorted(documents))
    db.execute("UPDATE document SET asked = asked + 1 WHERE name IN (SELECT value FROM json_each(?))", (names,))


def _progress(db: Connection, model: str) -> Progress:
    from research_agent.library.vector_index import model_id

    states = dict(fetch(db, "SELECT state, count(*) FROM file GROUP BY state"))
    ((passages,),) = fetch(db, "SELECT coalesce(sum(passages), 0) FROM document")
    number = model_id(db, model)
    waiting = fetch(db, "SELECT count(*) FROM waiting WHERE model = ?", (number,))[0][0] if number else passages
    return Progress(
        files=sum(states.values()),
        ready=states.get("ready", 0),
        queued=states.get("queued", 0),
        failed=states.get("failed", 0),
        without_text=states.get("no text", 0),
        away=states.get("away", 0),
        passages=passages,
        embedded=passages - waiting,
    )
