"""Stores of a library of both kinds, for tests that hold for each; what one holds, counted in its tables."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from helpers.postgres_server import PostgresServer
from research_agent.library.database import connect, library_path
from research_agent.library.open_store import open_library
from research_agent.library.protocol import FileRecord, LibraryStore
from research_agent.sqlite import fetch

if TYPE_CHECKING:
    from research_agent.library.postgres.store_address import StoreAddress

__all__ = [
    "MOLES",
    "WHALES",
    "address_of",
    "age_models",
    "attach",
    "embed_all",
    "file",
    "open_store",
    "remains",
    "texts",
    "vector",
]

WHALES = "The blue whale is the largest animal. It eats krill."
MOLES = "A mole digs tunnels. It eats earthworms under the lawn."

IN_SQLITE = "passage_terms passage_words_docsize file_words_docsize passage vector waiting place boxes document file"
IN_POSTGRES = "file file_word document place boxes passage word posting waiting vector vector_bits"


def address_of(server: PostgresServer, home: Path, name: str = "own") -> StoreAddress:
    """The address of a library of a home in the server: of each home another one."""
    from research_agent.library.postgres.store_address import store_address

    return store_address(server.url, f"{name}_{hashlib.sha256(str(home).encode()).hexdigest()[:12]}")


def attach(server: PostgresServer, home: Path, name: str = "own") -> StoreAddress:
    """Make a library in the server, and the file of the home that says so."""
    from research_agent.library.database import elsewhere
    from research_agent.library.postgres.postgres_database import PostgresDatabase
    from research_agent.library.postgres.store_address import save_address

    address = address_of(server, home, name)
    PostgresDatabase(address, name).create()
    save_address(elsewhere(library_path(home, name)), address)
    return address


def age_models(server: PostgresServer, home: Path, name: str = "own") -> None:
    """As if no server had asked for any embedding model for a month."""
    from research_agent.library.postgres.postgres_database import PostgresDatabase

    db = PostgresDatabase(address_of(server, home, name), name).connect()
    db.execute("UPDATE model SET asked = now() - interval '1 month'")
    db.close()


@asynccontextmanager
async def open_store(home: Path, server: PostgresServer | None, name: str = "own") -> AsyncIterator[LibraryStore]:
    """A library in the server, or in a file where there is none."""
    if server is not None:
        await asyncio.to_thread(attach, server, home, name)
    async with open_library(library_path(home, name)) as store:
        yield store


def remains(home: Path, server: PostgresServer | None, name: str = "own") -> int:
    """Rows of words, vectors and all else that a library holds, whether or not a search shows them."""
    if server is not None:
        return _in_postgres(address_of(server, home, name))
    db = connect(library_path(home, name))
    try:
        blocks = fetch(db, "SELECT passages, bits FROM bits")
        counts = [fetch(db, f"SELECT count(*) FROM {table}")[0][0] for table in IN_SQLITE.split()]
        return int(sum(counts)) + sum(any(passages) or any(bits) for passages, bits in blocks)
    finally:
        db.close()


def _in_postgres(address: StoreAddress) -> int:
    from research_agent.library.postgres.postgres_database import PostgresDatabase, rows

    db = PostgresDatabase(address, "own").connect()
    try:
        return sum(rows(db, f"SELECT count(*) FROM {table}")[0][0] for table in IN_POSTGRES.split())
    finally:
        db.close()


def file(name: str) -> FileRecord:
    return FileRecord(path=f"/docs/{name}", folder="/docs", digest=name)


def vector(text: str) -> NDArray[np.float32]:
    seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "little")
    values = np.random.default_rng(seed).normal(size=64).astype(np.float32)
    return values / np.linalg.norm(values)


async def embed_all(store: LibraryStore, model: str, size: int = 3) -> int:
    """Embed what waits, in batches; how many passages."""
    count = 0
    while waiting := await store.unembedded(model, limit=size):
        await store.add_vectors(
            model, [one.passage for one in waiting], np.stack([vector(one.text) for one in waiting])
        )
        count += len(waiting)
    return count


async def texts(store: LibraryStore, words: str, near: str = "", only: Sequence[str] = ()) -> list[str]:
    query = vector(near) if near else None
    return [passage.text for passage in await store.search(words, query, only=only)]
