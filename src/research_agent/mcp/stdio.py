"""
MCP over standard input and output (stdio), one message per line.

Meanwhile nothing else reaches standard output: its descriptor is redirected to standard error, and messages go by a
duplicate. Daemon threads read and write, so that a signal ends the process even if its client neither writes nor reads.
"""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import queue
import re
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import NamedTuple, cast

import anyio
from mcp.server.stdio import stdio_server
from mcp_types import INVALID_REQUEST, PARSE_ERROR

from research_agent.concurrency import open_in_background
from research_agent.errors import ResearchAgentError
from research_agent.mcp.messages import RequestId, Screened, error_of, screen
from research_agent.mcp.server import make_server
from research_agent.messages import agent_lines
from research_agent.runtime import open_runtime
from research_agent.settings import Settings

__all__ = ["serve_stdio"]

STDIN, STDOUT, STDERR = 0, 1, 2
CHUNK = 65536  # bytes
MAX_LINE = 4 * 1024 * 1024  # bytes; a longer message is refused
READ_AHEAD = 64  # messages
RESPONSE = re.compile(r'\{"jsonrpc":"2\.0","id":(?P<id>-?\d+|"(?:[^"\\]|\\.)*"),"(?:result|error)":')
"""How the library's response to a request begins."""


async def serve_stdio(settings: Settings) -> None:
    """Serve one client until it closes standard input. When cancelled, the drafts of its turns are saved."""
    with _take_stdio() as pipes:
        try:
            await _serve(settings, pipes)
        except ExceptionGroup as errors:
            # The library was passing on a message when it was cancelled.
            _, others = errors.split((anyio.BrokenResourceError, anyio.ClosedResourceError))
            if others is not None:
                raise
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise asyncio.CancelledError from errors


async def _serve(settings: Settings, pipes: Pipes) -> None:
    lines = _LineReader(pipes.read)
    writer = _Writer(pipes.write, on_closed=lines.end)
    messages = _Messages(lines, writer)
    async with (
        open_in_background(partial(open_runtime, settings), errors=ResearchAgentError) as runtime,
        stdio_server(cast("anyio.AsyncFile[str]", messages), cast("anyio.AsyncFile[str]", messages)) as streams,
    ):
        server = make_server(runtime.get)
        await server.run(streams[0], streams[1], server.create_initialization_options())


class Pipes(NamedTuple):
    """The file descriptors that messages are read from and written to."""

    read: int
    write: int


@contextmanager
def _take_stdio() -> Iterator[Pipes]:
    """Duplicate standard input and output for messages and redirect the originals; children inherit no duplicate."""
    pipes = Pipes(*(fcntl.fcntl(number, fcntl.F_DUPFD_CLOEXEC, 3) for number in (STDIN, STDOUT)))
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, STDIN)
    os.dup2(STDERR, STDOUT)
    os.close(null)
    try:
        yield pipes
    finally:  # the duplicates stay open: a thread may still use them
        os.dup2(pipes.read, STDIN)
        os.dup2(pipes.write, STDOUT)


class _Messages:
    """
    The two directions between the library and the client, of which each line is screened.

    What is no message is answered here, and what comes behind it still read; so is a request whose id another one has
    that is not answered yet.
    """

    def __init__(self, lines: _LineReader, writer: _Writer) -> None:
        self._lines, self._writer = lines, writer
        self._open: set[RequestId] = set()

    async def __aiter__(self) -> AsyncIterator[str]:
        async for line in self._lines:
            screened = self._screened(line)
            if screened.error is not None:
                await self._writer.write(f"{json.dumps(screened.error)}\n")
            elif screened.text:
                yield screened.text

    def _screened(self, line: bytes) -> Screened:
        if len(line) > MAX_LINE:
            text = agent_lines.MESSAGE_TOO_LONG(most=MAX_LINE // 2**20)
            return Screened(error=error_of(PARSE_ERROR, text))
        screened = screen(line)
        if screened.request in self._open:
            text = agent_lines.SAME_ID()
            return Screened(error=error_of(INVALID_REQUEST, text, screened.request))
        if screened.request is not None:
            self._open.add(screened.request)
        if screened.cancelled is not None:
            self._open.discard(screened.cancelled)
        return screened

    async def write(self, text: str) -> None:
        """Write what the library has to say: a line, or several."""
        if match := RESPONSE.match(text):
            self._open.discard(json.loads(match["id"]))
        await self._writer.write(text)

    async def flush(self) -> None:
        """Do nothing: there is no buffer."""


class _LineReader:
    """An async iterator over the lines of a file descriptor, until its other end is closed."""

    def __init__(self, descriptor: int) -> None:
        self._loop = asyncio.get_running_loop()
        self._lines: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._room = threading.Semaphore(READ_AHEAD)
        threading.Thread(target=self._read, args=(descriptor,), name="mcp-read", daemon=True).start()

    def end(self) -> None:
        """End the iteration; may be called from any thread."""
        self._put(None)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while (line := await self._lines.get()) is not None:
            self._room.release()
            yield line

    def _read(self, descriptor: int) -> None:
        partial_line = b""
        with suppress(OSError):
            while chunk := os.read(descriptor, CHUNK):
                *lines, rest = (partial_line + chunk).split(b"\n")
                for line in lines:
                    self._room.acquire()
                    self._put(line)
                partial_line = rest[: MAX_LINE + 1]
            if partial_line:  # the last message, without a line end
                self._put(partial_line)
        self.end()

    def _put(self, line: bytes | None) -> None:
        with suppress(RuntimeError):  # the loop has been closed
            self._loop.call_soon_threadsafe(self._lines.put_nowait, line)


class _Writer:
    """A writer to a file descriptor that discards what is written once its other end is closed."""

    def __init__(self, descriptor: int, on_closed: Callable[[], None]) -> None:
        self._descriptor, self._on_closed = descriptor, on_closed
        self._loop = asyncio.get_running_loop()
        self._pieces: queue.SimpleQueue[tuple[bytes, asyncio.Future[None]]] = queue.SimpleQueue()
        threading.Thread(target=self._write, name="mcp-write", daemon=True).start()

    async def write(self, text: str) -> None:
        """Write the text; waits for as long as the client does not read, or until cancelled."""
        done: asyncio.Future[None] = self._loop.create_future()
        self._pieces.put((text.encode("utf-8", "replace"), done))
        await done

    def _write(self) -> None:
        while True:
            rest, done = self._pieces.get()
            try:
                while rest:
                    rest = rest[os.write(self._descriptor, rest) :]
            except OSError:
                self._on_closed()
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(_settle, done)


def _settle(done: asyncio.Future[None]) -> None:
    if not done.done():  # the waiter may have been cancelled
        done.set_result(None)
