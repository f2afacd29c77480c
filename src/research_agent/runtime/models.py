"""Models of a runtime: each is opened and tried once; one that cannot be had is a value that says why."""

from __future__ import annotations

import asyncio
import importlib
import logging
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, NamedTuple

from research_agent import llm
from research_agent.concurrency import unwrap
from research_agent.encoders.embedder import cached_rows, open_embedder, with_cache
from research_agent.encoders.entailment import NO_JUDGE, open_judge
from research_agent.encoders.reranker import NO_READER, open_reranker
from research_agent.errors import ChatError, ChatUnavailableError, EmbeddingError, JudgeError, ReaderError
from research_agent.messages import installing
from research_agent.settings import Settings

if TYPE_CHECKING:
    from research_agent.encoders.embedder import Embedder
    from research_agent.llm import Chat, ModelChoice
    from research_agent.types import Embed, Entail, Rerank
    from research_agent.workers.pool import WorkerPool

__all__ = [
    "LoadedChat",
    "LoadedEncoder",
    "LoadedJudge",
    "LoadedReader",
    "load_chat",
    "load_encoder",
    "load_judge",
    "load_reader",
]


log = logging.getLogger(__name__)


class LoadedEncoder(NamedTuple):
    """Embedding model, or the notice that says why there is none."""

    embed: Embed | None = None
    id: str = ""
    notice: str = ""
    pool: WorkerPool | None = None


class LoadedJudge(NamedTuple):
    """Judge, or the notice that says why there is none."""

    entail: Entail | None = None
    notice: str = ""


class LoadedReader(NamedTuple):
    """Reader, or the notice that says why there is none."""

    rerank: Rerank | None = None
    notice: str = ""


class LoadedChat(NamedTuple):
    """Chat model, or the error that says why there is none."""

    chat: Chat | None = None
    choice: ModelChoice | None = None
    error: ChatError | None = None


async def load_encoder(settings: Settings, embedder: Embedder | None, stack: AsyncExitStack) -> LoadedEncoder:
    """Open the embedding model and try it once, so that one that cannot be loaded is reported only here."""
    try:
        await asyncio.to_thread(importlib.import_module, "numpy")  # what vectors are; half as long as the model loads
        if embedder is None:
            embedder = await stack.enter_async_context(open_embedder(settings))
        await embedder.embed(["warm"])
    except EmbeddingError as error:
        log.info("no embedding model", exc_info=error)
        return LoadedEncoder(notice=installing.RANKED_BY_WORDS(problem=error.message, hint=error.hint).strip())
    return LoadedEncoder(with_cache(embedder.embed), embedder.id, pool=embedder.pool)


async def load_reader(
    settings: Settings, opening: asyncio.Task[LoadedEncoder | Exception], stack: AsyncExitStack
) -> LoadedReader:
    """Open the reader in the workers of the embedding model, in its own when there is none, and warm it up."""
    if settings.encoder.reader == NO_READER:
        return LoadedReader()
    await asyncio.wait({opening})
    encoder = opening.result()
    try:
        reader = await stack.enter_async_context(
            open_reranker(settings, None if isinstance(encoder, Exception) else encoder.pool)
        )
        await reader.warm()
    except ReaderError as error:
        log.info("no reader", exc_info=error)
        why = installing.NO_READER(reason=error.message)
        return LoadedReader(notice=f"{why} {error.hint}".strip())
    return LoadedReader(cached_rows(reader.read))


async def load_judge(
    settings: Settings,
    opening: asyncio.Task[LoadedEncoder | Exception],
    reading: asyncio.Task[LoadedReader | Exception],
    stack: AsyncExitStack,
) -> LoadedJudge:
    """Open the judge in the workers of the embedding model, in its own when there is none, and warm it up."""
    if settings.encoder.judge == NO_JUDGE:
        return LoadedJudge()
    await asyncio.wait({opening, reading})  # the reader is wanted first
    encoder = opening.result()
    try:
        judge = await stack.enter_async_context(
            open_judge(settings, None if isinstance(encoder, Exception) else encoder.pool)
        )
        await judge.warm()
    except JudgeError as error:
        log.info("no judge", exc_info=error)
        why = installing.NO_JUDGE(reason=error.message)
        return LoadedJudge(notice=f"{why} {error.hint}".strip())
    return LoadedJudge(with_cache(judge.entail))


async def load_chat(
    settings: Settings, stack: AsyncExitStack, choosing: asyncio.Task[ModelChoice | Exception | None] | None = None
) -> LoadedChat:
    """
    Open the chat model that is chosen, or is being chosen; its failure is a value. Raises `UsageError`.
    """
    choice = None
    try:
        choice = await llm.choose_model(settings) if choosing is None else unwrap(await choosing)
        if choice is None:
            raise ChatUnavailableError(
                installing.NO_CHAT_MODEL(),
                hint=installing.RUN_SETUP(),
            )
        return LoadedChat(await stack.enter_async_context(llm.open_chat(choice, settings)), choice)
    except Exception as error:
        known = llm.unavailable(choice.id if choice is not None else "The chat model", error)
        if not isinstance(known, ChatError):
            raise known from error
        return LoadedChat(None, choice, known)
