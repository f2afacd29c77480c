"""Sessions over the API: listed, searched, exported, deleted."""

from __future__ import annotations

from pathlib import Path

import pytest

from research_agent.testing import FakeChat
from research_agent_devtools.harness.scripted_engine import QUESTION, TRUE
from research_agent_devtools.harness.web_server import serving

pytestmark = pytest.mark.anyio


async def test_sessions_are_found_by_their_words_and_exported(tmp_path: Path) -> None:
    chat = FakeChat(replies=("Lumen", TRUE))
    async with serving(tmp_path, chat=chat) as served:
        for name in ("one", "two"):
            await served.post("/api/ask", {"question": QUESTION, "session": name})
        assert (await served.get_json("/api/sessions?q=RIVER%20lumen"))["total"] == 2
        assert [one["session"] for one in (await served.get_json("/api/sessions?q=two"))["sessions"]] == ["two"]
        assert (await served.get_json("/api/sessions?q=nothing"))["sessions"] == []
        page = await served.get_json("/api/sessions?limit=1&offset=1")
        assert [one["session"] for one in page["sessions"]] == ["one"]
        markdown = await (await served.get("/api/export/one")).text()
        assert markdown.startswith(f"# {QUESTION}")
        bundle = await served.get("/api/export/one", Accept="*/*")
        assert bundle.content_type == "text/markdown"
        assert (await served.get_json("/api/export/one?format=bundle&turn=1"))["format"] == "research-agent-bundle"
        assert (await served.get("/api/export/one?turn=9")).status == 404
        assert (await served.get("/api/export/one?format=exe")).status == 422
