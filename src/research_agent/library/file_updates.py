"""Updates of a library's store, one file at a time: each is whole on disk before the next begins."""

from __future__ import annotations

import asyncio
import logging
import os
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from research_agent.documents.file_text import FileText
from research_agent.errors import ResearchAgentError, StoreError
from research_agent.library.differences import Reuse, same_kind
from research_agent.library.file_bytes import LARGEST, FileBytes, LargeFileError, read_whole
from research_agent.library.protocol import FileRecord, LibraryStore
from research_agent.library.scan import FileFacts

__all__ = ["FileDone", "FileUpdates", "Outcome", "ReadFile"]

Outcome = Literal["read", "same", "moved", "copied", "removed", "no text", "failed", "kept"]
"""
`same`: its time changed, its bytes did not. `copied`: its bytes are those of another file. `kept`: it could not be read
again, its last text is kept.
"""

ReadFile = Callable[[bytes, str], Awaitable[FileText]]
"""Reads a body by its content and the ending of its name. Raises `ResearchAgentError`."""

log = logging.getLogger(__name__)
NOTHING_TO_FIND = "No words that could be found were read from it."
EMPTY = "It holds no text."


@dataclass(frozen=True, slots=True, kw_only=True)
class FileDone:
    """What became of a file; `why` has what the user should know of it."""

    path: str
    outcome: Outcome
    why: str = ""
    pages: int = 0
    passages: int = 0


class FileUpdates:
    """
    Updates of the store from what is on disk; `records` are those that it holds.

    `facts` are known of some files, by path. Before a text is taken over from another file it is made sure, under one
    lock, that the store still holds it.
    """

    def __init__(
        self,
        store: LibraryStore,
        read: ReadFile,
        records: Sequence[FileRecord],
        facts: Mapping[str, FileFacts] | None = None,
    ) -> None:
        self._store, self._read, self._facts = store, read, facts or {}
        self._records: dict[str, FileRecord] = {}
        self._holders: Counter[str] = Counter()
        self._by_digest: dict[str, FileRecord] = {}
        self._lock = asyncio.Lock()
        for record in records:
            self._note(record)

    async def move(self, reuse: Reuse) -> FileDone:
        """Give a file the text of another path."""
        source = self._records.get(reuse.source.path, reuse.source)
        done = None
        if source.document == reuse.source.document and source.digest == reuse.source.digest:
            done = await self._take_over(source, reuse.record)
        return done or await self.read(reuse.record)

    async def remove(self, paths: Sequence[str]) -> list[FileDone]:
        """Remove files that are gone."""
        if not paths:
            return []
        async with self._lock:
            await self._store.remove(paths)
            for path in paths:
                self._forget(path)
        return [FileDone(path=path, outcome="removed") for path in paths]

    async def read(self, record: FileRecord, *, again: bool = False) -> FileDone:
        """Read a file of the disk, unless its bytes are those that are recorded; `again`: in any case."""
        record = self._recorded(record)
        try:
            got = await asyncio.to_thread(read_whole, record.path)
        except FileNotFoundError:
            return (await self.remove([record.path]))[0]
        except LargeFileError as error:
            size = f"{error.about.size / 1e6:,.0f} MB"
            why = f"It has {size}; files above {LARGEST / 1e6:.0f} MB are not read. Split it."
            return await self._fail(replace(record, mtime_ns=error.about.mtime_ns, size=error.about.size), why)
        except OSError as error:
            why = f"It cannot be read: {error.strerror or error}."
            return await self._fail(replace(record, mtime_ns=0), why)
        return await self.take(record, got, os.path.basename(record.path), again=again)

    async def take(self, record: FileRecord, got: FileBytes, name: str, *, again: bool = False) -> FileDone:
        """Store what the bytes of a file or page say; `name` has the ending that tells how they are read."""
        about = got.about
        now = replace(record, size=about.size, mtime_ns=about.mtime_ns, inode=about.inode)
        if not again and record.digest == got.digest:
            await self._put(replace(now, why="" if record.state == "ready" else record.why))
            return FileDone(path=now.path, outcome="same")
        source = self._by_digest.get(got.digest)
        reusable = source if source is not None and not again and same_kind(source.path, now.path) else None
        if reusable is not None and (done := await self._take_over(reusable, now)):
            return done
        try:
            content = await self._read(got.body, name)
            return await self._store_content(replace(now, digest=got.digest), self._with_facts(record.path, content))
        except StoreError:
            raise
        except ResearchAgentError as error:
            why = f"{_sentence(error.message)} {error.hint}".strip()
        except Exception as error:  # it costs this file, not all that follow
            log.error("reading %s failed", record.path, exc_info=error)
            why = f"A fault of this program kept it from being read ({type(error).__name__}). The log says where."
        return await self._fail(now, why, digest=got.digest)

    async def fail(self, record: FileRecord, why: str) -> FileDone:
        """Say of a file or page why it cannot be read now; it is tried again at the next sync."""
        return await self._fail(replace(self._recorded(record), mtime_ns=0), why)

    def known(self, path: str) -> FileRecord | None:
        """The record of a path, if there is one."""
        return self._records.get(path)

    def _recorded(self, record: FileRecord) -> FileRecord:
        """What is recorded of a file, under the folder that it is found in now."""
        known = self._records.get(record.path)
        return record if known is None else replace(known, folder=record.folder)

    def _with_facts(self, path: str, content: FileText) -> FileText:
        facts = self._facts.get(path, FileFacts())
        return replace(
            content,
            title=facts.title or content.title,
            author=facts.author or content.author,
            published=facts.published or content.published,
            doi=facts.doi or content.doi,
        )

    async def _store_content(self, record: FileRecord, content: FileText) -> FileDone:
        record = replace(record, title=content.title, pages=len(content.pages), passages=0, document="")
        why = " ".join(content.notes)
        if not content.text.strip():
            await self._put(replace(record, state="no text", why=why or EMPTY))
            return FileDone(path=record.path, outcome="no text", why=why or EMPTY, pages=record.pages)
        stored = await self._put(replace(record, state="ready", why=why), content)
        if not stored.passages:  # "ready" means that something can be found
            await self._put(replace(record, state="no text", why=why or NOTHING_TO_FIND))
            return FileDone(path=record.path, outcome="no text", why=why or NOTHING_TO_FIND, pages=record.pages)
        return FileDone(path=record.path, outcome="read", why=why, pages=stored.pages, passages=stored.passages)

    async def _take_over(self, source: FileRecord, now: FileRecord) -> FileDone | None:
        """Store a record with the text of another; None when that text is no longer held."""
        record = replace(
            source, path=now.path, folder=now.folder, size=now.size, mtime_ns=now.mtime_ns, inode=now.inode
        )
        async with self._lock:
            if not (source.state == "ready" and self._holders[source.document]):
                return None
            self._note(await self._store.put(record))
        return FileDone(path=now.path, outcome="copied", pages=source.pages, passages=source.passages)

    async def _fail(self, record: FileRecord, why: str, *, digest: str = "") -> FileDone:
        """A file that was read before keeps its last text; another one has none. Both say why."""
        if record.document and record.state in ("ready", "away"):
            await self._put(replace(record, state="ready", why=f"{why} Its last text is kept."))
            return FileDone(path=record.path, outcome="kept", why=why)
        await self._put(replace(record, state="failed", why=why, digest=digest, document="", passages=0))
        return FileDone(path=record.path, outcome="failed", why=why)

    async def _put(self, record: FileRecord, content: FileText | None = None) -> FileRecord:
        async with self._lock:
            stored = await self._store.put(record, content)
            self._note(stored)
        return stored

    def _note(self, record: FileRecord) -> None:
        self._forget(record.path)
        self._records[record.path] = record
        if record.document:
            self._holders[record.document] += 1
            self._by_digest[record.digest] = record

    def _forget(self, path: str) -> None:
        if (before := self._records.pop(path, None)) and before.document:
            self._holders[before.document] -= 1


def _sentence(message: str) -> str:
    """A message of a reader as a sentence about the file."""
    begun = message if message[:1].isupper() else f"It {message}"
    return begun if begun.endswith((".", "!", "?")) else f"{begun}."
