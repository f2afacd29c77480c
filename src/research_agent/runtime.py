"""
What a turn works with, opened once and kept warm between turns: sources, client, embedding pool, chat model, memory.

What cannot be had is left out and said (`notices`): without an embedding model ranking goes by words, without a chat
model answers are extracts.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from research_agent import llm
from research_agent.embedding import open_embedder
from research_agent.errors import ChatError, ChatUnavailableError, EmbeddingError, StoreError, UsageError
from research_agent.http import open_client
from research_agent.memory import open_memory
from research_agent.settings import Settings
from research_agent.sources import Source, Tools, load_sources
from research_agent.stages.condense import condense
from research_agent.workers.reading import open_reader

if TYPE_CHECKING:
    from research_agent.embedding import Embedder
    from research_agent.llm import Chat, ModelChoice
    from research_agent.memory import Memory

__all__ = ["Runtime", "open_runtime"]

SUMMARY_TOKENS = 256
LAST_JOBS = 20.0  # seconds that condensing may still take when everything else has ended


@dataclass(kw_only=True)
class Runtime:
    """
    The parts of a run. `chat` is None when no model can answer; `chat_error` then says why.

    `named` are the sources that the user asked for by name; when there are none, each question chooses.
    """

    settings: Settings
    sources: Sequence[Source]
    named: Sequence[str] = ()
    tools: Tools
    memory: Memory
    chat: Chat | None = None
    chat_choice: ModelChoice | None = None
    chat_error: ChatError | None = None
    notices: tuple[str, ...] = ()
    _background: asyncio.TaskGroup | None = None
    _condensing: asyncio.Task[None] | None = field(default=None, repr=False)
    _late: set[asyncio.Task[Any]] = field(default_factory=set, repr=False)

    @property
    def chat_id(self) -> str | None:
        """The model's id as answers show it."""
        return llm.chat_id(self.chat) if self.chat is not None else None

    def condense_soon(self) -> None:
        """Work off the durable condensing jobs behind what comes next; at most one worker at a time."""
        if self.chat is None or self._background is None or (self._condensing and not self._condensing.done()):
            return
        self._condensing = self._background.create_task(self._condense(), name="condense")

    def start(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Begin what may go on behind the answer; it ends with the runtime at the latest."""
        assert self._background is not None
        task = self._background.create_task(work)
        self._late.add(task)
        task.add_done_callback(self._late.discard)
        return task

    async def _condense(self) -> None:
        assert self.chat is not None
        ask = partial(llm.ask, self.chat, max_tokens=SUMMARY_TOKENS, timeout=self.settings.chat_timeout)
        try:
            await condense(self.memory, ask=ask)
        except StoreError as error:  # the job stays queued; the next turn says why nothing was summarised
            self.notices = (*self.notices, f"Older messages could not be summarised: {error.message}")


@asynccontextmanager
async def open_runtime(
    settings: Settings,
    *,
    sources: Sequence[Source] | None = None,
    chat: Chat | None = None,
    memory: Memory | None = None,
    embedder: Embedder | None = None,
) -> AsyncIterator[Runtime]:
    """
    Open everything a turn needs; what is passed in is used as it is and left open.

    Raises `UsageError` for unknown sources or models and `StoreError` for an unusable home, before anything is done.
    """
    async with AsyncExitStack() as stack:
        given = load_sources(settings, settings.sources) if sources is None else sources
        named = tuple(settings.sources) if sources is None else tuple(source.name for source in sources)
        if settings.model:
            llm.parse_model_id(settings.model)
        told: list[str] = []
        opened = open_memory(settings.store, condense_after=settings.condense_after, on_rescued=told.append)
        store = memory if memory is not None else await stack.enter_async_context(opened)
        client = await stack.enter_async_context(open_client(settings))
        read = await stack.enter_async_context(open_reader())
        tools = Tools(client, read=read)
        runtime = Runtime(settings=settings, sources=given, named=named, tools=tools, memory=store, notices=tuple(told))
        try:
            async with asyncio.TaskGroup() as models:  # one is imported and started, the other warms up in its workers
                models.create_task(_open_embedder(runtime, embedder, stack))
                models.create_task(_open_chat(runtime, chat, stack))
        except* UsageError as errors:  # a setting that cannot be used comes out as it is
            raise errors.exceptions[0] from None
        async with _background(runtime):
            yield runtime


async def _open_embedder(runtime: Runtime, embedder: Embedder | None, stack: AsyncExitStack) -> None:
    """The embedding model, tried once, so that a model that cannot be loaded is said here and nowhere else."""
    try:
        if embedder is None:
            embedder = await stack.enter_async_context(open_embedder(runtime.settings))
        await embedder.embed(["warm"])
    except EmbeddingError as error:
        runtime.notices = (*runtime.notices, f"{error.message} Ranking goes by words. {error.hint}".strip())
    else:
        runtime.tools = replace(runtime.tools, embed=embedder.embed, embedding=embedder.id)


async def _open_chat(runtime: Runtime, chat: Chat | None, stack: AsyncExitStack) -> None:
    """The chat model that was passed in, named in settings, or found; a failure is kept, not raised."""
    if chat is not None:
        runtime.chat = chat
        return
    try:
        runtime.chat_choice = await llm.choose_model(runtime.settings)
        if runtime.chat_choice is None:
            raise ChatUnavailableError(
                "There is no chat model: Ollama does not answer and the embedded model is not set up.",
                hint="Run: research-agent setup",
            )
        runtime.chat = await stack.enter_async_context(llm.open_chat(runtime.chat_choice, runtime.settings))
    except ChatError as error:
        runtime.chat_error = error


@asynccontextmanager
async def _background(runtime: Runtime) -> AsyncIterator[None]:
    """A task group for what goes on behind the turns; the caller's errors come out as they are, not in a group."""
    raised: BaseException | None = None
    async with asyncio.TaskGroup() as group:
        runtime._background = group
        runtime.condense_soon()
        try:
            yield
            if runtime._condensing is not None:  # let a summary come to its end; being cut short would lose nothing
                await asyncio.wait({runtime._condensing}, timeout=LAST_JOBS)
        except BaseException as error:  # noqa: BLE001 - raised again below
            raised = error
        finally:
            runtime._background = None
            if runtime._condensing is not None:
                runtime._condensing.cancel()
            for task in tuple(runtime._late):
                task.cancel()
    if raised is not None:
        raise raised
