"""The MCP server over streamable HTTP on loopback: mounted, and alone behind its guard."""

from __future__ import annotations

import asyncio
import signal
import socket
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from typing import Any

import anyio
import httpx2
import pytest
import uvicorn
from mcp.client.streamable_http import streamable_http_client

from helpers.mcp_client import COMMAND, MODES, environment
from mcp import Client
from research_agent.mcp import HttpApp, http_app
from research_agent.memory import Memory
from research_agent.runtime import Runtime, open_runtime
from research_agent.settings import load_settings
from research_agent.testing import FakeChat, FakeOllama, FakeSource
from research_agent_devtools.harness.processes import are_gone, family
from research_agent_devtools.harness.scripted_engine import QUESTION, RIVER, TRUE
from research_agent_devtools.world import World

pytestmark = pytest.mark.anyio

RESEARCH = ("research_start", "research_plan", "research_status", "research_report")
NAMES = ["search", "fetch", "library_search", "research", *RESEARCH]

USER: ContextVar[str] = ContextVar("USER")


@asynccontextmanager
async def mounted(chat: FakeChat, *documents: Any) -> AsyncIterator[tuple[str, Memory, list[str]]]:
    """The application in a server; gives its address, its memory, and in whose name each tool asked for the runtime."""
    users: list[str] = []
    source = FakeSource("notes", documents or [RIVER])
    async with open_runtime(load_settings(), sources=[source], chat=chat) as runtime:

        async def opened() -> Runtime:
            users.append(USER.get())
            return runtime

        app = http_app(opened)
        async with app.run(), serving(app) as url:
            yield url, runtime.memory, users


@asynccontextmanager
async def serving(app: HttpApp) -> AsyncIterator[str]:
    async def named(scope: Any, receive: Any, send: Any) -> None:
        """Who mounts it says in whose name a request is; a context variable is how."""
        before = USER.set(dict(scope["headers"]).get(b"x-user", b"").decode())
        try:
            await app(scope, receive, send)
        finally:
            USER.reset(before)

    config = uvicorn.Config(named, port=0, lifespan="off", log_level="warning", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    server.capture_signals = _no_signals  # type: ignore[method-assign]
    listening = config.bind_socket()
    async with asyncio.TaskGroup() as group:
        group.create_task(server.serve(sockets=[listening]))
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}/mcp"
        finally:
            server.should_exit = True


@contextmanager
def _no_signals() -> Iterator[None]:
    yield


@asynccontextmanager
async def client(url: str, mode: Any = "auto", **headers: str) -> AsyncIterator[Client]:
    async with httpx2.AsyncClient(headers=headers, timeout=60) as http:
        async with Client(streamable_http_client(url, http_client=http), mode=mode) as opened:
            yield opened


@pytest.mark.parametrize("mode", MODES)
async def test_search_fetch_and_research_over_http_each_in_the_name_of_who_asked(mode: str) -> None:
    chat = FakeChat(replies=("Lumen", TRUE))
    async with mounted(chat) as (url, _, users):
        async with client(url, mode, **{"x-user": "ann"}) as ann, client(url, mode, **{"x-user": "bob"}) as bob:
            assert [tool.name for tool in (await ann.list_tools()).tools] == NAMES
            (found,) = (await ann.call_tool("search", {"query": QUESTION})).structured_content["results"]
            assert (await bob.call_tool("fetch", {"id": found["id"]})).structured_content["text"] == RIVER.text
            answered = await bob.call_tool("research", {"question": QUESTION})
            assert answered.structured_content["citations"][0]["quote"] == "The Lumen is 412 kilometres long."
            assert users == ["ann", "bob"]


@pytest.mark.parametrize("mode", MODES)
async def test_a_call_that_is_cancelled_over_http_is_kept_as_interrupted(mode: str) -> None:
    chat = FakeChat(replies=("Lumen", TRUE), delay=0.5)
    async with mounted(chat) as (url, memory, _):
        async with client(url, mode) as agent:
            with anyio.CancelScope() as scope:

                async def heard(progress: float, total: float | None, message: str | None) -> None:
                    if "pieces so far" in (message or ""):
                        scope.cancel()

                given = {"question": QUESTION, "session": "s"}
                await agent.call_tool("research", given, progress_callback=heard)
            assert scope.cancelled_caught
            while not await memory.sessions():  # noqa: ASYNC110 - there is no event for it
                await asyncio.sleep(0.02)
            assert [turn.answer.status for turn in await memory.turns("s")] == ["interrupted"]


async def test_what_utf8_cannot_hold_and_what_is_too_long_can_be_given() -> None:
    odd = "The Lumen is 412 kilometres long. \ud800\x00 " + "x" * 300_000
    async with mounted(FakeChat(), odd) as (url, _, _), client(url) as agent:
        (found,) = (await agent.call_tool("search", {"query": QUESTION})).structured_content["results"]
        told = (await agent.call_tool("fetch", {"id": found["id"]})).structured_content
    assert told["text"] == odd[:200_000].replace("\ud800", "\ufffd")
    assert told["metadata"]["cut"] == f"the first 200,000 of {len(odd):,} characters"


@contextmanager
def alone() -> Iterator[tuple[str, str, subprocess.Popen[str]]]:
    """`research-agent mcp --http`: its address, its token, its process."""
    with World().in_thread() as world, FakeOllama().in_thread() as ollama:
        environ = environment(world.environ, ollama.environ)
        with subprocess.Popen([*COMMAND, "--http"], stdout=subprocess.PIPE, text=True, env=environ) as process:
            try:
                assert process.stdout is not None
                url, _, _, token = process.stdout.readline().split()
                yield url, token, process
            finally:
                process.kill()


async def test_alone_it_serves_who_has_the_token_and_nobody_else() -> None:
    with alone() as (url, token, process):
        assert url.startswith("http://127.0.0.1:")
        async with client(url, authorization=f"Bearer {token}") as agent:
            assert (await agent.call_tool("search", {"query": "transformer machine learning"})).structured_content
        good = {"authorization": f"Bearer {token}"}
        async with httpx2.AsyncClient(timeout=60) as http:
            assert (await http.post(url, json={})).status_code == 401
            plain = {**good, "content-type": "text/plain"}
            assert (await http.post(url, headers=plain, content="{}")).status_code == 400
            assert (await http.post(url + "x", headers=good, json={})).status_code == 404
            assert (await http.post(url, headers=good, content=b"x" * 2_000_000)).status_code == 413
        everyone = [process.pid, *family(process.pid)]
        process.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(process.wait) == 0
        assert are_gone(everyone)


def test_a_port_that_is_taken_is_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = subprocess.run([*COMMAND, "--http", "--port", port], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"error: Port {port} cannot be used:")
