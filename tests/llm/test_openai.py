"""`openai:NAME` against an independent server of OpenAI's protocol: llama.cpp's own."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable
from contextlib import aclosing
from typing import Any

import pytest
from aiohttp import web

from research_agent import llm
from research_agent.errors import ChatResponseError, ChatUnavailableError, ModelNotFoundError
from research_agent.prompts import Prompt
from research_agent.settings import Settings
from research_agent.testing.loopback_server import serve

pytest.importorskip("langchain_openai", reason="the extra `openai` is not installed")
pytestmark = pytest.mark.anyio

SettingsFor = Callable[..., Settings]


@pytest.mark.parts
async def test_llama_cpps_own_server_answers_through_it(
    shared_chat: Any, settings_for: SettingsFor, question: Prompt, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")  # has no part in a call to this machine
    settings = settings_for(
        openai_base_url=f"{await shared_chat.server.url()}/v1", openai_api_key=shared_chat.server.key, offline=True
    )
    async with llm.open_chat("openai:any", settings) as chat:
        pieces = [piece async for piece in llm.stream(chat, question, max_tokens=5, timeout=100)]
        assert "Paris" in await llm.ask(chat, question, max_tokens=12, timeout=100)
        assert (llm.chat_id(chat), llm.context_size(chat)) == ("openai:any", settings.chat.num_ctx)
        assert 3 <= len(pieces) <= 5
        assert not llm.truncated(chat)
        async with aclosing(llm.stream(chat, question, max_tokens=500, timeout=100)) as stream:
            await anext(stream)
    async with llm.open_chat("openai:any", settings_for(**{**_as_dict(settings), "openai_api_key": "no"})) as chat:
        with pytest.raises(ChatUnavailableError, match="refuses access"):
            await llm.ask(chat, question, max_tokens=5, timeout=100)


def _as_dict(settings: Settings) -> dict[str, Any]:
    return {name: settings.value(name) for name in ("openai_base_url", "openai_api_key", "offline")}


CHOICE = {"index": 0, "delta": {"content": "Paris"}, "finish_reason": None}
CHUNK = f"data: {json.dumps({'id': '1', 'model': 'm', 'object': 'chat.completion.chunk', 'choices': [CHOICE]})}\n\n"
BAD = {
    "no such model": (404, '{"error":{"message":"The model `m` does not exist"}}', ModelNotFoundError),
    "cut": (200, CHUNK, ChatResponseError),
    "html": (200, "<html>", ChatResponseError),
    "garbage": (200, "data: {]\n\n", ChatResponseError),
    "error in mid-stream": (200, CHUNK + 'data: {"error":{"message":"boom"}}\n\n', ChatResponseError),
    "500": (500, "upstream", ChatResponseError),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
async def test_what_a_server_does_wrong_is_a_chat_error(case: str, settings_for: SettingsFor, question: Prompt) -> None:
    status, body, kind = BAD[case]

    async def answer(request: web.Request) -> web.Response:
        kind = "text/event-stream" if status == 200 else "application/json"
        return web.Response(status=status, text=body, content_type=kind)

    app = web.Application()
    app.router.add_post("/v1/chat/completions", answer)
    async with serve(app) as url, llm.open_chat("openai:m", settings_for(openai_base_url=f"{url}/v1")) as chat:
        with pytest.raises(kind) as caught:
            await llm.ask(chat, question, max_tokens=5, timeout=100)
    assert caught.value.hint


async def test_nobody_there_no_key_and_no_extra_say_what_to_do(
    settings_for: SettingsFor, question: Prompt, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with llm.open_chat("openai:m", settings_for(openai_base_url="http://127.0.0.1:9/v1")) as chat:
        with pytest.raises(ChatUnavailableError, match="Nothing answers"):
            await llm.ask(chat, question, max_tokens=5, timeout=100)
    with pytest.raises(ChatUnavailableError, match="needs a key"):
        await _open("openai:m", settings_for())
    monkeypatch.setitem(sys.modules, "langchain_openai", None)
    with pytest.raises(ChatUnavailableError, match="extra") as caught:
        await _open("openai:m", settings_for(openai_api_key="k"))
    assert caught.value.hint.endswith("[openai]'")


async def _open(model: str, settings: Settings) -> None:
    async with llm.open_chat(model, settings):
        await asyncio.sleep(0)
