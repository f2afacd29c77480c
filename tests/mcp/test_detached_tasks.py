"""Turns end by themselves when whoever asked is cancelled; documents of searches are kept within bounds."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import anyio
import pytest

from research_agent.errors import StoreError
from research_agent.mcp.detached_tasks import open_detached_tasks

pytestmark = pytest.mark.anyio

Say = Callable[[str], None]


class Turn:
    """One that, when it is cancelled, needs three steps to save what it has."""

    def __init__(self) -> None:
        self.began = asyncio.Event()
        self.saved = 0

    async def work(self, say: Say | None = None) -> str:
        try:
            self.began.set()
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            for _ in range(3):
                await asyncio.sleep(0)
                self.saved += 1
            raise
        return ""


async def nobody(line: str) -> None:
    """Tell nobody."""


async def cancelled_by_the_library(run: Callable[[], Coroutine[Any, Any, Any]], turn: Turn) -> None:
    """As the protocol's library does it: in a scope that goes on cancelling."""
    async with anyio.create_task_group() as group:
        group.start_soon(run)
        await turn.began.wait()
        group.cancel_scope.cancel()


async def test_a_turn_that_is_cancelled_saves_what_it_has_and_a_bare_one_could_not() -> None:
    turn, bare = Turn(), Turn()
    async with open_detached_tasks() as turns:
        await cancelled_by_the_library(lambda: turns.run(turn.work, nobody), turn)
    assert turn.saved == 3
    await cancelled_by_the_library(bare.work, bare)
    assert bare.saved == 0, "the naive way would have been good enough"


async def test_the_end_waits_for_turns_and_cancels_none_twice() -> None:
    turn = Turn()

    async def ask(turns: Any) -> None:
        await turns.run(turn.work, nobody)

    async def serve() -> None:
        async with open_detached_tasks() as turns, asyncio.TaskGroup() as group:
            group.create_task(ask(turns))
            await asyncio.Event().wait()

    serving = asyncio.ensure_future(serve())
    await turn.began.wait()
    serving.cancel()
    await asyncio.wait({serving})
    assert turn.saved == 3


async def test_lines_come_in_order_and_errors_are_those_of_who_asked() -> None:
    heard: list[str] = []

    async def tell(line: str) -> None:
        heard.append(line)

    def work(value: str | Exception) -> Callable[[Say], Coroutine[Any, Any, str]]:
        async def run(say: Say) -> str:
            say("one")
            await asyncio.sleep(0)
            say("two")
            if isinstance(value, Exception):
                raise value
            return value

        return run

    async with open_detached_tasks() as turns:
        with pytest.raises(StoreError, match="full"):
            await turns.run(work(StoreError("full")), tell)
        assert await turns.run(work("done"), tell) == "done"
    assert heard == ["one", "two"] * 2
