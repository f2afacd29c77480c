"""Reading of files into a library and embedding of it, with progress; may be stopped at any moment."""

from __future__ import annotations

import asyncio
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

import click

from research_agent.cli.common_options import is_quiet
from research_agent.cli.table import print_line
from research_agent.documents.isolated_files import open_file_reader
from research_agent.documents.read_file import is_readable, read_file
from research_agent.errors import EmbeddingError
from research_agent.library.archive_updates import ArchiveRead
from research_agent.library.libraries import library_command
from research_agent.library.sync import FileSynced, FolderScanned, SyncEvent, SyncReport, sync
from research_agent.messages import library_lines
from research_agent.text.humanize import duration
from research_agent.text.sanitize import one_line, printable

if TYPE_CHECKING:
    from research_agent.library.embedding import EmbeddingProgress
    from research_agent.library.file_updates import ReadFile
    from research_agent.library.protocol import LibraryStore, SyncNote
    from research_agent.library.sync import FetchPage
    from research_agent.settings import Settings

__all__ = ["StatusLine", "Work", "embed_passages", "open_work"]

PROBLEMS = 12  # lines about single files; `library doctor` has all of them
KINDS = 4  # endings that are named
SURE = 3.0  # seconds after which the time that is left is told
READING_DEADLINE = 60.0  # seconds for a page of the web that the user added
LARGEST_PAGE = 100_000_000  # bytes


class StatusLine:
    """Line on standard error that is written over, on a terminal only; cleared before other output."""

    def __init__(self) -> None:
        self._on = sys.stderr.isatty() and not is_quiet()
        self._shown = False

    def show(self, text: str) -> None:
        """Show a text in place of the one before."""
        if self._on:
            width = max(20, _columns() - 1)
            sys.stderr.write(f"\r{one_line(text)[:width]}\033[K")
            sys.stderr.flush()
            self._shown = True

    def clear(self) -> None:
        """Leave nothing of it."""
        if self._shown:
            sys.stderr.write("\r\033[K")
            sys.stderr.flush()
            self._shown = False


def _columns() -> int:
    import shutil

    return shutil.get_terminal_size().columns


@dataclass
class Work:
    """
    What reads files and pages; `done` and `total` say how far the sync in progress is, `report` what the last one did.

    With `quiet` nothing is printed on standard output.
    """

    settings: Settings
    read: ReadFile
    fetch: FetchPage | None
    status: StatusLine = field(default_factory=StatusLine)
    done: int = 0
    total: int = 0
    problems: int = 0
    began: float = 0.0
    quiet: bool = False
    report: SyncReport | None = None

    def say(self, line: str) -> None:
        """Print a line on standard output, unless a JSON object stands there."""
        self.status.clear()
        if not self.quiet:
            print_line(line)
            sys.stdout.flush()

    async def sync(
        self,
        store: LibraryStore,
        *,
        only: Collection[str] = (),
        forget_missing: bool = False,
        again: bool = False,
        quiet: bool = False,
    ) -> SyncReport:
        """Bring a library in step; what was looked at and what went wrong is printed on standard error."""
        self.done = self.total = self.problems = 0
        self.began = time.monotonic()
        try:
            waiting = partial(self.status.show, library_lines.WAITING_FOR_OTHER())
            async with store.syncing(on_wait=waiting) as note:
                self.report = await sync(
                    store,
                    read=self.read,
                    readable=is_readable,
                    fetch=self.fetch,
                    only=only,
                    forget_missing=forget_missing,
                    again=again,
                    on_event=partial(self._show, note=note, name=store.name, quiet=quiet),
                )
                return self.report
        finally:
            self.status.clear()

    def _show(self, event: SyncEvent, *, note: SyncNote, name: str, quiet: bool) -> None:
        if isinstance(event, FolderScanned):
            if event.away or not (quiet or is_quiet()):
                self._say(_scanned(event, name))
            self.status.show(f"reading {event.path}")
        elif isinstance(event, ArchiveRead):
            left = self._left(event.done, event.total)
            self.status.show(f"{event.articles:,} articles, {event.done / event.total:.0%}{left}  {event.path}")
        else:
            note.tell(event.done, event.total)
            self._show_file(event)

    def _show_file(self, event: FileSynced) -> None:
        self.done, self.total = event.done, event.total
        file = event.file
        if file.why and file.outcome in ("failed", "no text", "kept"):
            self.problems += 1
            if self.problems <= PROBLEMS:
                self._say(f"  {file.path}: {file.why}")
        self.status.show(
            library_lines.FILES_OF(
                done=event.done, total=event.total, left=self._left(event.done, event.total), path=file.path
            )
        )

    def _left(self, done: int, total: int) -> str:
        """The time that is left, when it can be told."""
        seconds = time.monotonic() - self.began
        return f", {duration(seconds / done * (total - done))} left" if seconds > SURE and done < total else ""

    def _say(self, line: str) -> None:
        self.status.clear()
        click.echo(printable(line).replace("\n", " "), err=True)  # the name of a file may have line ends


def _scanned(event: FolderScanned, name: str) -> str:
    if event.away:
        return library_lines.FOLDER_AWAY(
            path=event.path, files=event.files, had=event.had, command=library_command("sync --forget-missing", name)
        )
    others = Counter(event.others).most_common()
    named = ", ".join(f"{count:,} {ending or library_lines.WITHOUT_ENDING()}" for ending, count in others[:KINDS])
    rest = library_lines.NOT_READ(named=named, more=", .." if len(others) > KINDS else "") if others else ""
    return f"{event.path}: {event.files:,} file{'s' * (event.files != 1)}{rest}"


@asynccontextmanager
async def open_work(settings: Settings) -> AsyncIterator[Work]:
    """Open the reader of files, and the client for pages of the web; offline there is none."""
    async with AsyncExitStack() as stack:
        reader = await stack.enter_async_context(open_file_reader())
        fetch = None
        if not settings.flags.offline:
            from research_agent.http import open_client
            from research_agent.sources.crawler.own_page import fetch_own_page

            patient = settings.with_changes(deadline=READING_DEADLINE)
            client = await stack.enter_async_context(open_client(patient, body_limit=LARGEST_PAGE))
            fetch = partial(fetch_own_page, client=client)
        yield Work(settings, partial(read_file, reader=reader), fetch)


async def embed_passages(settings: Settings, store: LibraryStore, status: StatusLine) -> str:
    """Embed what is not yet; a line about what came of it, "" when there was nothing to do."""
    from research_agent.library.embedding import embed_library

    encoders = await asyncio.to_thread(import_module, "research_agent.encoders.embedder")
    try:
        async with encoders.open_embedder(settings) as embedder:
            if not await store.unembedded(embedder.id, limit=1):
                return ""
            pool = embedder.pool
            count = await embed_library(
                store,
                embedder.embed,
                embedder.id,
                workers=pool.workers if pool is not None else 1,
                batch_size=embedder.batch_size,
                spare=None if pool is not None else _never,  # a cluster is there to be used
                on_progress=_meaning_shown(status),
            )
            return library_lines.NOW_BY_MEANING(n=count)
    except EmbeddingError as error:
        return library_lines.ONLY_BY_WORDS(reason=error.message, hint=error.hint).strip()
    finally:
        status.clear()


def _never(_: int) -> bool:
    return False


def _meaning_shown(status: StatusLine) -> Callable[[EmbeddingProgress], None]:
    def show(progress: EmbeddingProgress) -> None:
        left = "" if progress.seconds_left is None else f", {duration(progress.seconds_left)} left"
        gently = library_lines.ON_ONE_CORE() if progress.gentle else ""
        share = progress.done / progress.total if progress.total else 1.0
        counts = library_lines.PASSAGES_OF(done=progress.done, total=progress.total, rate=progress.rate)
        status.show(f"meaning {share:4.0%}  {counts}{left}{gently}")

    return show
