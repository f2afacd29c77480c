"""
The protocol on standard input and output, a message a line.

While it runs, nothing else reaches standard output: its descriptor leads to standard error, and the messages go by a
copy. Reading and writing are done in threads that nobody waits for, so that a signal ends the process although its
client neither writes nor reads.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import queue
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import NamedTuple, cast

import anyio
from mcp.server.stdio import stdio_server

from research_agent.concurrency import open_in_background
from research_agent.errors import ResearchAgentError
from research_agent.mcp.server import make_server
from research_agent.runtime import open_runtime
from research_agent.settings import Settings

__all__ = ["serve_stdio"]

STDIN, STDOUT, STDERR = 0, 1, 2
AT_ONCE = 65536
LONGEST_LINE = 4 * 1024 * 1024  # bytes; of a longer message only the beginning is kept, which is no message
READ_AHEAD = 64  # messages


async def serve_stdio(settings: Settings) -> None:
    """Serve one client until it closes standard input. When cancelled, what was streamed of its turns is kept."""
    with _wire() as wire:
        try:
            await _serve(settings, wire)
        except ExceptionGroup as errors:
            # What the library was passing on when it was stopped had nowhere to go.
            _, others = errors.split((anyio.BrokenResourceError, anyio.ClosedResourceError))
            if others is not None:
                raise
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise asyncio.CancelledError from errors


async def _serve(settings: Settings, wire: Wire) -> None:
    lines = _Lines(wire.read)
    writer = _Writer(wire.write, on_gone=lines.end)
    async with (
        open_in_background(partial(open_runtime, settings), errors=ResearchAgentError) as runtime,
        stdio_server(cast("anyio.AsyncFile[str]", lines), cast("anyio.AsyncFile[str]", writer)) as streams,
    ):
        server = make_server(runtime.get)
        await server.run(streams[0], streams[1], server.create_initialization_options())


class Wire(NamedTuple):
    """The descriptors that messages come and go by."""

    read: int
    write: int


@contextmanager
def _wire() -> Iterator[Wire]:
    """Take standard input and output for the messages alone; no child inherits them."""
    wire = Wire(*(fcntl.fcntl(number, fcntl.F_DUPFD_CLOEXEC, 3) for number in (STDIN, STDOUT)))
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, STDIN)
    os.dup2(STDERR, STDOUT)
    os.close(nothing)
    try:
        yield wire
    finally:  # the copies stay open: a thread may still be at them
        os.dup2(wire.read, STDIN)
        os.dup2(wire.write, STDOUT)


class _Lines:
    """What comes in, a line at a time, until the other side has closed."""

    def __init__(self, descriptor: int) -> None:
        self._loop = asyncio.get_running_loop()
        self._lines: asyncio.Queue[str | None] = asyncio.Queue()
        self._room = threading.Semaphore(READ_AHEAD)
        threading.Thread(target=self._read, args=(descriptor,), name="mcp-read", daemon=True).start()

    def end(self) -> None:
        """Nothing comes any more; may be called from any thread."""
        self._put(None)

    async def __aiter__(self) -> AsyncIterator[str]:
        while (line := await self._lines.get()) is not None:
            self._room.release()
            yield line

    def _read(self, descriptor: int) -> None:
        held = b""
        with suppress(OSError):
            while piece := os.read(descriptor, AT_ONCE):
                *whole, rest = (held + piece).split(b"\n")
                for line in whole:
                    self._room.acquire()
                    self._put(line[:LONGEST_LINE].decode("utf-8", "replace"))
                held = rest[:LONGEST_LINE]
        self.end()

    def _put(self, line: str | None) -> None:
        with suppress(RuntimeError):  # the loop has ended: nobody reads any more
            self._loop.call_soon_threadsafe(self._lines.put_nowait, line)


class _Writer:
    """What goes out. When the other side is gone, what is written goes nowhere."""

    def __init__(self, descriptor: int, on_gone: Callable[[], None]) -> None:
        self._descriptor, self._on_gone = descriptor, on_gone
        self._loop = asyncio.get_running_loop()
        self._pieces: queue.SimpleQueue[tuple[bytes, asyncio.Future[None]]] = queue.SimpleQueue()
        threading.Thread(target=self._write, name="mcp-write", daemon=True).start()

    async def write(self, text: str) -> None:
        """Write all of it, or wait for ever while the client does not read; cancelling ends the wait."""
        done: asyncio.Future[None] = self._loop.create_future()
        self._pieces.put((text.encode("utf-8", "replace"), done))
        await done

    async def flush(self) -> None:
        """Nothing is held back."""

    def _write(self) -> None:
        while True:
            rest, done = self._pieces.get()
            try:
                while rest:
                    rest = rest[os.write(self._descriptor, rest) :]
            except OSError:
                self._on_gone()
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(_settle, done)


def _settle(done: asyncio.Future[None]) -> None:
    if not done.done():  # whoever waited may have been cancelled
        done.set_result(None)
