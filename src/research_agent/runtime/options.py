"""The runtime of one question under its own options: it shares everything that is open, and changes what they say."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from research_agent import llm
from research_agent.concurrency import as_result
from research_agent.errors import UnknownModelError, UnknownSourceError
from research_agent.llm.endpoints import is_loopback
from research_agent.llm.openai import PUBLIC
from research_agent.messages import chat_failures, command_results
from research_agent.runtime.models import LoadedChat, load_chat
from research_agent.settings import Settings
from research_agent.types import AskOptions

if TYPE_CHECKING:
    from research_agent.runtime import Runtime

__all__ = ["with_options"]


async def with_options(runtime: Runtime, options: AskOptions) -> Runtime:
    """
    The runtime for one question. Models that it opens stay open with the given one, for the questions that follow.

    Only what this machine offers can be named: the models that its servers list, and the sources that the runtime has.
    Raises `UnknownModelError` and `UnknownSourceError`.
    """
    settings = _changed(runtime.settings, options)
    if settings is runtime.settings:
        return runtime
    named = [source for source in runtime.sources if source.name in options.sources]
    if unknown := [name for name in options.sources if name not in runtime.source_titles]:
        raise UnknownSourceError(
            chat_failures.NO_SOURCE_HERE(name=unknown[0]),
            hint=command_results.AVAILABLE(names=", ".join(runtime.source_titles)),
        )
    other = replace(
        runtime,
        settings=settings,
        sources=named or runtime.sources,
        named=options.sources or runtime.named,
        tools=replace(runtime.tools, client=runtime.tools.client.offline()) if options.offline else runtime.tools,
        base=runtime,
    )
    if (options.model and options.model != runtime.chat_id) or settings.flags.offline != runtime.settings.flags.offline:
        if options.model:
            await _require_model(runtime, options.model)
        other.chat = other.chat_choice = other.chat_error = None
        other._choosing_chat, other._loading_chat = None, _other_chat(runtime, settings)
    return other


def _changed(settings: Settings, options: AskOptions) -> Settings:
    """The settings with the options; the same object where they change nothing."""
    wanted = {
        "model": options.model or settings.chat.model,
        "sources": options.sources or settings.search.sources,
        "lang": options.lang or settings.search.lang,
        "offline": options.offline or settings.flags.offline,
        "strict": options.strict or settings.flags.strict,
    }
    values = {name: value for name, value in wanted.items() if value != settings.value(name)}
    return settings.with_changes(**values) if values else settings


async def _require_model(runtime: Runtime, model: str) -> None:
    """Raise `UnknownModelError` for a model that nobody here offers: a request opens no file and no other server."""
    found = await runtime.available_models()
    if model != runtime.settings.chat.model and not found.has(model):
        ids = ", ".join(one.id for one in found.models[:8]) or "none; " + " ".join(found.problems)
        raise UnknownModelError(chat_failures.NO_MODEL_HERE(model=model), hint=command_results.AVAILABLE(names=ids))


def _other_chat(runtime: Runtime, settings: Settings) -> asyncio.Task[LoadedChat | Exception]:
    """The task that opens the chat model of these settings, once for all questions; one that failed is tried again."""
    key = settings.chat.model, settings.flags.offline
    known = runtime.other_chats.get(key)
    if known is None or (known.done() and (known.cancelled() or _failed(known.result()))):
        known = runtime.other_chats[key] = runtime.start(as_result(partial(_load, runtime, settings), Exception))
    return known


async def _load(runtime: Runtime, settings: Settings) -> LoadedChat:
    if not settings.chat.model and runtime.settings.flags.offline != settings.flags.offline:
        chat = await runtime.chat_ready()  # the usual one, where it is on this machine
        if chat is not None and _is_here(llm.chat_id(chat), settings):
            return LoadedChat(chat, runtime.chat_choice)
    assert runtime.models is not None
    return await load_chat(settings, runtime.models)


def _failed(loaded: LoadedChat | Exception) -> bool:
    return isinstance(loaded, Exception) or loaded.chat is None


def _is_here(model: str, settings: Settings) -> bool:
    """Whether a model runs on this machine; a caller's own is the caller's business."""
    provider = model.partition(":")[0]
    if provider == "ollama":
        return is_loopback(llm.ollama_url(settings.chat.ollama_host))
    return provider != "openai" or is_loopback(settings.chat.openai_base_url or PUBLIC)
