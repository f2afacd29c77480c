"""Time, as a thing that can be passed in: tests let hours go by without waiting for them."""

from __future__ import annotations

import asyncio
import time

__all__ = ["Clock"]


class Clock:
    """The clocks of this machine. All values are seconds."""

    def now(self) -> float:
        """The event loop's time, in which deadlines are given."""
        return asyncio.get_running_loop().time()

    def wall(self) -> float:
        """Seconds since 1970, in which processes that share a home understand each other, also after a restart."""
        return time.time()

    async def sleep(self, seconds: float) -> None:
        """Let time go by."""
        await asyncio.sleep(seconds)
