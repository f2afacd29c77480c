"""An independent imitation of Ollama (ollama-proxy-plus) in front of the embedded server, unchanged."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from research_agent import llm
from research_agent.errors import ChatError
from research_agent.prompts import Prompt
from research_agent.settings import Settings

PROXY = shutil.which("ollama-proxy", path=str(Path(sys.executable).parent))
pytestmark = [
    pytest.mark.anyio,
    pytest.mark.parts,
    pytest.mark.usefixtures("patient_probe"),
    pytest.mark.skipif(PROXY is None, reason="ollama-proxy-plus is not installed"),
]


@pytest.fixture(scope="module")
async def proxied(shared_chat: Any, anyio_backend: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """The proxy's address."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path_factory.mktemp("proxy")),
        "PROVIDERS_LOCAL_BASE_URL": f"{await shared_chat.server.url()}/v1",
        "PROVIDERS_LOCAL_API_KEY": shared_chat.server.key,
        "EXTRA_MODELS": "local/smollm2",
    }
    for _ in range(3):  # it cannot choose a port by itself, and somebody may take the one that was free
        port = _free_port()
        async with _running(port, environment) as proxy:
            if await _answers(proxy, port):
                yield f"http://127.0.0.1:{port}"
                return
    pytest.fail("the proxy does not start")


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@asynccontextmanager
async def _running(port: int, environment: dict[str, str]) -> AsyncIterator[asyncio.subprocess.Process]:
    assert PROXY is not None
    command = [PROXY, "serve", "--host", "127.0.0.1", "--port", str(port)]
    proxy = await asyncio.create_subprocess_exec(
        *command, env=environment, cwd=environment["HOME"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield proxy
    finally:
        with suppress(ProcessLookupError):
            proxy.kill()
        await proxy.wait()


async def _answers(proxy: asyncio.subprocess.Process, port: int) -> bool:
    """Wait until it listens; False when it ends instead."""
    async with asyncio.timeout(100):
        while proxy.returncode is None:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.05)
            else:
                writer.close()
                return True
    return False


async def test_its_models_are_seen(proxied: str, settings_for: Callable[..., Settings]) -> None:
    state = await llm.probe_ollama(settings_for(ollama_host=proxied))
    assert state.reachable
    assert "local/smollm2" in {model.name for model in state.models}


async def test_its_model_answers_unchanged(
    proxied: str, settings_for: Callable[..., Settings], question: Prompt
) -> None:
    async with llm.open_chat("ollama:local/smollm2", settings_for(ollama_host=proxied)) as chat:
        pieces = [piece async for piece in llm.stream(chat, question, max_tokens=12, timeout=100)]
        assert "Paris" in "".join(pieces)
        assert len(pieces) > 3
        assert await llm.ask(chat, question, max_tokens=12, timeout=100) == "".join(pieces)


@pytest.mark.parametrize("name", ["nope", "zz/nope"])
async def test_a_model_it_does_not_have_is_a_chat_error(
    name: str, proxied: str, settings_for: Callable[..., Settings], question: Prompt
) -> None:
    async with llm.open_chat(f"ollama:{name}", settings_for(ollama_host=proxied)) as chat:
        with pytest.raises(ChatError) as caught:
            await llm.ask(chat, question, max_tokens=12, timeout=100)
    assert caught.value.hint
