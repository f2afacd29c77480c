"""Ollama provider, through LangChain's `ChatOllama`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from research_agent.llm.calls import SEED, import_quietly
from research_agent.llm.endpoints import ollama_url, refuse_remote
from research_agent.llm.model_info import info_of
from research_agent.llm.ollama_probe import fetch_details, parameters_of
from research_agent.llm.reply_stream import reply_hooks
from research_agent.llm.transport import client_options, proxy_for
from research_agent.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_ollama import ChatOllama

__all__ = ["open_ollama"]


@asynccontextmanager
async def open_ollama(name: str, settings: Settings) -> AsyncIterator[BaseChatModel]:
    """
    Open a `ChatOllama` that always sends `num_ctx`: Ollama's default silently drops the beginning of a long prompt.

    The first call finds out whether the server answers. Raises `ChatUnavailableError` for a remote one if `--offline`,
    or with a proxy that cannot be used.
    """
    url = ollama_url(settings.chat.ollama_host)
    refuse_remote(url, settings)
    proxy, shown = proxy_for(url, f"ollama:{name}")
    async with asyncio.TaskGroup() as group:  # the import takes longer than the server
        details = group.create_task(fetch_details(name, settings))
        module = group.create_task(import_quietly("langchain_ollama"))

    def build() -> ChatOllama:
        options = {"timeout": settings.chat.timeout, **client_options(url, proxy)}
        return _build(module.result().ChatOllama, name, details.result(), settings, options)

    chat = await asyncio.to_thread(build)
    info_of(chat).billions, info_of(chat).proxy = parameters_of(details.result()), shown
    try:
        yield chat
    finally:
        await chat._async_client.close()  # type: ignore[no-untyped-call]
        chat._client.close()  # type: ignore[no-untyped-call]


def _build(
    kind: type[ChatOllama], name: str, details: Mapping[str, Any], settings: Settings, client_options: dict[str, Any]
) -> ChatOllama:
    capabilities = details.get("capabilities")
    return kind(
        model=name,
        base_url=ollama_url(settings.chat.ollama_host),
        num_ctx=min(settings.chat.num_ctx, _context(details) or settings.chat.num_ctx),
        temperature=0.0,
        seed=SEED,
        # Reasoning would use up the tokens of the answer; models without it may reject the parameter.
        reasoning=False if isinstance(capabilities, list) and "thinking" in capabilities else None,
        client_kwargs=client_options,
        async_client_kwargs={"event_hooks": reply_hooks("ollama")},
    )


def _context(details: Mapping[str, Any]) -> int | None:
    """Trained context length in tokens; `model_info` has it under the name of the architecture."""
    info = details.get("model_info")
    if not isinstance(info, Mapping):
        return None
    sizes = (size for key, size in info.items() if key.endswith(".context_length"))
    return next((size for size in sizes if isinstance(size, int) and size > 0), None)
