"""Chat models that can be used here: what Ollama, the OpenAI-compatible server and the embedded part offer."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from research_agent.errors import ChatError, SettingsError
from research_agent.llm.endpoints import is_loopback, ollama_url, without_userinfo
from research_agent.llm.model_files import EMBEDDED, embedded_file
from research_agent.llm.model_size import size_of
from research_agent.llm.ollama_probe import probe_ollama
from research_agent.llm.transport import proxy_for
from research_agent.messages import chat_models
from research_agent.settings import Settings

__all__ = ["AvailableModel", "AvailableModels", "available_models", "memory_bytes"]

SECONDS = 1.0  # for a server to list its models
MOST_LISTED = 200  # models of one server: a public one lists hundreds
CONTAINER_LIMIT = Path("/sys/fs/cgroup/memory.max")
ROOM = 1.2
"""What a loaded model needs of memory, as a multiple of its file: the weights, and the context beside them."""
UNUSABLE = ("embed", "whisper", "tts", "dall-e", "moderation", "transcribe", "image", "rerank")
"""Parts of the names under which servers list models that do not chat: OpenAI's list says nothing else of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AvailableModel:
    """
    Chat model that a question can be asked with. `id` is `provider:name`, `place` the server or "this machine".

    `bytes` is the size of its file and `billions` that of its parameters, None where unknown. `fits` says whether the
    memory of this machine holds it, None for a model that runs elsewhere or whose size is unknown.
    """

    id: str
    place: str
    bytes: int | None = None
    billions: float | None = None
    fits: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AvailableModels:
    """All models that can be used, those of this machine first; `problems` are lines on servers that did not answer."""

    models: tuple[AvailableModel, ...] = ()
    problems: tuple[str, ...] = ()

    def has(self, model: str) -> bool:
        """Whether a model of this id can be used; Ollama's tag `latest` may be left out."""
        return any(one.id in (model, f"{model}:latest") for one in self.models)


async def available_models(settings: Settings) -> AvailableModels:
    """List the models, within about a second; a server that does not answer is a problem, never an error."""
    async with asyncio.TaskGroup() as group:
        ollama = group.create_task(_of_ollama(settings))
        openai = group.create_task(_of_openai(settings))
        embedded = group.create_task(asyncio.to_thread(_embedded, settings))
    found = (ollama.result(), openai.result(), embedded.result())
    return AvailableModels(
        models=tuple(model for one in found for model in one.models),
        problems=tuple(line for one in found for line in one.problems),
    )


def memory_bytes() -> int | None:
    """Physical memory of this machine, or of its container; None where the system does not say."""
    try:
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return None
    try:
        return min(memory, int(CONTAINER_LIMIT.read_text("ascii")))
    except (OSError, ValueError):  # there is no such file, or it says "max"
        return memory


async def _of_ollama(settings: Settings) -> AvailableModels:
    try:
        state = await probe_ollama(settings)
    except SettingsError as error:
        return AvailableModels(problems=(error.message,))
    if not state.reachable:
        return AvailableModels(problems=(chat_models.OLLAMA_SAYS(url=state.url, reason=state.reason),))
    here = is_loopback(ollama_url(settings.chat.ollama_host))
    newest_first = sorted((one for one in state.models if one.chats), key=lambda one: one.modified, reverse=True)
    models = (
        AvailableModel(
            id=f"ollama:{one.name}",
            place=state.url,
            bytes=one.bytes,
            billions=size_of(f"ollama:{one.name}", one.billions),
            fits=_fits(one.bytes) if here else None,
        )
        for one in newest_first
    )
    return AvailableModels(models=tuple(models))


async def _of_openai(settings: Settings) -> AvailableModels:
    """The models of `OPENAI_BASE_URL`, or of OpenAI where there is a key; none is asked for where neither is set."""
    import aiohttp

    from research_agent.llm.openai import PUBLIC

    key, url = settings.chat.openai_api_key, (settings.chat.openai_base_url or PUBLIC).rstrip("/")
    if not (settings.chat.openai_base_url or key) or (settings.flags.offline and not is_loopback(url)):
        return AvailableModels()
    shown = without_userinfo(url)
    try:
        proxy, _ = proxy_for(url, "it")
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        async with (
            asyncio.timeout(SECONDS),
            aiohttp.ClientSession(proxy=proxy, headers=headers) as session,
            session.get(f"{url}/models", raise_for_status=True) as response,
        ):
            names = _listed(await response.json(content_type=None))
    except TimeoutError:
        return AvailableModels(problems=(chat_models.NO_LIST_IN_TIME(url=shown, seconds=SECONDS),))
    except (aiohttp.ClientError, OSError, ValueError, ChatError):
        return AvailableModels(problems=(chat_models.NO_LIST(url=shown),))
    models = (AvailableModel(id=f"openai:{name}", place=shown, billions=size_of(f"openai:{name}")) for name in names)
    return AvailableModels(models=tuple(models))


def _listed(reply: object) -> list[str]:
    """Names of chat models in the reply of `/models`, sorted. Raises `ValueError` for another reply."""
    entries = reply.get("data") if isinstance(reply, Mapping) else None
    if not isinstance(entries, list):
        raise ValueError("no list of models")
    names = {name for entry in entries if isinstance(entry, Mapping) and isinstance(name := _name(entry), str)}
    return sorted(name for name in names if name and not any(part in name.lower() for part in UNUSABLE))[:MOST_LISTED]


def _name(entry: Mapping[str, Any]) -> object:
    return entry.get("id")


def _embedded(settings: Settings) -> AvailableModels:
    file = embedded_file(settings)
    if file is None:
        return AvailableModels(problems=(chat_models.BUILT_IN_MISSING(),))
    size, model = _size(file), f"llamacpp:{EMBEDDED}"
    return AvailableModels(
        models=(
            AvailableModel(
                id=model, place=chat_models.THIS_MACHINE(), bytes=size, billions=size_of(model), fits=_fits(size)
            ),
        )
    )


def _size(file: Path) -> int | None:
    try:
        return file.stat().st_size
    except OSError:
        return None


def _fits(size: int | None) -> bool | None:
    memory = memory_bytes()
    return size * ROOM <= memory if size is not None and memory is not None else None
