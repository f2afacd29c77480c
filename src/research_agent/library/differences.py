"""Differences between what folders list and what a library has recorded of them, as values."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from research_agent.library.added_paths import is_within
from research_agent.library.protocol import FileRecord, Folder
from research_agent.library.scan import FileStat, Snapshot, Unseen

__all__ = ["Differences", "Reuse", "compare", "is_away", "same_kind"]


@dataclass(frozen=True, slots=True)
class Reuse:
    """File whose text is known from another path, `source`: moved, copied, or linked there. Nothing is read."""

    source: FileRecord
    record: FileRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Differences:
    """
    What a sync has to do, in this order.

    `moved` get the text of another path, `deleted` are gone, `changed` are compared by their digest and read again when
    that differs, `new` are read, the newest first. `unseen` could not be looked at: what is recorded of it stays.
    """

    moved: tuple[Reuse, ...] = ()
    deleted: tuple[FileRecord, ...] = ()
    changed: tuple[FileRecord, ...] = ()
    new: tuple[FileRecord, ...] = ()
    unseen: tuple[Unseen, ...] = ()

    @property
    def work(self) -> int:
        """Number of files that are not as they are recorded."""
        return len(self.moved) + len(self.deleted) + len(self.changed) + len(self.new)


def is_away(snapshot: Snapshot, recorded: Collection[str], *, excluded: int = 0) -> bool:
    """
    Whether a folder cannot be seen as it was: it lists nothing, or fewer than half of the files it had.

    A drive that is not there, a share that answers by half, must delete nothing. `excluded` is how many of the
    recorded files are there but no longer listed: a rule ignores them now.
    """
    listed = len(snapshot.files) + excluded
    return bool(recorded) and (not listed or 2 * listed < len(recorded))


def compare(
    folders: Sequence[Folder], snapshots: Mapping[str, Snapshot], records: Sequence[FileRecord], *, again: bool = False
) -> Differences:
    """
    Compare the records of a library with the snapshots of the folders that are there (by path).

    Of a folder without a snapshot (it is away, an address, or not asked for) nothing is said. With `again`, files
    that were not read, or not wholly, are changed.
    """
    comparison = _Comparison(records, snapshots, again)
    for folder in folders:
        if folder.path in snapshots:
            comparison.look_at(folder.path)
    known = {folder.path for folder in folders}
    newest_first = sorted(comparison.new, key=lambda record: (-record.mtime_ns, record.path))
    return Differences(
        moved=tuple(comparison.moved),
        deleted=tuple(record for record in records if comparison.is_gone(record, known)),
        changed=tuple(comparison.changed),
        new=tuple(newest_first),
        unseen=tuple(item for snapshot in snapshots.values() for item in snapshot.unseen),
    )


def same_kind(one: str, other: str) -> bool:
    """Whether two files of the same bytes are read in the same way: by their endings."""
    return os.path.splitext(one)[1].lower() == os.path.splitext(other)[1].lower()


class _Comparison:
    def __init__(self, records: Sequence[FileRecord], snapshots: Mapping[str, Snapshot], again: bool) -> None:
        self._snapshots, self._again = snapshots, again
        self._by_path = {record.path: record for record in records}
        # A record's time is 0 when it cannot be told from a later change: then the bytes decide. They do too for one
        # that was not wholly read.
        whole = (record for record in records if record.mtime_ns and record.state == "ready" and not record.why)
        self._by_inode = {_identity(record): record for record in whole}
        self._listed = {path for snapshot in snapshots.values() for path in snapshot.files}
        self._unseen = tuple(item.path for snapshot in snapshots.values() for item in snapshot.unseen)
        self.moved: list[Reuse] = []
        self.changed: list[FileRecord] = []
        self.new: list[FileRecord] = []

    def look_at(self, folder: str) -> None:
        for path, about in self._snapshots[folder].files.items():
            record = self._by_path.get(path)
            if record is not None and record.folder == folder and self._is_as_recorded(record, about):
                continue
            source = self._by_inode.get(_identity(about))
            now = FileRecord(path=path, folder=folder, size=about.size, mtime_ns=about.mtime_ns, inode=about.inode)
            if source is not None and same_kind(source.path, path):
                self.moved.append(Reuse(source, now))
            elif record is None:
                self.new.append(now)
            else:
                self.changed.append(replace(record, folder=folder))

    def is_gone(self, record: FileRecord, folders: Collection[str]) -> bool:
        """Whether a record is of no file any more: its folder lists it not, or was removed."""
        if record.path in self._listed or any(is_within(record.path, path) for path in self._unseen):
            return False
        return record.folder in self._snapshots or record.folder not in folders

    def _is_as_recorded(self, record: FileRecord, about: FileStat) -> bool:
        if record.state == "queued" or (self._again and (record.state != "ready" or record.why)):
            return False
        return bool(record.mtime_ns) and _identity(record) == _identity(about)


def _identity(file: FileRecord | FileStat) -> tuple[int, int, int]:
    return file.inode, file.size, file.mtime_ns
