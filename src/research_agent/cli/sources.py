"""`research-agent sources`: which there are, and what one of them gives."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from research_agent.cli import options
from research_agent.settings import Settings
from research_agent.words import clean, printable

if TYPE_CHECKING:
    from research_agent.sources import Found

__all__ = ["command"]

NOTHING = 3
PREVIEW = 160  # characters of a document's text


@click.group("sources", invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
@click.pass_context
def command(ctx: click.Context, /, as_json: bool) -> None:
    """List the sources, or test one."""
    if ctx.invoked_subcommand is None:
        _list(options.settings(), as_json)


@command.command("test")
@click.argument("name")
@click.argument("question", default="What is photosynthesis?")
@click.option("--offline", is_flag=True, help="Use local material only.")
@click.pass_context
def test(ctx: click.Context, /, name: str, question: str, offline: bool) -> None:
    """Search the source NAME once and show what comes. Exit 3 when nothing does."""
    from research_agent.errors import SourceError

    if not clean(question):
        raise click.UsageError("The question is empty.")
    try:
        found = asyncio.run(_search(options.settings(offline=offline or None), name, question))
    except SourceError as error:
        click.echo(f"{name} {printable(error.message)}", err=True)
        if error.hint:
            click.echo(printable(error.hint), err=True)
        ctx.exit(NOTHING)
    for problem in found.problems:
        click.echo(printable(problem), err=True)
    for document in found.documents:
        click.echo(printable(f"{document.title}\n  {document.url}\n  {' '.join(document.text[:PREVIEW].split())}"))
    if not found.documents:
        click.echo(f"{name} gave nothing.", err=True)
        ctx.exit(NOTHING)


async def _search(settings: Settings, name: str, question: str) -> Found:
    """One search as `ask` makes it: with the embedding model, when there is one. Raises `UnknownSourceError`."""
    from research_agent.embedding import open_embedder
    from research_agent.errors import EmbeddingError, SourceError
    from research_agent.http import open_client
    from research_agent.sources import Tools, load_sources
    from research_agent.stages.fetch import LIMIT
    from research_agent.types import Topic
    from research_agent.workers.reading import open_reader

    (source,) = load_sources(settings, [name])
    topic = Topic(text=clean(question), question=clean(question))
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(open_client(settings))
        tools = Tools(client, read=await stack.enter_async_context(open_reader()))
        if not source.live:
            with suppress(EmbeddingError):  # it is searched by words then, as it would be by `ask`
                embedder = await stack.enter_async_context(open_embedder(settings))
                await embedder.embed(["warm"])
                tools = replace(tools, embed=embedder.embed, embedding=embedder.id)
        if source.live:  # as it is now, not as it was
            tools = tools.of(source, reuse=settings.offline)
        try:
            async with asyncio.timeout(settings.deadline):
                return await source.search(topic, tools=tools, limit=LIMIT)
        except TimeoutError:
            raise SourceError(f"timed out after {settings.deadline:g} s") from None


def _list(settings: Settings, as_json: bool) -> None:
    from research_agent.cli.table import print_rows
    from research_agent.doctor.sources import list_sources

    rows = [
        {
            "name": state.name,
            "title": state.title,
            "kind": "live" if state.live else "local",
            "url": state.url,
            "asked": state.asked,
            "ready": state.loads and (state.live or _is_ready(state.name, settings)),
            "reason": state.reason,
        }
        for state, _ in list_sources(settings)
    ]
    if as_json:
        click.echo(json.dumps(rows, indent=2))
    else:
        print_rows(map(_cells, rows), heads=("name", "title", "kind", "asked at", "state"))


def _is_ready(name: str, settings: Settings) -> bool:
    """Whether what setup brings for a local source is there; a stranger's source knows that for itself."""
    from research_agent.setup.parts import part_states

    return all(part.state == "ready" for part in part_states(settings) if part.name == name)


def _cells(row: Mapping[str, str | bool]) -> tuple[str, ...]:
    state = row["reason"] or ("ready" if row["ready"] else "not set up; run: research-agent setup")
    if not row["asked"]:
        state = "asked only when it is named"
    return str(row["name"]), str(row["title"]), str(row["kind"]), str(row["url"]), str(state)
