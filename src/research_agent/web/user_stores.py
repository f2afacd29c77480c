"""
Per-user stores: what one user asks cannot be read by another, because it is in another file.

`research()` gets one memory for the whole runtime. `CurrentUserMemory` forwards each call to the store of the user on
whose behalf the current task runs, and raises `LookupError` when there is none.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from research_agent.errors import ResearchAgentError, UnknownSessionError
from research_agent.memory import Memory, SessionInfo, check_session_id, open_memory
from research_agent.messages import command_results, request_refusals, storing
from research_agent.settings import Settings
from research_agent.types import Turn
from research_agent.web.auth import MAIN
from research_agent.web.error_handlers import NotFoundError

if TYPE_CHECKING:
    from research_agent.runtime import Runtime

__all__ = [
    "UserStores",
    "current_user_memory",
    "for_current_user",
    "for_each_user",
    "load_session",
    "search_sessions",
    "use_memory",
]

log = logging.getLogger(__name__)

_CURRENT: ContextVar[Memory] = ContextVar("_CURRENT")
_USER: ContextVar[str] = ContextVar("_USER", default=MAIN)


@contextmanager
def use_memory(memory: Memory, *, user: str = MAIN) -> Iterator[None]:
    """Make `memory` the store of the current `user` in this context and in the tasks started from it."""
    before, other = _CURRENT.set(memory), _USER.set(user)
    try:
        yield
    finally:
        _CURRENT.reset(before)
        _USER.reset(other)


def for_current_user(runtime: Runtime) -> Runtime:
    """The runtime without the owner's own documents for any other user: nobody else is shown their words."""
    return runtime if _USER.get() == MAIN else runtime.without_libraries()


async def for_each_user(
    users: Callable[[], Sequence[str]], work: Callable[[str], Awaitable[None]], *, failed: str
) -> None:
    """
    Do the work of a timer for one user after another; `users` reads files.

    What fails is logged behind `failed` and left as it is: it keeps no other user waiting, and never ends the server.
    """
    named: Sequence[str] = ()
    try:
        named = await asyncio.to_thread(users)
    except Exception as error:  # noqa: BLE001 - logged; the server goes on
        _log(error, failed)
    for user in named:
        try:
            await work(user)
        except Exception as error:  # noqa: BLE001 - logged; the server goes on
            _log(error, failed)


def _log(error: Exception, failed: str) -> None:
    if isinstance(error, ResearchAgentError):
        log.warning("%s: %s", failed, error.message)
    else:
        log.error("%s.", failed, exc_info=error)


class UserStores:
    """The stores by user name, each opened on first use and closed with `stack`."""

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
                    condense_after=self._settings.chat.condense_after,
                    on_deleted=self._clear_cache,
                )
                self._open[user] = await self._stack.enter_async_context(opened)
            return self._open[user]

    @property
    def parts(self) -> Path:
        """The folder of the embedded parts, which all users share."""
        return self._settings.parts

    def path_of(self, user: str) -> Path:
        """The SQLite file of `user`."""
        home = self._settings.home
        return self._settings.store if user == MAIN else home / "users" / user / self._settings.store.name

    def _clear_cache(self) -> None:
        """Empty the server's cache of responses and its log, which may hold questions of a deleted session."""
        from research_agent.http import forget  # imported late: the server starts before aiohttp is loaded

        forget(self._settings.home)


class CurrentUserMemory:
    """A proxy for the `Memory` of the current task's user. Raises `LookupError` outside of `use_memory`."""

    def __getattr__(self, name: str) -> Any:
        return getattr(_CURRENT.get(), name)


def current_user_memory() -> Memory:
    """The proxy, typed as what it stands for."""
    return cast("Memory", CurrentUserMemory())


async def load_session(memory: Memory, name: str, turn: int | None = None) -> tuple[SessionInfo, tuple[Turn, ...]]:
    """
    A session and its turns, or turn `turn` alone.

    Raises `UsageError` for an invalid id, `UnknownSessionError`, and `NotFoundError` when it has no such turn.
    """
    turns = tuple(one for one in await memory.turns(check_session_id(name)) if turn in (None, one.number))
    if not turns:
        raise NotFoundError(command_results.NO_TURN_OF_SESSION(session=name, turn=turn))
    info = next((info for info in await memory.sessions() if info.id == name), None)
    if info is None:
        raise UnknownSessionError(storing.NO_SESSION(session=name), hint=request_refusals.MAY_BE_DELETED())
    return info, turns


async def search_sessions(memory: Memory, query: str) -> list[SessionInfo]:
    """Sessions, latest first, whose title or id contains every word of `query`; all of them when it is empty."""
    words = query.casefold().split()
    return [
        info for info in await memory.sessions() if all(word in f"{info.title} {info.id}".casefold() for word in words)
    ]
