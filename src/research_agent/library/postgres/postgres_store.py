"""Library's store in Postgres: a thread writes, another one reads; other servers do so at the same time."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from importlib.util import find_spec
from typing import TYPE_CHECKING, TypeVar

from research_agent.documents.file_text import FileText
from research_agent.errors import StoreError, UsageError
from research_agent.installation import extra_hint
from research_agent.library.passages import cut
from research_agent.library.postgres.postgres_database import Connection, PostgresDatabase, has_pgvector, rows
from research_agent.library.postgres.store_address import StoreAddress
from research_agent.library.protocol import (
    FileRecord,
    Folder,
    LibraryPassage,
    OwnDocument,
    Progress,
    SyncNote,
    Unembedded,
)
from research_agent.library.reading_state import ReadingState
from research_agent.library.store_thread import StoreThread
from research_agent.library.stored_values import blob, text_of
from research_agent.library.terms import own_tokenizer
from research_agent.messages import library_failures, postgres

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from research_agent.library.postgres.postgres_index import PostgresIndex

__all__ = ["PostgresLibrary", "check_extra", "open_postgres_library"]

T = TypeVar("T")
log = logging.getLogger(__name__)
PAUSE = 0.2  # seconds between two looks whether another program is done
WITHIN = 6.0  # seconds for an answer to a question: others are answered meanwhile
NOTED = 3_600.0  # seconds between two notes that a model is in use
REST = 30.0  # seconds in which a server that could not be reached is asked no more questions


def check_extra() -> None:
    """Raise `StoreError` when the package for Postgres is not installed."""
    if find_spec("psycopg") is None:
        raise StoreError(postgres.NO_EXTRA(), hint=extra_hint("postgres"))


@asynccontextmanager
async def open_postgres_library(name: str, address: StoreAddress) -> AsyncIterator[PostgresLibrary]:
    """Open a library that is there. Raises `StoreError`, also when the server is not."""
    await asyncio.to_thread(check_extra)
    database = PostgresDatabase(address, name)
    writer, reader = StoreThread(database), StoreThread(database)
    try:
        await reader.open()
        await writer.open()
        yield PostgresLibrary(name, address, writer, reader)
    finally:
        await reader.close()
        await writer.close()


class PostgresLibrary:
    """See `LibraryStore`."""

    def __init__(
        self, name: str, address: StoreAddress, writer: StoreThread[Connection], reader: StoreThread[Connection]
    ) -> None:
        self.name = name
        self._address = address
        self._writer, self._reader = writer, reader
        self._tokenize = own_tokenizer()
        self._pgvector: bool | None = None
        self._failed: tuple[float, StoreError] | None = None
        self._noted: dict[str, float] = {}  # when a model was last said to be in use

    async def _ask(self, do: Callable[[Connection], T]) -> T:
        """
        Read for a question, which does not wait for a server that is away.

        Raises `StoreError`: after that has failed for a while at once, and as long as the server is still silent.
        """
        if self._failed is not None and time.monotonic() - self._failed[0] < REST:
            raise StoreError(self._failed[1].message, hint=self._failed[1].hint)
        late = postgres.LATE(library=postgres.CALLED(name=self.name, place=self.place), seconds=WITHIN)
        began = time.monotonic()
        if self._reader.busy > WITHIN:
            raise StoreError(late, hint=postgres.START_SERVER())
        try:
            async with asyncio.timeout(WITHIN):
                found = await self._reader.read(do)
        except TimeoutError:
            raise StoreError(late, hint=postgres.START_SERVER()) from None
        except StoreError as error:
            if time.monotonic() - began > PAUSE:  # what fails at once holds nobody up
                self._failed = (time.monotonic(), error)
            raise
        self._failed = None
        return found

    @property
    def place(self) -> str:
        """See `LibraryStore`."""
        return self._address.shown

    async def size(self) -> int:
        """See `LibraryStore`."""
        sql = (
            "SELECT coalesce(sum(pg_total_relation_size(pg_class.oid)), 0)::bigint FROM pg_class"
            " WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = %s) AND relkind = 'r'"
        )
        return int((await self._reader.read(lambda db: rows(db, sql, (self._address.schema,))))[0][0])

    async def about(self) -> str:
        """See `LibraryStore`."""
        return await self._reader.read(_about)

    async def reading(self) -> ReadingState | None:
        """See `LibraryStore`."""
        from research_agent.library.postgres.postgres_reading import load_state

        lock = self._address.lock("sync")
        try:
            return await self._ask(lambda db: load_state(db, lock))
        except StoreError as error:  # the search says so
            log.debug("How far it is read is not known: %s", error.message)
            return None

    @asynccontextmanager
    async def syncing(self, *, on_wait: Callable[[], None] = lambda: None) -> AsyncIterator[SyncNote]:
        """See `LibraryStore`. The server frees the lock when the connection ends, however that is."""
        from research_agent.library.postgres.postgres_reading import telling

        lock = self._address.lock("sync")
        holder = StoreThread(PostgresDatabase(self._address, self.name))
        await holder.open()
        try:
            told = False
            while not await holder.read(lambda db: _try_lock(db, lock)):
                if not told:
                    told = True
                    on_wait()
                await asyncio.sleep(PAUSE)
            async with telling(holder) as note:
                yield note
        finally:
            await holder.close()

    async def folders(self) -> tuple[Folder, ...]:
        """See `LibraryStore`."""
        found = await self._reader.read(lambda db: rows(db, "SELECT path, added, away FROM folder ORDER BY id"))
        return tuple(Folder(path=text_of(path), added=text_of(added), away=away) for path, added, away in found)

    async def add_folder(self, path: str) -> None:
        """See `LibraryStore`."""
        values = (blob(path), blob(datetime.now(UTC).isoformat(timespec="seconds")))
        sql = "INSERT INTO folder (path, added) VALUES (%s, %s) ON CONFLICT DO NOTHING"
        await self._writer.write(lambda db: db.execute(sql, values))

    async def set_away(self, path: str, away: bool) -> None:
        """See `LibraryStore`."""
        await self._writer.write(lambda db: _set_away(db, path, away))

    async def remove_folder(self, path: str) -> int:
        """See `LibraryStore`."""
        return await self._writer.write(lambda db: _remove_folder(db, path))

    async def files(self, *, inside: str | None = None) -> tuple[FileRecord, ...]:
        """See `LibraryStore`."""
        from research_agent.library.postgres.postgres_records import load_files

        return tuple(await self._reader.read(lambda db: load_files(db, inside)))

    async def put(self, file: FileRecord, content: FileText | None = None) -> FileRecord:
        """See `LibraryStore`."""
        from research_agent.library.postgres.postgres_records import put_file

        pieces = [] if content is None else await asyncio.to_thread(cut, content)
        return await self._writer.write(lambda db: put_file(db, self._tokenize, file, content, pieces))

    async def remove(self, paths: Sequence[str]) -> None:
        """See `LibraryStore`."""
        from research_agent.library.postgres.postgres_records import remove_files

        await self._writer.write(lambda db: remove_files(db, paths))

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

        found, unread = await self._ask(
            lambda db: search_passages(self._index(db), words, vector, limit=limit, only=tuple(only), model=model)
        )
        asked = {passage.document for passage in found} if unread else set()  # that is embedded first
        if asked:
            await self._note(lambda db: _count_asked(db, asked))
        if model and time.monotonic() - self._noted.get(model, -NOTED) >= NOTED:
            self._noted[model] = time.monotonic()
            await self._note(lambda db: db.execute("SELECT note_in_use(%s)", (blob(model),)))
        return found

    async def _note(self, do: Callable[[Connection], object]) -> None:
        """Write what a question tells of; one whose user or server only reads is answered all the same."""
        try:
            await self._writer.write(do)
        except StoreError as error:
            log.debug("What was asked for cannot be noted: %s", error.message)

    async def subject(self, question: str) -> str:
        """See `LibraryStore`."""
        from research_agent.library.document_names import subject_of

        return await self._ask(lambda db: subject_of(self._index(db), question))

    def _index(self, db: Connection) -> PostgresIndex:
        from research_agent.library.postgres.postgres_index import PostgresIndex

        if self._pgvector is None:
            self._pgvector = has_pgvector(db)
        return PostgresIndex(db, self._tokenize, pgvector=self._pgvector)

    async def document(self, document: str) -> OwnDocument:
        """See `LibraryStore`."""
        from research_agent.library.postgres.postgres_records import load_document

        return await self._ask(lambda db: load_document(db, document))

    async def unembedded(self, model: str, *, limit: int) -> tuple[Unembedded, ...]:
        """See `LibraryStore`. What another server embeds now is left to it."""
        from research_agent.library.postgres.postgres_vectors import take_waiting

        taken = await self._writer.write(lambda db: take_waiting(db, model, limit))
        return tuple(Unembedded(passage=passage, text=text) for passage, text in taken)

    async def add_vectors(self, model: str, passages: Sequence[int], vectors: NDArray[np.float32]) -> None:
        """See `LibraryStore`."""
        from research_agent.library.postgres.postgres_vectors import add_vectors

        by_passage = dict(zip(map(int, passages), vectors, strict=True))
        await self._writer.write(lambda db: add_vectors(db, model, by_passage))

    async def progress(self, model: str) -> Progress:
        """See `LibraryStore`."""
        return await self._reader.read(lambda db: _progress(db, model))


def _about(db: Connection) -> str:
    version = str(rows(db, "SELECT current_setting('server_version')")[0][0]).split(" ")[0]
    if not has_pgvector(db):
        return postgres.WITHOUT_PGVECTOR(version=version)
    pgvector = rows(db, "SELECT extversion::text FROM pg_extension WHERE extname = 'vector'")
    return postgres.WITH_PGVECTOR(version=version, pgvector=pgvector[0][0] if pgvector else "")


def _try_lock(db: Connection, lock: int) -> bool:
    return bool(rows(db, "SELECT pg_try_advisory_lock(%s::bigint)", (lock,))[0][0])


def _set_away(db: Connection, path: str, away: bool) -> None:
    db.execute("UPDATE folder SET away = %s WHERE path = %s", (away, blob(path)))
    before, after = (b"ready", b"away") if away else (b"away", b"ready")
    db.execute(
        "UPDATE file SET state = %s WHERE state = %s"
        " AND (folder = %s OR folder IN (SELECT path FROM file WHERE folder = %s))",
        (after, before, blob(path), blob(path)),
    )


def _remove_folder(db: Connection, path: str) -> int:
    from research_agent.library.postgres.postgres_records import remove_files

    if not rows(db, "DELETE FROM folder WHERE path = %s RETURNING 1", (blob(path),)):
        raise UsageError(library_failures.NO_FOLDER(path=path), hint=library_failures.LIST_IT())
    files = [text_of(row[0]) for row in rows(db, "SELECT path FROM file WHERE folder = %s", (blob(path),))]
    return remove_files(db, files)


def _count_asked(db: Connection, documents: set[str]) -> None:
    names = [blob(name) for name in sorted(documents)]
    db.execute("UPDATE document SET asked = asked + 1 WHERE name = ANY(%s::bytea[])", (names,))


def _progress(db: Connection, model: str) -> Progress:
    from research_agent.library.postgres.postgres_vectors import model_id

    states = {text_of(state): count for state, count in rows(db, "SELECT state, count(*) FROM file GROUP BY state")}
    ((passages,),) = rows(db, "SELECT coalesce(sum(passages), 0)::bigint FROM document")
    number = model_id(db, model)
    waiting = passages
    if number is not None:
        ((waiting,),) = rows(db, "SELECT count(*) FROM waiting WHERE model = %s", (number,))
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
