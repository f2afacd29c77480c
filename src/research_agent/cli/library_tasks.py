"""What `library add`, `sync` and `watch` do: files are read, then their meaning is made; a stop says what is left."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from research_agent.cli.signals import INTERRUPTED, STOPS, stoppable
from research_agent.concurrency import task_group
from research_agent.errors import UsageError
from research_agent.library.added_paths import find_added, is_address, is_within
from research_agent.library.libraries import library_command
from research_agent.messages import library_lines
from research_agent.text.humanize import duration
from research_agent.text.sanitize import printable

if TYPE_CHECKING:
    from research_agent.cli.library_work import Work
    from research_agent.library.protocol import LibraryStore, Progress
    from research_agent.settings import Settings

__all__ = ["add_paths", "join", "many", "run_task", "sync_paths", "watch_folders"]

FAILED = 1

Task = Callable[["Work", "LibraryStore"], Awaitable[bool]]


def run_task(
    settings: Settings, name: str, task: Task, *, later: bool, as_json: bool = False, create: bool = False
) -> int:
    """Run work on a library, then embed; the exit code. A stop says what is left and how to go on."""
    from research_agent.library.database import library_path
    from research_agent.library.libraries import known_library

    path = library_path(settings.home, name) if create else known_library(settings.home, name)
    return asyncio.run(_work(settings, path, task, later=later, as_json=as_json))


async def _work(settings: Settings, path: Path, task: Task, *, later: bool, as_json: bool) -> int:
    from research_agent.cli.library_views import report_json
    from research_agent.cli.library_work import embed_passages, open_work
    from research_agent.library.open_store import open_library

    good, finished, words, again = False, False, False, library_command("sync", path.stem)
    async with open_library(path) as store:
        with stoppable(*STOPS):
            async with open_work(settings) as work:
                work.quiet = as_json
                good = await task(work, store)
                words = True
                if not later and (line := await embed_passages(settings, store, work.status)):
                    work.say(line)
            if as_json and work.report is not None:
                click.echo(json.dumps(await report_json(store, work.report), indent=2, ensure_ascii=False))
            finished = True
        if finished:
            return 0 if good else FAILED
        if task is watch_folders:
            click.echo(library_lines.STOPPED(), err=True)
        elif words:
            counts = await store.progress("")
            some = library_lines.BY_MEANING_TOO(embedded=counts.embedded, passages=counts.passages)
            click.echo(library_lines.STOPPED_WORDS(some=some, command=again), err=True)
        else:
            left = (" " + library_lines.FILES_DONE(done=work.done, total=work.total)) if work.total else ""
            click.echo(library_lines.STOPPED_FILES(done=left, command=again), err=True)
        return INTERRUPTED


def join(settings: Settings, name: str, url: str) -> None:
    """Make a library in Postgres, or join the one that is there, and say which it was."""
    from research_agent.library.database import library_path
    from research_agent.library.open_store import open_library
    from research_agent.library.postgres.shared_libraries import join_library
    from research_agent.messages import postgres

    async def progress() -> Progress:
        async with open_library(library_path(settings.home, name)) as store:
            return await store.progress("")

    address, made = join_library(settings.home, name, url)
    if made:
        click.echo(printable(postgres.MADE(name=name, place=address.shown)), err=True)
        return
    counts = asyncio.run(progress())
    told = postgres.JOINED(name=name, place=address.shown, documents=counts.ready, passages=counts.passages)
    click.echo(printable(told), err=True)


async def add_paths(work: Work, store: LibraryStore, *, wanted: Sequence[str]) -> bool:
    """Add paths and read them; whether anything of them is there to answer."""
    added = [await _added(store, path) for path in wanted]
    await _step(work, store, only=added)
    files = [file for file in await store.files(inside="") if file.folder in added]
    ready = sum(file.state == "ready" for file in files)
    passages = (await store.progress("")).passages
    if not ready:
        work.say(library_lines.NOTHING_SEARCHABLE(command=library_command("doctor", store.name)))
        return False
    counts = library_lines.READY_BY_WORDS(ready=ready, files=many(len(files), "file"))
    work.say(library_lines.IN_ALL(counts=counts, passages=many(passages, "passage")))
    search = library_command('search "WORDS"', store.name)
    work.say(library_lines.LOOK_UP(command=search))
    work.say(library_lines.ASK_IT(name=store.name))
    return True


async def _added(store: LibraryStore, path: str) -> str:
    """Add a path, unless it is read as part of a folder that is there; what it is read by."""
    within = next((item.path for item in await store.folders() if is_within(path, item.path)), None)
    if within is None or (
        within != path and not any(is_within(file.path, path) for file in await store.files(inside=""))
    ):
        await store.add_folder(path)  # as is one inside a folder whose rules exclude it
        return path
    if within != path:
        click.echo(printable(library_lines.ALREADY_IN(path=path, within=within)), err=True)
    return within


async def sync_paths(
    work: Work, store: LibraryStore, *, paths: Sequence[str], forget_missing: bool, again: bool
) -> bool:
    """Bring the library, or the added paths of it, in step. Raises `UsageError` for a path that was not added."""
    known = [folder.path for folder in await store.folders()]
    if not known:
        raise UsageError(library_lines.NOTHING_TO_SYNC(), hint=library_lines.ADD_SOMETHING())
    only = [await asyncio.to_thread(find_added, path, known) for path in paths]
    await _step(work, store, only=only, forget_missing=forget_missing, again=again)
    return True


async def watch_folders(work: Work, store: LibraryStore) -> bool:
    """Sync, then whenever a folder changes; embed in between. Ends by a signal."""
    from research_agent.cli.library_work import embed_passages
    from research_agent.library.watch_folders import changed_folders
    from research_agent.library.zotero import is_zotero

    folders = [item.path for item in await store.folders() if not (is_address(item.path) or is_zotero(item.path))]
    if not folders:
        raise UsageError(library_lines.NOTHING_TO_WATCH(), hint=library_lines.ADD_FOLDER())
    await sync_paths(work, store, paths=(), forget_missing=False, again=False)
    click.echo(library_lines.WATCHING(), err=True)
    read = asyncio.Event()
    read.set()

    async def embed() -> None:
        while await read.wait():
            read.clear()
            await embed_passages(work.settings, store, work.status)

    async with task_group() as group:
        group.create_task(embed())
        async for changed in changed_folders(folders):
            if await _step(work, store, only=changed, quiet=True):
                read.set()
    return True


async def _step(
    work: Work,
    store: LibraryStore,
    *,
    only: Collection[str] = (),
    forget_missing: bool = False,
    again: bool = False,
    quiet: bool = False,
) -> bool:
    """Sync and say what was done; whether anything was. `quiet`: nothing is said of nothing."""
    from research_agent.cli.library_views import outcome_line
    from research_agent.cli.library_work import PROBLEMS

    began = time.monotonic()
    report = await work.sync(store, only=only, forget_missing=forget_missing, again=again, quiet=quiet)
    for item in report.unseen:
        click.echo(printable("  " + library_lines.UNSEEN(path=item.path, why=item.why)), err=True)
    if work.problems > PROBLEMS:
        more = work.problems - PROBLEMS
        click.echo("  " + library_lines.MORE_IN_DOCTOR(n=more, command=library_command("doctor", store.name)), err=True)
    if report.outcomes or not quiet:
        work.say(f"{outcome_line(report)}, in {duration(time.monotonic() - began)}.")
    return bool(report.outcomes)


def many(count: int, noun: str) -> str:
    """ "1 file", "1,204 files"."""
    return f"{count:,} {noun}{'s' * (count != 1)}"
