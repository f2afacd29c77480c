"""The library as a source: what is found is cited to page and section, and restrictions hold to the file."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from research_agent.documents.file_text import FileText, Place
from research_agent.errors import StoreError, UsageError
from research_agent.library.database import library_path
from research_agent.library.libraries import sync_lock
from research_agent.library.postgres.store_address import save_address, store_address
from research_agent.library.protocol import FileRecord
from research_agent.library.sqlite_store import open_library
from research_agent.pipeline import research
from research_agent.rendering.view import AnswerView
from research_agent.runtime import Runtime, open_runtime
from research_agent.settings import load_settings
from research_agent.sources.library import Library
from research_agent.sources.protocol import SourceSettings
from research_agent.stages.select_sources import select_sources
from research_agent.testing import FakeChat, FakeSource
from research_agent.types import Restriction

pytestmark = pytest.mark.anyio

PAGES = (
    "The Lumen bridge was opened in 1923. It is 412 metres long and carries two lanes of traffic.",
    "Repairs of the Lumen bridge cost 3.4 million crowns in 1987. The budget came from the county.",
)
OTHER = "Repairs of the Isen bridge cost 9 million crowns in 1999."


def report() -> FileText:
    text = "\n\n".join(PAGES)
    second = len(PAGES[0]) + 2
    places = (
        Place(kind="heading", start=0, end=len(text), label="The bridge", level=1),
        Place(kind="page", start=0, end=second, label="46"),
        Place(kind="page", start=second, end=len(text), label="47"),
    )
    return FileText(text=text, places=places, title="Bridge report 1990", author="Ada Berg")


async def fill(home: Path) -> None:
    async with open_library(library_path(home, "bridges")) as store:
        await store.add_folder("/docs")
        await store.put(FileRecord(path="/docs/lumen report.pdf", folder="/docs", digest="ab"), report())
        await store.put(FileRecord(path="/docs/isen.txt", folder="/docs"), FileText(text=OTHER))
    async with open_library(library_path(home, "birds")) as store:
        await store.put(FileRecord(path="/birds/owl.txt", folder="/birds"), FileText(text="Owls hunt at night."))


@asynccontextmanager
async def opened(home: Path, *, chat: str = "") -> AsyncIterator[Runtime]:
    source = await asyncio.to_thread(Library, SourceSettings(home=home))
    async with open_runtime(load_settings(), sources=[source], chat=FakeChat(replies=(chat,))) as runtime:
        await runtime.ready()
        yield replace(runtime, named=())


async def test_an_answer_cites_page_and_section_and_keeps_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RESEARCH_AGENT_HOME", str(tmp_path))
    await fill(tmp_path)
    async with opened(tmp_path) as runtime:
        answer = await research("What did repairs of the Lumen bridge cost?", session="s", runtime=runtime)
        (turn,) = await runtime.memory.turns("s")
    cited = answer.citations[0]
    assert (cited.quote, cited.page, cited.section) == (
        "Repairs of the Lumen bridge cost 3.4 million crowns in 1987.", "47", "The bridge",
    )  # fmt: skip
    assert turn.answer.citations == answer.citations
    assert turn.answer.documents == answer.documents
    reference = AnswerView(answer).references[0]
    assert (reference.title, reference.place) == ("Bridge report 1990", "p. 47, The bridge")
    assert reference.terms.startswith("p. 47, The bridge, ")
    assert answer.documents[0].details == {"library": "bridges", "path": "/docs/lumen report.pdf", "digest": "ab"}
    assert answer.documents[0].url == "file:///docs/lumen%20report.pdf"


@pytest.mark.parametrize(
    ("restriction", "titles"),
    [
        (Restriction(libraries=("bridges",)), {"Bridge report 1990", "isen.txt"}),
        (Restriction(files=("isen.txt",)), {"isen.txt"}),
        (Restriction(libraries=("bridges",), files=("/docs/lumen report.pdf",)), {"Bridge report 1990"}),
        (Restriction(libraries=("birds",)), set()),
    ],
)
async def test_nothing_outside_of_what_is_named_is_evidence(
    restriction: Restriction, titles: set[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RESEARCH_AGENT_HOME", str(tmp_path))
    await fill(tmp_path)
    async with opened(tmp_path) as runtime:
        answer = await research("What did repairs of the bridge cost?", runtime=runtime, restriction=restriction)
    assert {document.title for document in answer.documents} <= titles
    assert bool(answer.documents) == bool(titles)
    assert [report.name for report in answer.sources] == ["library"]


async def test_a_library_or_file_that_is_not_there_is_told_before_anything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RESEARCH_AGENT_HOME", str(tmp_path))
    await fill(tmp_path)
    async with opened(tmp_path) as runtime:
        with pytest.raises(UsageError, match="no library 'fish'") as raised:
            await research("What?", session="s", runtime=runtime, restriction=Restriction(libraries=("fish",)))
        assert raised.value.hint == "Available: birds, bridges."
        with pytest.raises(UsageError, match="No library has a file 'isen'") as raised:
            await research("What?", session="s", runtime=runtime, restriction=Restriction(files=("isen",)))
        assert raised.value.hint == "Near to it: 'isen.txt'."
        assert await runtime.memory.sessions() == ()  # no turn is spent


async def test_a_library_that_is_still_read_answers_and_says_how_far_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RESEARCH_AGENT_HOME", str(tmp_path))
    await fill(tmp_path)
    async with sync_lock(library_path(tmp_path, "birds")) as note, opened(tmp_path) as runtime:
        note.tell(2, 1033)
        answer = await research("What is an owl?", runtime=runtime, restriction=Restriction(libraries=("birds",)))
    assert answer.documents
    assert answer.sources[0].reason == "is still being read: 2 of 1,033 files so far"


async def test_one_that_cannot_be_reached_is_a_line_beside_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("psycopg")
    monkeypatch.setenv("RESEARCH_AGENT_HOME", str(tmp_path))
    await fill(tmp_path)
    address = store_address("postgresql://ada:s3cret@127.0.0.1:1/lib", "team")
    await asyncio.to_thread(save_address, tmp_path / "libraries" / "team.postgres", address)
    async with opened(tmp_path) as runtime:
        answer = await research("What is an owl?", runtime=runtime)
        with pytest.raises(StoreError, match=r"^The library team at .* cannot be reached: "):
            await research("What is an owl?", runtime=runtime, restriction=Restriction(libraries=("team",)))
    assert [document.title for document in answer.documents] == ["owl.txt"]
    lost = "The library team at postgresql://127.0.0.1:1/lib cannot be reached: Connection refused."
    assert answer.sources[0].reason == f"was searched without one library: {lost}"


def test_it_is_asked_by_itself_only_where_there_is_one(tmp_path: Path) -> None:
    library, other = Library(SourceSettings(home=tmp_path)), FakeSource("notes", [])
    assert [one.source.name for one in select_sources("What is an owl?", [library, other])] == ["notes"]
    (tmp_path / "libraries").mkdir()
    (tmp_path / "libraries" / "own.db").touch()
    library.refresh()
    chosen = select_sources("What is an owl?", [other, library])
    assert (chosen[0].source.name, chosen[0].why) == ("library", "your own documents")
