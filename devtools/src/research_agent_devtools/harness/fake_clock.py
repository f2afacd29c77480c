"""A clock that goes only when somebody sleeps."""

from __future__ import annotations

import asyncio

from research_agent.http.clock import Clock


class FakeClock(Clock):
    """Sleeping is over at once, and moves the time; for one who sleeps at a time."""

    def __init__(self, wall: float = 1_800_000_000.0) -> None:
        self.seconds = 0.0
        self.epoch = wall

    def now(self) -> float:
        return self.seconds

    def wall(self) -> float:
        return self.epoch + self.seconds

    async def sleep(self, seconds: float, woken: asyncio.Future[None] | None = None) -> None:
        self.seconds += max(0.0, seconds)
        await asyncio.sleep(0)
