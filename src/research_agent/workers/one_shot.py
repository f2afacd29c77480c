"""
One script, one input, one output, then gone: for work on bytes that came from strangers.

The script runs in an isolated Python of its own session, with next to no environment, within the limits that
`limits.py` sets, and never outlives its time, its caller or the whole program.
"""

from __future__ import annotations

import asyncio
import math
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import cast

from research_agent.errors import WorkerCrashError, WorkerTimeoutError
from research_agent.settings import child_environment
from research_agent.workers.lifeline import open_lifeline

__all__ = ["run_child"]

LIMITS = Path(__file__).with_name("rlimits.py")
_ERROR_OUTPUT = 64 * 1024
_STDERR = 2
_REAP = 1.0
# Each thread of the C library reserves 64 MB of address space otherwise, which counts as memory.
ONE_ARENA = {"MALLOC_ARENA_MAX": "1"}


async def run_child(argv: Sequence[str], data: bytes, *, timeout: float, memory: int, output: int) -> bytes:
    """
    Run a Python script (standard library only) with `data` on its standard input; what it printed.

    `argv` is the script's path and its arguments, `timeout` in seconds, `memory` and `output` in bytes. Raises
    `WorkerTimeoutError` when time is over, `WorkerCrashError` when it cannot start, ends with another exit code than 0
    or prints more than `output`. However this ends, cancelled too, the process and whatever it started are killed.
    """
    lifeline, own_end = open_lifeline()
    limits = (str(memory), str(math.ceil(timeout) + 1), str(lifeline))
    try:
        transport, child = await asyncio.get_running_loop().subprocess_exec(
            lambda: _Child(output),
            sys.executable,
            *("-I", "-S", str(LIMITS), *limits, *argv),
            env=child_environment() | ONE_ARENA,
            pass_fds=(lifeline,),
            start_new_session=True,
        )
        try:
            async with asyncio.timeout(timeout):
                await child.converse(data)
        finally:
            await child.end()
    except TimeoutError as error:
        raise WorkerTimeoutError(f"A child process took longer than {timeout:g} s.") from error
    except OSError as error:
        raise WorkerCrashError(f"A child process could not be started: {error}.") from error
    finally:
        os.close(lifeline)
        os.close(own_end)
    if len(child.printed) > output:
        raise WorkerCrashError(f"A child process printed more than {output:,} bytes.")
    if code := transport.get_returncode():
        raise WorkerCrashError(f"A child process died ({_last_words(code, child.errors)}).")
    return bytes(child.printed)


class _Child(asyncio.SubprocessProtocol):
    """Collects what a child prints. asyncio's streams would tell of its end only once all its pipes are closed."""

    def __init__(self, output: int) -> None:
        self.printed, self.errors = bytearray(), bytearray()
        self._output = output
        self._gone = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.SubprocessTransport", transport)

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        if fd == _STDERR:
            self.errors = (self.errors + data)[-_ERROR_OUTPUT:]
        elif len(self.printed) <= self._output:
            self.printed += data
            if len(self.printed) > self._output:
                self._kill_group()

    def process_exited(self) -> None:
        # What the script started has no more reason to be, and may hold the pipes open.
        self._kill_group()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._gone.done():
            self._gone.set_result(None)

    async def converse(self, data: bytes) -> None:
        """Feed it, and wait until it has gone. It may end without reading everything: that is no failure."""
        stdin = cast("asyncio.WriteTransport", self._transport.get_pipe_transport(0))
        stdin.write(data)
        stdin.close()
        await asyncio.shield(self._gone)

    async def end(self) -> None:
        """Kill the group and reap its leader; close the pipes even if a grandchild that left the group holds them."""
        if self._transport.get_returncode() is None:
            self._kill_group()
        with suppress(TimeoutError):
            async with asyncio.timeout(_REAP):
                await asyncio.shield(self._gone)
        self._transport.close()

    def _kill_group(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._transport.get_pid(), signal.SIGKILL)


def _last_words(code: int, errors: bytearray) -> str:
    if code < 0:
        return signal.Signals(-code).name
    lines = errors.decode("utf-8", "replace").strip().splitlines()
    return lines[-1][:200] if lines else f"exit code {code}"
