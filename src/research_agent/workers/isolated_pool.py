"""
Warm children of one script, for work on bytes that came from strangers and comes again and again.

Starting an isolated Python takes more processor time than counting the words of a dozen documents. So the child is kept
(`warm.py`: its limits, no environment, a lifeline). One that dies, or takes too long, costs the question it had; the
next one finds a new child. It is replaced after `USES` questions, so that what one leaves behind does not grow.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from research_agent.errors import WorkerCrashError
from research_agent.workers.isolated_process import WarmChild

__all__ = ["KeptChildren", "open_kept"]

CHILDREN = 2
USES = 100
LIFE = 600  # seconds of processor time that a child has


class KeptChildren:
    """The children of a run; made by `open_kept`, started when they are needed."""

    def __init__(self, script: Path, arguments: Sequence[str], *, memory: int, output: int) -> None:
        self._script, self._arguments, self._memory, self._output = script, arguments, memory, output
        self._free: list[tuple[WarmChild, int]] = []
        self._turn = asyncio.Semaphore(CHILDREN)

    @property
    def pids(self) -> tuple[int, ...]:
        """Process ids of the children that are free now."""
        return tuple(child.pid for child, _ in self._free)

    async def ask(self, data: bytes, *, timeout: float) -> bytes:
        """
        What a child makes of `data`, within `timeout` seconds once one is free.

        Raises `WorkerTimeoutError`, and `WorkerCrashError` when it cannot start, dies or answers at too great length.
        """
        async with self._turn:
            child, used = self._free.pop() if self._free else (await self._start(), 0)
            answer = await child.ask(data, timeout=timeout)  # after an error it has gone
            if used + 1 < USES:
                self._free.append((child, used + 1))
            else:
                await child.end()
            return answer

    async def warm(self) -> None:
        """Start one, if none is there. That it cannot be started is told to who asks."""
        async with self._turn:
            if not self._free:
                with suppress(WorkerCrashError):
                    self._free.append((await self._start(), 0))

    async def close(self) -> None:
        """End the children."""
        while self._free:
            child, _ = self._free.pop()
            await child.end()

    async def _start(self) -> WarmChild:
        return await WarmChild.start(
            self._script, *self._arguments, memory=self._memory, seconds=LIFE, output=self._output
        )


@asynccontextmanager
async def open_kept(script: Path, *arguments: str, memory: int, output: int) -> AsyncIterator[KeptChildren]:
    """Children of `script` (standard library only), of `memory` bytes each, whose answers have at most `output`."""
    kept = KeptChildren(script, arguments, memory=memory, output=output)
    try:
        yield kept
    finally:
        await kept.close()
