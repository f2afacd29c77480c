"""Clock that can be injected: tests let hours go by without waiting for them."""

from __future__ import annotations

import asyncio
import time

__all__ = ["Clock"]


class Clock:
    """System clock. All values are seconds."""

    def now(self) -> float:
        """The event loop's time, in which deadlines are given."""
        return asyncio.get_running_loop().time()

    def wall(self) -> float:
        """Seconds since 1970, the same for all processes of a home and after a restart."""
        return time.time()

    async def sleep(self, seconds: float, woken: asyncio.Future[None] | None = None) -> None:
        """Sleep for `seconds`, or until `woken` is done."""
        if woken is None:
            await asyncio.sleep(seconds)
        else:
            await asyncio.wait({woken}, timeout=seconds)
