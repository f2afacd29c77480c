"""Probe of an Ollama server: version and models, within one second."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from research_agent.errors import ChatError
from research_agent.llm.endpoints import is_loopback, ollama_url, without_userinfo
from research_agent.llm.model_size import parse_size
from research_agent.llm.transport import proxy_for
from research_agent.messages import chat_failures
from research_agent.settings import Settings

__all__ = ["OllamaModel", "OllamaState", "fetch_details", "parameters_of", "probe_ollama"]

SECONDS = 1.0
# Families that embed and cannot chat; servers before 0.6.4 do not list capabilities.
EMBEDDING_FAMILIES = frozenset(
    {"bert", "nomic-bert", "nomic-bert-moe", "jina-bert-v2", "xlm-roberta", "gemma-embedding"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OllamaModel:
    """
    One model of a server.

    `modified` is ISO 8601, `context` its trained context length in tokens, `billions` its parameters and `bytes` the
    size of its file, if known.
    """

    name: str
    modified: str
    chats: bool
    context: int | None = None
    billions: float | None = None
    bytes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OllamaState:
    """State of an Ollama server; `reason` says why it is not reachable. `url` contains no password."""

    reachable: bool
    url: str
    version: str = ""
    models: tuple[OllamaModel, ...] = ()
    reason: str = ""


async def probe_ollama(settings: Settings) -> OllamaState:
    """Request `/api/version` and `/api/tags`; a failing server is a state, never an error."""
    import aiohttp

    url = ollama_url(settings.chat.ollama_host)
    safe_url = without_userinfo(url)
    if settings.flags.offline and not is_loopback(url):
        return OllamaState(reachable=False, url=safe_url, reason=chat_failures.NOT_THIS_MACHINE())
    try:
        proxy, shown = proxy_for(url, "it")
        async with asyncio.timeout(SECONDS), aiohttp.ClientSession(proxy=proxy) as session:
            version = await _json(session, "GET", f"{url}/api/version")
            tags = await _json(session, "GET", f"{url}/api/tags")
    except TimeoutError:
        return OllamaState(reachable=False, url=safe_url, reason=chat_failures.NO_ANSWER_WITHIN(seconds=SECONDS))
    except ChatError as error:
        return OllamaState(reachable=False, url=safe_url, reason=error.message.rstrip("."))
    except aiohttp.ClientProxyConnectionError:
        return OllamaState(reachable=False, url=safe_url, reason=chat_failures.PROXY_SILENT(proxy=shown))
    except aiohttp.ClientConnectorError:
        return OllamaState(reachable=False, url=safe_url, reason=chat_failures.NOTHING_LISTENS())
    except (aiohttp.ClientError, OSError, ValueError) as error:
        return OllamaState(reachable=False, url=safe_url, reason=chat_failures.NOT_OLLAMA(error=error))
    models = tags.get("models")
    known = [_model(entry) for entry in models if isinstance(entry, Mapping)] if isinstance(models, list) else []
    return OllamaState(
        reachable=True,
        url=safe_url,
        version=str(version.get("version", "")),
        models=tuple(model for model in known if model.name),
    )


async def fetch_details(name: str, settings: Settings) -> Mapping[str, Any]:
    """Details of a model from `/api/show`, empty when the request fails: the chat call reports the error."""
    import aiohttp

    url = ollama_url(settings.chat.ollama_host)
    try:
        proxy, _ = proxy_for(url, "it")
        async with asyncio.timeout(SECONDS), aiohttp.ClientSession(proxy=proxy) as session:
            return await _json(session, "POST", f"{url}/api/show", {"model": name})
    except (TimeoutError, OSError, aiohttp.ClientError, ValueError, ChatError):
        return {}


def parameters_of(entry: Mapping[str, Any]) -> float | None:
    """Billions of parameters that `/api/show` or `/api/tags` says a model has; None when it does not."""
    details = entry.get("details")
    size = details.get("parameter_size") if isinstance(details, Mapping) else None
    return parse_size(size) if isinstance(size, str) else None


async def _json(session: Any, method: str, url: str, body: object = None) -> Mapping[str, Any]:
    async with session.request(method, url, json=body, raise_for_status=True) as response:
        value = await response.json(content_type=None)
    if not isinstance(value, Mapping):
        raise ValueError(f"{url.rpartition('/')[2]} is not a JSON object")
    return value


def _model(entry: Mapping[str, Any]) -> OllamaModel:
    value = entry.get("details")
    details: Mapping[str, Any] = value if isinstance(value, Mapping) else {}
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
        billions=parameters_of(entry),
        bytes=size if isinstance(size := entry.get("size"), int) and size > 0 else None,
    )
