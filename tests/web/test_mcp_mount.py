"""Agents at /mcp: the official client through the guard, each caller in the own store, nothing lost at the end."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import httpx2
import pytest
from mcp.client.streamable_http import streamable_http_client

from helpers.mcp_client import MODES
from mcp import Client
from research_agent.testing import FakeChat
from research_agent.web import mcp_mount
from research_agent_devtools.harness.scripted_engine import QUESTION, TRUE
from research_agent_devtools.harness.web_server import Served, serving

pytestmark = pytest.mark.anyio

RESEARCH = ("research_start", "research_plan", "research_status", "research_report")
NAMES = ["search", "fetch", "library_search", "research", *RESEARCH]

HELLO = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}


@asynccontextmanager
async def client(served: Served, headers: dict[str, str], mode: Any = "auto") -> AsyncIterator[Client]:
    async with httpx2.AsyncClient(headers=headers, timeout=60) as http:
        async with Client(streamable_http_client(f"{served.url}/mcp", http_client=http), mode=mode) as opened:
            yield opened


@pytest.mark.parametrize("mode", MODES)
async def test_an_agent_searches_reads_and_asks_and_its_turn_is_in_the_callers_store(tmp_path: Path, mode: str) -> None:
    async with serving(tmp_path, users=("ann",)) as served:
        async with client(served, served.of("ann"), mode) as agent:
            assert [tool.name for tool in (await agent.list_tools()).tools] == NAMES
            (found,) = (await agent.call_tool("search", {"query": QUESTION})).structured_content["results"]
            read = (await agent.call_tool("fetch", {"id": found["id"]})).structured_content
            assert "412 kilometres" in read["text"]
            told = (await agent.call_tool("research", {"question": QUESTION})).structured_content
            assert told["citations"][0]["quote"] in read["text"]
        ann = await (await served.http.get(f"{served.url}/api/sessions", headers=served.of("ann"))).json()
        assert [session["session"] for session in ann["sessions"]] == [told["session"]]
        assert (await (await served.get("/api/sessions")).json())["sessions"] == []


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"Authorization": "Bearer wrong"}, 401),
        ({"Origin": "https://elsewhere.example"}, 403),
        ({"Host": "elsewhere.example"}, 421),
    ],
)
async def test_the_guard_stands_before_it(tmp_path: Path, headers: dict[str, str], status: int) -> None:
    async with serving(tmp_path) as served:
        given = headers if status == 401 else {**served.bearer, **headers}
        reply = await served.http.post(f"{served.url}/mcp", json=HELLO, headers=given)
        assert reply.status == status


class Talking(FakeChat):
    """Goes on for ever; `said` is set once it has said something that can be kept."""

    said: asyncio.Event

    async def _astream(self, messages: Any, *args: Any, **kwargs: Any) -> AsyncIterator[Any]:
        words = 0
        async for chunk in super()._astream(messages, *args, **kwargs):
            yield chunk
            if (words := words + 1) > 20:
                self.said.set()
                await asyncio.Event().wait()


async def test_what_an_agent_asked_for_is_kept_when_the_server_ends(tmp_path: Path) -> None:
    chat = Talking(replies=("Lumen", f"{TRUE} {' '.join(map(str, range(99)))}"), said=asyncio.Event())

    async def ask(served: Served) -> None:
        async with client(served, served.bearer) as agent:
            await agent.call_tool("research", {"question": QUESTION, "session": "s"})

    async with asyncio.TaskGroup() as group:
        async with serving(tmp_path, chat=chat) as served:
            asking = group.create_task(_whatever(ask(served)))
            await chat.said.wait()
        asking.cancel()
    async with serving(tmp_path) as served:
        (turn,) = (await (await served.get("/api/sessions/s")).json())["turns"]
        assert turn["status"] == "interrupted"
        assert turn["answer"].startswith("The Lumen is 412 kilometres long. [1]")


async def _whatever(asking: Any) -> None:
    """The server goes away under the client, which may say so in many ways."""
    with contextlib.suppress(Exception):
        await asking


async def test_without_the_extra_it_says_what_to_install(tmp_path: Path) -> None:
    with mock.patch.object(mcp_mount, "find_spec", return_value=None):
        async with serving(tmp_path) as served:
            reply = await served.post("/mcp", HELLO)
            assert reply.status == 501
            assert (await reply.json())["error"]["hint"].endswith("[mcp]'")


def test_the_server_does_not_import_the_protocol_before_it_is_asked() -> None:
    code = "import research_agent.web.app, sys; print('mcp' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
