"""One loopback server below HTTP: for each path it says the bytes it was told to, whole or not, at once or slowly."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

__all__ = ["Script", "Wire", "answer", "dripping", "redirect", "reset", "saying", "serving", "silent"]

Script = Callable[[asyncio.StreamReader, asyncio.StreamWriter, str], Awaitable[None]]
"""What is done once a request has come; the text is its first line and headers."""


@dataclass
class Wire:
    """A server that is up: its scripts by path, and the heads of the requests that came."""

    scripts: dict[str, Script]
    url: str = ""
    heads: list[str] = field(default_factory=list)
    ending: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            self.heads.append(head)
            path = head.split(" ")[1].partition("?")[0]
            await self.scripts[path](reader, writer, head)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # whoever asked has had enough
        except asyncio.CancelledError:
            pass  # the server goes down; raised, the stream's own callback would complain
        finally:
            writer.close()

    async def raw(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """In place of `handle` for what does not wait for a request: a TLS greeting answered at a byte a time."""
        with suppress(OSError, asyncio.CancelledError):
            await self.scripts["*"](reader, writer, "")
        writer.close()


@asynccontextmanager
async def serving(scripts: Mapping[str, Script], *, at_once: bool = False) -> AsyncIterator[Wire]:
    """Serve `scripts`; with `at_once` the one called "*" starts before a request has come."""
    wire = Wire(dict(scripts))
    server = await asyncio.start_server(wire.raw if at_once else wire.handle, "127.0.0.1", 0, limit=2**20)
    wire.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield wire
    finally:
        wire.ending.set()
        server.close()


def answer(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    """A whole answer."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def saying(*pieces: bytes) -> Script:
    """Say these bytes, then close."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: str) -> None:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()

    return script


def redirect(to: str, status: int = 302) -> Script:
    """Send the asker elsewhere; `{query}` becomes the query that came."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: str) -> None:
        query = head.split(" ")[1].partition("?")[2]
        location = to.replace("{query}", query)
        writer.write(answer(b"", f"Location: {location}", status=f"{status} Elsewhere"))
        await writer.drain()

    return script


def dripping(start: bytes, drop: bytes, *, times: int, pause: float) -> Script:
    """Say `start`, then `drop` again and again, `pause` seconds apart."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: str) -> None:
        writer.write(start)
        for _ in range(times):
            await writer.drain()
            await asyncio.sleep(pause)
            writer.write(drop)

    return script


def silent(seconds: float) -> Script:
    """Say nothing for so long."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: str) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await reader.read()

    return script


def reset(before: bytes = b"") -> Script:
    """Say the bytes, then reset the connection."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: str) -> None:
        writer.write(before)
        await writer.drain()
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()

    return script
