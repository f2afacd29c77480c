"""
The processes that bring a library in step for the rows of `library` and `library_archives`, and are killed.

`template` imports everything once and forks a process for each sync, which it kills itself. It has no thread and no
open store when it forks.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from research_agent.documents.archives import ArchivePart, IsolatedArchive, ReadArticle
from research_agent.documents.file_text import FileText
from research_agent.library.open_store import open_library
from research_agent.library.protocol import FileRecord, LibraryStore
from research_agent.library.sync import SyncReport, sync


class ReadAtOnce:
    """Naive: an archive counts as read from the moment when its reading begins."""

    def __init__(self, store: Any) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def put(self, file: FileRecord, content: FileText | None = None) -> FileRecord:
        if content is None and "@" in file.digest:
            file = replace(file, state="ready", digest=file.digest.partition("@")[0])
        stored: FileRecord = await self._store.put(file, content)
        return stored


class RecordFirst:
    """Naive: what the file is stands in one commit, what it says in another."""

    def __init__(self, store: Any) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def put(self, file: FileRecord, content: FileText | None = None) -> FileRecord:
        if content is not None:
            await self._store.put(replace(file, state="ready", passages=1))
        stored: FileRecord = await self._store.put(file, content)
        return stored


KINDS: dict[str, Callable[[Any], Any]] = {
    "store": lambda store: store,
    "record first": RecordFirst,
    "read at once": ReadAtOnce,
}


async def read(body: bytes, name: str) -> FileText:
    """The text of a plain file."""
    return FileText(text=body.decode())


class Archive:
    """Archive of articles, read from a JSON file: its version, and texts by path."""

    def __init__(self, path: str) -> None:
        stored = json.loads(Path(path).read_text())
        self.identity: str = stored["identity"]
        self._articles = list(stored["articles"].items())
        self.entries = len(self._articles)

    async def read(self, first: int, count: int) -> ArchivePart:
        """Read some articles."""
        some = self._articles[first : first + count]
        return ArchivePart(tuple(ReadArticle(path, path, FileText(text=text)) for path, text in some), first + count)


@asynccontextmanager
async def opened(path: str) -> AsyncIterator[IsolatedArchive]:
    """Open an archive."""
    yield cast("IsolatedArchive", Archive(path))


def is_text(name: str) -> bool:
    """Whether a file is one of the rows'."""
    return name.endswith((".txt", ".zim"))


async def synced(store: LibraryStore, kind: str, **options: Any) -> SyncReport:
    """Bring the store in step, in that kind of way."""
    return await sync(KINDS[kind](store), read=read, readable=is_text, opens=opened, **options)


async def sync_once(path: Path, kind: str, out: int) -> None:
    """Open the library, say so, and bring it in step."""
    async with open_library(path) as store:
        os.write(out, b"open\n")
        await synced(store, kind)


def template() -> None:
    """For each line of standard input a sync that is killed; a line that says how it ended."""
    for line in sys.stdin:
        print(json.dumps(one_sync(**json.loads(line))), flush=True)


def one_sync(path: str, kind: str, delay: float) -> bool:
    """Fork a sync and kill it `delay` seconds after it has opened the library; whether it was killed at work."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            asyncio.run(sync_once(Path(path), kind, writing))
        finally:
            os._exit(0)
    os.close(writing)
    with open(reading, "rb") as lines:
        assert lines.readline() == b"open\n"
        time.sleep(delay)  # the moment of the kill is what is tried
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


if __name__ == "__main__":
    template()
