"""Libraries of a run: each is opened when it is first asked, and one that was made anew is opened anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from research_agent.documents.file_text import FileText
from research_agent.errors import UsageError
from research_agent.library.database import library_path
from research_agent.library.open_libraries import open_libraries
from research_agent.library.protocol import FileRecord
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
