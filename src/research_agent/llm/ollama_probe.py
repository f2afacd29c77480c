"""What an Ollama server says of itself: its version and its models, read in at most one second."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from research_agent.llm.endpoints import is_loopback, ollama_url, without_userinfo
from research_agent.settings import Settings

__all__ = ["OllamaModel", "OllamaState", "probe_ollama", "show_model"]

SECONDS = 1.0
# Families that embed and cannot chat; servers before 0.6.4 do not list capabilities.
EMBEDDING_FAMILIES = frozenset(
    {"bert", "nomic-bert", "nomic-bert-moe", "jina-bert-v2", "xlm-roberta", "gemma-embedding"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OllamaModel:
    """One model of a server; `modified` is ISO 8601, `context` the tokens it was made for, if the server says."""

    name: str
    modified: str
    chats: bool
    context: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OllamaState:
    """How an Ollama server is: `reason` says why it is not reachable. `url` holds no password."""

    reachable: bool
    url: str
    version: str = ""
    models: tuple[OllamaModel, ...] = ()
    reason: str = ""


async def probe_ollama(settings: Settings) -> OllamaState:
    """Ask for `/api/version` and `/api/tags`; never raises for anything that a server does."""
    import aiohttp

    url = ollama_url(settings.chat.ollama_host)
    shown = without_userinfo(url)
    if settings.flags.offline and not is_loopback(url):
        return OllamaState(reachable=False, url=shown, reason="not this machine, and --offline was given")
    try:
        async with asyncio.timeout(SECONDS), aiohttp.ClientSession(trust_env=not is_loopback(url)) as session:
            version = await _json(session, "GET", f"{url}/api/version")
            tags = await _json(session, "GET", f"{url}/api/tags")
    except TimeoutError:
        return OllamaState(reachable=False, url=shown, reason=f"no answer within {SECONDS:g} s")
    except aiohttp.ClientConnectorError:
        return OllamaState(reachable=False, url=shown, reason="nothing listens there")
    except (aiohttp.ClientError, ValueError) as error:
        return OllamaState(reachable=False, url=shown, reason=f"it does not speak Ollama's protocol: {error}")
    models = tags.get("models")
    found = [_model(entry) for entry in models if isinstance(entry, Mapping)] if isinstance(models, list) else []
    return OllamaState(
        reachable=True,
        url=shown,
        version=str(version.get("version", "")),
        models=tuple(model for model in found if model.name),
    )


async def show_model(name: str, settings: Settings) -> Mapping[str, Any]:
    """What `/api/show` says of a model, empty when it says nothing: the chat call itself gives the real error."""
    import aiohttp

    url = ollama_url(settings.chat.ollama_host)
    try:
        async with asyncio.timeout(SECONDS), aiohttp.ClientSession(trust_env=not is_loopback(url)) as session:
            return await _json(session, "POST", f"{url}/api/show", {"model": name})
    except (TimeoutError, aiohttp.ClientError, ValueError):
        return {}


async def _json(session: Any, method: str, url: str, body: object = None) -> Mapping[str, Any]:
    async with session.request(method, url, json=body, raise_for_status=True) as response:
        value = await response.json(content_type=None)
    if not isinstance(value, Mapping):
        raise ValueError(f"{url.rpartition('/')[2]} is not a JSON object")
    return value


def _model(entry: Mapping[str, Any]) -> OllamaModel:
    given = entry.get("details")
    details: Mapping[str, Any] = given if isinstance(given, Mapping) else {}
    capabilities, several = entry.get("capabilities"), details.get("families")
    families = several if isinstance(several, list) else [details.get("family")]
    context = details.get("context_length")
    return OllamaModel(
        name=str(entry.get("model") or entry.get("name") or ""),
        modified=str(entry.get("modified_at") or ""),
        chats="completion" in capabilities
        if isinstance(capabilities, list)
        else EMBEDDING_FAMILIES.isdisjoint(map(str, families)),
        context=context if isinstance(context, int) else None,
    )
