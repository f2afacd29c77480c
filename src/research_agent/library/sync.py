"""
Sync: brings a library in step with its folders and addresses.

Each file is one write of the store, so that a sync that is killed anywhere goes on where it was: the next one compares
anew. What cannot be seen is never taken for deleted.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from research_agent.concurrency import task_group
from research_agent.documents.archives import archive_endings, is_archive, open_archive
from research_agent.errors import SourceError
from research_agent.library.added_paths import is_address
from research_agent.library.archive_updates import ArchiveRead, OpenArchive, update_archive
from research_agent.library.differences import Differences, Reuse, compare, is_away
from research_agent.library.file_bytes import FileBytes, digest_of
from research_agent.library.file_updates import FileDone, FileUpdates, Outcome, ReadFile
from research_agent.library.protocol import FileRecord, Folder, LibraryStore
from research_agent.library.scan import FileStat, Snapshot, Unseen, scan
from research_agent.library.zotero import is_zotero, scan_zotero

__all__ = ["FetchPage", "FetchedPage", "FileSynced", "FolderScanned", "SyncEvent", "SyncReport", "sync"]

T = TypeVar("T")
UNDER_WAY = 8  # files that are read, or wait for the disk
MOVES = 64  # that wait for the disk together: one sync of it is enough for all


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """Body of a page of the web, and a name for it whose ending tells how it is read."""

    body: bytes
    name: str


FetchPage = Callable[[str], Awaitable[FetchedPage]]
"""Fetches an address. Raises `SourceError`, whose message is the rest of a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderScanned:
    """A folder was looked at; `others` counts what is not read, by ending. `away`: it is taken for not being there."""

    path: str
    files: int
    others: Mapping[str, int] = field(default_factory=dict)
    away: bool = False
    had: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSynced:
    """A file is as it should be; it is number `done` of `total`."""

    file: FileDone
    done: int
    total: int


SyncEvent = FolderScanned | ArchiveRead | FileSynced


@dataclass(kw_only=True)
class SyncReport:
    """What a sync did: files by outcome, what the user should know of some, folders that are away."""

    outcomes: Counter[Outcome] = field(default_factory=Counter)
    problems: list[FileDone] = field(default_factory=list)
    unseen: list[Unseen] = field(default_factory=list)
    away: list[Folder] = field(default_factory=list)
    pages: int = 0
    articles: int = 0

    def add(self, done: FileDone) -> None:
        """Count a file."""
        self.outcomes[done.outcome] += 1
        if done.why:
            self.problems.append(done)
        if done.outcome == "read":
            self.pages += done.pages
            self.articles += done.articles


async def sync(
    store: LibraryStore,
    *,
    read: ReadFile,
    readable: Callable[[str], bool],
    fetch: FetchPage | None = None,
    only: Collection[str] = (),
    forget_missing: bool = False,
    again: bool = False,
    on_event: Callable[[SyncEvent], None] = lambda _: None,
    opens: OpenArchive = open_archive,
) -> SyncReport:
    """
    Bring the library in step: all of it, or the added paths in `only`.

    `readable` tells by a name whether a file is read. Without `fetch`, pages of the web stay as they are. A folder
    that is away is left as it is, unless `forget_missing` says that what it does not list is gone. With `again`, what
    was not read, or not wholly, is tried once more. Raises `StoreError`; every other error is of one file.
    """
    await asyncio.to_thread(archive_endings)  # looked up on the disk, once
    folders = await store.folders()
    wanted = [folder for folder in folders if not only or folder.path in only]
    report = SyncReport()
    snapshots = await _look(store, folders, wanted, readable, forget_missing, report, on_event)
    records = await store.files(inside="")
    differences = compare(folders, snapshots, records, again=again)
    report.unseen += differences.unseen
    pages = [folder for folder in wanted if is_address(folder.path)] if fetch is not None else []
    facts = {path: known for snapshot in snapshots.values() for path, known in snapshot.facts.items()}
    archives = _Archives(store, opens, on_event, snapshots)
    run = _Run(FileUpdates(store, read, records, facts), archives, report, differences.work + len(pages), on_event)
    await run.apply(differences, again=again)
    if fetch is not None:
        await run.refresh(pages, fetch, again=again)
    return report


async def _look(
    store: LibraryStore,
    folders: Sequence[Folder],
    wanted: Sequence[Folder],
    readable: Callable[[str], bool],
    forget_missing: bool,
    report: SyncReport,
    on_event: Callable[[SyncEvent], None],
) -> dict[str, Snapshot]:
    """Snapshots of the folders that are there; the others are marked as away."""
    had: dict[str, list[str]] = {folder.path: [] for folder in folders}
    for record in await store.files(inside=""):
        had.setdefault(record.folder, []).append(record.path)
    snapshots = {}
    for folder in wanted:
        if is_address(folder.path):
            continue
        apart = [other.path for other in folders if other.path != folder.path]
        if is_zotero(folder.path):
            snapshot = await asyncio.to_thread(scan_zotero, folder.path, readable=readable)
        else:
            snapshot = await asyncio.to_thread(scan, folder.path, readable=readable, apart=apart)
        recorded = had[folder.path]
        excluded = await asyncio.to_thread(_still_there, recorded, snapshot)
        away = not forget_missing and is_away(snapshot, recorded, excluded=excluded)
        if away != folder.away:
            await store.set_away(folder.path, away)
        if away:
            report.away.append(replace(folder, away=True))
        else:
            snapshots[folder.path] = _without_root(snapshot) if forget_missing else snapshot
        on_event(
            FolderScanned(
                path=folder.path, files=len(snapshot.files), others=snapshot.others, away=away, had=len(recorded)
            )
        )
    return snapshots


def _still_there(recorded: Sequence[str], snapshot: Snapshot) -> int:
    """How many of the recorded files are there, and not listed: only looked for when too few are listed."""
    if 2 * len(snapshot.files) >= len(recorded):
        return 0
    return sum(path not in snapshot.files and os.path.lexists(path) for path in recorded)


def _without_root(snapshot: Snapshot) -> Snapshot:
    """The snapshot of a folder that is not there, taken for empty."""
    return replace(snapshot, unseen=tuple(item for item in snapshot.unseen if item.path != snapshot.root))


def _is_troubled(record: FileRecord) -> bool:
    """Whether a file was not read, or not wholly."""
    return record.state in ("no text", "failed") or bool(record.why)


@dataclass(frozen=True, slots=True)
class _Archives:
    """What brings archives of articles in step."""

    store: LibraryStore
    opens: OpenArchive
    on_event: Callable[[SyncEvent], None]
    snapshots: Mapping[str, Snapshot]

    async def update(self, record: FileRecord, *, again: bool) -> FileDone:
        about = self.snapshots[record.folder].files[record.path]
        return await update_archive(self.store, record, about, again=again, opens=self.opens, on_event=self.on_event)


class _Run:
    """One sync: its updates, counted and told."""

    def __init__(
        self,
        updates: FileUpdates,
        archives: _Archives,
        report: SyncReport,
        total: int,
        on_event: Callable[[SyncEvent], None],
    ) -> None:
        self._updates, self._archives, self._report = updates, archives, report
        self._total, self._on_event = total, on_event
        self._done = 0

    async def apply(self, differences: Differences, *, again: bool) -> None:
        """Do what is cheap first. What moved has its text before its old path is removed; what is gone goes at once."""
        deleted = {record.path for record in differences.deleted}
        sources = set()

        async def move(reuse: Reuse) -> None:
            if is_archive(reuse.record.path):  # before the old path is removed: the texts keep their vectors
                self._tell(await self._archives.update(reuse.record, again=again))
                return
            done = await self._updates.move(reuse)
            if done.outcome == "copied" and (reuse.source.path in deleted or reuse.source.path == done.path):
                done = replace(done, outcome="moved")
                sources.add(reuse.source.path)
            self._tell(done)

        async def read(record: FileRecord) -> None:
            if is_archive(record.path):
                self._tell(await self._archives.update(record, again=again))
                return
            self._tell(await self._updates.read(record, again=again and _is_troubled(record)))

        await _each(differences.moved, move, MOVES)
        for done in await self._updates.remove(sorted(deleted)):
            if done.path not in sources:
                self._tell(done)
        await _each((*differences.changed, *differences.new), read, UNDER_WAY)

    async def refresh(self, pages: Sequence[Folder], fetch: FetchPage, *, again: bool) -> None:
        """Fetch pages of the web anew."""
        for page in pages:
            self._tell(await self._refresh(page.path, fetch, again))

    async def _refresh(self, address: str, fetch: FetchPage, again: bool) -> FileDone:
        record = self._updates.known(address) or FileRecord(path=address, folder=address)
        try:
            page = await fetch(address)
        except SourceError as error:
            return await self._updates.fail(record, f"It {error.message}. {error.hint}".strip())
        about = FileStat(address, len(page.body), time.time_ns(), 0)
        got = FileBytes(page.body, digest_of(page.body), about)
        return await self._updates.take(record, got, page.name, again=again and _is_troubled(record))

    def _tell(self, done: FileDone) -> None:
        self._done += 1
        self._report.add(done)
        self._on_event(FileSynced(file=done, done=self._done, total=self._total))


async def _each(items: Iterable[T], do: Callable[[T], Awaitable[None]], at_once: int) -> None:
    """Do something to each item, in order, some of them at once."""
    waiting = iter(items)

    async def work() -> None:
        for item in waiting:
            await do(item)

    async with task_group() as group:
        for _ in range(at_once):
            group.create_task(work())
