"""Scan: the files of a folder as they are now, by name, size, time and inode. Nothing is opened but rules."""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field

from research_agent.library.ignore_rules import Rules, is_ignored, is_never_read, rules_of
from research_agent.messages import library_failures

__all__ = ["FileFacts", "FileStat", "Snapshot", "Unseen", "scan"]


@dataclass(frozen=True, slots=True)
class FileStat:
    """Regular file: absolute path, bytes, time of its last change in nanoseconds, inode."""

    path: str
    size: int
    mtime_ns: int
    inode: int


@dataclass(frozen=True, slots=True)
class Unseen:
    """Path that could not be looked at, and why: what is below it is not known to be gone."""

    path: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFacts:
    """What is known of a file from elsewhere, "" for an unknown field: it goes before what the file says of itself."""

    title: str = ""
    author: str = ""
    published: str = ""
    doi: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """
    What a folder lists: its readable files by path, and what could not be looked at.

    `others` counts the files that are not read, by their ending ("" without one). `facts` are known of some files.
    """

    root: str
    files: Mapping[str, FileStat] = field(default_factory=dict)
    unseen: tuple[Unseen, ...] = ()
    others: Mapping[str, int] = field(default_factory=dict)
    facts: Mapping[str, FileFacts] = field(default_factory=dict)


def scan(root: str, *, readable: Callable[[str], bool], apart: Collection[str] = ()) -> Snapshot:
    """
    Look at a folder, or at a single file, which no rule excludes.

    `readable` tells by a name whether a file of it is read. `apart` are folders and files below `root` that were added
    by themselves: they are left out. Links are never followed: what they lead to inside the folder is found there.
    Takes milliseconds a thousand files: for a thread.
    """
    try:
        about = os.stat(root)
    except OSError as error:
        return Snapshot(root=root, unseen=(Unseen(root, _reason(error)),))
    if stat.S_ISREG(about.st_mode):
        return Snapshot(root=root, files={root: _file_stat(root, about)})
    walk = _Walk(readable, frozenset(apart))
    walk.run(root)
    return Snapshot(root=root, files=walk.files, unseen=tuple(walk.unseen), others=walk.others)


class _Walk:
    def __init__(self, readable: Callable[[str], bool], apart: frozenset[str]) -> None:
        self._readable, self._apart = readable, apart
        self.files: dict[str, FileStat] = {}
        self.unseen: list[Unseen] = []
        self.others: Counter[str] = Counter()

    def run(self, root: str) -> None:
        """Look at a folder and all below it; depth costs no stack."""
        waiting: list[tuple[str, tuple[Rules, ...]]] = [(root, ())]
        while waiting:
            folder, rules = waiting.pop()
            try:
                with os.scandir(folder) as listing:
                    entries = list(listing)
            except OSError as error:
                self.unseen.append(Unseen(folder, _reason(error)))
                continue
            names = [entry.name for entry in entries]
            if folder != root and is_never_read("", names):
                continue
            rules = (*rules, *rules_of(folder, names))
            waiting += [(path, rules) for path in self._look_at(entries, rules)]

    def _look_at(self, entries: list[os.DirEntry[str]], rules: tuple[Rules, ...]) -> Iterator[str]:
        """Add the files; yields the folders to go on with."""
        for entry in entries:
            path = entry.path
            if is_never_read(entry.name) or path in self._apart:
                continue
            try:
                folder = entry.is_dir(follow_symlinks=False)
                if is_ignored(rules, path, folder=folder):
                    continue
                if folder:
                    yield path
                elif entry.is_file(follow_symlinks=False):
                    self._add(path, entry)
            except FileNotFoundError:
                continue  # gone since it was listed
            except OSError as error:
                self.unseen.append(Unseen(path, _reason(error)))

    def _add(self, path: str, entry: os.DirEntry[str]) -> None:
        if not _is_text(path):
            shown = path.encode("utf-8", "replace").decode()
            self.unseen.append(Unseen(shown, library_failures.UNSEEN_NAME()))
        elif self._readable(entry.name):
            self.files[path] = _file_stat(path, entry.stat(follow_symlinks=False))
        else:
            self.others[os.path.splitext(entry.name)[1].lower()] += 1


def _is_text(path: str) -> bool:
    """Whether a path can be stored: the bytes of a name need not be UTF-8."""
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _file_stat(path: str, about: os.stat_result) -> FileStat:
    return FileStat(path, about.st_size, about.st_mtime_ns, about.st_ino)


def _reason(error: OSError) -> str:
    return f"{error.strerror or error}."
