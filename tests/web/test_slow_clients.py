"""Clients that send no headers, or read no response."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.responses import StreamingResponse

from research_agent.web import RequestLimits
from research_agent_devtools.harness.web_server import serving

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("sent", [b"", b"POST /api/ask HTTP/1.1\r\nHost: localhost\r\nContent-Ty"])
async def test_a_client_that_does_not_finish_its_headers_is_let_go(tmp_path: Path, sent: bytes) -> None:
    limits = RequestLimits(rate=1e6, burst=1_000_000, read_timeout=0.2)
    async with serving(tmp_path, limits=limits) as served:
        reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
        writer.write(sent)
        assert (await reader.read()).startswith(b"HTTP/1.1 408 ")
        writer.close()


async def test_who_does_not_read_is_let_go(tmp_path: Path) -> None:
    gone = asyncio.Event()

    def change(app: FastAPI) -> None:
        async def endless() -> AsyncIterator[bytes]:
            try:
                while True:
                    yield b"x" * 2**20
                    await asyncio.sleep(0)
            finally:
                gone.set()

        app.add_api_route("/api/endless", lambda: StreamingResponse(endless()))

    limits = RequestLimits(rate=1e6, burst=1_000_000, write_timeout=0.1)
    async with serving(tmp_path, limits=limits, change=change) as served:
        _, writer = await asyncio.open_connection("127.0.0.1", served.port, limit=1)
        bearer = served.bearer["Authorization"]
        writer.write(f"GET /api/endless HTTP/1.1\r\nHost: localhost\r\nAuthorization: {bearer}\r\n\r\n".encode())
        await gone.wait()
        writer.close()


async def test_no_answer_waits_for_an_acknowledgement(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
        writer.write(b"GET /api/health HTTP/1.1\r\nHost: localhost\r\n\r\n")
        await reader.readline()
        assert served.server is not None
        [connection] = served.server.server_state.connections
        sock = connection.transport.get_extra_info("socket")
        assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        writer.close()
