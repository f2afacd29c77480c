"""Deep research over the API: planned, edited against a version, run, followed, read, and stopped."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from research_agent.testing import FakeChat
from research_agent_devtools.harness.scripted_engine import QUESTION
from research_agent_devtools.harness.web_server import Served, serving

pytestmark = pytest.mark.anyio


async def put(served: Served, path: str, body: Any, **headers: str) -> Any:
    return await served.http.put(served.url + path, json=body, headers={**served.bearer, **headers})


async def followed(served: Served, run: str, after: str = "0") -> list[tuple[int, str]]:
    """The events of a run to their end: number and kind."""
    reply = await served.get(f"/api/research/{run}/events", **{"Last-Event-ID": after})
    lines = (await reply.text()).split("\n\n")
    fields = [dict(line.split(": ", 1) for line in event.splitlines() if ": " in line) for event in lines]
    return [(int(event["id"]), event["event"]) for event in fields if "event" in event]


async def test_a_plan_is_edited_run_followed_and_read(tmp_path: Path) -> None:
    async with serving(tmp_path, chat=FakeChat(replies=("",))) as served:
        reply = await served.post("/api/research", {"question": QUESTION, "budget": "quick"})
        planned = await reply.json()
        run = planned["run"]["id"]
        assert (reply.status, reply.headers["Location"]) == (202, f"/api/research/{run}")
        assert (planned["run"]["state"], planned["budget"]["spent"]["requests"]) == ("planned", 0)
        path = f"/api/research/{run}"
        text = planned["plan_text"] + "9. How long is the river Lumen?\n"
        assert (await put(served, f"{path}/plan", {"text": text}, **{"If-Match": '"7"'})).status == 412
        assert (await put(served, f"{path}/plan", {"text": text}, **{"If-Match": "x"})).status == 400
        edited = await put(served, f"{path}/plan", {"text": text}, **{"If-Match": '"1"'})
        assert (edited.status, edited.headers["ETag"]) == (200, '"2"')
        assert "How long is the river Lumen?" in [step["text"] for step in (await edited.json())["plan"]]
        assert (await served.get(f"{path}/report")).status == 400
        assert (await served.post(f"{path}/start", {})).status == 202
        events = await followed(served, run)
        kinds = [kind for _, kind in events]
        assert "RunStarted" in kinds
        assert kinds[-1] == "RunFinished"
        assert [number for number, _ in events] == list(range(1, len(events) + 1))
        assert (await followed(served, run, str(len(events) - 2))) == events[-2:]
        report = await served.get_json(f"{path}/report")
        assert (report["run"]["state"], report["session"]) == ("done", run)
        assert report["citations"]
        markdown = await (await served.get(f"{path}/report?format=markdown")).text()
        assert QUESTION in markdown
        assert (await served.get(f"{path}/report?format=exe")).status == 400
        assert [one["id"] for one in (await served.get_json("/api/research"))["runs"]] == [run]
        assert (await served.http.delete(served.url + path, headers=served.bearer)).status == 204
        assert (await served.get(path)).status == 404


async def test_what_cannot_be_is_told_before_anything_is_planned(tmp_path: Path) -> None:
    async with serving(tmp_path, chat=FakeChat(replies=("",)), users=("ann",)) as served:
        for body in (
            {"question": QUESTION, "budget": "much"},
            {"question": QUESTION, "since": "tomorrow"},
            {"question": QUESTION, "sites": ["a.example"], "exclude_sites": ["a.example"]},
        ):
            assert (await served.post("/api/research", body)).status == 400
        assert await served.get_json("/api/research") == {"runs": []}
        run = (await (await served.post("/api/research", {"question": QUESTION})).json())["run"]["id"]
        assert (await served.get(f"/api/research/{run}", **served.of("ann"))).status == 404
        changed = await put(served, f"/api/research/{run}/budget", {"budget": "90s,5req,0tok"})
        assert json.loads(await changed.text())["budget"]["limit"] == {"seconds": 90.0, "requests": 5, "tokens": 0}
        assert (await served.post(f"/api/research/{run}/stop", {})).status == 202
