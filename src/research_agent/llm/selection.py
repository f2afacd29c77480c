"""Which chat model answers, and how it is opened."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from research_agent.errors import ChatUnavailableError, UnknownModelError
from research_agent.llm.ollama_probe import probe_ollama
from research_agent.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

__all__ = ["EMBEDDED", "PROVIDERS", "ModelChoice", "choose_model", "embedded_file", "open_chat", "parse_model_id"]

PROVIDERS = ("ollama", "openai", "llamacpp")
EMBEDDED = "smollm2"
FORMS = "Use ollama:llama3.2, openai:MODEL, llamacpp:smollm2 or llamacpp:/path/to/model.gguf."


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """The chat model of a run. `id` is `provider:name`; `context` its window in tokens, when known beforehand."""

    id: str
    reason: str
    context: int | None = None


def parse_model_id(model: str) -> tuple[str, str]:
    """Split `provider:name` at its first colon. Raises `UnknownModelError`."""
    provider, colon, name = model.strip().partition(":")
    if not colon or not name:
        raise UnknownModelError(f"{model!r} is not PROVIDER:NAME.", hint=FORMS)
    if provider not in PROVIDERS:
        raise UnknownModelError(f"There is no provider {provider!r} for a chat model.", hint=FORMS)
    return provider, name


async def choose_model(settings: Settings) -> ModelChoice | None:
    """
    The model that settings name, else Ollama's newest that can chat, else the embedded one, else None.

    Raises `UnknownModelError` for a name that cannot be; whether the named model answers shows when it is opened.
    """
    if settings.chat.model:
        parse_model_id(settings.chat.model)
        return ModelChoice(settings.chat.model.strip(), f"named by {settings.origins.get('model', 'the caller')}")
    state = await probe_ollama(settings)
    if chats := [model for model in state.models if model.chats]:
        newest = max(chats, key=lambda model: model.modified)
        which = "the only chat model" if len(chats) == 1 else f"newest of {len(chats)} chat models"
        return ModelChoice(f"ollama:{newest.name}", f"{which} at {state.url}", newest.context)
    without = f"{state.url}: {state.reason or 'no model that can chat'}"
    if embedded_file(settings) is not None:
        return ModelChoice(f"llamacpp:{EMBEDDED}", f"embedded, because Ollama is not usable ({without})")
    return None


@asynccontextmanager
async def open_chat(choice: ModelChoice | str, settings: Settings) -> AsyncIterator[BaseChatModel]:
    """
    The chat model of that id, ready; what had to be started for it ends with the context.

    Raises `UnknownModelError` or a `ChatError`.
    """
    provider, name = parse_model_id(choice if isinstance(choice, str) else choice.id)
    if provider == "ollama":
        from research_agent.llm.ollama import open_ollama as open_provider
    elif provider == "openai":
        from research_agent.llm.openai import open_openai as open_provider
    else:
        from research_agent.llm.llamacpp_process import open_llamacpp as open_provider
    async with open_provider(name, settings) as chat:
        yield chat


def embedded_file(settings: Settings) -> Path | None:
    """The GGUF file of the embedded chat model, None until `setup` has brought it."""
    folder = settings.parts / EMBEDDED
    try:
        file = folder / json.loads((folder / "part.json").read_text("utf-8"))["file"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return file if file.is_file() else None


def gguf_file(name: str, settings: Settings) -> Path:
    """The file behind `llamacpp:NAME`. Raises `ChatUnavailableError` when it is not there."""
    if name == EMBEDDED:
        if (file := embedded_file(settings)) is None:
            raise ChatUnavailableError("The embedded chat model is not set up.", hint="Run: research-agent setup")
        return file
    file = Path(name).expanduser().absolute()
    if not file.is_file():
        raise ChatUnavailableError(f"There is no model file {name!r}.", hint=FORMS)
    return file
