"""Open libraries: those of a home, each opened when it is first asked and kept open until the end of the run."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from research_agent.errors import StoreError, UsageError
from research_agent.library.database import elsewhere, library_names, library_path
from research_agent.library.only_files import libraries_holding
from research_agent.library.open_store import open_library
from research_agent.library.protocol import LibraryStore
from research_agent.messages import command_results, library_failures, own_documents

__all__ = ["OpenLibraries", "open_libraries"]


class OpenLibraries:
    """Libraries of a home; made by `open_libraries`. One that was deleted meanwhile is forgotten."""

    def __init__(self, home: Path, stack: AsyncExitStack) -> None:
        self._home, self._stack = home, stack
        self._open: dict[str, tuple[tuple[int, int], LibraryStore]] = {}
        self._opening = asyncio.Lock()

    def names(self) -> list[str]:
        """Names of the libraries that are there, sorted."""
        return library_names(self._home)

    async def chosen(self, names: Sequence[str] = (), *, only: Sequence[str] = ()) -> list[LibraryStore]:
        """
        The libraries of those names, all when none is named; opened. With `only`, those that hold such a file.

        Raises `UsageError` for one that is not there, `StoreError` for one that cannot be read.
        """
        there = await asyncio.to_thread(self.names)
        if missing := [name for name in names if name not in there]:
            raise UsageError(
                library_failures.NO_LIBRARY(name=missing[0]),
                hint=command_results.AVAILABLE(names=", ".join(there)) if there else own_documents.MAKE_LIBRARY(),
            )
        return (await libraries_holding([await self._of(name) for name in (names or there)], only)).stores

    async def reachable(self) -> tuple[list[LibraryStore], list[StoreError]]:
        """All libraries, opened; and why those are not that cannot be, such as one whose server is away."""
        stores: list[LibraryStore] = []
        failures: list[StoreError] = []
        for name in await asyncio.to_thread(self.names):
            try:
                stores.append(await self._of(name))
            except StoreError as error:
                failures.append(error)
        return stores, failures

    async def _of(self, name: str) -> LibraryStore:
        path = library_path(self._home, name)
        async with self._opening:
            status = await asyncio.to_thread(_status, path)
            which = (status.st_dev, status.st_ino)
            known = self._open.get(name)
            if known is None or known[0] != which:  # one of that name was deleted and made anew
                self._open[name] = known = (which, await self._stack.enter_async_context(open_library(path)))
            return known[1]


def _status(path: Path) -> os.stat_result:
    """What tells a library from another one of its name."""
    return (elsewhere(path) if elsewhere(path).exists() else path).stat()


@asynccontextmanager
async def open_libraries(home: Path) -> AsyncIterator[OpenLibraries]:
    """Open the libraries of a run: none before it is asked."""
    async with AsyncExitStack() as stack:
        yield OpenLibraries(home, stack)
