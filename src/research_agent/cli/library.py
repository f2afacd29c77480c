"""`research-agent library`: the user's own documents: added, kept in step, listed, looked at."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from research_agent.cli.common_options import OFFLINE, command_settings
from research_agent.cli.library_search import command as search
from research_agent.cli.library_tasks import add_paths, join, many, run_task, sync_paths, watch_folders
from research_agent.cli.table import print_line
from research_agent.errors import StoreError
from research_agent.library.added_paths import added_path, find_added
from research_agent.library.libraries import DEFAULT, library_name
from research_agent.messages import library_lines
from research_agent.text.sanitize import printable

if TYPE_CHECKING:
    from research_agent.library.protocol import LibraryStore

__all__ = ["command"]

T = TypeVar("T")

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
@click.option(
    "--store", metavar="URL", help="Keep it in Postgres, for other servers too: postgresql://user@host/database"
)
@LATER
@OFFLINE
@AS_JSON
@click.pass_context
def add(
    ctx: click.Context,
    /,
    paths: tuple[str, ...],
    name: str | None,
    zotero: str | None,
    collection: str | None,
    store: str | None,
    later: bool,
    offline: bool,
    as_json: bool,
) -> None:
    """Read folders, files and pages of the web, and keep them in the library. Ctrl-C loses nothing."""
    if not (paths or zotero or store):
        raise click.UsageError(library_lines.NAME_SOMETHING())
    if collection and not zotero:
        raise click.UsageError(library_lines.COLLECTION_NEEDS_ZOTERO())
    wanted = [added_path(path) for path in paths]
    if zotero:
        from research_agent.library.zotero import zotero_path

        wanted.append(zotero_path(zotero, collection or ""))
        name = name or library_name(collection or "zotero")
    task, settings = partial(add_paths, wanted=wanted), command_settings(offline=offline)
    if store:
        join(settings, name or DEFAULT, store)
        if not wanted:
            ctx.exit(0)
    ctx.exit(run_task(settings, name or DEFAULT, task, later=later, as_json=as_json, create=True))


@command.command("sync")
@click.argument("paths", metavar="[PATH|URL]...", nargs=-1)
@LIBRARY
@click.option("--forget-missing", is_flag=True, help="Take what a folder that is away no longer lists for deleted.")
@click.option("--retry", is_flag=True, help="Try files once more that were not read, or not wholly.")
@LATER
@OFFLINE
@AS_JSON
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
    as_json: bool,
) -> None:
    """Read what is new or changed, and forget what was deleted; all of it, or the added PATHs."""
    work = partial(sync_paths, paths=paths, forget_missing=forget_missing, again=retry)
    ctx.exit(run_task(command_settings(offline=offline), name, work, later=later, as_json=as_json))


@command.command("watch")
@LIBRARY
@OFFLINE
@click.pass_context
def watch(ctx: click.Context, /, name: str, offline: bool) -> None:
    """Keep the library in step with its folders until Ctrl-C."""
    ctx.exit(run_task(command_settings(offline=offline), name, watch_folders, later=False))


@command.command("list")
@click.option("--library", "name", metavar="NAME", help="This library only.")
@click.option("--files", is_flag=True, help="Every file, with its state.")
@AS_JSON
def list_libraries(name: str | None, files: bool, as_json: bool) -> None:
    """Libraries, what was added to them, files by state, and how far the meaning is."""
    from research_agent.cli.library_views import print_library
    from research_agent.library.database import library_names
    from research_agent.library.libraries import known_library

    home = command_settings().home
    names = [name] if name else library_names(home)
    told = [_listed(known_library(home, one), files=files) for one in names]
    if as_json:
        click.echo(json.dumps({"libraries": told}, indent=2, ensure_ascii=False))
        return
    for one in told:
        print_library(one)
    if not told:
        click.echo(library_lines.NONE_BEGIN(), err=True)


command.add_command(search)


@command.command("show")
@click.argument("what", metavar="FILE|DOCUMENT")
@LIBRARY
@click.option("--text", "whole", is_flag=True, help="Print the text that was read.")
@AS_JSON
def show(what: str, name: str, whole: bool, as_json: bool) -> None:
    """What was read of a file: state, title, pages, sections. A file by its path or the end of it."""
    from research_agent.cli.library_views import document_json, find_file, print_document
    from research_agent.library.libraries import known_library

    async def load(store: LibraryStore) -> tuple[dict[str, object], str]:
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

    async def take_out(store: LibraryStore) -> None:
        for path in paths:
            known = [folder.path for folder in await store.folders()]
            added = await asyncio.to_thread(find_added, path, known)
            count = await store.remove_folder(added)
            click.echo(printable(f"Removed {added}: {many(count, 'file')}."), err=True)

    _read(known_library(command_settings().home, name), take_out)


@command.command("rename")
@click.argument("name", metavar="NAME")
@click.argument("new", metavar="NEW")
def rename(name: str, new: str) -> None:
    """Give a library another name."""
    from research_agent.library.libraries import rename_library

    rename_library(command_settings().home, name, new)
    click.echo(library_lines.RENAMED(name=name, new=new), err=True)


@command.command("delete")
@click.argument("name", metavar="NAME")
@click.option("--for-all", is_flag=True, help="One in Postgres: for everyone, not only for this home.")
def delete(name: str, for_all: bool) -> None:
    """Delete a library. Your files are not touched; what answers cite stays with them."""
    from research_agent.library.libraries import delete_library, known_library
    from research_agent.library.postgres.shared_libraries import delete_for_all, forget_library
    from research_agent.messages import postgres

    home = command_settings().home
    known_library(home, name)
    if for_all:
        delete_for_all(home, name)
        click.echo(postgres.DELETED_FOR_ALL(name=name), err=True)
    elif (place := forget_library(home, name)) is not None:
        click.echo(
            f"{postgres.FORGOTTEN(name=name, place=place)} {postgres.DELETE_FOR_ALL(name=name)}",
            err=True,
        )
    else:
        delete_library(home, name)
        click.echo(library_lines.DELETED(name=name), err=True)


@command.command("doctor")
@click.option("--library", "name", metavar="NAME", help="This library only.")
@AS_JSON
def doctor(name: str | None, as_json: bool) -> None:
    """What can be read here, which files were not read and what to do about it, and the space that is used."""
    from research_agent.cli.library_doctor import library_report, print_report, report, unreachable
    from research_agent.library.database import library_names
    from research_agent.library.libraries import known_library

    settings = command_settings()
    libraries = []
    for one in [name] if name else library_names(settings.home):
        path = known_library(settings.home, one)
        try:
            libraries.append(_read(path, library_report))
        except StoreError as error:
            libraries.append(unreachable(path, error))
    told = report(settings, libraries)
    if as_json:
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        print_report(told)


def _listed(path: Path, *, files: bool) -> dict[str, object]:
    """A library as JSON; of one that cannot be opened where it is, and why."""
    from research_agent.cli.library_doctor import place_of
    from research_agent.cli.library_views import library_json

    try:
        return _read(path, partial(library_json, files=files))
    except StoreError as error:
        return {"name": path.stem, "file": place_of(path), "error": f"{error.message} {error.hint}".strip()}


def _read(path: Path, do: Callable[[LibraryStore], Awaitable[T]]) -> T:
    from research_agent.library.open_store import open_library

    async def call() -> T:
        async with open_library(path) as store:
            return await do(store)

    return asyncio.run(call())
