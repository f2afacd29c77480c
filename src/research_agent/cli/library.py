"""`research-agent library`: the user's own documents: added, kept in step, listed, looked at."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from research_agent.cli.common_options import OFFLINE, command_settings
from research_agent.cli.signals import INTERRUPTED, STOPS, stoppable
from research_agent.cli.table import print_line
from research_agent.concurrency import task_group
from research_agent.errors import UsageError
from research_agent.library.added_paths import added_path, find_added, is_address, is_within
from research_agent.library.libraries import DEFAULT, library_command, library_name
from research_agent.text.humanize import duration
from research_agent.text.sanitize import printable

if TYPE_CHECKING:
    from research_agent.cli.library_work import Work
    from research_agent.library.sqlite_store import SqliteLibrary
    from research_agent.library.sync import SyncReport
    from research_agent.settings import Settings

__all__ = ["command"]

T = TypeVar("T")
FAILED = 1

LIBRARY = click.option("--library", "name", default=DEFAULT, show_default=True, metavar="NAME", help="Which library.")
LATER = click.option("--later", is_flag=True, help="Leave the meaning to a later sync, the chat or serve.")
AS_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object.")


@click.group("library", help="Your own documents: folders, files and pages that answers are found in.")
def command() -> None:
    """The group of subcommands."""


@command.command("add")
@click.argument("paths", metavar="PATH|URL...", nargs=-1)
@click.option("--library", "name", metavar="NAME", help=f"Which library.  [default: {DEFAULT}; of Zotero: its own]")
@click.option("--zotero", metavar="PATH", help="Zotero's folder of data: its attachments, with titles and authors.")
@click.option("--collection", metavar="NAME", help="Of Zotero this collection only, as a library of its own.")
@LATER
@OFFLINE
@click.pass_context
def add(
    ctx: click.Context,
    /,
    paths: tuple[str, ...],
    name: str | None,
    zotero: str | None,
    collection: str | None,
    later: bool,
    offline: bool,
) -> None:
    """Read folders, files and pages of the web, and keep them in the library. Ctrl-C loses nothing."""
    if not (paths or zotero):
        raise click.UsageError("Name a folder, a file or an address to add.")
    if collection and not zotero:
        raise click.UsageError("--collection stands only with --zotero.")
    wanted = [added_path(path) for path in paths]
    if zotero:
        from research_agent.library.zotero import zotero_path

        wanted.append(zotero_path(zotero, collection or ""))
        name = name or library_name(collection or "zotero")
    task = partial(_add, wanted=wanted)
    ctx.exit(_run(command_settings(offline=offline), name or DEFAULT, task, later=later, create=True))


@command.command("sync")
@click.argument("paths", metavar="[PATH|URL]...", nargs=-1)
@LIBRARY
@click.option("--forget-missing", is_flag=True, help="Take what a folder that is away no longer lists for deleted.")
@click.option("--retry", is_flag=True, help="Try files once more that were not read, or not wholly.")
@LATER
@OFFLINE
@click.pass_context
def sync(
    ctx: click.Context,
    /,
    paths: tuple[str, ...],
    name: str,
    forget_missing: bool,
    retry: bool,
    later: bool,
    offline: bool,
) -> None:
    """Read what is new or changed, and forget what was deleted; all of it, or the added PATHs."""
    work = partial(_sync, paths=paths, forget_missing=forget_missing, again=retry)
    ctx.exit(_run(command_settings(offline=offline), name, work, later=later))


@command.command("watch")
@LIBRARY
@OFFLINE
@click.pass_context
def watch(ctx: click.Context, /, name: str, offline: bool) -> None:
    """Keep the library in step with its folders until Ctrl-C."""
    ctx.exit(_run(command_settings(offline=offline), name, _watch, later=False))


@command.command("list")
@click.option("--library", "name", metavar="NAME", help="This library only.")
@click.option("--files", is_flag=True, help="Every file, with its state.")
@AS_JSON
def list_libraries(name: str | None, files: bool, as_json: bool) -> None:
    """Libraries, what was added to them, files by state, and how far the meaning is."""
    from research_agent.cli.library_views import library_json, print_library
    from research_agent.library.database import library_names
    from research_agent.library.libraries import known_library

    home = command_settings().home
    names = [name] if name else library_names(home)
    told = [_read(known_library(home, one), partial(library_json, files=files)) for one in names]
    if as_json:
        click.echo(json.dumps({"libraries": told}, indent=2, ensure_ascii=False))
        return
    for one in told:
        print_library(one)
    if not told:
        click.echo("There is no library yet. Begin: research-agent library add FOLDER", err=True)


@command.command("show")
@click.argument("what", metavar="FILE|DOCUMENT")
@LIBRARY
@click.option("--text", "whole", is_flag=True, help="Print the text that was read.")
@AS_JSON
def show(what: str, name: str, whole: bool, as_json: bool) -> None:
    """What was read of a file: state, title, pages, sections. A file by its path or the end of it."""
    from research_agent.cli.library_views import document_json, find_file, print_document
    from research_agent.library.libraries import known_library

    async def load(store: SqliteLibrary) -> tuple[dict[str, object], str]:
        return await document_json(store, await find_file(store, what))

    told, text = _read(known_library(command_settings().home, name), load)
    if as_json:
        click.echo(json.dumps({**told, "text": text}, indent=2, ensure_ascii=False))
    elif whole:
        print_line(text)
    else:
        print_document(told)


@command.command("remove")
@click.argument("paths", metavar="PATH|URL...", nargs=-1, required=True)
@LIBRARY
def remove(paths: tuple[str, ...], name: str) -> None:
    """Take what was added out of the library. Your files are not touched; what answers cite stays with them."""
    from research_agent.library.libraries import known_library

    async def take_out(store: SqliteLibrary) -> None:
        for path in paths:
            known = [folder.path for folder in await store.folders()]
            added = await asyncio.to_thread(find_added, path, known)
            count = await store.remove_folder(added)
            click.echo(printable(f"Removed {added}: {_many(count, 'file')}."), err=True)

    _read(known_library(command_settings().home, name), take_out)


@command.command("rename")
@click.argument("name", metavar="NAME")
@click.argument("new", metavar="NEW")
def rename(name: str, new: str) -> None:
    """Give a library another name."""
    from research_agent.library.libraries import rename_library

    rename_library(command_settings().home, name, new)
    click.echo(f"{name} is called {new} now.", err=True)


@command.command("delete")
@click.argument("name", metavar="NAME")
def delete(name: str) -> None:
    """Delete a library. Your files are not touched; what answers cite stays with them."""
    from research_agent.library.libraries import delete_library

    delete_library(command_settings().home, name)
    click.echo(f"Deleted the library {name}.", err=True)


@command.command("doctor")
@click.option("--library", "name", metavar="NAME", help="This library only.")
@AS_JSON
def doctor(name: str | None, as_json: bool) -> None:
    """What can be read here, which files were not read and what to do about it, and the space that is used."""
    from research_agent.cli.library_doctor import print_report, report
    from research_agent.library.database import library_names
    from research_agent.library.libraries import known_library

    settings = command_settings()
    names = [name] if name else library_names(settings.home)
    told = report(
        settings, {one: _read(known_library(settings.home, one), lambda store: store.files()) for one in names}
    )
    if as_json:
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        print_report(told)


Task = Callable[["Work", "SqliteLibrary"], Awaitable[bool]]


def _run(settings: Settings, name: str, task: Task, *, later: bool, create: bool = False) -> int:
    """Run work on a library, then embed; the exit code. A stop says what is left and how to go on."""
    from research_agent.library.database import library_path
    from research_agent.library.libraries import known_library

    path = library_path(settings.home, name) if create else known_library(settings.home, name)
    return asyncio.run(_work(settings, path, task, later))


async def _work(settings: Settings, path: Path, task: Task, later: bool) -> int:
    from research_agent.cli.library_work import embed_passages, open_work
    from research_agent.library.sqlite_store import open_library

    good, finished, words, again = False, False, False, library_command("sync", path.stem)
    async with open_library(path) as store:
        with stoppable(*STOPS):
            async with open_work(settings) as work:
                good = await task(work, store)
                words = True
                if not later and (line := await embed_passages(settings, store, work.status)):
                    print_line(line)
            finished = True
        if finished:
            return 0 if good else FAILED
        if task is _watch:
            click.echo("Stopped.", err=True)
        elif words:
            counts = await store.progress("")
            some = f"{counts.embedded:,} of {counts.passages:,} passages by meaning too"
            click.echo(f"Stopped. All words are searchable, {some}; go on: {again}", err=True)
        else:
            left = f" {work.done:,} of {work.total:,} files are done." if work.total else ""
            click.echo(f"Stopped.{left} What was read is kept; go on: {again}", err=True)
        return INTERRUPTED


async def _add(work: Work, store: SqliteLibrary, *, wanted: Sequence[str]) -> bool:
    """Add paths and read them; whether anything of them is there to answer."""
    added = []
    for path in wanted:
        within = next((item.path for item in await store.folders() if is_within(path, item.path)), None)
        if within is None:
            await store.add_folder(path)
        elif within != path:
            click.echo(printable(f"{path} is already in the library, as part of {within}."), err=True)
        added.append(within or path)
    began = time.monotonic()
    report = await work.sync(store, store.path, only=added)
    files = [file for file in await store.files() if file.folder in added]
    ready = sum(file.state == "ready" for file in files)
    _print_result(store.name, report, work.problems, time.monotonic() - began)
    passages = (await store.progress("")).passages
    if not ready:
        print_line(f"Nothing of it can be searched. See: {library_command('doctor', store.name)}")
        return False
    print_line(
        f"{ready:,} of {_many(len(files), 'file')} can be searched by words now; {_many(passages, 'passage')} in all."
    )
    search = library_command('search "WORDS"', store.name)
    print_line(f"Look something up: {search}")
    print_line(f'Ask: research-agent ask "QUESTION" --library {store.name}')
    return True


async def _sync(work: Work, store: SqliteLibrary, *, paths: Sequence[str], forget_missing: bool, again: bool) -> bool:
    known = [folder.path for folder in await store.folders()]
    if not known:
        raise UsageError("The library has nothing to sync.", hint="Add something: research-agent library add FOLDER")
    only = [await asyncio.to_thread(find_added, path, known) for path in paths]
    began = time.monotonic()
    report = await work.sync(store, store.path, only=only, forget_missing=forget_missing, again=again)
    _print_result(store.name, report, work.problems, time.monotonic() - began)
    return True


async def _watch(work: Work, store: SqliteLibrary) -> bool:
    """Sync, then whenever a folder changes; embed in between. Ends by a signal."""
    from research_agent.cli.library_work import embed_passages
    from research_agent.library.watch_folders import changed_folders
    from research_agent.library.zotero import is_zotero

    folders = [item.path for item in await store.folders() if not (is_address(item.path) or is_zotero(item.path))]
    if not folders:
        raise UsageError("The library has no folder to watch.", hint="Add one: research-agent library add FOLDER")
    await _sync(work, store, paths=(), forget_missing=False, again=False)
    click.echo("Watching. Ctrl-C ends it.", err=True)
    read = asyncio.Event()
    read.set()

    async def embed() -> None:
        while await read.wait():
            read.clear()
            await embed_passages(work.settings, store, work.status)

    async with task_group() as group:
        group.create_task(embed())
        async for changed in changed_folders(folders):
            began = time.monotonic()
            report = await work.sync(store, store.path, only=changed, quiet=True)
            if report.outcomes:
                _print_result(store.name, report, work.problems, time.monotonic() - began)
                read.set()
    return True


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'s' * (count != 1)}"


def _print_result(name: str, report: SyncReport, problems: int, seconds: float) -> None:
    """One line: what was done, by outcome; and where the rest of the problems is told."""
    from research_agent.cli.library_views import outcome_line
    from research_agent.cli.library_work import PROBLEMS

    for item in report.unseen:
        click.echo(printable(f"  {item.path}: {item.why} What is known of it is kept."), err=True)
    if problems > PROBLEMS:
        click.echo(f"  and {problems - PROBLEMS:,} more: {library_command('doctor', name)}", err=True)
    print_line(f"{outcome_line(report)}, in {duration(seconds)}.")
    sys.stdout.flush()


def _read(path: Path, do: Callable[[SqliteLibrary], Awaitable[T]]) -> T:
    from research_agent.library.sqlite_store import open_library

    async def call() -> T:
        async with open_library(path) as store:
            return await do(store)

    return asyncio.run(call())
