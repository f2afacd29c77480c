"""A server that does not answer costs a second."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from aiohttp import web

from research_agent import llm
from research_agent.settings import Settings
from research_agent.testing.loopback_server import serve
from research_agent_devtools.harness.quickest import quickest

pytestmark = pytest.mark.anyio


SettingsFor = Callable[..., Settings]


async def test_a_server_that_hangs_costs_a_second(settings_for: SettingsFor) -> None:
    ending = asyncio.Event()

    async def hang(request: web.Request) -> web.Response:
        await ending.wait()
        return web.Response()

    app = web.Application()
    app.router.add_get("/api/version", hang)
    async with serve(app) as url:

        async def seconds() -> float:
            begun = asyncio.get_running_loop().time()
            state = await llm.probe_ollama(settings_for(ollama_host=url))
            assert (state.reachable, state.reason) == (False, "no answer within 1 s")
            return asyncio.get_running_loop().time() - begun

        assert await quickest(seconds, limit=1.3) < 1.3
        ending.set()
