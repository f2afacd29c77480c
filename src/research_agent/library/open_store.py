"""Opening of a library by its file in the home: SQLite, or in Postgres where the file says so."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from research_agent.library.database import elsewhere
from research_agent.library.protocol import LibraryStore

__all__ = ["library_place", "open_library"]


@asynccontextmanager
async def open_library(path: Path) -> AsyncIterator[LibraryStore]:
    """
    Open the library at `path` (`database.library_path`); a file is created when it is new.

    Raises `StoreError` when it cannot be opened, is of another program or of a newer version.
    """
    address = elsewhere(path)
    if await asyncio.to_thread(address.exists):
        from research_agent.library.postgres.postgres_store import open_postgres_library
        from research_agent.library.postgres.store_address import load_address

        async with open_postgres_library(path.stem, await asyncio.to_thread(load_address, address)) as library:
            yield library
        return
    from research_agent.library.sqlite_store import open_library as open_sqlite_library

    async with open_sqlite_library(path) as store:
        yield store


def library_place(path: Path) -> str:
    """Where a library is, for people, without opening it. Raises `StoreError`."""
    address = elsewhere(path)
    if not address.exists():
        return str(path)
    from research_agent.library.postgres.store_address import load_address

    return load_address(address).shown
