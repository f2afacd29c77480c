"""A model is downloaded by Ollama: its progress, and what goes wrong, said in a line."""

from __future__ import annotations

import pytest
from aiohttp import web

from research_agent.errors import ChatError, ChatUnavailableError, ModelNotFoundError
from research_agent.llm.ollama_pull import PullStep, pull_model
from research_agent.settings import load_settings
from research_agent.testing import FakeOllama
from research_agent.testing.loopback_server import serve

pytestmark = pytest.mark.anyio


async def pulled(name: str, host: str) -> list[PullStep]:
    return [step async for step in pull_model(name, load_settings({"OLLAMA_HOST": host}))]


async def test_each_step_comes_and_the_last_is_success() -> None:
    async with FakeOllama() as ollama:
        steps = await pulled("tiny", ollama.url)
        assert "tiny" in ollama.models
    assert [(step.status, step.done, step.total) for step in steps] == [
        ("pulling manifest", 0, 0),
        ("pulling 8eeb52dfb3bb", 0, 300),
        ("pulling 8eeb52dfb3bb", 100, 300),
        ("pulling 8eeb52dfb3bb", 300, 300),
        ("verifying sha256 digest", 0, 0),
        ("success", 0, 0),
    ]


@pytest.mark.parametrize(
    ("name", "kind", "message"),
    [
        ("no-such", ModelNotFoundError, "Ollama knows no model 'no-such'."),
        ("broken", ChatUnavailableError, "The download of broken broke off."),
    ],
)
async def test_a_download_that_fails_is_an_error(name: str, kind: type[ChatError], message: str) -> None:
    async with FakeOllama() as ollama:
        with pytest.raises(kind) as caught:
            await pulled(name, ollama.url)
    assert caught.value.message == message
    assert caught.value.hint


@pytest.mark.parametrize("body", [b"<html>", b"[1]\n", b'{"error": "no space left on device"}\n'])
async def test_a_server_that_says_something_else_is_an_error(body: bytes) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(body=body)

    app = web.Application()
    app.router.add_post("/api/pull", answer)
    async with serve(app) as url:
        with pytest.raises(ChatUnavailableError):
            await pulled("tiny", url)


async def test_nobody_there_is_an_error() -> None:
    with pytest.raises(ChatUnavailableError, match="does not answer"):
        await pulled("tiny", "127.0.0.1:9")
