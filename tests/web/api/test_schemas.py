"""The API as it describes itself, held against what it answers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from research_agent.pipeline.asking import LONGEST_TEXT
from research_agent.web.api import schemas
from research_agent.web.openai import chat_completions, responses
from research_agent_devtools.harness.scripted_engine import QUESTION
from research_agent_devtools.harness.web_server import serving

pytestmark = pytest.mark.anyio


def test_the_longest_text_is_that_of_the_pipeline() -> None:
    assert schemas.MAX_TEXT == LONGEST_TEXT


async def test_what_is_answered_has_the_shape_that_is_described(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        answer = await (await served.post("/api/ask", {"question": QUESTION, "session": "a/b c"})).json()
        begun = await (await served.post("/api/runs", {"question": QUESTION})).json()
        document = answer["citations"][0]["document"]
        chat = {"messages": [{"role": "user", "content": QUESTION}]}
        found: list[tuple[type[BaseModel], Any]] = [
            (schemas.AnswerModel, answer),
            (schemas.BegunModel, begun),
            (schemas.RunModel, await served.get_json(f"/api/runs/{begun['run']}")),
            (schemas.SessionsModel, await served.get_json("/api/sessions")),
            (schemas.TurnsModel, await served.get_json("/api/sessions/a%2Fb%20c")),
            (schemas.CitedModel, await served.get_json("/api/citations/a%2Fb%20c?turn=1")),
            (schemas.DocumentModel, await served.get_json(f"/api/documents/{document}")),
            (schemas.SourcesModel, await served.get_json("/api/sources")),
            (schemas.SettingsModel, await served.get_json("/api/settings")),
            (schemas.HealthModel, await served.get_json("/api/health")),
            (schemas.ErrorModel, await (await served.get("/api/sessions/none")).json()),
            (chat_completions.ModelsModel, await served.get_json("/v1/models")),
            (chat_completions.CompletionModel, await (await served.post("/v1/chat/completions", chat)).json()),
            (responses.ResponseModel, await (await served.post("/v1/responses", {"input": QUESTION})).json()),
        ]
        for model, said in found:
            model.model_validate(said, strict=True, extra=None if model is responses.ResponseModel else "forbid")
        cited = await served.get_json("/api/citations/a%2Fb%20c?turn=1")
        assert [one["verified"] for one in cited["citations"]] == [True]
        text = (await served.get_json(f"/api/documents/{document}"))["text"]
        assert text[cited["citations"][0]["start"] : cited["citations"][0]["end"]] == cited["citations"][0]["quote"]


async def test_the_description_is_whole_and_has_examples(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        told = await served.get_json("/api/openapi.json")
    routes = {(path, method) for path, methods in told["paths"].items() for method in methods}
    assert routes >= {
        ("/api/ask", "post"), ("/api/runs", "post"), ("/api/runs/{run}", "get"), ("/api/runs/{run}", "delete"),
        ("/api/runs/{run}/events", "get"), ("/api/sessions", "get"), ("/api/sessions/{session}", "get"),
        ("/api/sessions/{session}", "delete"), ("/api/export/{session}", "get"), ("/api/citations/{session}", "get"),
        ("/api/documents/{document}", "get"), ("/api/sources", "get"), ("/api/settings", "get"),
        ("/api/doctor", "get"), ("/api/health", "get"), ("/api/metrics", "get"), ("/v1/models", "get"),
        ("/v1/chat/completions", "post"), ("/v1/responses", "post"),
    }  # fmt: skip
    for path, methods in told["paths"].items():
        for method, route in methods.items():
            assert route.get("description"), (path, method)
            assert any(code.startswith("2") for code in route["responses"]), (path, method)
    shapes = told["components"]["schemas"]
    assert all(
        shapes[name].get("examples")
        for name in ("AskModel", "AnswerModel", "ErrorModel", "ChatModel", "ResponsesModel")
    )
    assert shapes["AskModel"]["additionalProperties"] is False
    assert told["components"]["securitySchemes"]
