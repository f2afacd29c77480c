"""`research-agent sessions`: what is stored, shown, exported, deleted."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from typing import TypeVar

import click

from research_agent.memory import Memory, SessionInfo, check_session_id, export, open_memory
from research_agent.settings import load_settings
from research_agent.types import Turn
from research_agent.words import printable

__all__ = ["command"]

T = TypeVar("T")


@click.group("sessions", help="List, show, export and delete stored sessions.")
def command() -> None:
    """Group the four."""


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
def list_sessions(as_json: bool) -> None:
    """All sessions, the latest first."""
    found = _with_memory(lambda memory: memory.sessions())
    if as_json:
        click.echo(json.dumps([{"session": info.id, **_facts(info)} for info in found], indent=2))
    elif not found:
        click.echo('No sessions yet. Begin one: research-agent ask "QUESTION"', err=True)
    elif sys.stdout.isatty():
        _print_table(found)
    else:
        for info in found:
            click.echo(f"{info.id}\t{info.turns}\t{info.updated}\t{printable(info.title)}")


@command.command("show")
@click.argument("session", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="The same object as `export --format json`.")
def show(session: str, as_json: bool) -> None:
    """Questions and answers with their sources."""
    info, turns = _load(session)
    click.echo(export.as_json(info, turns) if as_json else export.as_plain(turns).rstrip("\n"))


@command.command("export")
@click.argument("session", metavar="ID")
@click.option("--format", "form", type=click.Choice(["markdown", "json"]), default="markdown", show_default=True)
def export_session(session: str, form: str) -> None:
    """The whole session on standard output."""
    info, turns = _load(session)
    click.echo((export.as_json if form == "json" else export.as_markdown)(info, turns).rstrip("\n"))


@command.command("delete")
@click.argument("session", metavar="ID")
def delete(session: str) -> None:
    """Remove a session, from the disk too."""
    check_session_id(session)
    _with_memory(lambda memory: memory.delete(session))
    click.echo(f"Deleted {session}.", err=True)


def _load(session: str) -> tuple[SessionInfo, Sequence[Turn]]:
    check_session_id(session)

    async def load(memory: Memory) -> tuple[SessionInfo, Sequence[Turn]]:
        turns = await memory.turns(session)
        return next(info for info in await memory.sessions() if info.id == session), turns

    return _with_memory(load)


def _with_memory(do: Callable[[Memory], Awaitable[T]]) -> T:
    async def run() -> T:
        async with open_memory(load_settings().store) as memory:
            return await do(memory)

    return asyncio.run(run())


def _facts(info: SessionInfo) -> dict[str, str | int]:
    return {name: value for name, value in asdict(info).items() if name not in ("id", "summary")}


def _print_table(found: Sequence[SessionInfo]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table("session", "turns", "updated", "first question", box=None)
    for info in found:
        table.add_row(*(Text(printable(str(cell))) for cell in (info.id, info.turns, info.updated, info.title)))
    Console().print(table)
