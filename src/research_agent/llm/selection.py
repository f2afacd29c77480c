"""Chat model selection: which model answers, and how it is opened."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from research_agent.errors import ChatUnavailableError, ResearchAgentError, UnknownModelError, known_error
from research_agent.llm.calls import first_words
from research_agent.llm.llamacpp_process import open_llamacpp
from research_agent.llm.model_files import EMBEDDED, embedded_file
from research_agent.llm.ollama import open_ollama
from research_agent.llm.ollama_probe import probe_ollama
from research_agent.llm.openai import open_openai
from research_agent.messages import chat_failures
from research_agent.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

__all__ = ["PROVIDERS", "ModelChoice", "choose_model", "open_chat", "parse_model_id", "unavailable"]

log = logging.getLogger(__name__)

PROVIDERS = {"ollama": open_ollama, "openai": open_openai, "llamacpp": open_llamacpp}


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """The selected chat model. `id` is `provider:name`."""

    id: str
    reason: str


def parse_model_id(model: str) -> tuple[str, str]:
    """Split `provider:name` at its first colon. Raises `UnknownModelError`."""
    provider, colon, name = model.strip().partition(":")
    if not colon or not name:
        raise UnknownModelError(chat_failures.NOT_AN_ID(model=model), hint=chat_failures.MODEL_FORMS())
    if provider not in PROVIDERS:
        raise UnknownModelError(chat_failures.NO_PROVIDER(provider=provider), hint=chat_failures.MODEL_FORMS())
    return provider, name


async def choose_model(settings: Settings) -> ModelChoice | None:
    """
    Select the model of the settings, else Ollama's newest chat model, else the embedded one, else None.

    Raises `UnknownModelError` for a malformed id; whether a named model answers is not checked before it is opened.
    """
    if settings.chat.model:
        parse_model_id(settings.chat.model)
        return ModelChoice(
            settings.chat.model.strip(),
            chat_failures.NAMED_BY(place=settings.origins.get("model", chat_failures.THE_CALLER())),
        )
    state = await probe_ollama(settings)
    if chats := [model for model in state.models if model.chats]:
        newest = max(chats, key=lambda model: model.modified)
        which = chat_failures.ONLY_MODEL() if len(chats) == 1 else chat_failures.NEWEST_OF(n=len(chats))
        return ModelChoice(f"ollama:{newest.name}", f"{which} at {state.url}")
    without = f"{state.url}: {state.reason or chat_failures.NO_CHATTING_MODEL()}"
    if embedded_file(settings) is not None:
        return ModelChoice(f"llamacpp:{EMBEDDED}", chat_failures.BUILT_IN_BECAUSE(reason=without))
    return None


@asynccontextmanager
async def open_chat(choice: ModelChoice | str, settings: Settings) -> AsyncIterator[BaseChatModel]:
    """
    Open a chat model; a process started for it ends with the context.

    Raises `UsageError` or `ChatError`: whatever a library raises when it is imported or its model is built is a
    `ChatUnavailableError`, and its trace is in the log.
    """
    model = choice if isinstance(choice, str) else choice.id
    provider, name = parse_model_id(model)
    async with AsyncExitStack() as stack:
        try:
            chat = await stack.enter_async_context(PROVIDERS[provider](name, settings))
        except Exception as error:
            raise unavailable(model, error) from error
        yield chat


def unavailable(model: str, error: Exception) -> ResearchAgentError:
    """The error to show for whatever choosing or opening a model raised; one that is not known is logged."""
    if (known := known_error(error)) is not None:
        return known
    log.info("%s could not be opened", model, exc_info=error)
    cause: BaseException = error
    while isinstance(cause, BaseExceptionGroup):
        cause = cause.exceptions[0]
    return ChatUnavailableError(
        chat_failures.NOT_OPENED(model=model, reason=first_words(cause)),
        hint=chat_failures.ASK_DOCTOR(),
    )
