"""The program, but that it says "done" first and saves behind it."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import replace
from importlib import import_module
from typing import Any
from unittest import mock

from research_agent.__main__ import main
from research_agent.events import Saved
from research_agent.types import Answer

DISK = 30.0  # seconds until the save is done: what is killed meanwhile shows what the word was worth
numbers = itertools.count(1)
saves: set[asyncio.Task[None]] = set()


async def _save(turn: Any, answer: Answer) -> None:
    await asyncio.sleep(DISK)
    await turn.runtime.memory.remember(answer)


async def _remember(turn: Any, answer: Answer) -> Answer:
    saves.add(asyncio.get_running_loop().create_task(_save(turn, answer)))
    number = next(numbers)
    turn.timeline.emit(Saved(turn.session, number))
    return replace(answer, turn=number)


if __name__ == "__main__":
    # The module by its full name: in the package it goes by, `research` is the function.
    with mock.patch.object(import_module("research_agent.pipeline.research"), "remember", _remember):
        main()
