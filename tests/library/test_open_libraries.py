"""Libraries of a run: each is opened when it is first asked, and one that was made anew is opened anew."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from research_agent.documents.file_text import FileText
from research_agent.errors import StoreError, UsageError
from research_agent.library import open_libraries as open_libraries_module
from research_agent.library.database import elsewhere, library_path
from research_agent.library.open_libraries import open_libraries
from research_agent.library.postgres.store_address import save_address, store_address
from research_agent.library.protocol import FileRecord, LibraryStore
from research_agent.library.sqlite_store import open_library

pytestmark = pytest.mark.anyio


async def fill(home: Path, name: str, text: str) -> None:
    async with open_library(library_path(home, name)) as store:
        await store.put(FileRecord(path=f"/{name}.txt", folder="/"), FileText(text=text))


async def test_all_or_those_that_are_named(tmp_path: Path) -> None:
    async with open_libraries(tmp_path) as libraries:
        assert await libraries.chosen() == []
        with pytest.raises(UsageError, match="'birds'") as raised:
            await libraries.chosen(["birds"])
        assert raised.value.hint == "Make one: research-agent library add FOLDER"
        await fill(tmp_path, "birds", "Owls hunt at night.")
        await fill(tmp_path, "fish", "Carp live in ponds.")
        assert [store.name for store in await libraries.chosen()] == ["birds", "fish"]
        assert [store.name for store in await libraries.chosen(["fish"])] == ["fish"]


async def test_one_that_was_made_anew_is_opened_anew(tmp_path: Path) -> None:
    await fill(tmp_path, "birds", "Owls hunt at night.")
    async with open_libraries(tmp_path) as libraries:
        (first,) = await libraries.chosen()
        assert (await libraries.chosen())[0] is first
        library_path(tmp_path, "birds").rename(tmp_path / "old.db")
        await fill(tmp_path, "birds", "Gulls live at the sea.")
        (second,) = await libraries.chosen()
        assert [hit.text for hit in await second.search("gulls")] == ["Gulls live at the sea."]
        assert await second.search("owls") == ()


@pytest.fixture
async def silent(tmp_path: Path) -> AsyncIterator[None]:
    """A library beside others whose server takes a connection and says nothing."""
    pytest.importorskip("psycopg")
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = store_address(f"postgresql://ada@127.0.0.1:{server.getsockname()[1]}/lib", "team")
        await fill(tmp_path, "birds", "Owls hunt at night.")
        await asyncio.to_thread(save_address, elsewhere(library_path(tmp_path, "team")), address)
        yield


async def test_a_server_that_says_nothing_holds_nobody_up(
    silent: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(open_libraries_module, "WITHIN", 0.2)
    began = time.monotonic()
    async with open_libraries(tmp_path) as libraries:
        for _ in range(3):
            stores, (failure,) = await libraries.reachable()
            assert [store.name for store in stores] == ["birds"]
            assert failure.message.endswith("/lib did not answer within 0.2 s.")
        assert [store.name for store in await libraries.chosen(only=["birds.txt"])] == ["birds"]
        with pytest.raises(StoreError, match="did not answer"):  # it may be in that one
            await libraries.chosen(only=["fish.txt"])
        waited = time.monotonic() - began
    assert waited < 2.0
    assert time.monotonic() - began < 3.0  # nor does the end of the program wait for it


async def test_one_that_could_not_be_opened_is_tried_again_after_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    @asynccontextmanager
    async def refusing(path: Path) -> AsyncIterator[LibraryStore]:
        opened.append(path.stem)
        if len(opened) == 1:
            raise StoreError("is away", hint="")
        async with open_library(path) as store:
            yield store

    await fill(tmp_path, "birds", "Owls hunt at night.")
    monkeypatch.setattr(open_libraries_module, "open_library", refusing)
    async with open_libraries(tmp_path) as libraries:
        for _ in range(2):
            with pytest.raises(StoreError, match="is away"):
                await libraries.chosen(["birds"])
        assert opened == ["birds"]
        monkeypatch.setattr(open_libraries_module, "REST", -1.0)
        assert [store.name for store in await libraries.chosen(["birds"])] == ["birds"]
    assert opened == ["birds", "birds"]
