"""Libraries of a home that are in Postgres: made once, joined by others, forgotten here or deleted for all."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpers.library_stores import WHALES, file
from helpers.postgres_server import PostgresServer
from research_agent.documents.file_text import FileText
from research_agent.errors import StoreError, UsageError
from research_agent.library.database import elsewhere, library_names, library_path
from research_agent.library.libraries import rename_library
from research_agent.library.open_store import library_place, open_library
from research_agent.library.postgres.shared_libraries import delete_for_all, forget_library, join_library


@pytest.fixture
def homes(tmp_path: Path, postgres: PostgresServer) -> Iterator[tuple[Path, Path]]:
    first, second = tmp_path / "first", tmp_path / "second"
    join_library(first, "joined", postgres.url)
    yield first, second
    if elsewhere(library_path(first, "joined")).exists():
        delete_for_all(first, "joined")


def found(home: Path, name: str, words: str) -> list[str]:
    async def search() -> list[str]:
        async with open_library(library_path(home, name)) as store:
            return [passage.text for passage in await store.search(words)]

    return asyncio.run(search())


def put(home: Path, text: str) -> None:
    async def write() -> None:
        async with open_library(library_path(home, "joined")) as store:
            await store.put(file("a.txt"), FileText(text=text))

    asyncio.run(write())


def test_what_one_server_puts_the_other_finds(homes: tuple[Path, Path], postgres: PostgresServer) -> None:
    first, second = homes
    put(first, WHALES)
    address, made = join_library(second, "joined", postgres.url)
    assert not made
    assert found(second, "joined", "whale") == [WHALES]
    assert library_place(library_path(second, "joined")) == address.shown
    rename_library(second, "joined", "whales")
    assert library_names(second) == ["whales"]
    assert found(second, "whales", "whale") == [WHALES]
    assert forget_library(second, "whales") == address.shown
    assert library_names(second) == []
    assert found(first, "joined", "whale") == [WHALES]


def test_what_is_deleted_for_all_is_gone_for_all(homes: tuple[Path, Path], postgres: PostgresServer) -> None:
    first, second = homes
    join_library(second, "joined", postgres.url)
    delete_for_all(first, "joined")
    assert library_names(first) == []
    with pytest.raises(StoreError, match="is not there any more"):
        found(second, "joined", "whale")


def test_names_that_are_taken_are_refused(homes: tuple[Path, Path], postgres: PostgresServer) -> None:
    first, _ = homes
    with pytest.raises(UsageError, match="The library 'joined' is at postgresql://"):
        join_library(first, "joined", "postgresql://elsewhere/lib")
    library_path(first, "own").touch()
    with pytest.raises(UsageError, match="in a file of this computer"):
        join_library(first, "own", postgres.url)
    with pytest.raises(UsageError, match="not in Postgres"):
        delete_for_all(first, "own")
    assert forget_library(first, "own") is None
