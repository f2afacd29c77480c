"""A plug-in that blocks, loops or leaves costs its own search; its tools work from its thread."""

from __future__ import annotations

import asyncio
import sys
import threading
from pathlib import Path
from typing import Any, cast

import pytest
from aiohttp import web

from research_agent.http import open_client
from research_agent.settings import Settings
from research_agent.sources import Found, Source, Tools
from research_agent.sources.plugin_thread import ThreadedSource
from research_agent.sources.search import SearchOutcome, search_for
from research_agent.testing import FakeSource
from research_agent.testing.loopback_server import serve
from research_agent.types import Topic

pytestmark = pytest.mark.anyio
TOPIC = Topic(text="rain", question="What is rain?")


async def outcome_of(source: Source, home: Path, seconds: float = 30.0, **tools: Any) -> SearchOutcome:
    async with open_client(Settings.of(home=home)) as client:
        until = asyncio.get_running_loop().time() + seconds
        return await search_for(source, TOPIC, Tools(client=client, **tools), until, seconds)


def spin(go: threading.Event) -> None:
    """Block the thread as a loop without an end does; a call that sleeps is forbidden in tests."""
    while not go.is_set():
        pass


class Blocking(FakeSource):
    """Holds up its thread, once, until it is let go."""

    def __init__(self) -> None:
        super().__init__("blocking", ["It rains."])
        self.go = threading.Event()
        self.calls = 0

    async def search(self, topic: Topic, *, tools: Tools, limit: int) -> Found:
        self.calls += 1
        if self.calls == 1:
            spin(self.go)
        return await super().search(topic, tools=tools, limit=limit)


async def test_it_is_the_source_but_for_the_thread(tmp_path: Path) -> None:
    inner = FakeSource("notes", ["It rains."], problems=["is slow"])
    source = ThreadedSource(inner)
    assert isinstance(source, Source)
    assert (source.name, source.title, source.live) == ("notes", "Notes", True)
    outcome = await outcome_of(source, tmp_path)
    assert [document.text for document in outcome.documents] == ["It rains."]
    assert outcome.problems == ("is slow",)
    assert inner.topics == [TOPIC]


async def test_one_that_blocks_costs_its_search_and_not_the_loop(tmp_path: Path) -> None:
    inner = Blocking()
    source, ticks = ThreadedSource(inner), 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0.005)
            ticks += 1

    try:
        async with asyncio.TaskGroup() as group:
            ticking = group.create_task(tick())
            late = await outcome_of(source, tmp_path, seconds=0.2)
            ticking.cancel()
        assert late.failure is not None
        assert late.failure.message == "timed out after 0.2 s"
        assert ticks > 0
        again = await outcome_of(source, tmp_path)
        assert [document.text for document in again.documents] == ["It rains."], "another thread took its place"
    finally:
        inner.go.set()


async def test_documents_are_read_in_the_thread_too(tmp_path: Path) -> None:
    go = threading.Event()

    class Slow(FakeSource):
        async def search(self, topic: Topic, *, tools: Tools, limit: int) -> Found:
            def documents() -> Any:
                yield from self.documents
                spin(go)

            return Found(documents())

    try:
        late = await outcome_of(ThreadedSource(Slow("slow", ["x"])), tmp_path, seconds=0.1)
        assert late.failure is not None
        assert "timed out" in late.failure.message
    finally:
        go.set()


async def test_one_that_ends_the_program_has_a_bug(tmp_path: Path) -> None:
    class Leaving(FakeSource):
        async def search(self, topic: Topic, *, tools: Tools, limit: int) -> Found:
            sys.exit(3)

    outcome = await outcome_of(ThreadedSource(Leaving()), tmp_path)
    assert outcome.failure is not None
    assert "has a bug" in outcome.failure.message


async def test_its_tools_run_where_they_belong(tmp_path: Path) -> None:
    threads: list[str] = []

    async def embed(texts: Any) -> Any:
        threads.append(threading.current_thread().name)
        return [[1.0]]

    class Reader:
        async def plain(self, fragments: Any) -> list[str]:
            threads.append(threading.current_thread().name)
            return list(fragments)

    class Using(FakeSource):
        base = ""

        async def search(self, topic: Topic, *, tools: Tools, limit: int) -> Found:
            assert tools.embed is not None
            found = await tools.client.get_json(self.base)
            more = await tools.of(cast("Any", self)).client.get_json(self.base)
            assert found == more == {"rain": 1}
            await tools.embed(["x"])
            await tools.read.plain(["x"])
            tools.client.back_off(0.0)
            threads.append(threading.current_thread().name)
            return await super().search(topic, tools=tools, limit=limit)

    async def answer(request: web.Request) -> web.Response:
        return web.json_response({"rain": 1})

    app = web.Application()
    app.router.add_get("/", answer)
    async with serve(app) as url:
        source = Using("using", ["It rains."])
        source.base = url
        async with open_client(Settings.of(home=tmp_path), trusted=[url]) as client:
            tools = Tools(client=client, embed=embed, read=cast("Any", Reader()))
            until = asyncio.get_running_loop().time() + 30
            outcome = await search_for(ThreadedSource(source), TOPIC, tools, until, 30.0)
    assert outcome.failure is None
    assert [document.text for document in outcome.documents] == ["It rains."]
    assert threads == [threading.current_thread().name] * 2 + ["source using"]


async def test_searches_of_one_source_share_a_loop(tmp_path: Path) -> None:
    """So that a lock of the plug-in works."""
    loops: set[int] = set()

    class Locking(FakeSource):
        lock = asyncio.Lock()

        async def search(self, topic: Topic, *, tools: Tools, limit: int) -> Found:
            async with self.lock:
                loops.add(id(asyncio.get_running_loop()))
                await asyncio.sleep(0.01)
                return await super().search(topic, tools=tools, limit=limit)

    source = ThreadedSource(Locking("locking", ["x"]))
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(outcome_of(source, tmp_path / str(number))) for number in range(3)]
    assert [task.result().failure for task in tasks] == [None] * 3
    assert len(loops) == 1


async def test_a_search_that_is_given_up_is_cancelled(tmp_path: Path) -> None:
    ended = threading.Event()

    class Waiting(FakeSource):
        async def search(self, topic: Topic, *, tools: Tools, limit: int) -> Found:
            try:
                await asyncio.sleep(3600.0)
            finally:
                ended.set()
            return Found(())

    await outcome_of(ThreadedSource(Waiting()), tmp_path, seconds=0.05)
    assert await asyncio.to_thread(ended.wait, 30.0)
