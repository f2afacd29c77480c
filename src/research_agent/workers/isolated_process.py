"""
Subprocess for untrusted input: one script in an isolated Python, with hard limits, no environment and a lifeline.

Frames go in and out: a length of four bytes (big-endian), then as many bytes. What comes out is bytes and nothing more:
the child reads what strangers wrote, so nothing of it is unpickled here.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process, SubprocessStreamProtocol
from contextlib import suppress
from pathlib import Path
from typing import Self, cast

from research_agent.errors import WorkerCrashError, WorkerTimeoutError
from research_agent.messages import worker_failures
from research_agent.settings import child_environment
from research_agent.workers.lifeline import open_lifeline

__all__ = ["IsolatedProcess", "exit_status"]

RLIMITS = Path(__file__).with_name("rlimits.py")
# Each thread of the C library reserves 64 MB of address space otherwise, which counts as memory.
ONE_ARENA = {"MALLOC_ARENA_MAX": "1"}
_BUFFER = 64 * 1024
_REAP = 2.0


class IsolatedProcess:
    """One child process, made by `start`; gone after an error. `uses` counts answers; a pool replaces a worn one."""

    def __init__(self, protocol: _GroupProtocol, lifeline: int, output: int) -> None:
        self.uses, self.is_worn = 0, False
        self._transport, self._lifeline, self._output = protocol.transport, lifeline, output
        self._process = Process(protocol.transport, protocol, asyncio.get_running_loop())

    @classmethod
    async def start(cls, script: Path, *arguments: str, memory: int, seconds: int, output: int) -> Self:
        """
        Start `script` (standard library only) with its arguments.

        Its limits: `memory` bytes of address space, `seconds` of processor time in its life, `output` bytes an answer.
        Raises `WorkerCrashError` when it cannot be started.
        """
        lifeline, own_end = open_lifeline()
        try:
            _, protocol = await asyncio.get_running_loop().subprocess_exec(
                _GroupProtocol,
                sys.executable,
                *("-I", "-S", str(RLIMITS), str(memory), str(seconds), str(lifeline), str(script), *arguments),
                stdin=PIPE,
                stdout=PIPE,
                stderr=DEVNULL,
                env=child_environment() | ONE_ARENA,
                pass_fds=(lifeline,),
                start_new_session=True,
            )
        except BaseException as error:
            os.close(own_end)
            if isinstance(error, OSError):
                raise WorkerCrashError(worker_failures.CHILD_NOT_STARTED(error=error)) from error
            raise
        finally:
            os.close(lifeline)
        return cls(protocol, own_end, output)

    @property
    def pid(self) -> int:
        """Process id, which is also that of its process group."""
        return self._process.pid

    async def ask(self, *frames: bytes, timeout: float) -> bytes:
        """
        Send the frames; the one it answers with.

        Raises `WorkerTimeoutError` after `timeout` seconds, `WorkerCrashError` when it dies or answers at too great
        length. After these, and when cancelled, it is killed.
        """
        try:
            async with asyncio.timeout(timeout):
                answer = await self._converse(frames)
        except BaseException as error:
            await self.end()
            if isinstance(error, TimeoutError):
                raise WorkerTimeoutError(worker_failures.CHILD_TOO_SLOW(seconds=timeout)) from error
            if isinstance(error, OSError | asyncio.IncompleteReadError):
                raise WorkerCrashError(
                    worker_failures.CHILD_DIED(reason=exit_status(self._process.returncode))
                ) from error
            raise
        self.uses += 1
        return answer

    async def end(self) -> None:
        """Kill it and whatever it started, reap it and close its pipes. Calling it again does nothing."""
        if self._process.returncode is None:
            _kill_group(self._process.pid)
        with suppress(TimeoutError):
            async with asyncio.timeout(_REAP):
                await self._process.wait()
        self._transport.close()
        if self._lifeline >= 0:
            os.close(self._lifeline)
            self._lifeline = -1

    async def _converse(self, frames: tuple[bytes, ...]) -> bytes:
        writer, reader = self._process.stdin, self._process.stdout
        assert writer is not None
        assert reader is not None
        for frame in frames:
            writer.write(len(frame).to_bytes(4, "big"))
            writer.write(frame)
        # Drained last: a child that answers while it reads would wait for us as we for it.
        length = int.from_bytes(await reader.readexactly(4), "big")
        if length > self._output:
            raise WorkerCrashError(worker_failures.CHILD_TOO_MUCH(most=self._output))
        answer = await reader.readexactly(length)
        try:
            await writer.drain()
        except ConnectionError:  # it ended without reading everything: that is no failure
            self.is_worn = True
        return answer


class _GroupProtocol(SubprocessStreamProtocol):
    """Streams of a child whose process group ends with it: what it started might hold its pipes open."""

    def __init__(self) -> None:
        super().__init__(limit=_BUFFER, loop=asyncio.get_running_loop())

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.SubprocessTransport", transport)
        super().connection_made(transport)

    def process_exited(self) -> None:
        _kill_group(self.transport.get_pid())
        super().process_exited()


def _kill_group(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


def exit_status(code: int | None) -> str:
    """Return code of a child in words: the signal that ended it, or its exit code."""
    return signal.Signals(-code).name if code is not None and code < 0 else worker_failures.EXIT_CODE(code=code)
