"""Opening of a runtime: its parts at once, the models in the background."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING

from research_agent import llm
from research_agent.concurrency import as_result, task_group
from research_agent.documents.isolated_reader import open_reader
from research_agent.encoders.question_kinds import load_kinds
from research_agent.errors import UsageError
from research_agent.http import forget, open_client
from research_agent.library.open_libraries import open_libraries
from research_agent.memory import open_memory
from research_agent.runtime.library_background import embed_libraries
from research_agent.runtime.models import load_chat, load_encoder, load_judge, load_reader
from research_agent.runtime.runtime import Runtime
from research_agent.sandbox import open_sandbox
from research_agent.settings import Settings
from research_agent.sources.protocol import Source, Tools
from research_agent.sources.registry import load_usable
from research_agent.stages.analyze import analysis_pool

if TYPE_CHECKING:
    from research_agent.encoders.embedder import Embedder
    from research_agent.llm import Chat
    from research_agent.memory import Memory

__all__ = ["open_runtime"]

LAST_JOBS = 20.0  # seconds that condensing may still take when everything else has ended


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
