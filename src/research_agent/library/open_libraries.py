"""Open libraries: those of a home, each opened when it is first asked and kept open until the end of the run."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

from research_agent.concurrency import BackgroundContext, gather_results, task_group
from research_agent.errors import StoreError, UsageError
from research_agent.library.database import elsewhere, library_names, library_path
from research_agent.library.only_files import libraries_holding
from research_agent.library.open_store import library_place, open_library
from research_agent.library.protocol import LibraryStore
from research_agent.messages import command_results, library_failures, own_documents, postgres

__all__ = ["OpenLibraries", "open_libraries"]


WITHIN = 1.5  # seconds for one on a server to be opened, from when it was first asked: others wait no longer
AGAIN = 0.3  # of these at each further try
REST = 30.0  # seconds between two tries to open one that could not be
Opening = BackgroundContext[LibraryStore]


class _Known(NamedTuple):
    """A library by its file: which one that is, its opening, when that began, and how long others wait for it."""

    which: tuple[int, int]
    opening: Opening
    began: float
    within: float


class OpenLibraries:
    """Libraries of a home; made by `open_libraries`. One that was deleted meanwhile is forgotten."""

    def __init__(self, home: Path, group: asyncio.TaskGroup) -> None:
        self._home, self._group = home, group
        self._known: dict[str, _Known] = {}
        self._openings: list[Opening] = []  # those of before too: a question may still read of one

    def names(self) -> list[str]:
        """Names of the libraries that are there, sorted."""
        return library_names(self._home)

    async def chosen(self, names: Sequence[str] = (), *, only: Sequence[str] = ()) -> list[LibraryStore]:
        """
        The libraries of those names, opened; all that can be reached when none is named. With `only`, those that hold
        such a file.

        Raises `UsageError` for one that is not there, `StoreError` for one that is named and cannot be read, and for
        any that cannot where nothing else was found.
        """
        there = await asyncio.to_thread(self.names)
        if missing := [name for name in names if name not in there]:
            raise UsageError(
                library_failures.NO_LIBRARY(name=missing[0]),
                hint=command_results.AVAILABLE(names=", ".join(there)) if there else own_documents.MAKE_LIBRARY(),
            )
        failures: list[StoreError] = []
        if names:
            stores = [await (await self._opening(name)).opening.get() for name in names]
        else:
            stores, failures = await self.reachable()
        if failures and not stores:
            raise failures[0]
        try:
            return (await libraries_holding(stores, only)).stores
        except UsageError:
            if failures:  # it may be in that one
                raise failures[0] from None
            raise

    async def reachable(self) -> tuple[list[LibraryStore], list[StoreError]]:
        """
        All libraries, opened; and why those are not that cannot be, such as one whose server is away.

        Such a server is waited for a moment, and asked again after a while: others are not held up by it.
        """
        names = await asyncio.to_thread(self.names)
        results = await gather_results([partial(self._soon, name) for name in names], StoreError)
        return (
            [result for result in results if not isinstance(result, StoreError)],
            [result for result in results if isinstance(result, StoreError)],
        )

    def release(self) -> None:
        """Have all of them closed."""
        for opening in self._openings:
            opening.release()

    async def _soon(self, name: str) -> LibraryStore:
        """A library; one on a server if it answers soon. Raises `StoreError`."""
        known = await self._opening(name)
        path = library_path(self._home, name)
        if known.opening.ready or not await asyncio.to_thread(elsewhere(path).exists):
            return await known.opening.get()
        left = known.began + known.within - time.monotonic()
        try:
            async with asyncio.timeout(max(0.0, left)):
                return await known.opening.get()
        except TimeoutError:
            place = await asyncio.to_thread(library_place, path)
            raise StoreError(
                postgres.LATE(library=postgres.CALLED(name=name, place=place), seconds=WITHIN),
                hint=postgres.START_SERVER(),
            ) from None

    async def _opening(self, name: str) -> _Known:
        """A library that is open or being opened; one that could not be is tried again after a while."""
        path = library_path(self._home, name)
        status = await asyncio.to_thread(_status, path)
        which = (status.st_dev, status.st_ino)
        known = self._known.get(name)
        if known is None or known.which != which:  # one of that name was deleted and made anew
            within = WITHIN
        elif known.opening.refused and time.monotonic() - known.began > REST:
            within = AGAIN
        else:
            return known
        opening = Opening(self._group, partial(open_library, path), errors=StoreError, name=f"library {name}")
        self._openings = [one for one in self._openings if not one.refused] + [opening]
        self._known[name] = _Known(which, opening, time.monotonic(), within)
        return self._known[name]


def _status(path: Path) -> os.stat_result:
    """What tells a library from another one of its name."""
    return (elsewhere(path) if elsewhere(path).exists() else path).stat()


@asynccontextmanager
async def open_libraries(home: Path) -> AsyncIterator[OpenLibraries]:
    """Open the libraries of a run: none before it is asked."""
    async with task_group() as group:
        libraries = OpenLibraries(home, group)
        try:
            yield libraries
        finally:
            libraries.release()
