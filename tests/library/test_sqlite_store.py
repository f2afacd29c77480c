"""Store of a library in SQLite: files of others are left alone, and what was not committed never was."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from helpers.library_stores import MOLES, WHALES, embed_all, file, open_store, remains, texts, vector
from research_agent.documents.file_text import FileText
from research_agent.errors import DamagedStoreError, StoreError, UsageError
from research_agent.library import file_records
from research_agent.library.database import connect, library_names, library_path
from research_agent.library.passages import cut
from research_agent.library.protocol import LibraryStore
from research_agent.library.sqlite_store import open_library
from research_agent.library.vector_index import add_vectors, drop_vectors
from research_agent.sqlite import Connection, fetch

pytestmark = pytest.mark.anyio


@pytest.fixture
async def library(tmp_path: Path) -> AsyncIterator[LibraryStore]:
    async with open_store(tmp_path, None) as store:
        await store.add_folder("/docs")
        yield store


def set_version(path: Path, version: int) -> None:
    db = connect(path)
    db.pragma("user_version", version)
    db.close()


async def test_file_of_others_and_of_newer_versions_is_left_alone(tmp_path: Path) -> None:
    path = library_path(tmp_path, "own")
    async with open_library(path):
        pass
    assert await asyncio.to_thread(library_names, tmp_path) == ["own"]
    await asyncio.to_thread(set_version, path, 99)
    with pytest.raises(StoreError, match="written by a newer version"):
        async with open_library(path):
            pass
    await asyncio.to_thread(path.write_bytes, b"not a database, but long enough to be read as one" * 30)
    with pytest.raises(DamagedStoreError, match="is damaged"):
        async with open_library(path):
            pass
    with pytest.raises(UsageError, match="cannot be the name of a library"):
        library_path(tmp_path, "../own")


def forgets_vectors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_records, "drop_vectors", lambda *_: None)


def forgets_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def drop(db: Connection, name: str) -> None:
        ((key, first, last),) = fetch(db, "SELECT id, first, last FROM document WHERE name = ?", (name,))
        drop_vectors(db, first, last)
        for table in ("passage", "place", "boxes", "waiting"):
            db.execute(f"DELETE FROM {table} WHERE document = ?", (key,))
        db.execute("DELETE FROM document WHERE id = ?", (key,))

    monkeypatch.setattr(file_records, "_drop_document", drop)


@pytest.mark.parametrize("twin", [forgets_vectors, forgets_words])
async def test_store_that_forgets_to_remove_is_caught(
    library: LibraryStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, twin: Callable[[pytest.MonkeyPatch], None]
) -> None:
    twin(monkeypatch)
    await library.put(file("moles.txt"), FileText(text=MOLES))
    await embed_all(library, "m")
    await library.remove(["/docs/moles.txt"])
    assert await asyncio.to_thread(remains, tmp_path, None) > 0


def interrupted(path: Path, step: Callable[[Connection], object]) -> None:
    """Do a step in a transaction, and lose the connection before its commit."""
    db = connect(path)
    db.execute("BEGIN IMMEDIATE")
    step(db)
    db.close()


async def test_what_was_not_committed_never_was(library: LibraryStore, tmp_path: Path) -> None:
    await library.put(file("whales.txt"), FileText(text=WHALES))
    await embed_all(library, "m")
    before = await asyncio.to_thread(remains, tmp_path, None)
    content = FileText(text=MOLES)
    steps: list[Callable[[Connection], object]] = [
        lambda db: file_records.put_file(db, file("whales.txt"), content, cut(content)),
        lambda db: file_records.remove_files(db, ["/docs/whales.txt"]),
        lambda db: add_vectors(db, "other", {1: vector("x")}),
    ]
    for step in steps:
        await asyncio.to_thread(interrupted, library_path(tmp_path, "own"), step)
        assert await asyncio.to_thread(remains, tmp_path, None) == before
        assert await texts(library, "whale mole", near=WHALES) == [WHALES]
