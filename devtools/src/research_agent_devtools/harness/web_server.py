"""A whole server on loopback: the real app in the test's own loop, fake sources and chat model."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
from fastapi import FastAPI
from yarl import URL

from research_agent.engine import Engine
from research_agent.pipeline import research
from research_agent.runtime import Runtime, open_runtime
from research_agent.settings import Settings, load_settings
from research_agent.testing import FakeChat, FakeSource
from research_agent.web import Authenticator, RequestLimits, RunLimits, ServerState, create_app
from research_agent.web.auth import TokenStore
from research_agent.web.server import Server, uvicorn_config
from research_agent_devtools.harness.callers_models import callers_models
from research_agent_devtools.harness.scripted_engine import RIVER, TRUE

USUAL = RunLimits()
PLENTY = RequestLimits(rate=1e6, burst=1_000_000)


@dataclass
class Served:
    """A server that is up."""

    app: FastAPI
    url: str
    port: int
    state: ServerState
    http: aiohttp.ClientSession
    names: dict[str, str] = field(default_factory=dict)
    server: Server | None = None

    @property
    def bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.state.auth.token}"}

    def of(self, name: str) -> dict[str, str]:
        """The header of a named user."""
        return {"Authorization": f"Bearer {self.names[name]}"}

    async def post(self, path: str, body: Any, **headers: str) -> aiohttp.ClientResponse:
        """A POST as the main user."""
        reply = await self.http.post(self.url + path, json=body, headers={**self.bearer, **headers})
        return reply

    async def get(self, path: str, **headers: str) -> aiohttp.ClientResponse:
        """A GET as the main user."""
        reply = await self.http.get(self.url + path, headers={**self.bearer, **headers})
        return reply

    async def get_json(self, path: str) -> Any:
        """The JSON that a GET of an encoded path gives the main user."""
        reply = await self.http.get(URL(self.url + path, encoded=True), headers=self.bearer)
        assert reply.status == 200, (path, await reply.text())
        return await reply.json()


@asynccontextmanager
async def serving(
    home: Path,
    *,
    chat: Any = None,
    sources: Any = None,
    users: tuple[str, ...] = (),
    limits: RequestLimits = PLENTY,
    run_limits: RunLimits = USUAL,
    password: str = "",
    environ: dict[str, str] | None = None,
    change: Callable[[FastAPI], None] = lambda app: None,
    engine: Engine | None = None,
) -> AsyncIterator[Served]:
    """Serve while the context lasts; `change` breaks the app before it starts."""
    settings = load_settings({**callers_models(), "RESEARCH_AGENT_HOME": str(home), **(environ or {})})
    model = chat if chat is not None else FakeChat(replies=("Lumen", TRUE))
    found = [FakeSource("notes", [RIVER])] if sources is None else sources

    def opened(settings: Settings, *, memory: Any = None) -> AbstractAsyncContextManager[Runtime]:
        return open_runtime(settings, memory=memory, sources=found, chat=model)

    tokens = TokenStore(home)
    names = {name: tokens.add(name) for name in users}
    auth = Authenticator(tokens=tokens, password=password)
    engine = engine or Engine(research, opened)
    app = create_app(settings, auth, request_limits=limits, run_limits=run_limits, load=lambda: engine)
    change(app)
    sock = socket.create_server(("127.0.0.1", 0))
    port = sock.getsockname()[1]
    started = asyncio.Event()
    server = Server(uvicorn_config(app, limits), app.state.server, on_start=started.set)
    raised: BaseException | None = None
    async with app.router.lifespan_context(app), asyncio.TaskGroup() as group:
        running = group.create_task(server.run_on(sock))
        replies: list[aiohttp.ClientResponse] = []
        async with aiohttp.ClientSession(trace_configs=[_noting(replies)]) as http:
            await started.wait()
            served = Served(app, f"http://127.0.0.1:{port}", port, app.state.server, http, names, server)
            try:
                yield served
            except BaseException as error:  # noqa: BLE001 - raised again below, not in a group of groups
                raised = error
            for reply in replies:
                reply.close()
        server.should_exit = True
        await running
    if raised is not None:
        raise raised


def _noting(replies: list[aiohttp.ClientResponse]) -> aiohttp.TraceConfig:
    """Note every answer, so that those a test does not read are closed too."""

    async def note(_: object, __: object, ended: aiohttp.TraceRequestEndParams) -> None:
        replies.append(ended.response)

    trace = aiohttp.TraceConfig()
    trace.on_request_end.append(note)
    return trace
