"""
Runtime: sources, HTTP client, embedding pool, chat model and memory, opened once and kept warm between turns.

The models load in the background, since the sources can be asked without them; `chat_ready`, `embed_ready`,
`rerank_ready` and `entail_ready` wait for them. A part that cannot be opened is left out, and a notice says so: without
embedding model and reader evidence goes by words, without a judge sentences are checked by rules alone, without a chat
model answers are extracts.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from research_agent import llm
from research_agent.concurrency import as_result, task_group, unwrap
from research_agent.documents.isolated_reader import open_reader
from research_agent.encoders.question_kinds import load_kinds
from research_agent.errors import ChatError, StoreError, UsageError
from research_agent.http import forget, open_client
from research_agent.http.clock import Clock
from research_agent.library.open_libraries import open_libraries
from research_agent.memory import open_memory
from research_agent.messages import installing
from research_agent.runtime.library_background import Turns, embed_libraries
from research_agent.runtime.models import (
    LoadedChat,
    LoadedEncoder,
    LoadedJudge,
    LoadedReader,
    load_chat,
    load_encoder,
    load_judge,
    load_reader,
)
from research_agent.sandbox import Sandbox, open_sandbox
from research_agent.settings import Settings
from research_agent.sources.protocol import Source, Tools
from research_agent.sources.registry import load_usable
from research_agent.stages.analyze import analysis_pool
from research_agent.stages.condense import condense
from research_agent.text.restriction import with_lists
from research_agent.workers.isolated_pool import IsolatedPool

if TYPE_CHECKING:
    from research_agent.encoders.embedder import Embedder
    from research_agent.llm import AvailableModels, Chat, ModelChoice
    from research_agent.memory import Memory
    from research_agent.types import Embed, Entail, Rerank, Restriction

__all__ = ["Runtime", "open_runtime"]

log = logging.getLogger(__name__)
SUMMARY_TOKENS = 256
T = TypeVar("T")
LISTED = 20.0
LAST_JOBS = 20.0  # seconds that condensing may still take when everything else has ended


@dataclass(kw_only=True)
class Runtime:
    """
    Parts that turns share. `chat` is None while it loads, and when no model can answer; `chat_error` then says why.

    `named` are the sources that the user asked for by name; without any, they are selected for each question. `base` is
    the runtime that one of a single question was made from (`runtime.options`); `models` closes what was opened, and
    `other_chats` are the models that single questions asked for, by id and whether offline.
    """

    settings: Settings
    sources: Sequence[Source]
    named: Sequence[str] = ()
    tools: Tools
    memory: Memory
    analyses: IsolatedPool | None = None
    sandbox: Sandbox | None = None
    chat: Chat | None = None
    chat_choice: ModelChoice | None = None
    chat_error: ChatError | None = None
    entail: Entail | None = None
    rerank: Rerank | None = None
    notices: tuple[str, ...] = ()
    clock: Clock = field(default_factory=Clock)
    turns: Turns = field(default_factory=Turns)
    base: Runtime | None = field(default=None, repr=False)
    models: AsyncExitStack | None = field(default=None, repr=False)
    other_chats: dict[tuple[str, bool], asyncio.Task[LoadedChat | Exception]] = field(default_factory=dict, repr=False)
    _available: tuple[float, AvailableModels] | None = field(default=None, repr=False)
    _choosing_chat: asyncio.Task[ModelChoice | Exception | None] | None = field(default=None, repr=False)
    _loading_chat: asyncio.Task[LoadedChat | Exception] | None = field(default=None, repr=False)
    _loading_embed: asyncio.Task[LoadedEncoder | Exception] | None = field(default=None, repr=False)
    _loading_judge: asyncio.Task[LoadedJudge | Exception] | None = field(default=None, repr=False)
    _loading_reader: asyncio.Task[LoadedReader | Exception] | None = field(default=None, repr=False)
    _background: asyncio.TaskGroup | None = None
    _condensing: asyncio.Task[None] | None = field(default=None, repr=False)
    _late: set[asyncio.Task[Any]] = field(default_factory=set, repr=False)

    @property
    def chat_id(self) -> str | None:
        """The model's id as answers show it."""
        return llm.chat_id(self.chat) if self.chat is not None else None

    @property
    def now(self) -> datetime:
        """This moment, in the time zone of this computer."""
        return datetime.fromtimestamp(self.clock.wall()).astimezone()

    @property
    def source_titles(self) -> dict[str, str]:
        """Display titles of the sources by name."""
        return {source.name: source.title for source in self.sources}

    def within_lists(self, restriction: Restriction) -> Restriction:
        """The restriction together with the lists of sites in the settings. Raises `UsageError` for a blocked site."""
        lists = self.settings.sites
        return with_lists(restriction, blocked=lists.block, allowed=lists.allow)

    def without_libraries(self) -> Runtime:
        """A runtime that shares all of this one but the user's own documents."""
        sources = [source for source in self.sources if source.name != "library"]
        return replace(self, sources=sources, tools=replace(self.tools, libraries=None), base=self.base or self)

    async def ready(self) -> None:
        """Wait until the models are there or cannot be had. Raises `UsageError` as `chat_ready` does."""
        await self.chat_ready()
        await self.embed_ready()
        await self.rerank_ready()
        await self.entail_ready()

    async def chat_ready(self) -> Chat | None:
        """The chat model once it is loaded, or None. Raises `UsageError` for a setting found unusable only now."""
        if self._loading_chat is not None:
            self.chat, self.chat_choice, self.chat_error = await _loaded(self._loading_chat)
            self._loading_chat = None
        return self.chat

    async def loads_embedded_chat(self) -> bool:
        """Whether the chat model is still loading, and is the embedded one; that is known long before it is there."""
        choosing, loading = self._choosing_chat, self._loading_chat
        if choosing is None or loading is None:
            return False
        await asyncio.wait({choosing})
        choice = choosing.result()
        if choice is None or isinstance(choice, Exception) or loading.done():
            return False
        return llm.is_embedded_id(choice.id)

    async def embed_ready(self) -> Embed | None:
        """The embedding model once it is loaded, with a cache of vectors over turns; None when there is none."""
        if self._loading_embed is not None:
            embed, name, notice, _ = await _loaded(self._loading_embed)
            if self._loading_embed is not None:  # another turn may have been faster
                self._loading_embed = None
                self.tools = replace(self.tools, embed=embed, embedding=name)
                self.notices = (*self.notices, notice) if notice else self.notices
        return self.tools.embed

    async def entail_ready(self) -> Entail | None:
        """The judge once it is loaded, with a cache of logits over turns; None when there is none."""
        if self._loading_judge is not None:
            entail, notice = await _loaded(self._loading_judge)
            if self._loading_judge is not None:  # another turn may have been faster
                self._loading_judge = None
                self.entail = entail
                self.notices = (*self.notices, notice) if notice else self.notices
        return self.entail

    async def rerank_ready(self) -> Rerank | None:
        """The reader once it is loaded, with a cache of its logits over turns; None when there is none."""
        if self._loading_reader is not None:
            rerank, notice = await _loaded(self._loading_reader)
            if self._loading_reader is not None:  # another turn may have been faster
                self._loading_reader = None
                self.rerank = rerank
                self.tools = replace(self.tools, rerank=rerank)
                self.notices = (*self.notices, notice) if notice else self.notices
        return self.rerank

    def condense_soon(self) -> None:
        """Work off the durable condensing jobs in the background; at most one worker at a time."""
        if self.base is not None:
            self.base.condense_soon()
            return
        if self.chat is None or self._background is None or (self._condensing and not self._condensing.done()):
            return
        self._condensing = self._background.create_task(self._condense(), name="condense")

    async def available_models(self) -> AvailableModels:
        """The models that a question can be asked with, as their servers listed them at most `LISTED` seconds ago."""
        now = self.clock.now()
        if self._available is None or now - self._available[0] > LISTED:
            self._available = now, await llm.available_models(self.settings)
        return self._available[1]

    @property
    def listed_models(self) -> AvailableModels | None:
        """The models as they were last listed; None when that was never asked for."""
        return self._available[1] if self._available is not None else None

    def start(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Start a task that may outlive its turn; it ends with the runtime at the latest."""
        assert self._background is not None
        task = self._background.create_task(work)
        self._late.add(task)
        task.add_done_callback(self._late.discard)
        return task

    async def _condense(self) -> None:
        assert self.chat is not None
        ask = partial(llm.ask, self.chat, max_tokens=SUMMARY_TOKENS, timeout=self.settings.chat.timeout)
        try:
            await condense(self.memory, ask=ask)
        except StoreError as error:  # the job stays queued; the next turn says why nothing was summarised
            log.info("condensing failed", exc_info=error)
            self.notices = (*self.notices, installing.NOT_SUMMARISED(reason=error.message))


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
    Open the runtime; parts that are passed in are used as they are and left open.

    Raises `UsageError` for unknown sources or models and `StoreError` for an unusable home, before anything is done.
    """
    async with AsyncExitStack() as stack:
        runtime = await _open_parts(stack, settings, sources, memory)
        runtime.chat = chat
        models = runtime.models = await stack.enter_async_context(AsyncExitStack())
        async with _background(runtime) as group:
            if runtime.analyses is not None:
                group.create_task(runtime.analyses.warm())
            opening = partial(load_encoder, settings, embedder, models)
            embedding = group.create_task(as_result(opening, Exception))
            runtime._loading_embed = embedding
            reading = group.create_task(as_result(partial(load_reader, settings, embedding, models), Exception))
            runtime._loading_reader = reading
            judging = partial(load_judge, settings, embedding, reading, models)
            runtime._loading_judge = group.create_task(as_result(judging, Exception))
            if chat is None:
                choosing = group.create_task(as_result(partial(llm.choose_model, settings), Exception))
                loading = partial(load_chat, settings, models, choosing)
                runtime._choosing_chat = choosing
                runtime._loading_chat = group.create_task(as_result(loading, Exception))
                group.create_task(_condense_when_ready(runtime))
            try:
                if settings.encoder.cluster:  # one that is not there is reported now, not by the first question
                    await runtime.embed_ready()
                if runtime.tools.libraries is not None:
                    runtime.start(embed_libraries(runtime, runtime.tools.libraries))
                yield runtime
            finally:
                await _give_up(runtime)


async def _open_parts(
    stack: AsyncExitStack, settings: Settings, sources: Sequence[Source] | None, memory: Memory | None
) -> Runtime:
    """Open all but the models."""
    chosen, notices = load_usable(settings) if sources is None else (sources, [])
    named = tuple(settings.search.sources) if sources is None else tuple(source.name for source in sources)
    if settings.chat.model:
        llm.parse_model_id(settings.chat.model)
    opening = open_memory(
        settings.store,
        condense_after=settings.chat.condense_after,
        on_salvaged=notices.append,
        on_deleted=partial(forget, settings.home),
    )
    store = memory if memory is not None else await stack.enter_async_context(opening)
    client = await stack.enter_async_context(open_client(settings))
    read = await stack.enter_async_context(open_reader())
    libraries = await stack.enter_async_context(open_libraries(settings.home))
    await asyncio.to_thread(load_kinds)  # what the first question's sources are chosen with
    return Runtime(
        settings=settings,
        sources=chosen,
        named=named,
        tools=Tools(client, read=read, libraries=libraries),
        memory=store,
        analyses=await stack.enter_async_context(analysis_pool()),
        sandbox=await stack.enter_async_context(open_sandbox()),
        notices=tuple(notices),
    )


async def _loaded(loading: asyncio.Task[T | Exception]) -> T:
    """Result of a loading task. The wait can be cancelled; the loading goes on."""
    await asyncio.wait({loading})
    return unwrap(loading.result())


async def _condense_when_ready(runtime: Runtime) -> None:
    """Work off the jobs of an earlier run, once there is a model."""
    with suppress(UsageError):  # the turn that needs the model says it
        await runtime.chat_ready()
        runtime.condense_soon()


async def _give_up(runtime: Runtime) -> None:
    """Cancel the loading of models that nobody waits for any more."""
    tasks = (
        runtime._choosing_chat,
        runtime._loading_chat,
        runtime._loading_judge,
        runtime._loading_reader,
        runtime._loading_embed,
    )
    loading = {task for task in (*tasks, *runtime.other_chats.values()) if task is not None}
    for task in loading:
        task.cancel()
    if loading:
        await asyncio.wait(loading)


@asynccontextmanager
async def _background(runtime: Runtime) -> AsyncIterator[asyncio.TaskGroup]:
    """Task group for background work, which ends with the block."""
    async with task_group() as group:
        runtime._background = group
        runtime.condense_soon()
        try:
            yield group
            if runtime._condensing is not None:  # let a summary come to its end; being cut short would lose nothing
                await asyncio.wait({runtime._condensing}, timeout=LAST_JOBS)
        finally:
            runtime._background = None
            if runtime._condensing is not None:
                runtime._condensing.cancel()
            for task in tuple(runtime._late):
                task.cancel()
