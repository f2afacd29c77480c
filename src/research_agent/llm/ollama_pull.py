"""Download of a model by an Ollama server (`/api/pull`), with its progress."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from research_agent.errors import ChatUnavailableError, ModelNotFoundError
from research_agent.llm.endpoints import ollama_url, refuse_remote, without_userinfo
from research_agent.llm.transport import proxy_for
from research_agent.messages import chat_models
from research_agent.settings import Settings

__all__ = ["PullStep", "pull_model"]

SILENT = 120.0  # seconds without a line, while it checks a large file
LONGEST_LINE = 64 * 1024


@dataclass(frozen=True, slots=True)
class PullStep:
    """What the server does: `done` of `total` bytes of the file `digest`, 0 where it does not say."""

    status: str
    digest: str = ""
    done: int = 0
    total: int = 0


async def pull_model(name: str, settings: Settings) -> AsyncIterator[PullStep]:
    """
    Let Ollama download a model; the last step has the status "success". What is there already is not brought again.

    Raises `ModelNotFoundError` for a name that no model has, `ChatUnavailableError` when the server is not there, is
    not this machine with `--offline`, or breaks off.
    """
    import aiohttp

    url = ollama_url(settings.chat.ollama_host)
    refuse_remote(url, settings)
    proxy, _ = proxy_for(url, f"ollama:{name}")
    shown, done = without_userinfo(url), False
    limit = aiohttp.ClientTimeout(total=None, sock_connect=5.0, sock_read=SILENT)
    try:
        async with (
            aiohttp.ClientSession(proxy=proxy, timeout=limit, read_bufsize=LONGEST_LINE) as session,
            session.post(f"{url}/api/pull", json={"model": name, "stream": True}) as response,
        ):
            async for line in response.content:
                step = _step(json.loads(line), name, shown)
                done = step.status == "success"
                yield step
    except (TimeoutError, aiohttp.ClientError, OSError) as error:
        raise ChatUnavailableError(chat_models.OLLAMA_SILENT(url=shown), hint=chat_models.START_OLLAMA()) from error
    except ValueError as error:
        raise ChatUnavailableError(chat_models.NOT_OLLAMA(url=shown), hint=chat_models.START_OLLAMA()) from error
    if not done:
        raise ChatUnavailableError(chat_models.PULL_BROKE_OFF(name=name), hint=chat_models.PULL_AGAIN(name=name))


def _step(said: dict[str, Any], name: str, url: str) -> PullStep:
    """One line of the stream. Raises `ModelNotFoundError`, `ChatUnavailableError` for an error in it."""
    if not isinstance(said, dict):
        raise ValueError("a line is no object")
    if error := said.get("error"):
        if "not exist" in str(error) or "not found" in str(error):
            raise ModelNotFoundError(chat_models.NO_SUCH_MODEL(name=name), hint=chat_models.SEE_MODELS())
        raise ChatUnavailableError(
            chat_models.PULL_REFUSED(url=url, reason=str(error)[:200]), hint=chat_models.PULL_AGAIN(name=name)
        )
    sizes = [value if isinstance(value := said.get(key), int) else 0 for key in ("completed", "total")]
    return PullStep(str(said.get("status", "")), str(said.get("digest", "")), *sizes)
