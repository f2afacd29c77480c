"""The library over the API and over MCP: what is there, and passages with their places."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from unittest.mock import AsyncMock

import pytest

from research_agent.documents.file_text import FileText, Place
from research_agent.errors import UsageError
from research_agent.library.database import library_path
from research_agent.library.protocol import FileRecord
from research_agent.library.sqlite_store import open_library
from research_agent.mcp.detached_tasks import open_detached_tasks
from research_agent.mcp.research_tools import ResearchTools
from research_agent.mcp.server import HANDLERS, ToolContext
from research_agent.runtime import Runtime
from research_agent.sources.library import Library
from research_agent.sources.protocol import SourceSettings
from research_agent.testing import FakeChat
from research_agent.types import Document
from research_agent.web.user_stores import for_current_user, use_memory
from research_agent_devtools.harness.web_server import serving

pytestmark = pytest.mark.anyio

TEXT = "The Lumen bridge was opened in 1923. Repairs cost 3.4 million crowns in 1987."


async def fill(home: Path) -> None:
    content = FileText(text=TEXT, places=(Place(kind="page", start=0, end=len(TEXT), label="47"),), title="Bridges")
    async with open_library(library_path(home, "own")) as store:
        await store.put(FileRecord(path="/docs/bridges.pdf", folder="/docs"), content)


async def test_passages_are_found_with_their_places(tmp_path: Path) -> None:
    async with serving(tmp_path, chat=FakeChat(replies=("",))) as served:
        assert await served.get_json("/api/library") == {"libraries": []}
        assert (await served.get("/api/library/search?q=bridge")).status == 400
        await fill(tmp_path)
        (library,) = (await served.get_json("/api/library"))["libraries"]
        assert (library["name"], library["files"], library["ready"], library["passages"]) == ("own", 1, 1, 1)
        (found,) = (await served.get_json("/api/library/search?q=what+did+repairs+cost"))["results"]
        assert found["text"] == TEXT[found["start"] : found["end"]]
        assert (found["library"], found["path"], found["page"]) == ("own", "/docs/bridges.pdf", "47")
        assert (await served.get("/api/library/search?q=bridge&library=none")).status == 400
        assert (await served.get("/api/library/search?q=bridge&only=other.pdf")).status == 400


async def test_nobody_but_the_owner_is_shown_the_owners_documents(tmp_path: Path) -> None:
    await fill(tmp_path)
    async with serving(tmp_path, chat=FakeChat(replies=("",)), users=("ann",)) as served:
        ann = served.of("ann")
        assert await (await served.get("/api/library", **ann)).json() == {"libraries": []}
        assert (await served.get("/api/library/search?q=bridge", **ann)).status == 400
        runtime = await served.state.runtime()
        with use_memory(runtime.memory, user="ann"):
            theirs = for_current_user(
                replace(runtime, sources=[*runtime.sources, await asyncio.to_thread(Library, SourceSettings())])
            )
        assert theirs.tools.libraries is None
        assert "library" not in theirs.source_titles
        assert for_current_user(runtime) is runtime


async def test_an_agent_of_another_user_fetches_none_of_them_by_its_id(tmp_path: Path) -> None:
    own = Document(source="library", title="Bridges", url="file:///docs/b.pdf", text=TEXT, retrieved="2026-01-01")

    async with serving(tmp_path, chat=FakeChat(replies=("",))) as served:
        runtime = await served.state.runtime()

        async def fetched(by: Runtime) -> bool:
            async def opened() -> Runtime:
                return by

            async with open_detached_tasks() as tasks:
                context = ToolContext(opened, tasks, ResearchTools(tasks))
                context.documents.put([own])
                call = HANDLERS["fetch"]({"id": own.id}, context, AsyncMock())
                try:
                    return not (await call).is_error
                except UsageError:
                    return False

        memory = await served.state.stores.memory("ann")
        with use_memory(memory, user="ann"):
            assert await fetched(runtime)
            assert not await fetched(runtime.without_libraries())
