"""Questions over the API, from a program and from curl."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from research_agent_devtools.harness.scripted_engine import QUESTION
from research_agent_devtools.harness.web_server import serving

pytestmark = pytest.mark.anyio


async def test_a_question_is_answered_whole_in_the_contract_of_the_command_line_and_within_sites_and_days(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path) as served:
        reply = await served.post("/api/ask", {"question": QUESTION})
        assert reply.status == 200, await reply.text()
        answer = await reply.json()
        assert answer["citations"][0]["quote"] == "The Lumen is 412 kilometres long."
        stored = await (await served.get(f"/api/sessions/{answer['session']}")).json()
        assert [turn | {"timings": answer["timings"]} for turn in stored["turns"]] == [answer]

        for more, status in (
            ({"sites": ["notes.example"], "exclude_sites": ["b.example"]}, "complete"),
            ({"sites": ["other.example"]}, "none"),
            ({"since": "7d"}, "none"),
        ):
            reply = await served.post("/api/ask", {"question": QUESTION, **more})
            assert (await reply.json())["status"] == status
        for wrong in ({"sites": ["notes"]}, {"since": "soon"}, {"sites": "notes.example"}, {"until": 7}):
            assert (await served.post("/api/ask", {"question": QUESTION, **wrong})).status in (400, 422)


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
async def test_the_whole_flow_by_curl(tmp_path: Path) -> None:
    import asyncio

    async with serving(tmp_path) as served:

        def curl(path: str, *options: str) -> str:
            head = f"Authorization: {served.bearer['Authorization']}"
            run = subprocess.run(
                ["curl", "-sS", "--fail", "--noproxy", "*", "-N", "-H", head, *options, served.url + path],
                capture_output=True, text=True, timeout=60, check=True,
            )  # fmt: skip
            return run.stdout

        asked = '{"question": "How long is the river Lumen?", "session": "s", "stream": true}'
        said = await asyncio.to_thread(curl, "/api/ask", "-H", "Content-Type: application/json", "-d", asked)
        assert said.startswith("id: 1\nevent: Begun\ndata: {")
        assert '"how":"answered"' in said.rstrip().rpartition("data: ")[2]
        assert '"[1]"' not in await asyncio.to_thread(curl, "/api/sessions")
        assert "# How long is the river Lumen?" in await asyncio.to_thread(curl, "/api/export/s")
        await asyncio.to_thread(curl, "/api/sessions/s", "-X", "DELETE")
        assert '"total":0' in await asyncio.to_thread(curl, "/api/sessions")
