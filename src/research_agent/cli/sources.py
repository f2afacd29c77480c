"""`research-agent sources`: list the sources, or test one."""

from __future__ import annotations

import asyncio
import json
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from research_agent.cli.common_options import command_settings
from research_agent.messages import command_results, failures, question_lines
from research_agent.settings import Settings
from research_agent.text.sanitize import clean, printable

if TYPE_CHECKING:
    from research_agent.doctor.source_status import SourceStatus
    from research_agent.sources.protocol import Found

__all__ = ["command"]

NOTHING = 3
PREVIEW = 160  # characters of a document's text


@click.group("sources", invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
@click.option("--long", "in_full", is_flag=True, help="Limits, licence and terms of each, too.")
@click.pass_context
def command(ctx: click.Context, /, as_json: bool, in_full: bool) -> None:
    """List the sources, or test one."""
    if ctx.invoked_subcommand is None:
        _list(command_settings(), as_json, in_full)


@command.command("test")
@click.argument("name")
@click.argument("question", default="What is photosynthesis?")
@click.option("--offline", is_flag=True, help="Use local material only.")
@click.pass_context
def test(ctx: click.Context, /, name: str, question: str, offline: bool) -> None:
    """Search the source NAME once and show what comes. Exit 3 when nothing does."""
    from research_agent.errors import SourceError

    if not clean(question):
        raise click.UsageError(question_lines.EMPTY())
    try:
        outcome = asyncio.run(_search(command_settings(offline=offline), name, question))
    except SourceError as error:
        click.echo(f"{name} {printable(error.message)}", err=True)
        if error.hint:
            click.echo(printable(error.hint), err=True)
        ctx.exit(NOTHING)
    for problem in outcome.problems:
        click.echo(printable(problem), err=True)
    for document in outcome.documents:
        click.echo(printable(f"{document.title}\n  {document.url}\n  {' '.join(document.text[:PREVIEW].split())}"))
    if not outcome.documents:
        click.echo(command_results.GAVE_NOTHING(name=name), err=True)
        ctx.exit(NOTHING)


async def _search(settings: Settings, name: str, question: str) -> Found:
    """Search a source as `ask` does, with the embedding model if there is one. Raises `UnknownSourceError`."""
    from research_agent.documents.isolated_reader import open_reader
    from research_agent.encoders.embedder import open_embedder
    from research_agent.errors import EmbeddingError, SourceError
    from research_agent.http import open_client
    from research_agent.sources.protocol import Tools
    from research_agent.sources.registry import load_sources
    from research_agent.sources.search import LIMIT, bug_in
    from research_agent.sources.validation import checked
    from research_agent.text.languages import detect_language
    from research_agent.types import Topic

    (source,) = load_sources(settings, [name])
    lang = settings.search.lang or detect_language(question)
    topic = Topic(text=clean(question), question=clean(question), lang=lang)
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(open_client(settings))
        tools = Tools(client, read=await stack.enter_async_context(open_reader()))
        if not source.live:
            with suppress(EmbeddingError):  # searched by words then, as by `ask`
                embedder = await stack.enter_async_context(open_embedder(settings))
                await embedder.embed(["warm"])
                tools = replace(tools, embed=embedder.embed, embedding=embedder.id)
        if source.live:  # the service itself, not stored answers
            tools = tools.of(source, reuse=settings.flags.offline)
        try:
            async with asyncio.timeout(settings.search.deadline):
                return checked(await source.search(topic, tools=tools, limit=LIMIT))
        except SourceError:
            raise
        except TimeoutError:
            raise SourceError(failures.TIMED_OUT_AFTER(seconds=settings.search.deadline)) from None
        except Exception as error:
            raise bug_in(source, error) from error


def _list(settings: Settings, as_json: bool, in_full: bool) -> None:
    from research_agent.cli.table import print_line, print_rows
    from research_agent.doctor.source_status import source_statuses

    entries = source_statuses(settings)
    engines = _engines(settings)
    if as_json:
        of_web = {"engines": [{**item.as_json(), "kind": "engine"} for item in engines]}
        listed = [{**item.as_json(), **(of_web if item.source.name == "web" else {})} for item in entries]
        click.echo(json.dumps(listed, indent=2))
        return
    if in_full:
        for item in (*entries, *engines):
            print_line("\n".join(_block(item, is_engine=item in engines)))
        return
    print_rows([_cells(item) for item in entries], heads=("name", "asked for", "key", "state"))
    if engines:
        print_line()
        print_rows([_engine_cells(item) for item in engines], heads=("web search by", "asked at", "key", "state"))
    for hint in dict.fromkeys(item.hint for item in (*entries, *engines) if item.hint):
        print_line(hint)


def _engines(settings: Settings) -> list[SourceStatus]:
    """The engines that `web` asks; none when the setting cannot be used, which the state of `web` says."""
    from research_agent.doctor.engine_status import engine_statuses, web_source
    from research_agent.errors import SettingsError

    try:
        return engine_statuses(asyncio.run(web_source(settings)), settings)
    except SettingsError:
        return []


def _cells(item: SourceStatus) -> tuple[str, ...]:
    key = "-" if item.key == "none" else item.key
    return item.source.name, item.scope, key, item.summary


def _engine_cells(item: SourceStatus) -> tuple[str, ...]:
    key = "-" if item.key == "none" else item.key
    state = ", ".join(filter(None, (item.summary, item.source.reason)))
    return item.source.name, item.source.url or "-", key, state


def _block(item: SourceStatus, *, is_engine: bool = False) -> list[str]:
    """Details of a source or an engine, a line each."""
    key = "" if item.key == "none" else f"key {item.key}"
    kind = "search engine" if is_engine else "live" if item.source.live else "local"
    scope = "what the source web is asked for" if is_engine else item.scope
    lines = (
        f"{item.source.name}: {item.source.title}, {kind}, {item.summary}",
        f"  asked at   {item.source.url}" if item.source.url else "",
        f"  has        {item.policy.description}" if item.policy.description else "",
        f"  asked for  {scope}",
        f"  such as    {item.policy.examples[0]}" if item.policy.examples else "",
        f"  limits     {', '.join(filter(None, (item.pace, key)))}" if item.pace else "",
        f"  licence    {item.policy.licence}" if item.policy.licence else "",
        f"  credit     {item.policy.attribution}" if item.policy.attribution else "",
        f"  terms      {item.policy.terms}" if item.policy.terms else "",
        f"  next       {item.hint}" if item.hint else "",
    )
    return [line for line in lines if line]
