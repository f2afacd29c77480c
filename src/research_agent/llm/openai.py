"""OpenAI-compatible provider, through LangChain's `ChatOpenAI` (the extra `openai`)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from research_agent.errors import ChatUnavailableError
from research_agent.installation import extra_hint
from research_agent.llm.calls import SEED, import_quietly
from research_agent.llm.endpoints import refuse_remote
from research_agent.llm.model_info import info_of
from research_agent.llm.reply_stream import reply_hooks
from research_agent.llm.transport import client_options, proxy_for
from research_agent.messages import chat_failures
from research_agent.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_openai import ChatOpenAI

__all__ = ["open_openai"]

PUBLIC = "https://api.openai.com/v1"


@asynccontextmanager
async def open_openai(name: str, settings: Settings) -> AsyncIterator[BaseChatModel]:
    """
    Open a `ChatOpenAI` at `OPENAI_BASE_URL`. Local servers need no key; OpenAI's own does.

    Raises `ChatUnavailableError` when the extra is not installed, for a remote server with `--offline`, or with a proxy
    that cannot be used.
    """
    url = settings.chat.openai_base_url or PUBLIC
    refuse_remote(url, settings)
    if url == PUBLIC and not settings.chat.openai_api_key:
        raise ChatUnavailableError(chat_failures.NEEDS_KEY(name=name), hint=chat_failures.SET_KEY())
    proxy, shown = proxy_for(url, f"openai:{name}")
    try:
        openai, module = await import_quietly("openai"), await import_quietly("langchain_openai")
    except ImportError as error:
        raise ChatUnavailableError(
            chat_failures.NEEDS_EXTRA(name=name), hint=await asyncio.to_thread(extra_hint, "openai")
        ) from error

    def build() -> ChatOpenAI:
        options = client_options(url, proxy)
        chat: ChatOpenAI = module.ChatOpenAI(
            model=name,
            base_url=url,
            api_key=settings.chat.openai_api_key or "none",
            temperature=0.0,
            seed=SEED,
            timeout=settings.chat.timeout,
            max_retries=1,
            stream_usage=True,
            # With clients, no options and no proxy of its own it reads no proxy variable, and warns of none.
            http_client=openai.DefaultHttpxClient(**options),
            http_async_client=openai.DefaultAsyncHttpxClient(**options, event_hooks=reply_hooks("openai")),
            http_socket_options=(),
            openai_proxy=None,
        )
        return chat

    chat = await asyncio.to_thread(build)
    info_of(chat).context, info_of(chat).proxy = settings.chat.num_ctx, shown
    try:
        yield chat
    finally:
        await chat.root_async_client.close()
        chat.root_client.close()
