"""Suggestions of the chat model for the latest answers, one at a time, while no question is being answered."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from research_agent.engine import OpenEngine
from research_agent.errors import ResearchAgentError
from research_agent.types import Answer
from research_agent.web.runs import Runs

if TYPE_CHECKING:
    from research_agent.runtime import Runtime

__all__ = ["IdleSuggestions"]

log = logging.getLogger(__name__)
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
        self._making: asyncio.Task[tuple[str, ...] | None] | None = None
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
        if not await self.are_made(answer):
            return answer.follow_ups
        runtime = await self._runtime()
        if self._runs.active or self._making is not None:  # nothing is awaited between this and the making
            return answer.follow_ups
        making = self._making = self._group.create_task(self._made_for(runtime, answer), name="suggest")
        try:
            await asyncio.wait({making})
        finally:
            making.cancel()
            self._making = None
        if making.cancelled() or (made := making.result()) is None:
            return answer.follow_ups
        self._made[key] = made
        for old in list(self._made)[:-KEPT]:
            del self._made[old]
        return made

    async def _made_for(self, runtime: Runtime, answer: Answer) -> tuple[str, ...] | None:
        """The suggestions; None where they cannot be made, which must not end the tasks beside this one."""
        from research_agent.pipeline.suggestions import suggest

        try:
            return await suggest(runtime, answer)
        except ResearchAgentError as error:
            log.info("No suggestions: %s", error.message)
        except Exception:  # whatever fails here, questions are still to be answered
            log.exception("Suggestions failed.")
        return None

    def cancel(self) -> None:
        """End what is being made."""
        if self._making is not None:
            self._making.cancel()

    async def _runtime(self) -> Runtime:
        return (await self._engine()).runtime
