"""`research-agent sessions`: list, search, show, rename, export and delete stored sessions."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from functools import partial
from pathlib import Path
from typing import TypeVar

import click

from research_agent import rendering
from research_agent.cli import line_editor
from research_agent.cli.common_options import command_settings
from research_agent.cli.name_completion import complete_sessions
from research_agent.cli.read_only_store import open_reading, print_salvage_report
from research_agent.errors import DamagedStoreError, UsageError
from research_agent.memory import Memory, SessionInfo, check_session_id, open_memory
from research_agent.memory.session_search import FoundSession, find_sessions
from research_agent.messages import command_line, command_results, storing
from research_agent.rendering import session_json
from research_agent.rendering.text import as_plain
from research_agent.text.sanitize import printable
from research_agent.types import Turn

__all__ = ["command", "load_session", "write_bundle", "write_export"]

T = TypeVar("T")
NOTHING = 3
ID = click.argument("session", metavar="ID", shell_complete=complete_sessions)


@click.group("sessions", help="List, search, show, rename, export and delete stored sessions.")
def command() -> None:
    """The group of subcommands."""


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
def list_sessions(as_json: bool) -> None:
    """All sessions, the latest first."""
    sessions = _read(lambda memory: memory.sessions())
    if as_json:
        click.echo(json.dumps([session_json.info_json(info) for info in sessions], indent=2))
    elif not sessions:
        click.echo(command_results.NO_SESSIONS_YET(), err=True)
    elif sys.stdout.isatty():
        _print_table(sessions)
    else:
        for info in sessions:
            click.echo(f"{info.id}\t{info.turns}\t{info.updated}\t{printable(info.title)}")


@command.command("show")
@ID
@click.option("--json", "as_json", is_flag=True, help="The same object as `export --format json`.")
def show(session: str, as_json: bool) -> None:
    """Questions and answers with their sources."""
    info, turns = load_session(session)
    click.echo(session_json.as_json(info, turns) if as_json else as_plain(turns).rstrip("\n"))


@command.command("search")
@click.argument("words", metavar="WORDS", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
@click.pass_context
def search(ctx: click.Context, /, words: tuple[str, ...], as_json: bool) -> None:
    """Sessions with these words in their name, a question or an answer. Exit 3 when there is none."""

    async def find(memory: Memory) -> list[FoundSession]:
        return [found async for found in find_sessions(memory, " ".join(words))]

    found = _read(find)
    if as_json:
        click.echo(json.dumps([{**session_json.info_json(one.info), "found": one.question} for one in found], indent=2))
    else:
        for one in found:
            click.echo(
                f"{one.info.id}\t{one.info.turns}\t{one.info.updated}\t{printable(one.question or one.info.title)}"
            )
    if not found:
        click.echo(command_line.NO_SUCH_WORDS(words=" ".join(words)), err=True)
        ctx.exit(NOTHING)


@command.command("rename")
@ID
@click.argument("title", nargs=-1, required=True)
def rename(session: str, title: tuple[str, ...]) -> None:
    """Give a session another TITLE; its ID stays."""
    check_session_id(session)
    opened = partial(open_memory, on_salvaged=print_salvage_report)
    _with_memory(opened, lambda memory: memory.rename(session, " ".join(title)))
    click.echo(command_line.RENAMED(session=session, title=printable(" ".join(title))), err=True)


@command.command("export")
@ID
@click.option(
    "--format", "form", type=click.Choice(list(rendering.FORMATS)), help="On standard output.  [default: markdown]"
)
@click.option("--bundle", metavar="FILE", help="Write one file that `verify FILE` checks anywhere; - prints it.")
@click.option("--turn", type=click.IntRange(min=1), metavar="N", help="This turn only.")
@click.option("--force", is_flag=True, help="With --bundle: write over a FILE that exists.")
def export_session(session: str, form: str | None, bundle: str | None, turn: int | None, force: bool) -> None:
    """The whole session, or one turn, on standard output or as a bundle."""
    if bundle is not None and form is not None:
        raise click.UsageError(command_results.BUNDLE_OR_FORMAT())
    if force and bundle is None:
        raise click.UsageError(command_results.FORCE_WITH_BUNDLE())
    info, turns = load_session(session)
    turns = [one for one in turns if turn in (None, one.number)]
    if not turns:
        raise UsageError(
            command_results.NO_TURN_OF_SESSION(session=session, turn=turn),
            hint=command_results.HAS_TURNS(turns=info.turns),
        )
    if bundle is not None:
        write_bundle(session, turns, bundle, force)
        return
    write_export(form or "markdown", info, turns)


def write_export(form: str, info: SessionInfo, turns: Sequence[Turn]) -> None:
    """Write an export to standard output; `UsageError` for a file that no terminal shows."""
    is_text = form not in {"pdf", "docx"}
    if not is_text and sys.stdout.isatty():
        raise UsageError(
            command_results.NOT_FOR_TERMINAL(title=rendering.FORMATS[form].title),
            hint=command_results.EXPORT_TO_FILE(suffix=rendering.FORMATS[form].suffix),
        )
    data = rendering.export(form, info, turns)
    click.echo(data.rstrip(b"\n") if is_text else data, nl=is_text)


@command.command("delete")
@ID
def delete(session: str) -> None:
    """Remove a session, from the disk and from the prompt's history too."""
    from research_agent.http import forget

    check_session_id(session)
    home = command_settings().home

    async def remove(memory: Memory) -> Sequence[Turn] | None:
        turns = None
        with suppress(DamagedStoreError):
            turns = await memory.turns(session)
        await memory.delete(session)
        return turns

    opened = partial(open_memory, on_salvaged=print_salvage_report, on_deleted=partial(forget, home))
    turns = _with_memory(opened, remove)
    click.echo(command_results.DELETED(session=session), err=True)
    _forget_questions(home / line_editor.HISTORY, turns)


def _forget_questions(history: Path, turns: Sequence[Turn] | None) -> None:
    """Remove the questions from the prompt's history file, or report that they may still be in it."""
    try:
        if turns is not None:
            line_editor.delete_questions(history, [turn.question for turn in turns])
            return
    except OSError as error:
        click.echo(command_results.HISTORY_NOT_WRITTEN(strerror=error.strerror), err=True)
    if history.exists():
        click.echo(printable(command_results.HISTORY_MAY_HOLD(history=history)), err=True)


def write_bundle(session: str, turns: Sequence[Turn], file: str, force: bool) -> None:
    """Write turns of a session as a bundle to a file; "-" is standard output."""
    from research_agent.memory.verification.bundle_writer import pack_bundle, save

    data = pack_bundle(session, turns, secrets=command_settings().secrets)
    if file == "-":
        click.echo(data, nl=False)
        return
    save(Path(file), data, force=force)
    count = f"{len(turns)} turn{'s' * (len(turns) != 1)}"
    click.echo(printable(command_results.WROTE_BUNDLE(count=count, file=file)), err=True)


def load_session(session: str) -> tuple[SessionInfo, Sequence[Turn]]:
    """A session with its turns. Raises `UsageError` when there is none, or it is that of a watched question."""
    check_session_id(session)

    async def load(memory: Memory) -> tuple[SessionInfo, Sequence[Turn]]:
        turns = await memory.turns(session)
        info = next((info for info in await memory.sessions() if info.id == session), None)
        if info is None:  # those of watched questions are not listed
            hint = command_results.SEE_WATCH()
            raise UsageError(storing.OF_A_WATCH(session=session), hint=hint)
        return info, turns

    return _read(load)


def _read(do: Callable[[Memory], Awaitable[T]]) -> T:
    return _with_memory(open_reading, do)


def _with_memory(
    opened: Callable[[Path], AbstractAsyncContextManager[Memory]], do: Callable[[Memory], Awaitable[T]]
) -> T:
    async def run() -> T:
        async with opened(command_settings().store) as memory:
            return await do(memory)

    return asyncio.run(run())


def _print_table(sessions: Sequence[SessionInfo]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table("session", "turns", "updated", "first question", box=None)
    for info in sessions:
        table.add_row(*(Text(printable(str(cell))) for cell in (info.id, info.turns, info.updated, info.title)))
    Console().print(table)
