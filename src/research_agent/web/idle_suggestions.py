"""Suggestions of the chat model for the latest answers, one at a time, while no question is being answered."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from research_agent.engine import OpenEngine
from research_agent.types import Answer
from research_agent.web.runs import Runs

if TYPE_CHECKING:
    from research_agent.runtime import Runtime

__all__ = ["IdleSuggestions"]

KEPT = 200  # answers whose suggestions are remembered

Key = tuple[str, str, int]
"""User, session and turn."""


class IdleSuggestions:
    """
    Suggestions by answer; those of the rules while a question is being answered, and where the model made none.

    A question that begins ends the making of them: the model is that question's.
    """

    def __init__(self, group: asyncio.TaskGroup, runs: Runs, engine: Callable[[], Awaitable[OpenEngine]]) -> None:
        self._group, self._runs, self._engine = group, runs, engine
        self._made: dict[Key, tuple[str, ...]] = {}
        self._making: asyncio.Task[tuple[str, ...]] | None = None
        runs.on_start = self.cancel

    async def are_made(self, answer: Answer) -> bool:
        """Whether the model can make some for this answer."""
        from research_agent.pipeline.suggestions import can_suggest  # not at the top: the server is up before it

        return can_suggest(await self._runtime(), answer)

    async def of(self, user: str, answer: Answer) -> tuple[str, ...]:
        """The suggestions for an answer of the user's."""
        key = (user, answer.session, answer.turn)
        if key in self._made:
            return self._made[key]
        if self._runs.active or self._making is not None or not await self.are_made(answer):
            return answer.follow_ups
        from research_agent.pipeline.suggestions import suggest

        making = self._making = self._group.create_task(suggest(await self._runtime(), answer), name="suggest")
        try:
            await asyncio.wait({making})
        finally:
            making.cancel()
            self._making = None
        if making.cancelled():
            return answer.follow_ups
        self._made[key] = making.result()
        for old in list(self._made)[:-KEPT]:
            del self._made[old]
        return self._made[key]

    def cancel(self) -> None:
        """End what is being made."""
        if self._making is not None:
            self._making.cancel()

    async def _runtime(self) -> Runtime:
        return (await self._engine()).runtime
