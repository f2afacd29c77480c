"""The API over a real server on loopback."""

from __future__ import annotations

from pathlib import Path

import pytest

from research_agent_devtools.harness.scripted_engine import QUESTION
from research_agent_devtools.harness.web_server import serving

pytestmark = pytest.mark.anyio


async def test_a_question_is_answered_whole_in_the_contract_of_the_command_line(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        reply = await served.post("/api/ask", {"question": QUESTION})
        assert reply.status == 200, await reply.text()
        answer = await reply.json()
        assert answer["citations"][0]["quote"] == "The Lumen is 412 kilometres long."
        stored = await (await served.get(f"/api/sessions/{answer['session']}")).json()
        assert [turn | {"timings": answer["timings"]} for turn in stored["turns"]] == [answer]


async def test_nothing_is_answered_without_a_token(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        reply = await served.http.get(f"{served.url}/api/sessions")
        assert reply.status == 401
        assert (await served.http.get(f"{served.url}/api/health")).status == 200
