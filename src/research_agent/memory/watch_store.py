"""The watched questions of the SQLite store; the rows are in `watches`, the thread that runs them in `writer`."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Protocol, TypeVar

from research_agent.memory import watches
from research_agent.memory.mapping import LAST, read_turns
from research_agent.memory.watch_records import Asking, Change, Watch, WatchClaim, Watches
from research_agent.memory.writer import Kind
from research_agent.sqlite import Connection
from research_agent.text.timestamps import iso_time
from research_agent.types import Answer

__all__ = ["Erase", "Remember", "Run", "watches_of"]

T = TypeVar("T")
Remember = Callable[[Connection, Answer], int]
Erase = Callable[[Callable[[Connection], None]], Awaitable[None]]


class Run(Protocol):
    """Runs an operation in the writer's thread."""

    async def __call__(self, kind: Kind, do: Callable[[Connection], T], /) -> T:
        """Its result; a write's after the commit."""
        ...


def watches_of(run: Run, remember: Remember, erase: Erase, owner: str) -> Watches:
    """
    The watched questions of a store.

    `remember` stores a turn within an operation; `erase` removes from the disk too what the function that it is given
    removes from the tables; `owner` tells this process from others.
    """
    return _SqliteWatches(run, remember, erase, owner)


class _SqliteWatches:
    """See `Watches`."""

    def __init__(self, run: Run, remember: Remember, erase: Erase, owner: str) -> None:
        self._run, self._remember, self._erase, self._owner = run, remember, erase, owner

    async def add(
        self, question: str, *, every: int, sources: Sequence[str] = (), first: Answer | None = None
    ) -> Watch:
        now = time.time()
        asked = "" if first is None else _asked(first) or iso_time(now)

        def insert(db: Connection) -> Watch:
            watch = watches.add(db, question, every, sources, asked, now)
            if first is not None:
                self._remember(db, replace(first, session=watch.session, turn=0))
                watches.note_first(db, watch, first, asked)
            return watches.read_watch(db, watch.id)

        return await self._run("write", insert)

    async def all(self) -> tuple[Watch, ...]:
        return await self._run("read", watches.read_watches)

    async def get(self, watch: str) -> Watch:
        return await self._run("read", lambda db: watches.read_watch(db, watch))

    async def answers(self, watch: str, newest: int) -> tuple[Answer, ...]:
        def read(db: Connection) -> tuple[Answer, ...]:
            known = watches.read_watch(db, watch)
            turns = read_turns(db, known.session, after=max(0, known.turn - newest), upto=LAST)
            return tuple(turn.answer for turn in turns)

        return await self._run("read", read)

    async def changes(self, watch: str | None = None, newest: int = 100) -> tuple[Change, ...]:
        def read(db: Connection) -> tuple[Change, ...]:
            if watch is not None:
                watches.read_watch(db, watch)
            return watches.read_changes(db, watch, newest)

        return await self._run("read", read)

    async def remove(self, watch: str) -> None:
        def remove(db: Connection) -> None:
            db.execute("DELETE FROM sessions WHERE id = ?", (watches.erase(db, watch),))

        await self._erase(remove)

    async def pause(self, watch: str, paused: bool) -> Watch:
        return await self._run("write", lambda db: watches.pause(db, watch, paused))

    async def hasten(self, watch: str) -> None:
        await self._run("write", lambda db: watches.hasten(db, watch, time.time()))

    async def due(self) -> int:
        return await self._run("read", lambda db: watches.count_due(db, time.time()))

    async def next_due(self) -> float | None:
        return await self._run("read", lambda db: watches.seconds_until_due(db, time.time()))

    async def claim(self, *, only: str | None = None, excluding: Sequence[str] = ()) -> WatchClaim | None:
        return await self._run("write", lambda db: watches.claim(db, self._owner, time.time(), only, excluding))

    async def settle(self, claim: WatchClaim, asking: Asking) -> int | None:
        now = time.time()

        def store(db: Connection) -> int | None:
            if not watches.is_held(db, claim):
                return None
            answer = asking.answer
            turn = 0 if answer is None else self._remember(db, replace(answer, session=claim.watch.session, turn=0))
            watches.settle(db, claim, asking, turn, now)
            return turn

        return await self._run("write", store)

    async def release(self, claim: WatchClaim) -> None:
        await self._run("write", lambda db: watches.release(db, claim))


def _asked(answer: Answer) -> str:
    """When an answer was given, as far as its texts tell: the latest of them; "" without any."""
    return max((document.retrieved for document in answer.documents), default="")
