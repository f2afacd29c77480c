"""`research-agent library search`: the places in the user's own documents that answer."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from contextlib import AsyncExitStack
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

from research_agent.cli.common_options import command_settings, typed_files
from research_agent.cli.table import print_line
from research_agent.errors import EmbeddingError, ReaderError, UsageError
from research_agent.library.database import library_names
from research_agent.library.libraries import known_library
from research_agent.library.only_files import libraries_holding
from research_agent.messages import library_lines, own_documents
from research_agent.text.sanitize import one_line

if TYPE_CHECKING:
    from pathlib import Path

    from research_agent.library.protocol import LibraryPassage
    from research_agent.settings import Settings
    from research_agent.types import Embed, Rerank

__all__ = ["command"]

NOTHING = 3


@click.command("search")
@click.argument("words", nargs=-1, required=True)
@click.option("--library", "names", multiple=True, metavar="NAME", help="This library only; may be repeated.")
@click.option(
    "--only",
    multiple=True,
    metavar="FILE",
    callback=typed_files,
    help="This file or folder only, by its path or its end.",
)
@click.option("--limit", type=click.IntRange(1, 1000), default=10, show_default=True, help="Results at most.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_context
def command(
    ctx: click.Context,
    /,
    words: tuple[str, ...],
    names: tuple[str, ...],
    only: tuple[str, ...],
    limit: int,
    as_json: bool,
) -> None:
    """Look up a question or words in your own documents, in all libraries; with page and section."""
    settings = command_settings()
    paths = [known_library(settings.home, name) for name in names or library_names(settings.home)]
    if not paths:
        raise UsageError(own_documents.NO_LIBRARY(), hint=own_documents.MAKE_LIBRARY())
    for module in ("encoders.embedder", "encoders.reranker", "library.search", "library.ranking"):
        import_module(f"research_agent.{module}")  # here, since an import blocks the event loop
    found = asyncio.run(_search(settings, paths, " ".join(words), only, limit))
    if as_json:
        click.echo(json.dumps({"results": [_row(passage) for passage in found]}, indent=2, ensure_ascii=False))
    else:
        for number, passage in enumerate(found, 1):
            _print(number, passage)
        if not found:
            click.echo(library_lines.NOTHING_FOUND(), err=True)
    ctx.exit(0 if found else NOTHING)


async def _search(
    settings: Settings, paths: Sequence[Path], question: str, only: Sequence[str], limit: int
) -> list[LibraryPassage]:
    """The best passages of all those libraries."""
    from research_agent.library.open_store import open_library
    from research_agent.library.search import search_library

    found: list[LibraryPassage] = []
    async with AsyncExitStack() as stack:
        stores = [await stack.enter_async_context(open_library(path)) for path in paths]
        chosen, only = await libraries_holding(stores, only)
        for store in chosen:
            if (state := await store.reading()) is not None:
                _tell(own_documents.STILL_READING(library=store.name, done=state.done, total=state.total))
        embed, rerank, model = await _models(settings, stack)
        for store in chosen:
            found += await search_library(
                store, question, embed=embed, rerank=rerank, model=model, only=only, limit=limit
            )
    return sorted(found, key=lambda passage: -passage.score)[:limit] if len(chosen) > 1 else found


async def _models(settings: Settings, stack: AsyncExitStack) -> tuple[Embed | None, Rerank | None, str]:
    """Embedding model and reader, None for what is not there, and the id of the embedding model."""
    from research_agent.encoders.embedder import open_embedder
    from research_agent.encoders.reranker import NO_READER, open_reranker

    embed, pool, model = None, None, ""
    try:
        embedder = await stack.enter_async_context(open_embedder(settings))
        embed, pool, model = embedder.embed, embedder.pool, embedder.id
    except EmbeddingError as error:
        _tell(library_lines.SEARCHED_BY_WORDS(reason=error.message, hint=error.hint))
    if settings.encoder.reader == NO_READER:
        return embed, None, model
    try:
        reader = await stack.enter_async_context(open_reranker(settings, pool))
    except ReaderError as error:
        _tell(library_lines.WHOLE_PASSAGES(reason=error.message, hint=error.hint))
        return embed, None, model
    return embed, reader.read, model


def _tell(text: str) -> None:
    """Print a line on standard error."""
    click.echo(one_line(text), err=True)


def _row(passage: LibraryPassage) -> dict[str, Any]:
    return {
        "document": passage.document,
        "path": passage.path,
        "title": passage.title,
        "page": passage.page,
        "section": passage.section,
        "start": passage.start,
        "end": passage.end,
        "text": passage.text,
        "score": passage.score,
    }


def _print(number: int, passage: LibraryPassage) -> None:
    """Where it stands, and the words."""
    print_line(one_line(f"[{number}] {', '.join(filter(None, (passage.title, passage.place)))}"))
    print_line(f"    {one_line(passage.text)}")
    print_line(f"    {one_line(passage.path)}")
