"""The API as it describes itself, held against what it answers."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from research_agent.pipeline.research import LONGEST_QUESTION
from research_agent.testing import FakeChat, FakeSource
from research_agent.web.api import schemas
from research_agent.web.openai import chat_completions
from research_agent_devtools.harness.scripted_engine import QUESTION, RIVER, TRUE
from research_agent_devtools.harness.web_server import Served, serving

pytestmark = pytest.mark.anyio


def test_the_longest_question_is_that_of_the_pipeline() -> None:
    assert schemas.LONGEST_QUESTION == LONGEST_QUESTION


async def test_what_is_answered_has_the_shape_that_is_described(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        answer = await (await served.post("/api/ask", {"question": QUESTION, "session": "a/b c"})).json()
        begun = await (await served.post("/api/runs", {"question": QUESTION})).json()
        document = answer["citations"][0]["document"]
        found: list[tuple[type[BaseModel], Any]] = [
            (schemas.AnswerModel, answer),
            (schemas.BegunModel, begun),
            (schemas.RunModel, await of(served, f"/api/runs/{begun['run']}")),
            (schemas.SessionsModel, await of(served, "/api/sessions")),
            (schemas.TurnsModel, await of(served, "/api/sessions/a%2Fb%20c")),
            (schemas.CitedModel, await of(served, "/api/citations/a%2Fb%20c?turn=1")),
            (schemas.DocumentModel, await of(served, f"/api/documents/{document}")),
            (schemas.SourcesModel, await of(served, "/api/sources")),
            (schemas.SettingsModel, await of(served, "/api/settings")),
            (schemas.HealthModel, await of(served, "/api/health")),
            (schemas.ErrorModel, await (await served.get("/api/sessions/none")).json()),
            (chat_completions.ModelsModel, await of(served, "/v1/models")),
        ]
        for model, said in found:
            model.model_validate(said, strict=True, extra="forbid")
        cited = await of(served, "/api/citations/a%2Fb%20c?turn=1")
        assert [one["verified"] for one in cited["citations"]] == [True]
        text = (await of(served, f"/api/documents/{document}"))["text"]
        assert text[cited["citations"][0]["start"] : cited["citations"][0]["end"]] == cited["citations"][0]["quote"]


async def of(served: Served, path: str) -> Any:
    from yarl import URL

    reply = await served.http.get(URL(served.url + path, encoded=True), headers=served.bearer)
    assert reply.status == 200, (path, await reply.text())
    return await reply.json()


async def test_the_description_is_whole_and_has_examples(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        told = await of(served, "/api/openapi.json")
    routes = {(path, method) for path, methods in told["paths"].items() for method in methods}
    assert routes >= {
        ("/api/ask", "post"), ("/api/runs", "post"), ("/api/runs/{run}", "get"), ("/api/runs/{run}", "delete"),
        ("/api/runs/{run}/events", "get"), ("/api/sessions", "get"), ("/api/sessions/{session}", "get"),
        ("/api/sessions/{session}", "delete"), ("/api/export/{session}", "get"), ("/api/citations/{session}", "get"),
        ("/api/documents/{document}", "get"), ("/api/sources", "get"), ("/api/settings", "get"),
        ("/api/doctor", "get"), ("/api/health", "get"), ("/api/metrics", "get"), ("/v1/models", "get"),
        ("/v1/chat/completions", "post"),
    }  # fmt: skip
    for path, methods in told["paths"].items():
        for method, route in methods.items():
            assert route.get("description"), (path, method)
            assert any(code.startswith("2") for code in route["responses"]), (path, method)
    shapes = told["components"]["schemas"]
    assert all(shapes[name].get("examples") for name in ("AskModel", "AnswerModel", "ErrorModel", "ChatModel"))
    assert shapes["AskModel"]["additionalProperties"] is False
    assert told["components"]["securitySchemes"]


async def test_sessions_are_found_by_their_words_and_exported(tmp_path: Path) -> None:
    chat = FakeChat(replies=("Lumen", TRUE))
    async with serving(tmp_path, chat=chat) as served:
        for name in ("one", "two"):
            await served.post("/api/ask", {"question": QUESTION, "session": name})
        assert (await of(served, "/api/sessions?q=RIVER%20lumen"))["total"] == 2
        assert [one["session"] for one in (await of(served, "/api/sessions?q=two"))["sessions"]] == ["two"]
        assert (await of(served, "/api/sessions?q=nothing"))["sessions"] == []
        assert [one["session"] for one in (await of(served, "/api/sessions?limit=1&offset=1"))["sessions"]] == ["one"]
        markdown = await (await served.get("/api/export/one")).text()
        assert markdown.startswith(f"# {QUESTION}")
        bundle = await served.get("/api/export/one", Accept="*/*")
        assert bundle.content_type == "text/markdown"
        assert (await of(served, "/api/export/one?format=bundle&turn=1"))["format"] == "research-agent-bundle"
        assert (await served.get("/api/export/one?turn=9")).status == 404
        assert (await served.get("/api/export/one?format=exe")).status == 422


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
