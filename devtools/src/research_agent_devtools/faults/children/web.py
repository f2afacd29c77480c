"""A server in a process of its own, which says on demand how much memory it takes and how late its loop is."""

from __future__ import annotations

import asyncio
import json
import resource
import socket
import sys
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from research_agent.engine import Engine
from research_agent.events import EventHook, Token
from research_agent.settings import load_settings
from research_agent.types import Answer
from research_agent.web import Authenticator, RequestLimits, RunLimits, create_app
from research_agent.web import runs as web_runs
from research_agent.web.auth import TokenStore
from research_agent.web.server import Server, uvicorn_config

BEFORE_IDLE = 500  # events of a run before it stands still
ACTIVE_EVENTS, ACTIVE_PAUSE = 60, 0.05
TICK = 0.01

LATE: list[float] = []


async def research(
    question: str, *, session: str | None, runtime: Any, on_event: EventHook | None, **_: object
) -> Answer:
    """Tell many events, then stand still ("idle"); or tell some, a pause after each ("active")."""
    assert on_event is not None
    if question == "idle":
        for number in range(BEFORE_IDLE):
            on_event(Token(f"word {number} "))
        await asyncio.Event().wait()
    for number in range(ACTIVE_EVENTS):
        on_event(Token(f"word {number} "))
        await asyncio.sleep(ACTIVE_PAUSE)
    return Answer(session=session or "", turn=1, question=question, text="", answer_from="model", status="complete")


@asynccontextmanager
async def nothing(settings: Any, *, memory: Any = None) -> AsyncIterator[Any]:
    yield SimpleNamespace(sources=())


def copying() -> None:
    """Each stream with a copy of the events of its own, as bytes: the naive way to follow."""
    follow = web_runs.Run.follow

    async def own(self: web_runs.Run, after: int = 0, *, heartbeat: float | None = None) -> AsyncGenerator[Any, None]:
        kept = []
        async for item in follow(self, after, heartbeat=heartbeat):
            kept.append(bytearray(400) if item else None)
            yield item

    web_runs.Run.follow = own  # type: ignore[method-assign]


async def sample() -> None:
    """How late the loop is, again and again."""
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + TICK
        await asyncio.sleep(TICK)
        LATE.append(loop.time() - due)


def stats() -> str:
    late = sorted(LATE) or [0.0]
    LATE.clear()
    memory = int(Path("/proc/self/statm").read_text().split()[1]) * 4096
    return json.dumps({"rss": memory, "late_p99": late[int(len(late) * 0.99)], "late_max": late[-1]})


async def answer_on(stdin: asyncio.StreamReader) -> None:
    while await stdin.readline():
        print(stats(), flush=True)


async def main(home: str, kind: str) -> None:
    if kind == "copying":
        copying()
    plenty: dict[str, Any] = {"rate": 1e9, "burst": 10**9} if kind != "limited" else {}
    limits = RequestLimits(connections=10_000, **plenty)
    run_limits = RunLimits(total=500, per_user=500, user_streams=5000, grace=60.0, heartbeat=600.0)
    settings = load_settings({"RESEARCH_AGENT_HOME": home})
    tokens = TokenStore(Path(home))
    users = {name: tokens.add(name) for name in ("ada", "bob")}
    auth = Authenticator(tokens=tokens)
    app = create_app(
        settings, auth, request_limits=limits, run_limits=run_limits, load=lambda: Engine(research, nothing)
    )
    sock = socket.create_server(("127.0.0.1", 0), backlog=2048)

    def told() -> None:
        print(json.dumps({"port": sock.getsockname()[1], "token": auth.token, **users}), flush=True)

    server = Server(uvicorn_config(app, limits), app.state.server, on_start=told)
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    async with app.router.lifespan_context(app), asyncio.TaskGroup() as group:
        sampling = group.create_task(sample())
        serving = group.create_task(server.run_on(sock))
        await answer_on(reader)
        sampling.cancel()
        server.should_exit = server.force_exit = True
        await serving


if __name__ == "__main__":
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 16_384), hard))
    asyncio.run(main(*sys.argv[1:]))
