"""Syncs of the owner's libraries that the page begins: one at a time of a library, with its progress."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from research_agent.errors import ResearchAgentError, known_error
from research_agent.library.database import library_path
from research_agent.library.ignore_rules import is_never_read
from research_agent.library.open_store import open_library
from research_agent.messages import request_refusals
from research_agent.text.sanitize import one_line

if TYPE_CHECKING:
    from research_agent.library.protocol import SyncNote
    from research_agent.library.sync import SyncEvent, SyncReport
    from research_agent.settings import Settings

__all__ = ["LibrarySyncs", "SyncState", "keep_upload", "uploads_folder"]

log = logging.getLogger(__name__)
PROBLEMS = 20
DEADLINE = 60.0  # seconds for a page of the web that was added
LARGEST_PAGE = 100_000_000  # bytes
LONGEST_NAME = 120  # bytes
ESCAPED = {"%22": '"', "%0D": "\r", "%0A": "\n"}  # what a browser does not send as it is in a file's name
UNREAD = ".~$ "  # what hidden files and locks begin with


@dataclass(slots=True)
class SyncState:
    """Sync of a library: files done of all, the one it is at, and what went wrong; `running` until its end."""

    running: bool = True
    done: int = 0
    total: int = 0
    path: str = ""
    problems: list[str] = field(default_factory=list)
    failure: str = ""


class LibrarySyncs:
    """Syncs of one server, tasks of `group`. A sync that is asked for while one runs follows it."""

    def __init__(self, settings: Settings, group: asyncio.TaskGroup) -> None:
        self._settings, self._group = settings, group
        self._locks: dict[str, asyncio.Lock] = {}
        self._states: dict[str, SyncState] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def state(self, name: str) -> SyncState | None:
        """The newest sync of a library; None when the page began none."""
        return self._states.get(name)

    def begin(self, name: str, only: Collection[str] = ()) -> None:
        """Bring a library in step in the background, all of it or what was added by those paths."""
        task = self._group.create_task(self._run(name, tuple(only)), name=f"library {name}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def settled(self) -> None:
        """Wait until none is running."""
        if self._tasks:
            await asyncio.wait(self._tasks)

    def cancel(self) -> None:
        """Stop: what is read is kept, the rest is read by the next sync."""
        for task in self._tasks:
            task.cancel()

    async def _run(self, name: str, only: tuple[str, ...]) -> None:
        async with self._locks.setdefault(name, asyncio.Lock()):
            state = self._states[name] = SyncState()
            try:
                await self._sync(name, only, state)
            except ResearchAgentError as error:
                state.failure = f"{error.message} {error.hint}".strip()
            except Exception as error:
                known = known_error(error)
                state.failure = known.message if known else request_refusals.SYNC_FAILED()
                log.error("The sync of the library %s failed.", name, exc_info=error)
            finally:
                state.running = False

    async def _sync(self, name: str, only: tuple[str, ...], state: SyncState) -> SyncReport:
        from research_agent.documents.isolated_files import open_file_reader
        from research_agent.documents.read_file import is_readable, read_file
        from research_agent.http import open_client
        from research_agent.library.sync import sync
        from research_agent.sources.crawler.own_page import fetch_own_page

        path = library_path(self._settings.home, name)
        patient = self._settings.with_changes(deadline=DEADLINE)
        async with (
            open_library(path) as store,
            open_file_reader() as reader,
            open_client(patient, body_limit=LARGEST_PAGE) as client,
            store.syncing() as note,
        ):
            return await sync(
                store,
                read=partial(read_file, reader=reader),
                readable=is_readable,
                fetch=None if self._settings.flags.offline else partial(fetch_own_page, client=client),
                only=only,
                on_event=partial(_follow, state, note),
            )


def _follow(state: SyncState, note: SyncNote, event: SyncEvent) -> None:
    from research_agent.library.archive_updates import ArchiveRead
    from research_agent.library.sync import FileSynced

    if isinstance(event, ArchiveRead):
        state.path = f"{event.path}: {event.articles:,} articles, {event.done / event.total:.0%}"
    if not isinstance(event, FileSynced):
        return
    note.tell(event.done, event.total)
    state.done, state.total, state.path = event.done, event.total, event.file.path
    if event.file.why and len(state.problems) < PROBLEMS:
        state.problems.append(f"{event.file.path}: {event.file.why}")


def uploads_folder(home: Path, name: str) -> Path:
    """Folder of what was uploaded into a library."""
    return home / "uploads" / name


def _plain_name(name: str) -> str:
    """The name of an uploaded file as one that is read, not hidden: its last bytes, where it is long."""
    for code, letter in ESCAPED.items():
        name = name.replace(code, letter)
    line = one_line(Path(name.replace("\\", "/")).name)
    plain = line.encode("utf-8", "replace")[-LONGEST_NAME:].decode("utf-8", "ignore").lstrip(UNREAD) or "document"
    return f"{plain}-1" if is_never_read(plain, [plain]) else plain


def keep_upload(folder: Path, name: str, body: bytes) -> Path:
    """Keep an uploaded file, under another name where that is taken by other bytes; writes to the disk."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    plain = _plain_name(name)
    stem, dot, ending = plain.rpartition(".")
    for number in range(1, 10_000):
        shown = plain if number == 1 else f"{stem or ending}-{number}{dot}{ending if stem else ''}"
        file = folder / shown
        try:
            with file.open("xb") as opened:
                file.chmod(0o600)
                opened.write(body)
            return file
        except FileExistsError:
            if file.is_file() and file.stat().st_size == len(body) and file.read_bytes() == body:
                return file
    raise FileExistsError(name)
