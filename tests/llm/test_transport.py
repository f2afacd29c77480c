"""Chat models are reached by the user's proxies, or one line says why not; nothing that a library raises is a trace."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web

from research_agent import llm
from research_agent.errors import ChatUnavailableError, SettingsError
from research_agent.llm import selection
from research_agent.llm.transport import client_options, proxy_for
from research_agent.prompts import Prompt
from research_agent.settings import Settings
from research_agent.testing import FakeOllama
from research_agent.testing.loopback_server import serve

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("patient_probe")]

SettingsFor = Callable[..., Settings]
REMOTE = "http://model.example:11434"
CHOICE = {"index": 0, "delta": {"content": "Paris"}, "finish_reason": "stop"}
CHUNK = {"id": "1", "model": "m", "object": "chat.completion.chunk", "choices": [CHOICE]}
SOCKS = ["socks5://127.0.0.1:7891", "socks://127.0.0.1:7891/", "socks5h://me:canary@127.0.0.1:7891", "socks4://h:1"]


@asynccontextmanager
async def openai_proxy() -> AsyncIterator[tuple[str, list[str]]]:
    """A proxy that answers for every OpenAI server itself; its address, and the logins that came."""
    logins: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        logins.append(request.headers.get("Proxy-Authorization", ""))
        return web.Response(text=f"data: {json.dumps(CHUNK)}\n\ndata: [DONE]\n\n", content_type="text/event-stream")

    app = web.Application()
    app.router.add_post("/v1/chat/completions", answer)
    async with serve(app) as url:
        yield url, logins


async def test_a_remote_ollama_is_reached_by_the_proxy(
    settings_for: SettingsFor, question: Prompt, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with FakeOllama() as proxy:
        monkeypatch.setenv("ALL_PROXY", proxy.url)
        monkeypatch.setenv("NO_PROXY", "localhost,127.0.0.1,::1,[::1]")
        settings = settings_for(ollama_host=REMOTE)
        assert (await llm.probe_ollama(settings)).reachable
        async with llm.open_chat("ollama:llama3.2", settings) as chat:
            assert await llm.ask(chat, question, max_tokens=7, timeout=100) == "capital france"


async def test_a_remote_openai_server_is_reached_by_the_proxy_with_its_login(
    settings_for: SettingsFor, question: Prompt, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("langchain_openai")
    async with openai_proxy() as (url, logins):
        monkeypatch.setenv("HTTP_PROXY", url.replace("//", "//me:p%40ss@"))
        monkeypatch.setenv("OPENAI_PROXY", "socks5://canary:1")  # LangChain's own; it would refuse our clients
        async with llm.open_chat("openai:m", settings_for(openai_base_url="http://model.example/v1")) as chat:
            assert await llm.ask(chat, question, max_tokens=7, timeout=100) == "Paris"
    assert logins == ["Basic bWU6cEBzcw=="]  # me:p@ss


@pytest.mark.parametrize("value", SOCKS)
@pytest.mark.parametrize("model", ["ollama:llama3.2", "openai:m"])
async def test_a_proxy_that_cannot_be_used_is_one_line(
    value: str, model: str, settings_for: SettingsFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALL_PROXY", value)
    settings = settings_for(ollama_host=REMOTE, openai_base_url="http://model.example/v1")
    with pytest.raises(ChatUnavailableError, match=rf"^{model} could not be reached: ALL_PROXY names") as caught:
        async with llm.open_chat(model, settings):
            pass
    assert "canary" not in caught.value.message
    assert "HTTP_PROXY" in caught.value.hint
    state = await llm.probe_ollama(settings)
    assert not state.reachable
    assert "ALL_PROXY" in state.reason


@pytest.mark.parametrize("value", SOCKS)
async def test_a_model_of_this_machine_answers_whatever_the_proxy_is(
    value: str, settings_for: SettingsFor, question: Prompt, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("NO_PROXY", "[::1]")
    async with FakeOllama() as ollama:
        async with llm.open_chat("ollama:llama3.2", settings_for(ollama_host=ollama.url)) as chat:
            assert await llm.ask(chat, question, max_tokens=7, timeout=100) == "capital france"


@pytest.mark.parametrize("model", ["ollama:llama3.2", "openai:m"])
async def test_a_proxy_that_does_not_answer_is_blamed_and_not_the_server(
    model: str, settings_for: SettingsFor, question: Prompt, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://me:canary@127.0.0.1:9")
    settings = settings_for(ollama_host=REMOTE, openai_base_url="http://model.example/v1")
    with pytest.raises(ChatUnavailableError, match=r"by the proxy: http_proxy = http://127\.0\.0\.1:9\.$") as caught:
        async with llm.open_chat(model, settings) as chat:
            await llm.ask(chat, question, max_tokens=7, timeout=100)
    assert "NO_PROXY" in caught.value.hint
    assert "canary" not in caught.value.hint
    assert "http_proxy" in (await llm.probe_ollama(settings)).reason


async def test_a_proxy_that_wants_a_login_says_so(
    settings_for: SettingsFor, question: Prompt, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(request: web.Request) -> web.Response:
        return web.Response(status=407)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", refuse)
    async with serve(app) as url:
        monkeypatch.setenv("HTTP_PROXY", url)
        with pytest.raises(ChatUnavailableError, match="by the proxy: HTTP_PROXY"):
            async with llm.open_chat("ollama:llama3.2", settings_for(ollama_host=REMOTE)) as chat:
                await llm.ask(chat, question, max_tokens=7, timeout=100)


def test_clients_of_libraries_read_nothing_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    assert proxy_for("http://127.0.0.1:11434", "it") == (None, "")
    monkeypatch.setenv("HTTPS_PROXY", "http://me:pw@proxy:1")
    assert proxy_for("https://model.example", "it") == ("http://me:pw@proxy:1", "HTTPS_PROXY = http://proxy:1")
    options = client_options("http://model.example", None)
    assert options["trust_env"] is False
    assert options["verify"].get_ca_certs() == []
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/ca.pem")
    with pytest.raises(ChatUnavailableError, match="SSL_CERT_FILE"):
        client_options("https://model.example", None)


BUGS = [RuntimeError("boom"), TypeError(), ImportError("no such name"), OSError(2, "x")]


@pytest.mark.parametrize("bug", [*BUGS, ExceptionGroup("", BUGS)], ids=repr)
async def test_whatever_building_a_model_raises_is_a_chat_error(
    bug: Exception, settings_for: SettingsFor, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    @asynccontextmanager
    async def broken(*args: Any) -> AsyncIterator[Any]:
        raise bug
        yield

    caplog.set_level(logging.INFO, "research_agent")
    monkeypatch.setitem(selection.PROVIDERS, "ollama", broken)
    with pytest.raises(ChatUnavailableError, match=r"^ollama:m could not be opened: \S") as caught:
        async with llm.open_chat("ollama:m", settings_for()):
            pass
    assert "doctor" in caught.value.hint
    assert "Traceback" in caplog.text


async def test_an_error_that_is_known_stays_itself(settings_for: SettingsFor) -> None:
    with pytest.raises(SettingsError, match="OLLAMA_HOST"):
        async with llm.open_chat("ollama:m", settings_for(ollama_host="http://a:port")):
            pass


async def test_an_error_of_the_caller_is_not_taken_for_the_models(settings_for: SettingsFor) -> None:
    async with FakeOllama() as ollama:
        with pytest.raises(RuntimeError, match="mine"):
            async with llm.open_chat("ollama:llama3.2", settings_for(ollama_host=ollama.url)):
                raise RuntimeError("mine")


@pytest.mark.parametrize("proxy", ["http://proxy.example:1", "socks5://127.0.0.1:7891"])
async def test_langchain_says_nothing_of_proxies_to_the_user(
    proxy: str, settings_for: SettingsFor, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    pytest.importorskip("langchain_openai")
    monkeypatch.setattr("langchain_openai.chat_models._client_utils._proxy_env_warning_emitted", False)
    monkeypatch.setenv("HTTP_PROXY", proxy)
    monkeypatch.setenv("NO_PROXY", "[::1]")
    async with llm.open_chat("openai:m", settings_for(openai_base_url="http://127.0.0.1:9/v1")):
        pass
    assert caplog.records == []
