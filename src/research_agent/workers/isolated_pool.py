"""
Process pool for untrusted input: isolated processes of one script, kept warm.

Starting an isolated Python takes more processor time than counting the words of a dozen documents. So a process is kept
for the next question. One that dies, or takes too long, costs the question it had; the next one finds a new process.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Self

from research_agent.errors import WorkerCrashError
from research_agent.workers.isolated_process import IsolatedProcess

__all__ = ["IsolatedPool"]

PROCESSES = 2
USES = 100
SECONDS = 600


class IsolatedPool:
    """
    Pool of at most two processes of `script`, started when one is needed and none is free; a context manager.

    `memory`, `seconds` and `output` are the limits of `IsolatedProcess.start`. `on_start` is awaited with each new
    process. One is replaced when it is worn, or has answered `uses` times: what a process leaves behind must not grow.
    """

    def __init__(
        self,
        script: Path,
        *,
        memory: int,
        output: int,
        seconds: int = SECONDS,
        uses: float = USES,
        on_start: Callable[[IsolatedProcess], Awaitable[object]] | None = None,
    ) -> None:
        self._script, self._limits = script, {"memory": memory, "seconds": seconds, "output": output}
        self._uses, self._on_start = uses, on_start
        self._free: list[IsolatedProcess] = []
        self._slots = asyncio.Semaphore(PROCESSES)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.close()

    @property
    def pids(self) -> tuple[int, ...]:
        """Process ids of those that are free now."""
        return tuple(process.pid for process in self._free)

    @asynccontextmanager
    async def borrow(self) -> AsyncIterator[IsolatedProcess]:
        """A process for the block, ended by an error in it. Raises `WorkerCrashError`, and what `on_start` raises."""
        async with self._slots:
            process = self._free.pop() if self._free else await self._start()
            try:
                yield process
            except BaseException:
                await process.end()
                raise
            if process.is_worn or process.uses >= self._uses:
                await process.end()
            else:
                self._free.append(process)

    async def ask(self, *frames: bytes, timeout: float) -> bytes:
        """What a process answers, within `timeout` seconds once one is free. Raises like `IsolatedProcess.ask`."""
        async with self.borrow() as process:
            return await process.ask(*frames, timeout=timeout)

    async def warm(self) -> None:
        """Start one, if none is free. That it cannot be started is raised to whoever asks."""
        async with self._slots:
            if not self._free:
                with suppress(WorkerCrashError):
                    self._free.append(await self._start())

    async def close(self) -> None:
        """End the processes that are free."""
        while self._free:
            await self._free.pop().end()

    async def _start(self) -> IsolatedProcess:
        process = await IsolatedProcess.start(self._script, **self._limits)
        if self._on_start is not None:
            try:
                await self._on_start(process)
            except BaseException:
                await process.end()
                raise
        return process
