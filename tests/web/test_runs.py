"""Questions being answered: followed, resumed, stopped, left alone."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from helpers.event_streams import ended, events_of, slow_chat, until
from research_agent.pipeline import research
from research_agent.testing import FakeChat
from research_agent.types import Answer
from research_agent.web import RunLimits
from research_agent_devtools.harness.scripted_engine import QUESTION, TRUE, engine
from research_agent_devtools.harness.web_server import serving

pytestmark = pytest.mark.anyio

QUICK = RunLimits(grace=0.0)


async def test_a_run_is_followed_from_elsewhere_while_it_goes_on(tmp_path: Path) -> None:
    async with serving(tmp_path, chat=slow_chat()) as served:
        begun = await (await served.post("/api/runs", {"question": QUESTION})).json()
        one = await events_of(await served.get(begun["events"]), until="Token")
        two = await events_of(await served.get(begun["events"]), until="Token")
        assert one == two
        assert (await (await served.get(f"/api/runs/{begun['run']}")).json())["state"] == "running"
        assert (await served.http.delete(f"{served.url}/api/runs/{begun['run']}", headers=served.bearer)).status == 204
        state = await ended(served, begun["run"])
    assert state["state"] == "interrupted"
    assert state["answer"]["status"] == "interrupted"


async def test_a_client_that_leaves_a_stream_stops_it_when_nobody_comes_back(tmp_path: Path) -> None:
    async with serving(tmp_path, chat=slow_chat(), run_limits=QUICK) as served:
        reply = await served.post("/api/ask", {"question": QUESTION, "stream": True})
        run = (await events_of(reply, until="Token"))[0][2]["run"]
        reply.close()
        assert (await ended(served, run))["state"] == "interrupted"


async def test_who_comes_back_in_time_finds_it_going_on(tmp_path: Path) -> None:
    async with serving(tmp_path, chat=slow_chat()) as served:
        reply = await served.post("/api/ask", {"question": QUESTION, "stream": True})
        seen = await events_of(reply, until="Token")
        run = served.state.runs.get("main", seen[0][2]["run"])
        assert run is not None
        reply.close()
        await until(lambda: run._stop_timer)
        again = await served.get(reply.headers["Location"], **{"Last-Event-ID": "1"})
        assert await events_of(again, until="Token") == seen[1:]
        assert run._stop_timer is None
        assert run.ended is None


async def test_a_run_that_nobody_follows_is_stopped(tmp_path: Path) -> None:
    async with serving(tmp_path, chat=slow_chat(), run_limits=QUICK) as served:
        begun = await (await served.post("/api/runs", {"question": QUESTION})).json()
        assert (await ended(served, begun["run"]))["state"] == "interrupted"


async def test_a_second_stop_does_not_cut_the_keeping_short(tmp_path: Path) -> None:
    async with serving(tmp_path, chat=slow_chat()) as served:
        begun = await (await served.post("/api/runs", {"question": QUESTION, "session": "s"})).json()
        await events_of(await served.get(begun["events"]), until="Token")
        run = served.state.runs.get("main", begun["run"])
        assert run is not None
        for _ in range(50):
            run.cancel()
            await asyncio.sleep(0)
        state = await ended(served, begun["run"])
    assert state["answer"]["status"] == "interrupted"


async def test_what_is_wrong_with_a_question_is_said_and_others_go_on(tmp_path: Path) -> None:
    async def broken(question: str, **given: Any) -> Answer:
        if question == "bug":
            raise RuntimeError("sk-secret-detail")
        return await research(question, **given)

    async with serving(tmp_path, engine=engine()._replace(research=broken)) as served:
        reply = await served.post("/api/ask", {"question": "bug"})
        assert reply.status == 500
        assert "sk-secret" not in await reply.text()
        assert (await served.post("/api/ask", {"question": "???"})).status == 400
        assert (await served.post("/api/ask", {"question": QUESTION})).status == 200
        metrics = await (await served.get("/api/metrics")).text()
    assert 'research_agent_questions_total{how="failed"} 2' in metrics
    assert 'research_agent_questions_total{how="answered"} 1' in metrics


async def test_too_many_questions_at_once_are_refused_and_those_that_ended_make_room(tmp_path: Path) -> None:
    limits = RunLimits(per_user=2, total=3)
    async with serving(tmp_path, chat=slow_chat(), run_limits=limits, users=("ada", "bob")) as served:
        begun = [await served.post("/api/runs", {"question": QUESTION}) for _ in range(3)]
        assert [reply.status for reply in begun] == [202, 202, 429]
        assert begun[-1].headers["Retry-After"] == "5"
        for name, status in (("ada", 202), ("bob", 429)):
            reply = await served.http.post(
                f"{served.url}/api/runs", json={"question": QUESTION}, headers=served.of(name)
            )
            assert reply.status == status
        run = (await begun[0].json())["run"]
        await served.http.delete(f"{served.url}/api/runs/{run}", headers=served.bearer)
        await ended(served, run)
        assert (await served.post("/api/runs", {"question": QUESTION})).status == 202


async def test_the_end_of_the_server_keeps_every_turn_and_tells_every_stream(tmp_path: Path) -> None:
    async with serving(tmp_path, chat=slow_chat()) as served:
        reply = await served.post("/api/ask", {"question": QUESTION, "session": "s", "stream": True})
        await events_of(reply, until="Token")
        assert served.server is not None
        served.server.should_exit = True
        rest = await events_of(reply)
        assert rest[-1][1] == "Ended"
        assert rest[-1][2]["how"] == "interrupted"
        assert rest[-1][2]["turn"] == 1
    async with serving(tmp_path) as served:
        turns = (await (await served.get("/api/sessions/s")).json())["turns"]
    assert [turn["status"] for turn in turns] == ["interrupted"]


async def test_those_that_ended_are_forgotten_the_oldest_first(tmp_path: Path) -> None:
    limits = RunLimits(retained=2)
    async with serving(tmp_path, run_limits=limits, chat=FakeChat(replies=("Lumen", TRUE))) as served:
        runs = []
        for _ in range(4):
            reply = await served.post("/api/ask", {"question": QUESTION, "stream": True})
            runs.append((await events_of(reply))[0][2]["run"])
        statuses = [(await served.get(f"/api/runs/{run}")).status for run in runs]
    assert statuses == [404, 404, 200, 200]
