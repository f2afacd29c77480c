"""
Updates of a library from an archive of articles (a ZIM file): each article is a document, by its path in the archive.

Parts of the archive are read and stored one after another; how far it is stands in the archive's own record, whose
state is "queued" until the end. So a sync that is killed goes on where it was, and memory holds one part at a time.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace

from research_agent.concurrency import task_group
from research_agent.documents.archives import PROCESSES, ArchivePart, IsolatedArchive, ReadArticle, open_archive
from research_agent.errors import BodyError
from research_agent.library.file_updates import FileDone, sentence
from research_agent.library.protocol import FileRecord, LibraryStore
from research_agent.library.scan import FileStat
from research_agent.messages import archive_failures, library_failures

__all__ = ["ArchiveRead", "OpenArchive", "update_archive"]

log = logging.getLogger(__name__)
PART = 64  # entries that a process reads at once
AT_ONCE = 16  # articles that wait for the disk together, in one commit
BREAKS = 20  # entries that may break the reader
UNFINISHED, REPLACES = "@", "+"  # behind the identity: how far it is, and whether it replaces an older version

OpenArchive = Callable[[str], AbstractAsyncContextManager[IsolatedArchive]]
"""Opens an archive by its path; see `open_archive`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveRead:
    """How far an archive is read: entries of all, and articles that can be searched."""

    path: str
    done: int
    total: int
    articles: int


async def update_archive(
    store: LibraryStore,
    record: FileRecord,
    about: FileStat,
    *,
    again: bool = False,
    opens: OpenArchive = open_archive,
    on_event: Callable[[ArchiveRead], None] = lambda _: None,
) -> FileDone:
    """
    Bring the articles of an archive in step; `record` is what is known of it, `about` what it is now.

    Those of an older version stay until the new one is read, and are removed then. Raises `StoreError`.
    """
    record = replace(record, size=about.size, mtime_ns=about.mtime_ns, inode=about.inode)
    try:
        async with opens(record.path) as archive:
            if record.state == "ready" and record.digest == archive.identity and not (again and record.why):
                await store.put(record)
                return FileDone(path=record.path, outcome="same")
            return await _Update(store, record, archive, on_event).run()
    except BodyError as error:
        why = f"{sentence(error.message)} {error.hint}".strip()
        if record.passages and record.state in ("ready", "away"):  # of a version that was read whole
            await store.put(replace(record, state="ready", why=library_failures.TEXT_KEPT(why=why)))
            return FileDone(path=record.path, outcome="kept", why=why)
        await store.put(replace(record, state="failed", why=why))
        return FileDone(path=record.path, outcome="failed", why=why)


class _Update:
    """One reading of an archive, from where the last one stopped."""

    def __init__(
        self, store: LibraryStore, record: FileRecord, archive: IsolatedArchive, on_event: Callable[[ArchiveRead], None]
    ) -> None:
        self._store, self._archive, self._on_event = store, archive, on_event
        self._identity = archive.identity
        identity, _, done = record.digest.partition(UNFINISHED)
        self._goes_on = identity == archive.identity and done.rstrip(REPLACES).isdecimal()
        self._replaces = done.endswith(REPLACES)
        self._done = int(done.rstrip(REPLACES)) if self._goes_on else 0
        self._record = replace(record, state="queued", why="")
        if not self._goes_on:
            self._record = replace(self._record, passages=0, pages=0)
        self._unread = self._breaks = 0

    async def run(self) -> FileDone:
        """Read and store what is left of it; `pages` of its record counts the articles."""
        if not self._goes_on:
            self._replaces = bool(await self._store.files(inside=self._record.path))
        mark = REPLACES if self._replaces else ""
        while self._done < self._archive.entries:
            parts = await self._next_parts()
            if self._archive.identity != self._identity:  # its reader, which was started anew, opened another file
                raise BodyError(archive_failures.REPLACED(), hint=archive_failures.SYNC_AGAIN())
            for part in parts:
                await self._put(part.articles)
            self._done = parts[-1].end
            self._record = await self._store.put(
                replace(self._record, digest=f"{self._archive.identity}{UNFINISHED}{self._done}{mark}")
            )
            done = ArchiveRead(
                path=self._record.path, done=self._done, total=self._archive.entries, articles=self._record.pages
            )
            self._on_event(done)
        if self._replaces:
            await self._remove_others()
        return await self._finish()

    async def _next_parts(self) -> list[ArchivePart]:
        """The next parts, one after another, read at the same time."""
        starts = range(self._done, self._archive.entries, PART)[:PROCESSES]
        async with task_group() as group:
            tasks = [group.create_task(self._part(start)) for start in starts]
        parts: list[ArchivePart] = []
        for part in (task.result() for task in tasks):
            parts += part
        return parts

    async def _part(self, start: int) -> list[ArchivePart]:
        """A part, in as many pieces as it takes."""
        end, parts = min(start + PART, self._archive.entries), list[ArchivePart]()
        while start < end:
            part = await self._piece(start, end - start)
            parts.append(part)
            start = part.end
        return parts

    async def _piece(self, start: int, count: int) -> ArchivePart:
        """Articles from `start` on; an entry that breaks the reader is left out. Raises `BodyError` after many."""
        try:
            return await self._archive.read(start, count)
        except BodyError as error:
            if count > 1:
                return await self._piece(start, max(1, count // 8))
            log.info("entry %d of %s: %s", start, self._record.path, error.message)
            self._breaks += 1
            if self._breaks > BREAKS:
                raise
            return ArchivePart((), start + 1)

    async def _put(self, articles: Sequence[ReadArticle]) -> None:
        waiting = iter(articles)

        async def work() -> None:
            for article in waiting:
                await self._put_one(article)

        async with task_group() as group:
            for _ in range(min(AT_ONCE, len(articles))):
                group.create_task(work())

    async def _put_one(self, article: ReadArticle) -> None:
        record, content = self._record, article.content
        if isinstance(content, str):
            self._unread += 1
            return
        if not content.text.strip():
            return
        path = f"{record.path}/{article.path}"
        now = FileRecord(
            path=path, folder=record.path, mtime_ns=record.mtime_ns, digest=self._archive.identity, title=article.title
        )
        stored = await self._store.put(now, content)
        if stored.passages:
            record = self._record
            self._record = replace(record, pages=record.pages + 1, passages=record.passages + stored.passages)

    async def _remove_others(self) -> None:
        """Remove the articles of an older version that this one does not have."""
        members = await self._store.files(inside=self._record.path)
        await self._store.remove([member.path for member in members if member.digest != self._archive.identity])

    async def _finish(self) -> FileDone:
        lost = self._unread + self._breaks
        why = library_failures.ARTICLES_LOST(n=lost) if lost else ""
        articles = self._record.pages
        record = replace(self._record, digest=self._archive.identity, state="ready" if articles else "no text", why=why)
        if not articles:
            record = replace(record, why=why or library_failures.NO_ARTICLES())
        await self._store.put(record)
        return FileDone(
            path=record.path,
            outcome="read" if articles else "no text",
            why=record.why,
            passages=record.passages,
            articles=articles,
        )
