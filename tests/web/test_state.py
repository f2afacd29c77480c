"""The server's state: the main store at once, the engine in the background."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from helpers.event_streams import events_of
from research_agent.engine import Engine
from research_agent.pipeline import research
from research_agent.runtime import Runtime
from research_agent.testing import FakeChat
from research_agent_devtools.harness.scripted_engine import QUESTION, TRUE
from research_agent_devtools.harness.web_server import serving

pytestmark = pytest.mark.anyio


async def test_the_answer_to_a_question_waits_for_the_models_and_what_is_stored_does_not(tmp_path: Path) -> None:
    """The server is up before a model is: sessions are read, and a question begins, at once."""
    from contextlib import asynccontextmanager

    from research_agent.runtime import open_runtime
    from research_agent.testing import FakeSource
    from research_agent_devtools.harness.scripted_engine import RIVER

    opened = asyncio.Event()

    @asynccontextmanager
    async def late(settings: Any, *, memory: Any = None) -> AsyncIterator[Runtime]:
        await opened.wait()
        chat = FakeChat(replies=("Lumen", TRUE))
        async with open_runtime(settings, memory=memory, sources=[FakeSource("notes", [RIVER])], chat=chat) as runtime:
            yield runtime

    async with serving(tmp_path, engine=Engine(research, late)) as served:
        assert (await served.get("/api/sessions")).status == 200
        reply = await served.post("/api/ask", {"question": QUESTION, "stream": True})
        assert [name for _, name, _ in await events_of(reply, until="Begun")] == ["Begun"]
        assert "research_agent_ready 0" in await (await served.get("/api/metrics")).text()
        opened.set()
        assert (await events_of(reply))[-1][2]["how"] == "answered"
