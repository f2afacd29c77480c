"""The timer of watched questions: asks what is due, one question after another, while nobody waits for an answer."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from importlib import import_module
from typing import TYPE_CHECKING

from research_agent.web.user_stores import UserStores, for_current_user, for_each_user, use_memory

if TYPE_CHECKING:
    from research_agent.engine import OpenEngine
    from research_agent.web.runs import Runs

__all__ = ["WatchTimer"]

log = logging.getLogger(__name__)

LOOK = 60.0  # seconds after which it looks again: another process may have added a question, or the clock have jumped
QUIET = 1.0  # seconds between two looks whether somebody waits for an answer
PATIENCE = 300  # looks after which it asks although somebody does


class WatchTimer:
    """Asks the due questions of all `users` in the stores that they have; `engine` is waited for when one is due."""

    def __init__(
        self,
        stores: UserStores,
        runs: Runs,
        engine: Callable[[], Awaitable[OpenEngine]],
        users: Callable[[], Sequence[str]],
    ) -> None:
        self._stores, self._runs, self._engine, self._users = stores, runs, engine, users
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Look at once: a question was added, or made due."""
        self._woken.set()

    async def run(self, *, offline: bool = False) -> None:
        """Look and ask until it is cancelled. Offline it asks nothing, and says so once if something is watched."""
        if offline:
            await self._say_offline()
            return
        while True:
            self._woken.clear()
            seconds = await self._ask_all()
            try:
                async with asyncio.timeout(seconds):
                    await self._woken.wait()
            except TimeoutError:
                pass

    async def _say_offline(self) -> None:
        watched: list[bool] = []

        async def look(user: str) -> None:
            watched.append(bool(await (await self._stores.memory(user)).watches.all()))

        await for_each_user(self._users, look, failed="Watched questions cannot be read")
        if any(watched):
            log.warning("Offline: watched questions are not asked. What is due stays due.")

    async def _ask_all(self) -> float:
        """Ask what is due of every user; returns the seconds until the next look."""
        looks = [LOOK]

        async def ask(user: str) -> None:
            memory = await self._stores.memory(user)
            if await memory.watches.due():
                engine = await self._engine()
                await self._wait_until_quiet()
                askings = await asyncio.to_thread(import_module, "research_agent.watch.askings")
                with use_memory(memory, user=user):
                    await askings.ask_due(engine._replace(runtime=for_current_user(engine.runtime)), memory)
            if (seconds := await memory.watches.next_due()) is not None:
                looks.append(max(1.0, seconds))

        await for_each_user(self._users, ask, failed="A watched question failed")
        return min(looks)

    async def _wait_until_quiet(self) -> None:
        for _ in range(PATIENCE):
            if not self._runs.active:
                return
            await asyncio.sleep(QUIET)
