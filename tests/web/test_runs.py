"""Questions being answered: followed, resumed, stopped, left alone."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from research_agent.engine import Engine
from research_agent.events import Token
from research_agent.pipeline import research
from research_agent.runtime import Runtime
from research_agent.testing import FakeChat
from research_agent.types import Answer
from research_agent.web import RunLimits
from research_agent_devtools.harness.scripted_engine import QUESTION, TRUE, engine
from research_agent_devtools.harness.web_server import Served, serving

pytestmark = pytest.mark.anyio

QUICK = RunLimits(grace=0.0)


def slow() -> FakeChat:
    """A model of which a word comes, and then nothing for as long as a test lasts."""

    class Slow(FakeChat):
        async def _astream(self, messages: Any, *rest: Any, **given: Any) -> AsyncIterator[Any]:
            first = True
            async for chunk in super()._astream(messages, *rest, **given):
                if not first and len(self.prompts) > 1:
                    await asyncio.Event().wait()
                first = False
                yield chunk

    return Slow(replies=("Lumen", "The Lumen is 412 kilometres long [e1]. It does not freeze in winter [e1]."))


async def events_of(reply: aiohttp.ClientResponse, *, until: str = "") -> list[tuple[int, str, Any]]:
    """The events of a stream, to its end or to the first of that name."""
    found: list[tuple[int, str, Any]] = []
    number, name = 0, ""
    async for raw in reply.content:
        field, _, value = raw.decode().rstrip("\n").partition(": ")
        if field == "id":
            number = int(value)
        elif field == "event":
            name = value
        elif field == "data":
            found.append((number, name, json.loads(value)))
            if name == until:
                break
    return found


async def until(holds: Callable[[], object]) -> None:
    """Let everything else go on until it holds."""
    for _ in range(100_000):
        if holds():
            return
        await asyncio.sleep(0)
    raise AssertionError("it never held")


async def ended(served: Served, run: str) -> dict[str, Any]:
    """A run's state once it has ended."""
    found = served.state.runs.get("main", run)
    assert found is not None
    while found.ended is None:
        await found._changed.wait()
    return dict(await (await served.get(f"/api/runs/{run}")).json())


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


async def test_a_run_is_followed_from_elsewhere_while_it_goes_on(tmp_path: Path) -> None:
    async with serving(tmp_path, chat=slow()) as served:
        begun = await (await served.post("/api/runs", {"question": QUESTION})).json()
        one = await events_of(await served.get(begun["events"]), until="Token")
        two = await events_of(await served.get(begun["events"]), until="Token")
        assert one == two
        assert (await (await served.get(f"/api/runs/{begun['run']}")).json())["state"] == "running"
        assert (await served.http.delete(f"{served.url}/api/runs/{begun['run']}", headers=served.bearer)).status == 204
        state = await ended(served, begun["run"])
    assert state["state"] == "interrupted"
    assert state["answer"]["status"] == "interrupted"


async def test_a_client_that_leaves_a_whole_answer_stops_it_and_what_was_written_is_kept(tmp_path: Path) -> None:
    async with serving(tmp_path, chat=slow()) as served:
        asking = asyncio.ensure_future(served.post("/api/ask", {"question": QUESTION, "session": "s"}))
        await until(lambda: served.state.runs.active)
        [run] = served.state.runs.active
        async for item in run.follow():
            if item is not None and isinstance(item.event, Token):
                break
        asking.cancel()
        assert (await ended(served, run.id))["state"] == "interrupted"
        turns = (await (await served.get("/api/sessions/s")).json())["turns"]
    assert [turn["status"] for turn in turns] == ["interrupted"]


async def test_a_client_that_leaves_a_stream_stops_it_when_nobody_comes_back(tmp_path: Path) -> None:
    async with serving(tmp_path, chat=slow(), run_limits=QUICK) as served:
        reply = await served.post("/api/ask", {"question": QUESTION, "stream": True})
        run = (await events_of(reply, until="Token"))[0][2]["run"]
        reply.close()
        assert (await ended(served, run))["state"] == "interrupted"


async def test_who_comes_back_in_time_finds_it_going_on(tmp_path: Path) -> None:
    async with serving(tmp_path, chat=slow()) as served:
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
    async with serving(tmp_path, chat=slow(), run_limits=QUICK) as served:
        begun = await (await served.post("/api/runs", {"question": QUESTION})).json()
        assert (await ended(served, begun["run"]))["state"] == "interrupted"


async def test_a_second_stop_does_not_cut_the_keeping_short(tmp_path: Path) -> None:
    async with serving(tmp_path, chat=slow()) as served:
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
    async with serving(tmp_path, chat=slow(), run_limits=limits, users=("ada", "bob")) as served:
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


async def test_streams_of_one_user_are_counted(tmp_path: Path) -> None:
    limits = RunLimits(user_streams=2)
    async with serving(tmp_path, chat=slow(), run_limits=limits) as served:
        begun = await (await served.post("/api/runs", {"question": QUESTION})).json()
        replies = [await served.get(begun["events"]) for _ in range(2)]
        for reply in replies:
            await events_of(reply, until="Begun")
        assert (await served.get(begun["events"])).status == 429
        assert (await served.post("/api/ask", {"question": QUESTION, "stream": True})).status == 429
        assert len(served.state.runs.active) == 1
        for reply in replies:
            reply.close()


async def test_the_end_of_the_server_keeps_every_turn_and_tells_every_stream(tmp_path: Path) -> None:
    async with serving(tmp_path, chat=slow()) as served:
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


async def test_the_answer_to_a_question_waits_for_the_models_and_what_is_stored_does_not(tmp_path: Path) -> None:
    """The server is up before a model is: sessions are read, and a question begins, at once."""
    from contextlib import asynccontextmanager

    from research_agent.runtime import open_runtime
    from research_agent.testing import FakeSource
    from research_agent_devtools.harness.scripted_engine import RIVER

    opened = asyncio.Event()

    @asynccontextmanager
    async def late(settings: Any, *, memory: Any) -> AsyncIterator[Runtime]:
        await opened.wait()
        chat = FakeChat(replies=("Lumen", TRUE))
        async with open_runtime(settings, memory=memory, sources=[FakeSource("notes", [RIVER])], chat=chat) as runtime:
            yield runtime

    async with serving(tmp_path, engine=Engine(research, late)) as served:
        assert (await served.get("/api/sessions")).status == 200
        reply = await served.post("/api/ask", {"question": QUESTION, "stream": True})
        assert [name for _, name, _ in await events_of(reply, until="Begun")] == ["Begun"]
        assert "research_agent_ready 0" in await (await served.get("/api/metrics")).text()
        opened.set()
        assert (await events_of(reply))[-1][2]["how"] == "answered"
