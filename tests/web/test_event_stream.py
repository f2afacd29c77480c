"""Server-sent events of a run, and a whole answer whose client disconnects."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from helpers.event_streams import ended, events_of, slow_chat, until
from research_agent.events import Token
from research_agent.web import RunLimits
from research_agent_devtools.harness.scripted_engine import QUESTION
from research_agent_devtools.harness.web_server import serving

pytestmark = pytest.mark.anyio


async def test_a_stream_has_every_event_once_in_order_and_one_last(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        reply = await served.post("/api/ask", {"question": QUESTION, "stream": True})
        assert reply.content_type == "text/event-stream"
        events = await events_of(reply)
    assert [number for number, _, _ in events] == list(range(1, len(events) + 1))
    names = [name for _, name, _ in events]
    assert (names[0], names[-1]) == ("Begun", "Ended")
    assert names.count("Ended") == names.count("Answered") == names.count("Saved") == 1
    assert names.index("Drafted") < names.index("SentenceChecked") < names.index("Answered") < names.index("Saved")
    told = {name: data for _, name, data in events}
    assert told["Ended"] == {"how": "answered", "session": told["Begun"]["session"], "turn": 1, "error": None}
    assert told["Answered"]["answer"]["answer"] == "The Lumen is 412 kilometres long. [1]"
    assert told["Ranked"]["evidence"][0]["text"].startswith("The Lumen")


async def test_a_stream_goes_on_behind_the_last_event_that_was_seen(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        reply = await served.post("/api/ask", {"question": QUESTION, "stream": True})
        place = reply.headers["Location"]
        whole = await events_of(reply)
        for seen in (0, 1, 7, len(whole) - 1, len(whole)):
            rest = await events_of(await served.get(place, **{"Last-Event-ID": str(seen)}))
            assert rest == whole[seen:], seen
        for junk in ("x", "-1", "9" * 30, ""):
            assert (
                await events_of(await served.get(place, **{"Last-Event-ID": junk.encode().decode("latin-1")})) == whole
            )


async def test_a_client_that_leaves_a_whole_answer_stops_it_and_what_was_written_is_kept(tmp_path: Path) -> None:
    async with serving(tmp_path, chat=slow_chat()) as served:
        asking = asyncio.ensure_future(served.post("/api/ask", {"question": QUESTION, "session": "s"}))
        await until(lambda: served.state.runs.active)
        [run] = served.state.runs.active
        async for event in run.follow():
            if isinstance(event, Token):
                break
        asking.cancel()
        assert (await ended(served, run.id))["state"] == "interrupted"
        turns = (await (await served.get("/api/sessions/s")).json())["turns"]
    assert [turn["status"] for turn in turns] == ["interrupted"]


async def test_streams_of_one_user_are_counted(tmp_path: Path) -> None:
    limits = RunLimits(user_streams=2)
    async with serving(tmp_path, chat=slow_chat(), run_limits=limits) as served:
        begun = await (await served.post("/api/runs", {"question": QUESTION})).json()
        replies = [await served.get(begun["events"]) for _ in range(2)]
        for reply in replies:
            await events_of(reply, until="Begun")
        assert (await served.get(begun["events"])).status == 429
        assert (await served.post("/api/ask", {"question": QUESTION, "stream": True})).status == 429
        assert len(served.state.runs.active) == 1
        for reply in replies:
            reply.close()


async def test_a_silent_stream_sends_a_comment_that_clients_ignore(tmp_path: Path) -> None:
    async with serving(tmp_path, chat=slow_chat(), run_limits=RunLimits(heartbeat=0.01)) as served:
        reply = await served.post("/api/ask", {"question": QUESTION, "stream": True})
        async for line in reply.content:
            if line == b": still here\n":
                break
        assert await reply.content.readline() == b"\n"
