"""Errors as responses: statuses, shapes, and nothing of a bug."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi import FastAPI

from research_agent.errors import (
    ChatError,
    QuestionError,
    ResearchAgentError,
    SourceError,
    StoreError,
    UnknownSessionError,
)
from research_agent.web.error_handlers import NotFoundError, status_of
from research_agent.web.quotas import BusyError
from research_agent_devtools.harness.web_server import serving


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (UnknownSessionError("x"), 404),
        (NotFoundError("x"), 404),
        (QuestionError("x"), 400),
        (ChatError("x"), 502),
        (SourceError("x"), 502),
        (StoreError("x"), 507),
        (BusyError("x"), 429),
        (BusyError("x", stopping=True), 503),
        (ResearchAgentError("x"), 500),
    ],
)
def test_an_error_has_its_status(error: ResearchAgentError, status: int) -> None:
    assert status_of(error) == status


@pytest.mark.anyio
async def test_the_client_is_told_where_a_request_is_wrong_and_nothing_of_a_bug(tmp_path: Path) -> None:
    def change(app: FastAPI) -> None:
        def bug() -> None:
            raise RuntimeError("sk-secret")

        app.add_api_route("/api/bug", bug)

    async with serving(tmp_path, change=change) as served:
        invalid = await served.post("/api/ask", {"question": 7, "secret": "sk-secret"})
        text = await invalid.text()
        assert invalid.status == 422
        assert "question: Input should be a valid string" in text
        assert "sk-secret" not in text
        bug = await served.get("/api/bug")
        assert (bug.status, "sk-secret" in await bug.text()) == (500, False)
        assert (await (await served.get("/api/nowhere")).json())["error"]["type"] == "NotFoundError"
        assert (await (await served.post("/api/sessions", {})).json())["error"]["type"] == "MethodError"
        assert (await (await served.get("/v1/nowhere")).json())["error"]["code"] == "not_found"
