"""A process that asks a server as often as it may; for each line it reads, prints when it sent its requests."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import aiohttp

from research_agent.errors import SourceError
from research_agent.http import Limits, open_client
from research_agent.settings import Settings

TIMES, SECONDS = 10, 1.2

sent: list[float] = []


def told(session: aiohttp.ClientSession, *args: Any, **options: Any) -> Any:
    sent.append(time.time())
    return get(session, *args, **options)


get = aiohttp.ClientSession.get
aiohttp.ClientSession.get = told  # type: ignore[method-assign,assignment]


async def hammer(home: str, url: str, limits: dict[str, Any]) -> list[float]:
    """Ten at once, within a second; the wall times at which those were sent that were allowed to."""
    sent.clear()
    async with open_client(Settings.of(home=Path(home), deadline=SECONDS, cache_mb=0), trusted=[url]) as client:
        mine = client.of("hammered", Limits(**limits), fresh=0.0)

        async def ask() -> None:
            with suppress(SourceError):  # refused: the limit does not allow it in time
                await mine.get_json(url)

        async with asyncio.TaskGroup() as group:
            for _ in range(TIMES):
                group.create_task(ask())
    return sent


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(asyncio.run(hammer(*json.loads(line)))), flush=True)
