"""Libraries of a home by name, and the lock of whoever brings one in step."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from research_agent.errors import UsageError
from research_agent.library.database import library_names, library_path
from research_agent.library.libraries import (
    delete_library,
    known_library,
    library_command,
    library_name,
    library_size,
    rename_library,
    sync_lock,
)
from research_agent.library.sqlite_store import open_library


def make(home: Path, name: str, folder: str = "/f") -> Path:
    path = library_path(home, name)

    async def add() -> None:
        async with open_library(path) as store:
            await store.add_folder(folder)

    asyncio.run(add())
    return path


@contextmanager
def held(path: Path) -> Iterator[None]:
    with asyncio.Runner() as runner:
        lock = sync_lock(path)
        runner.run(lock.__aenter__())
        yield
        runner.run(lock.__aexit__(None, None, None))


def folders(path: Path) -> list[str]:
    async def read() -> list[str]:
        async with open_library(path) as store:
            return [folder.path for folder in await store.folders()]

    return asyncio.run(read())


def test_an_unknown_library_is_an_error_that_names_the_others(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as none:
        known_library(tmp_path, "papers")
    assert "library add" in none.value.hint
    make(tmp_path, "books")
    with pytest.raises(UsageError, match="no library 'papers'") as caught:
        known_library(tmp_path, "papers")
    assert caught.value.hint == "Available: books."


def test_a_renamed_library_holds_what_it_held(tmp_path: Path) -> None:
    make(tmp_path, "books", "/here")
    make(tmp_path, "taken")
    with pytest.raises(UsageError, match="already"):
        rename_library(tmp_path, "books", "taken")
    rename_library(tmp_path, "books", "novels")
    assert library_names(tmp_path) == ["novels", "taken"]
    assert folders(library_path(tmp_path, "novels")) == ["/here"]


def test_a_deleted_library_leaves_no_file(tmp_path: Path) -> None:
    path = make(tmp_path, "books")
    assert library_size(path) > 0
    with held(path):
        pass
    delete_library(tmp_path, "books")
    assert list(path.parent.iterdir()) == []


def test_a_library_at_work_is_neither_renamed_nor_deleted(tmp_path: Path) -> None:
    path = make(tmp_path, "books")
    with held(path):
        with pytest.raises(UsageError, match="Another program"):
            delete_library(tmp_path, "books")
        with pytest.raises(UsageError, match="Another program"):
            rename_library(tmp_path, "books", "novels")
    assert path.exists()


@pytest.mark.anyio
async def test_a_second_sync_waits_for_the_first(tmp_path: Path) -> None:
    path, order, waits = tmp_path / "books.db", list[str](), asyncio.Event()

    async def second() -> None:
        async with sync_lock(path, on_wait=waits.set):
            order.append("second")

    async with asyncio.TaskGroup() as group:
        async with sync_lock(path):
            group.create_task(second())
            await waits.wait()
            order.append("first")
    assert order == ["first", "second"]


@pytest.mark.parametrize(
    ("title", "name"),
    [("Deep sea", "deep-sea"), ("Éclat & Ruhm (2)", "eclat-ruhm-2"), ("海", "library"), ("x" * 99, "x" * 40)],
)
def test_a_name_is_made_of_a_title(title: str, name: str) -> None:
    assert library_name(title) == name


def test_commands_name_a_library_that_is_not_the_usual_one() -> None:
    assert library_command("sync", "library") == "research-agent library sync"
    assert library_command("sync", "sea") == "research-agent library sync --library sea"
