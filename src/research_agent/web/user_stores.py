"""
Per-user stores: what one user asks cannot be read by another, because it is in another file.

`research()` gets one memory for the whole runtime. `CurrentUserMemory` forwards each call to the store of the user on
whose behalf the current task runs, and raises `LookupError` when there is none.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from contextvars import ContextVar
from pathlib import Path

from research_agent.memory import Job, Memory, SessionInfo, open_memory
from research_agent.memory.verification.verify import Record
from research_agent.settings import Settings
from research_agent.types import Answer, Document, History, Turn
from research_agent.web.auth import MAIN

__all__ = ["CurrentUserMemory", "UserStores", "use_memory"]

_CURRENT: ContextVar[Memory] = ContextVar("_CURRENT")


@contextmanager
def use_memory(memory: Memory) -> Iterator[None]:
    """Work in the name of the user whose store this is; so do the tasks that begin meanwhile."""
    before = _CURRENT.set(memory)
    try:
        yield
    finally:
        _CURRENT.reset(before)


class UserStores:
    """The stores by user, each opened when it is first needed and closed with `stack`."""

    def __init__(self, settings: Settings, stack: AsyncExitStack) -> None:
        self._settings, self._stack = settings, stack
        self._open: dict[str, Memory] = {}
        self._lock = asyncio.Lock()

    async def memory(self, user: str) -> Memory:
        """The store of `user`. Raises `StoreError` when it cannot be opened."""
        async with self._lock:
            if user not in self._open:
                opened = open_memory(
                    self.path_of(user),
                    condense_after=self._settings.memory.condense_after,
                    on_deleted=self._clear_cache,
                )
                self._open[user] = await self._stack.enter_async_context(opened)
            return self._open[user]

    def path_of(self, user: str) -> Path:
        """Where that store is."""
        home = self._settings.home
        return self._settings.store if user == MAIN else home / "users" / user / self._settings.store.name

    def _clear_cache(self) -> None:
        """Empty the server's cache of responses, which may echo the questions of a deleted session."""
        from research_agent.http.cache import forget  # here: the server is up before the client is imported

        forget(self._settings.home)


class CurrentUserMemory:
    """See `Memory`; the store is that of `use_memory`. Raises `LookupError` outside of it."""

    async def remember(self, answer: Answer) -> int:
        """As in `Memory`."""
        return await _CURRENT.get().remember(answer)

    async def recall(self, session: str) -> History:
        """As in `Memory`."""
        return await _CURRENT.get().recall(session)

    async def newest(self) -> str | None:
        """As in `Memory`."""
        return await _CURRENT.get().newest()

    async def sessions(self) -> tuple[SessionInfo, ...]:
        """As in `Memory`."""
        return await _CURRENT.get().sessions()

    async def turns(self, session: str) -> tuple[Turn, ...]:
        """As in `Memory`."""
        return await _CURRENT.get().turns(session)

    async def records(self, session: str) -> tuple[Record, ...]:
        """As in `Memory`."""
        return await _CURRENT.get().records(session)

    async def document(self, document: str) -> Document:
        """As in `Memory`."""
        return await _CURRENT.get().document(document)

    async def delete(self, session: str) -> None:
        """As in `Memory`."""
        await _CURRENT.get().delete(session)

    async def claim_job(self) -> Job | None:
        """As in `Memory`."""
        return await _CURRENT.get().claim_job()

    async def finish_job(self, job: Job, summary: str) -> bool:
        """As in `Memory`."""
        return await _CURRENT.get().finish_job(job, summary)

    async def fail_job(self, job: Job, reason: str) -> None:
        """As in `Memory`."""
        await _CURRENT.get().fail_job(job, reason)
