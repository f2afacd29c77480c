"""What is serialized: texts that UTF-8 cannot encode."""

from __future__ import annotations

from pathlib import Path

import pytest

from research_agent.testing import FakeChat, FakeSource
from research_agent_devtools.harness.scripted_engine import QUESTION, RIVER, TRUE
from research_agent_devtools.harness.web_server import serving

pytestmark = pytest.mark.anyio


async def test_texts_that_utf_8_cannot_hold_are_answered_all_the_same(tmp_path: Path) -> None:
    odd = FakeSource("notes", [f"{RIVER.text} Its mouth is called \ud800x\x00\u202e."])
    chat = FakeChat(replies=("Lumen", f"{TRUE} Its mouth is called \ud800x\x00 [e1]."))
    async with serving(tmp_path, sources=[odd], chat=chat) as served:
        answer = await (await served.post("/api/ask", {"question": QUESTION, "session": "s"})).json()
        assert answer["status"] == "complete"
        reply = await served.post("/api/ask", {"question": QUESTION, "stream": True})
        assert "event: Ended" in await reply.text()
        document = answer["citations"][0]["document"]
        for path in ("/api/sessions/s", "/api/export/s", f"/api/documents/{document}", "/api/citations/s"):
            assert (await served.get(path)).status == 200, path
        body = {"model": "research-agent", "messages": [{"role": "user", "content": QUESTION}]}
        assert (await served.post("/v1/chat/completions", body)).status == 200
