"""`sessions.py HOME NUMBER`: that many sessions ask at once in this process; what it took."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from research_agent.pipeline import research
from research_agent.runtime import Runtime, open_runtime
from research_agent.settings import load_settings
from research_agent.sources import Found, Tools
from research_agent.testing import FakeChat, FakeSource
from research_agent.types import Topic
from research_agent_devtools.benchmarks.outside_world import answer_of
from research_agent_devtools.kernel.processor_time import family_seconds
from research_agent_devtools.kernel.statistics import median
from research_agent_devtools.world import ARTICLES

MODEL_SECONDS = 1.0
QUESTION = "What is the transformer architecture in machine learning?"
SEARCHES = count()
BEAT = 0.005  # seconds that the heart sleeps between two beats
ALONE = 3


class SlowChat(FakeChat):
    """A model that thinks for a second before it answers, however many ask; it names topics at once."""

    async def _astream(self, messages: Any, *args: Any, **kwargs: Any) -> AsyncIterator[Any]:
        if "[e1]" in str(messages[-1].content):
            await asyncio.sleep(MODEL_SECONDS)
        async for chunk in super()._astream(messages, *args, **kwargs):
            yield chunk


class Telling(FakeSource):
    """Has the same articles for everybody, but no sentence of them twice: nothing that another turn read is at hand."""

    async def search(self, topic: Topic, *, tools: Tools, limit: int) -> Found:
        number = next(SEARCHES)
        texts = [text.replace(". ", f", as copy {number} has it. ") for text in list(ARTICLES.values())[:4]]
        return Found(FakeSource(self.name, texts).documents)


async def main(home: str, number: str) -> None:
    sources = [Telling("notes")]
    chat = SlowChat(replies=(partial(answer_of, words=40),))
    async with open_runtime(load_settings({}, home=Path(home)), sources=sources, chat=chat) as runtime:
        alone = [await _together(runtime, 1, f"alone{n}") for n in range(ALONE + 1)][1:]
        before, cpu = _resident(), family_seconds()
        chat.prompts.clear()
        many = await _together(runtime, int(number), "s")
    print(
        json.dumps(
            {
                "alone": median(each["seconds"] for each in alone),
                "seconds": many["seconds"],
                "lag": many["lag"],
                "KiB a session": (many["resident"] - before) / 1024 / int(number),
                "CPU of a turn": (family_seconds() - cpu) / int(number),
            }
        )
    )


async def _together(runtime: Runtime, number: int, name: str) -> dict[str, float]:
    """A turn in each of that many new sessions, all at once; seconds, lag of the loop (p99) and the most memory."""
    lags: list[float] = []
    most = 0

    async def beat() -> None:
        nonlocal most
        while True:
            start = time.perf_counter()
            await asyncio.sleep(BEAT)
            lags.append(time.perf_counter() - start - BEAT)
            most = max(most, _resident())

    async with asyncio.TaskGroup() as group:
        heart = group.create_task(beat())
        start = time.perf_counter()
        async with asyncio.TaskGroup() as turns:
            for n in range(number):
                turns.create_task(research(QUESTION, session=f"{name}-{n}", runtime=runtime))
        seconds = time.perf_counter() - start
        heart.cancel()
    return {"seconds": seconds, "lag": sorted(lags)[int(0.99 * (len(lags) - 1))], "resident": most}


def _resident() -> int:
    """Bytes of this process in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        asyncio.run(main(*sys.argv[1:]))
