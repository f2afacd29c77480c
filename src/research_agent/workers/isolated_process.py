"""
A child like those of `child.py` - limits, no environment, lifeline - that is kept: a frame goes in, a frame comes out.

What it answers is bytes and nothing more: it reads what strangers wrote, so that nothing of it is unpickled here.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from contextlib import suppress
from pathlib import Path

from research_agent.errors import WorkerCrashError, WorkerTimeoutError
from research_agent.settings import child_environment
from research_agent.workers.lifeline import open_lifeline
from research_agent.workers.one_shot import LIMITS, ONE_ARENA

__all__ = ["WarmChild"]

_REAP = 2.0


class WarmChild:
    """One process; made by `start`. After an error it is gone, and another must be made."""

    def __init__(self, process: Process, lifeline: int, output: int) -> None:
        self._process, self._lifeline, self._output = process, lifeline, output

    @classmethod
    async def start(cls, script: Path, *arguments: str, memory: int, seconds: int, output: int) -> WarmChild:
        """
        Start `script` with its arguments, within `memory` bytes and `seconds` of processor time in its life, for
        answers of `output` bytes.

        Raises `WorkerCrashError` when it cannot be started.
        """
        lifeline, own_end = open_lifeline()
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                *("-I", "-S", str(LIMITS), str(memory), str(seconds), str(lifeline), str(script), *arguments),
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
                raise WorkerCrashError(f"A child process could not be started: {error}.") from error
            raise
        finally:
            os.close(lifeline)
        return cls(process, own_end, output)

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    async def ask(self, *frames: bytes, timeout: float) -> bytes:
        """
        Send the frames; the one it answers with.

        Raises `WorkerTimeoutError` after `timeout` seconds, `WorkerCrashError` when it dies or answers at too great
        length. After these, and when cancelled, it is killed.
        """
        try:
            async with asyncio.timeout(timeout):
                return await self._converse(frames)
        except BaseException as error:
            await self.end()
            if isinstance(error, TimeoutError):
                raise WorkerTimeoutError(f"A child process took longer than {timeout:g} s.") from error
            if isinstance(error, OSError | asyncio.IncompleteReadError):
                raise WorkerCrashError(f"A child process died ({_how(self._process.returncode)}).") from error
            raise

    async def end(self) -> None:
        """Kill it and whatever it started, and reap it. Calling it again does nothing."""
        if self._process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        with suppress(TimeoutError):
            async with asyncio.timeout(_REAP):
                await self._process.wait()
        if self._lifeline >= 0:
            os.close(self._lifeline)
            self._lifeline = -1

    async def _converse(self, frames: tuple[bytes, ...]) -> bytes:
        asked, answers = self._process.stdin, self._process.stdout
        assert asked is not None
        assert answers is not None
        for frame in frames:
            asked.write(len(frame).to_bytes(4, "big"))
            asked.write(frame)
        await asked.drain()
        length = int.from_bytes(await answers.readexactly(4), "big")
        if length > self._output:
            raise WorkerCrashError(f"A child process answered with more than {self._output:,} bytes.")
        return await answers.readexactly(length)


def _how(code: int | None) -> str:
    return signal.Signals(-code).name if code is not None and code < 0 else f"exit code {code}"
