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
from research_agent.messages import library_failures

__all__ = ["FileDone", "FileUpdates", "Outcome", "ReadFile", "sentence"]

Outcome = Literal["read", "same", "moved", "copied", "removed", "no text", "failed", "kept"]
"""
`same`: its time changed, its bytes did not. `copied`: its bytes are those of another file. `kept`: it could not be read
again, its last text is kept.
"""

ReadFile = Callable[[bytes, str], Awaitable[FileText]]
"""Reads a body by its content and the ending of its name. Raises `ResearchAgentError`."""

log = logging.getLogger(__name__)
AT_ONCE = 2  # files that are read at the same time


@dataclass(frozen=True, slots=True, kw_only=True)
class FileDone:
    """What became of a file; `why` has what the user should know of it. `articles` are those of an archive."""

    path: str
    outcome: Outcome
    why: str = ""
    pages: int = 0
    passages: int = 0
    articles: int = 0


class FileUpdates:
    """
    Updates of the store from what is on disk; `records` are those that it holds.

    `facts` are known of some files, by path. Any number may be under way: two files are read at a time, as the isolated
    reader has two processes, while others wait for the disk. A text is taken over from another file only while the
    store holds it, which the store itself decides; else the file is read.
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
        self._reading = asyncio.Semaphore(AT_ONCE)
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
        await self._store.remove(paths)
        for path in paths:
            self._forget(path)
        return [FileDone(path=path, outcome="removed") for path in paths]

    async def read(self, record: FileRecord, *, again: bool = False) -> FileDone:
        """Read a file of the disk, unless its bytes are those that are recorded; `again`: in any case."""
        record = self._recorded(record)
        async with self._reading:
            got = await self._bytes(record)
            if isinstance(got, FileDone):
                return got
            said = await self._said(record, got, os.path.basename(record.path), again=again)
            now, digest = _as_it_is(record, got), got.digest
            del got  # it need not wait for the disk, and may be large
        return await self._settle(now, digest, said) or await self.read(record, again=True)

    async def take(self, record: FileRecord, got: FileBytes, name: str, *, again: bool = False) -> FileDone:
        """Store what the bytes of a page say; `name` has the ending that tells how they are read."""
        said = await self._said(record, got, name, again=again)
        done = await self._settle(_as_it_is(record, got), got.digest, said)
        return done or await self.take(record, got, name, again=True)

    async def fail(self, record: FileRecord, why: str) -> FileDone:
        """Say of a file or page why it cannot be read now; it is tried again at the next sync."""
        return await self._fail(replace(self._recorded(record), mtime_ns=0), why)

    def known(self, path: str) -> FileRecord | None:
        """The record of a path, if there is one."""
        return self._records.get(path)

    async def _bytes(self, record: FileRecord) -> FileBytes | FileDone:
        """Bytes of a file, or what became of it without any."""
        try:
            return await asyncio.to_thread(read_whole, record.path)
        except FileNotFoundError:
            return (await self.remove([record.path]))[0]
        except LargeFileError as error:
            size = f"{error.about.size / 1e6:,.0f} MB"
            why = library_failures.TOO_LARGE(size=size, most=LARGEST / 1e6)
            return await self._fail(replace(record, mtime_ns=error.about.mtime_ns, size=error.about.size), why)
        except OSError as error:
            why = library_failures.CANNOT_READ(reason=error.strerror or error)
            return await self._fail(replace(record, mtime_ns=0), why)

    async def _said(self, record: FileRecord, got: FileBytes, name: str, *, again: bool) -> FileText | str | None:
        """What the bytes say, or why they cannot be read; None when that may be known already."""
        if not again and (_is_known(record, got.digest) or self._twin(got.digest, record.path)):
            return None
        try:
            return self._with_facts(record.path, await self._read(got.body, name))
        except StoreError:
            raise
        except ResearchAgentError as error:
            return f"{sentence(error.message)} {error.hint}".strip()
        except Exception as error:  # it costs this file, not all that follow
            log.error("reading %s failed", record.path, exc_info=error)
            return _fault(error)

    async def _settle(self, now: FileRecord, digest: str, said: FileText | str | None) -> FileDone | None:
        """Store a file; None when its text was thought to be known and is not."""
        if isinstance(said, str):
            return await self._fail(now, said, digest=digest)
        if said is not None:
            try:
                return await self._store_content(replace(now, digest=digest), said)
            except StoreError:
                raise
            except Exception as error:  # likewise
                log.error("storing %s failed", now.path, exc_info=error)
                return await self._fail(now, _fault(error), digest=digest)
        if _is_known(now, digest):
            stored = await self._put(replace(now, why="" if now.state == "ready" else now.why))
            return FileDone(path=now.path, outcome="same") if stored.document or not now.document else None
        twin = self._twin(digest, now.path)
        return await self._take_over(twin, now) if twin is not None else None

    def _twin(self, digest: str, path: str) -> FileRecord | None:
        """A file of the same bytes, read in the same way."""
        twin = self._by_digest.get(digest)
        return twin if twin is not None and same_kind(twin.path, path) else None

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
            await self._put(replace(record, state="no text", why=why or library_failures.EMPTY()))
            return FileDone(
                path=record.path, outcome="no text", why=why or library_failures.EMPTY(), pages=record.pages
            )
        stored = await self._put(replace(record, state="ready", why=why), content)
        if not stored.passages:  # "ready" means that something can be found
            await self._put(replace(record, state="no text", why=why or library_failures.NOTHING_TO_FIND()))
            return FileDone(
                path=record.path, outcome="no text", why=why or library_failures.NOTHING_TO_FIND(), pages=record.pages
            )
        return FileDone(path=record.path, outcome="read", why=why, pages=stored.pages, passages=stored.passages)

    async def _take_over(self, source: FileRecord, now: FileRecord) -> FileDone | None:
        """Store a record with the text of another; None when that text is no longer held."""
        record = replace(
            source, path=now.path, folder=now.folder, size=now.size, mtime_ns=now.mtime_ns, inode=now.inode
        )
        if not (source.state == "ready" and self._holders[source.document]):
            return None
        stored = await self._put(record)
        if not stored.document:
            return None
        return FileDone(path=now.path, outcome="copied", pages=source.pages, passages=source.passages)

    async def _fail(self, record: FileRecord, why: str, *, digest: str = "") -> FileDone:
        """A file that was read before keeps its last text; another one has none. Both say why."""
        if record.document and record.state in ("ready", "away"):
            await self._put(replace(record, state="ready", why=library_failures.TEXT_KEPT(why=why)))
            return FileDone(path=record.path, outcome="kept", why=why)
        await self._put(replace(record, state="failed", why=why, digest=digest, document="", passages=0))
        return FileDone(path=record.path, outcome="failed", why=why)

    async def _put(self, record: FileRecord, content: FileText | None = None) -> FileRecord:
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


def _as_it_is(record: FileRecord, got: FileBytes) -> FileRecord:
    """The record with what the file was when it was read."""
    about = got.about
    return replace(record, size=about.size, mtime_ns=about.mtime_ns, inode=about.inode)


def _is_known(record: FileRecord, digest: str) -> bool:
    """Whether what a file of this digest says is what is recorded of it."""
    return record.digest == digest and record.state != "queued"


def _fault(error: Exception) -> str:
    return library_failures.FAULT(name=type(error).__name__)


def sentence(message: str) -> str:
    """A message of a reader as a sentence about the file."""
    begun = message if message[:1].isupper() else f"It {message}"
    return begun if begun.endswith((".", "!", "?")) else f"{begun}."
