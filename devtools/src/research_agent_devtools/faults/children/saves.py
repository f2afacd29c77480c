"""
`saves.py STORE EXIT`: a program with a hundred saves on their way that is to end.

It prints "ready" when all are on their way, then the number of each save that was acknowledged. `EXIT` is `return`
(it leaves by itself), `signal` (it waits for one) or `loose`: `return` with tasks that nobody waits for.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

from research_agent.cli.signals import INTERRUPTED, stoppable
from research_agent.memory import Memory, open_memory
from research_agent.types import Answer, Document

__all__ = ["SAVES", "answer"]

SAVES = 100


def answer(number: int) -> Answer:
    """The same for the same number."""
    document = Document(source="s", title="t", url="u", text=f"The text of {number}. " * 200, retrieved="2026")
    return Answer(session="s", turn=0, question=f"question {number}", text=f"answer {number}", answer_from="model",
                  status="complete", documents=(document,))  # fmt: skip


async def save(number: int, memory: Memory) -> None:
    await memory.remember(answer(number))
    say(str(number))


def say(word: str) -> None:
    os.write(1, f"{word}\n".encode())


async def leave(path: Path) -> None:
    """The memory's context is left while everything is queued."""
    async with asyncio.TaskGroup() as saves:
        async with open_memory(path) as memory:
            for number in range(SAVES):
                saves.create_task(save(number, memory))
            await asyncio.sleep(0)
            say("ready")


async def wait(path: Path) -> None:
    """As the app ends: the signal cancels, and every context is left in order."""
    async with open_memory(path) as memory, asyncio.TaskGroup() as saves:
        for number in range(SAVES):
            saves.create_task(save(number, memory))
        await asyncio.sleep(0)
        say("ready")
        await asyncio.Event().wait()


async def forget(path: Path) -> None:
    """Fire and forget."""
    async with open_memory(path) as memory:
        say("ready")
        tasks = [asyncio.get_running_loop().create_task(save(number, memory)) for number in range(SAVES)]
        assert tasks


async def main(path: Path, way: str) -> int:
    with stoppable(signal.SIGINT, signal.SIGTERM):
        await {"return": leave, "signal": wait, "loose": forget}[way](path)
        return 0
    return INTERRUPTED


if __name__ == "__main__":
    sys.exit(asyncio.run(main(Path(sys.argv[1]), sys.argv[2])))
