"""
Archives of articles, such as ZIM files: read piece by piece, in locked processes, by a plug-in.

A package says by an entry point of the group `research_agent.archives`, whose name is the ending of such files, which
class opens them. That class is never imported here: it runs in the process that may read its file and nothing else.
"""

from __future__ import annotations

import asyncio
import json
import sysconfig
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import EntryPoint, PackageNotFoundError, distribution, entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from research_agent.documents.file_text import FileText
from research_agent.documents.file_values import file_text_from
from research_agent.documents.isolated_reader import SYSTEM, checked, package_folders, value_of
from research_agent.errors import BodyError, WorkerCrashError, WorkerError, WorkerTimeoutError
from research_agent.messages import archive_failures
from research_agent.workers.isolated_pool import IsolatedPool
from research_agent.workers.isolated_process import IsolatedProcess

__all__ = [
    "ENTRY_POINTS",
    "PROCESSES",
    "ArchivePart",
    "Article",
    "ArticleArchive",
    "IsolatedArchive",
    "ReadArticle",
    "archive_endings",
    "is_archive",
    "missing_plugin",
    "open_archive",
    "package_of",
]

ENTRY_POINTS = "research_agent.archives"
"""Entry-point group; the name of each is the ending of its files, without the dot, in lower case."""
PROCESSES = 2
"""Processes that read one archive, each a part of it."""

PACKAGES = {"zim": "footnoted-zim"}
SCRIPT = Path(__file__).with_name("archive_child.py")
MEMORY = 2 * 1024 * 1024 * 1024  # address space: parts of the file are mapped into it
OUTPUT = 96 * 1024 * 1024
SECONDS = 120.0  # for one part
START = 60.0
LIFE = 600  # seconds of processor time of a process
LONGEST_PATH = 4_000  # characters
LONGEST_TITLE = 1_000
MOST_ENTRIES = 1_000_000_000


class Article(NamedTuple):
    """Article of an archive: path in it, title, bytes, and a name whose ending says how they are read."""

    path: str
    title: str
    body: bytes
    name: str


class ArticleArchive(Protocol):
    """
    What a plug-in's class makes of the path of a file, or raises an exception for one that it cannot open.

    `identity` is another one whenever an article is another one. Of the numbers 0 to `entries`, some are of articles.
    """

    identity: str
    entries: int

    def articles(self, first: int, count: int) -> Iterator[Article]:
        """Articles among `count` entries from number `first` on, in order; the same ones each time."""
        ...


@dataclass(frozen=True, slots=True)
class ReadArticle:
    """Article that was read: path in the archive, title, and its text, or why it has none."""

    path: str
    title: str
    content: FileText | str


@dataclass(frozen=True, slots=True)
class ArchivePart:
    """Articles of some entries; the entries from `end` on come after them."""

    articles: tuple[ReadArticle, ...]
    end: int


@cache
def archive_endings() -> frozenset[str]:
    """Endings of archives, with the dot: those that are read here, and those that a package is known for."""
    return frozenset(f".{name}" for name in (*PACKAGES, *_points()))


def package_of(ending: str) -> str:
    """Name of the installed package that reads archives of an ending; "" when there is none."""
    point = _points().get(ending.lstrip("."))
    return "" if point is None else point.dist.name if point.dist is not None else point.module


def missing_plugin(ending: str) -> str:
    """How to install what reads archives of an ending."""
    return archive_failures.INSTALL(package=_known_package(ending))


def _known_package(ending: str) -> str:
    """Name of the package that is known to read archives of an ending, installed or not."""
    return PACKAGES.get(ending.lstrip(".")) or archive_failures.ANY_PACKAGE()


def is_archive(path: str) -> bool:
    """Whether a path is that of an archive, by its ending."""
    return any(path.lower().endswith(ending) for ending in archive_endings())


@asynccontextmanager
async def open_archive(path: str) -> AsyncIterator[IsolatedArchive]:
    """Open an archive. Raises `BodyError`: it is damaged, or the package that reads it is not there."""
    ending = path.rpartition(".")[2].lower()
    point = (await asyncio.to_thread(_points)).get(ending)
    if point is None:
        needs = archive_failures.NEEDS_PLUGIN(kind=ending.upper(), package=_known_package(ending))
        raise BodyError(needs, hint=missing_plugin(ending))
    archive = IsolatedArchive(path, point)
    try:
        await archive.start()
        yield archive
    finally:
        await archive.close()


class IsolatedArchive:
    """Archive in locked processes; made by `open_archive`. Two parts may be read at the same time."""

    def __init__(self, path: str, point: EntryPoint) -> None:
        self._path, self._point = path, point
        self._pool = IsolatedPool(SCRIPT, memory=MEMORY, seconds=LIFE, output=OUTPUT, on_start=self._on_start)
        self.identity = ""
        self.entries = 0

    async def start(self) -> None:
        """Open the file. Raises `BodyError`."""
        async with self._borrow():
            pass

    async def read(self, first: int, count: int) -> ArchivePart:
        """Read the articles among at most `count` entries from number `first` on. Raises `BodyError`."""
        request = json.dumps({"first": first, "count": count}).encode("ascii")
        async with self._borrow() as process:
            answer = await process.ask(request, timeout=SECONDS)
        value = value_of(checked(_fields, answer))
        return await asyncio.to_thread(checked, lambda one: _part(one, first, first + count), value)

    async def close(self) -> None:
        """End the processes."""
        await self._pool.close()

    @asynccontextmanager
    async def _borrow(self) -> AsyncIterator[IsolatedProcess]:
        try:
            async with self._pool.borrow() as process:
                yield process
        except WorkerTimeoutError as error:
            raise BodyError(archive_failures.TOO_SLOW(), hint=archive_failures.FETCH_AGAIN()) from error
        except WorkerCrashError as error:
            raise BodyError(archive_failures.STOPPED(), hint=archive_failures.FETCH_AGAIN()) from error
        except WorkerError as error:
            raise BodyError(
                archive_failures.NOT_STARTED(error=error.message), hint=archive_failures.SEE_DOCTOR()
            ) from error

    async def _on_start(self, process: IsolatedProcess) -> None:
        folders = await asyncio.to_thread(_folders, self._point)
        standard = sysconfig.get_paths()["stdlib"], *SYSTEM
        start = {
            "folders": folders,
            "readable": [*folders, *standard, self._path],
            "path": self._path,
            "module": self._point.module,
            "class": self._point.attr,
        }
        answer = await process.ask(json.dumps(start).encode("ascii"), timeout=START)
        told = value_of(checked(_fields, answer))
        self.identity, self.entries = checked(_head, told)


def _points() -> dict[str, EntryPoint]:
    """Entry points by ending."""
    return {point.name.lower(): point for point in entry_points(group=ENTRY_POINTS)}


def _folders(point: EntryPoint) -> list[str]:
    """Folders that the class and what its package needs are imported from."""
    spec = find_spec(point.module.partition(".")[0])
    places = list(spec.submodule_search_locations or [spec.origin or ""]) if spec is not None else []
    own = [str(Path(place).parent) for place in places]
    needed = []
    for line in (point.dist.requires or ()) if point.dist is not None else ():
        try:
            needed.append(str(distribution(_name(line)).locate_file("")))
        except PackageNotFoundError:
            continue
    return list(dict.fromkeys([*package_folders(), *own, *needed]))


def _name(requirement: str) -> str:
    """Name of the distribution of a requirement: "libzim>=3.8" -> "libzim"."""
    end = next((at for at, sign in enumerate(requirement) if not (sign.isalnum() or sign in "-_.")), len(requirement))
    return requirement[:end]


def _fields(answer: bytes) -> dict[str, Any]:
    fields = json.loads(answer)
    if not isinstance(fields, dict):
        raise TypeError
    return fields


def _head(value: Any) -> tuple[str, int]:
    identity, entries = value["identity"], value["entries"]
    if not (isinstance(identity, str) and type(entries) is int and 0 <= entries <= MOST_ENTRIES):
        raise TypeError
    return identity[:LONGEST_TITLE], entries


def _part(value: Any, first: int, last: int) -> ArchivePart:
    end = value["end"]
    if type(end) is not int or not first < end <= last:
        raise ValueError
    return ArchivePart(tuple(_article(row) for row in value["articles"]), end)


def _article(row: Any) -> ReadArticle:
    path, title, told = row
    for text in (path, title):
        text.encode()  # a lone surrogate raises `UnicodeEncodeError`: it could not be stored
    if not path or len(path) > LONGEST_PATH or "\0" in path:
        raise ValueError
    title = title[:LONGEST_TITLE]
    if isinstance(told, str):
        return ReadArticle(path, title, told[:LONGEST_TITLE])
    content = file_text_from(told)
    return ReadArticle(path, title, replace(content, title=title or content.title))
