"""Everything is asked at once, under one deadline; what failed is said, what came is kept."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from helpers.in_process_reader import Reading
from research_agent.errors import BodyError, SourceNotReadyError
from research_agent.events import Event, SourceFinished, Timeline
from research_agent.http import Limits, open_client
from research_agent.settings import Settings
from research_agent.sources import Found, Source, SourcePolicy, SourceSettings, Tools
from research_agent.sources.hackernews import HackerNews
from research_agent.sources.wikipedia import Wikipedia
from research_agent.stages.fetch import Fetched
from research_agent.testing import FakeSource
from research_agent.testing.server_faults import FAULTS
from research_agent.types import Document, SourceReport, Topic
from research_agent_devtools.harness.fetching import fetch_from_all, unconnected
from research_agent_devtools.harness.quickest import quickest
from research_agent_devtools.world import World
from research_agent_devtools.world.server import ENDPOINTS

pytestmark = pytest.mark.anyio

NO_CLIENT = unconnected()
NOTHING = "offline, nothing stored"
PHOTOSYNTHESIS = Topic(text="photosynthesis", question="What is photosynthesis?")


def topics(*texts: str) -> list[Topic]:
    return [Topic(text=text, question=text) for text in texts]


async def ask(*sources: Source, about: Sequence[Topic] = (PHOTOSYNTHESIS,), **options: Any) -> Fetched:
    return await fetch_from_all(about, sources, **{"tools": NO_CLIENT, **options})


async def ask_world(world: World, *, deadline: float = 60.0, **options: Any) -> Fetched:
    sequential = options.get("sequential", False)
    sources: list[Source] = [Wikipedia(SourceSettings(url=world.url)), HackerNews(SourceSettings(url=world.url))]
    with tempfile.TemporaryDirectory() as home:
        settings = Settings.of(home=Path(home), deadline=deadline, sequential=sequential)
        async with open_client(settings, trusted=[world.url]) as client:
            return await ask(*sources, tools=Tools(client=client, read=Reading()), deadline=deadline, **options)


def texts(fetched: Fetched) -> list[str]:
    return [document.text for document in fetched.documents]


def report(fetched: Fetched, name: str) -> SourceReport:
    return replace(next(report for report in fetched.reports if report.name == name), ms=0, sent=())


class Meeting(FakeSource):
    """Answers only when all searches are under way: who asks one after the other waits for ever."""

    def __init__(self, name: str, barrier: asyncio.Barrier) -> None:
        super().__init__(name, [f"from {name}"])
        self.barrier = barrier

    async def search(self, topic: Topic, *, tools: Tools, limit: int) -> Found:
        await self.barrier.wait()
        return await super().search(topic, tools=tools, limit=limit)


class PerTopic(FakeSource):
    """Does for each topic what the topic says: an error, a wait, nothing, or a document."""

    async def search(self, topic: Topic, *, tools: Tools, limit: int) -> Found:
        match topic.text.split():
            case ["fail", *why]:
                raise BodyError(" ".join(why))
            case ["hang"]:
                await asyncio.Event().wait()
            case ["nothing"]:
                return Found([])
        return Found(FakeSource(self.name, [f"{self.name}: {topic.text}"]).documents)


# At once


async def test_every_source_is_asked_for_every_topic_at_once() -> None:
    barrier = asyncio.Barrier(6)
    fetched = await ask(*[Meeting(name, barrier) for name in "ab"], about=topics("x", "y", "z"), deadline=60.0)
    assert [report.status for report in fetched.reports] == ["ok", "ok"]


async def test_sequential_asks_one_by_one() -> None:
    """The broken twin of the test above: the same sources never meet."""
    barrier = asyncio.Barrier(2)
    fetched = await ask(Meeting("a", barrier), Meeting("b", barrier), deadline=0.2, sequential=True)
    assert [report.status for report in fetched.reports] == ["failed", "failed"]


async def test_on_the_wire_all_requests_start_before_one_ends() -> None:
    async with World(delay=1.0) as world:
        await ask_world(world)
        assert sorted(request.endpoint for request in world.requests) == sorted(ENDPOINTS)
        assert max(request.start for request in world.requests) < min(request.end or 0 for request in world.requests)


async def test_on_the_wire_sequential_is_slower_by_the_number_of_requests() -> None:
    async def seconds(**options: Any) -> float:
        async with World(delay=0.6) as world:
            start = time.perf_counter()
            await ask_world(world, deadline=60.0, **options)
            took = time.perf_counter() - start
            spans = sorted((request.start, request.end or 0) for request in world.requests)
            overlap = any(later < end for (_, end), (later, _) in pairwise(spans))
            assert overlap is not options.get("sequential", False)
            return took

    one_by_one = await seconds(sequential=True)
    assert one_by_one >= len(ENDPOINTS) * 0.6
    assert one_by_one > 2.5 * await quickest(seconds, limit=one_by_one / 2.5)


# What each report says


async def test_documents_come_in_the_order_of_sources_topics_and_rank() -> None:
    slow, quick = FakeSource("slow", ["s1", "s2"], delay=0.05), PerTopic("quick")
    fetched = await ask(slow, quick, about=topics("x", "y"))
    assert texts(fetched) == ["s1", "s2", "quick: x", "quick: y"]


async def test_a_text_that_came_twice_is_kept_once_and_counted_for_each_source() -> None:
    fetched = await ask(FakeSource("a", ["same", "a only"]), FakeSource("b", ["same"]), about=topics("x", "y"))
    assert texts(fetched) == ["same", "a only"]
    assert [document.source for document in fetched.documents] == ["a", "a"]
    assert [report.documents for report in fetched.reports] == [2, 1]


@pytest.mark.parametrize(
    ("about", "status", "documents", "reason"),
    [
        (["x", "y"], "ok", 2, None),
        (["nothing", "nothing"], "empty", 0, None),
        (["x", "nothing"], "ok", 1, None),
        (["x", "fail was out", "y"], "ok", 2, "1 of 3 searches failed: was out"),
        (["nothing", "fail was out"], "failed", 0, "1 of 2 searches failed: was out"),
        (["fail was out", "fail was out"], "failed", 0, "was out"),
        (["fail was out", "fail was late", "fail was late"], "failed", 0, "was late; was out"),
        (["x", "hang"], "ok", 1, "1 of 2 searches failed: timed out after 0.2 s"),
        (["hang"], "failed", 0, "timed out after 0.2 s"),
        ([], "empty", 0, None),
    ],
)
async def test_a_source_reports_what_became_of_its_searches(
    about: list[str], status: Any, documents: int, reason: str | None
) -> None:
    fetched = await ask(PerTopic("fake"), about=topics(*about), deadline=0.2)
    assert report(fetched, "fake") == SourceReport(name="fake", status=status, documents=documents, ms=0, reason=reason)
    assert len(fetched.documents) == documents


async def test_problems_on_the_way_are_reported_with_the_documents() -> None:
    fetched = await ask(FakeSource("a", ["x"], problems=["half of it timed out"]), about=topics("p", "q"))
    assert report(fetched, "a") == SourceReport(name="a", status="ok", documents=1, ms=0, reason="half of it timed out")


async def test_problems_without_a_document_are_a_failure_not_an_empty_result() -> None:
    fetched = await ask(FakeSource("a", problems=["half of it timed out"]))
    assert report(fetched, "a").status == "failed"


async def test_a_source_that_is_not_set_up_is_skipped_with_its_own_line() -> None:
    error = SourceNotReadyError("is not set up", hint="Run: research-agent setup")
    fetched = await ask(FakeSource("a", error=error), FakeSource("b", ["x"]))
    assert report(fetched, "a") == SourceReport(name="a", status="skipped", documents=0, ms=0, reason="is not set up")
    assert report(fetched, "b").status == "ok"


@pytest.mark.parametrize("sequential", [False, True])
async def test_offline_asks_local_sources_only(sequential: bool) -> None:
    live, local = FakeSource("live", ["x"]), FakeSource("local", ["y"], live=False)
    fetched = await ask(live, local, offline=True, sequential=sequential)
    assert live.topics == []
    assert report(fetched, "live") == SourceReport(name="live", status="skipped", documents=0, ms=0, reason=NOTHING)
    assert texts(fetched) == ["y"]


@asynccontextmanager
async def asking(home: Path, world: World, **changes: Any) -> AsyncIterator[Callable[..., Awaitable[Fetched]]]:
    """Runs of the program in one home, each with a client of its own."""
    sources: list[Source] = [Wikipedia(SourceSettings(url=world.url)), HackerNews(SourceSettings(url=world.url))]

    async def run(**more: Any) -> Fetched:
        settings = Settings.of(home=home, deadline=60.0, **{**changes, **more})
        async with open_client(settings, trusted=[world.url]) as client:
            return await ask(*sources, tools=Tools(client=client, read=Reading()), offline=settings.flags.offline)

    yield run


async def test_the_second_ask_needs_no_network_and_says_how_old_things_are(tmp_path: Path) -> None:
    async with World() as world, asking(tmp_path, world) as run:
        first = await run()
        requests = len(world.requests)
        world.faults = dict.fromkeys(world.faults or ("summary", "search", "hackernews"), "reset")
        again = await run()
        assert len(world.requests) == requests
        assert texts(again) == texts(first)
        assert [found.stored for found in first.reports] == [None, None]
        assert all(0 <= found.stored < 60 for found in again.reports if found.stored is not None)
        assert report(again, "wikipedia").stored is not None


async def test_a_document_is_as_old_as_what_it_was_read_from(tmp_path: Path) -> None:
    async with World() as world, asking(tmp_path, world) as run:
        first = await run()
        with mock.patch("research_agent.http.clock.time.time", return_value=time.time() + 1800):
            again = await run()
    assert [document.retrieved for document in again.documents] == [document.retrieved for document in first.documents]


async def test_fresh_asks_again_and_offline_asks_nobody(tmp_path: Path) -> None:
    async with World() as world, asking(tmp_path, world) as run:
        await run()
        requests = len(world.requests)
        await run(fresh=True)
        assert len(world.requests) == 2 * requests
        offline = await run(offline=True)
        assert len(world.requests) == 2 * requests
    assert report(offline, "wikipedia").status == "ok"


async def test_offline_what_is_stored_in_part_is_told_in_part(tmp_path: Path) -> None:
    async with World() as world, asking(tmp_path, world) as run:
        await run()
        sources = [Wikipedia(SourceSettings(url=world.url))]
        async with open_client(Settings.of(home=tmp_path, offline=True), trusted=[world.url]) as client:
            tools = Tools(client=client, read=Reading())
            fetched = await ask(*sources, about=[PHOTOSYNTHESIS, *topics("Macau")], tools=tools, offline=True)
    assert report(fetched, "wikipedia").status == "ok"
    assert report(fetched, "wikipedia").reason == f"1 of 2 searches failed: {NOTHING}"


async def test_a_limit_that_comes_too_late_is_the_sources_line(tmp_path: Path) -> None:
    class Slow(HackerNews):
        policy = SourcePolicy(limits=Limits(per_minute=1), fresh=0.0)

    async with World() as world, open_client(Settings(home=tmp_path), trusted=[world.url]) as client:
        source, tools = Slow(SourceSettings(url=world.url)), Tools(client=client, read=Reading())
        fetched = await ask(source, about=topics("a", "b"), tools=tools, deadline=10.0)
    reason = report(fetched, "hackernews").reason
    assert reason is not None
    assert "was not asked: its limit allows the next request in " in reason


async def test_no_sources_and_no_topics_give_nothing_quietly() -> None:
    assert await ask() == Fetched((), ())
    assert await ask(about=[]) == Fetched((), ())


async def test_a_bug_in_a_source_costs_that_source_alone() -> None:
    class Buggy(FakeSource):
        async def search(self, topic: Topic, *, tools: Tools, limit: int) -> Found:
            raise ZeroDivisionError

    fetched = await ask(Buggy("buggy"), FakeSource("fine", ["x"]))
    assert [document.text for document in fetched.documents] == ["x"]
    assert report(fetched, "buggy").status == "failed"
    assert report(fetched, "buggy").reason == "has a bug (ZeroDivisionError): its trace is in the log"
    assert report(fetched, "fine").status == "ok"


async def test_cancelling_the_stage_cancels_every_search() -> None:
    hanging = PerTopic("a")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await ask(hanging, about=topics("hang", "hang"))


# What is told while it runs


async def test_each_source_is_told_as_it_ends_and_has_a_span_of_its_own() -> None:
    events: list[Event] = []
    timeline = Timeline(events.append)
    await ask(FakeSource("slow", ["s"], delay=0.2), FakeSource("quick", ["q"]), timeline=timeline)
    finished = [event.report.name for event in events if isinstance(event, SourceFinished)]
    assert finished == ["quick", "slow"]
    assert {span.name: span.lane for span in timeline.spans} == {"quick": "source", "slow": "source"}
    assert timeline.timings == {}


# Every fault, on the wire

SAID = {
    "429": "is limiting requests (HTTP 429), try again in 7 s",
    "500": "had an internal error (HTTP 500)",
    "broken": "answered with JSON that is cut or broken",
    "cut": "sent an answer that was cut off or could not be unpacked",
    "drip": "timed out after 3 s",
    "empty": "answered with an empty body",
    "garbage": "answered with something that is not JSON",
    "hang": "timed out after 3 s",
    "html": "answered with HTML instead of JSON: a bot check (it wants proof of a human)",
    "loop": "redirected more than 5 times",
    "reset": "reset the connection",
}
OTHER = {
    "hackernews": "answered without a list of hits",
    "summary": "answered with JSON that is not a page summary",
    "search": "answered with JSON that is not a query result",
    "article": "answered with JSON that is not a query result",
}


def said(fault: str, part: str) -> str:
    return OTHER[part] if fault == "other" else SAID[fault]


SHORT = 3.0  # seconds, so that the requests' own limit, a tenth before it, is well apart from it


def deadline_for(fault: str) -> float:
    """Short where it is waited for, else such that no busy machine comes to it."""
    return SHORT if fault in ("drip", "hang") else 60.0


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_fault_of_one_source_is_its_report_and_costs_the_other_nothing(fault: str) -> None:
    async with World(faults={"hackernews": fault}) as world:
        start = time.perf_counter()
        fetched = await ask_world(world, deadline=deadline_for(fault))
        assert time.perf_counter() - start < SHORT + 3
    assert report(fetched, "hackernews") == SourceReport(
        name="hackernews", status="failed", documents=0, ms=0, reason=said(fault, "hackernews")
    )
    assert report(fetched, "wikipedia").status == "ok"
    assert {document.title for document in fetched.documents} == {"Photosynthesis"}


@pytest.mark.parametrize("part", ["summary", "search", "article"])
@pytest.mark.parametrize("fault", FAULTS)
async def test_a_fault_of_a_part_of_wikipedia_leaves_the_rest(fault: str, part: str) -> None:
    async with World(faults={part: fault}) as world:
        fetched = await ask_world(world, deadline=deadline_for(fault))
    found = report(fetched, "wikipedia")
    assert (found.status, found.documents, found.reason) == ("ok", 1, said(fault, part))


@pytest.mark.parametrize("fault", ["hang", "html", "reset"])
async def test_when_all_fails_all_reports_say_so(fault: str) -> None:
    async with World(faults={"all": fault}) as world:
        fetched = await ask_world(world, deadline=deadline_for(fault))
    assert fetched.documents == ()
    assert [(found.status, found.reason) for found in fetched.reports] == [("failed", SAID[fault])] * 2


async def test_at_the_deadline_what_has_come_is_kept() -> None:
    async with World(delay={"hackernews": 30.0}) as world:
        start = time.perf_counter()
        fetched = await ask_world(world, deadline=SHORT, about=topics("photosynthesis", "Macau"))
        assert time.perf_counter() - start < SHORT + 3
    assert [document.title for document in fetched.documents] == ["Photosynthesis", "Macau"]


def paper(source: str, text: str, **details: str) -> Document:
    return Document(
        source=source, title="A title", url=f"https://{source}.example", text=text, retrieved="", details=details
    )


async def test_a_paper_of_several_sources_is_one_document_and_counts_for_each() -> None:
    fetched = await ask(
        FakeSource("one", [paper("one", "Short.", doi="10.1/a"), "Something else."]),
        FakeSource(
            "two", [paper("two", "Longer than that.", doi="10.1/a", pmid="1"), paper("two", "Short.", doi="10.1/b")]
        ),
        FakeSource("three", [paper("three", "", doi="10.1/a", arxiv="1"), paper("three", "", doi="10.1/c")]),
    )
    assert texts(fetched) == ["Longer than that.", "Something else.", "Short."]
    assert fetched.documents[0].details == {"doi": "10.1/a", "pmid": "1", "arxiv": "1", "also": "one, three"}
    assert [(entry.name, entry.status, entry.documents) for entry in fetched.reports] == [
        ("one", "ok", 2),
        ("two", "ok", 2),
        ("three", "empty", 0),
    ]


async def ask_softly(*sources: Source, soft: float, events: list[Event] | None = None) -> tuple[Fetched, float]:
    """What came by the soft deadline, and the seconds for which the rest went on behind it."""
    timeline = Timeline(None if events is None else events.append)
    async with asyncio.TaskGroup() as behind:
        fetched = await ask(*sources, timeline=timeline, soft_deadline=soft, start=behind.create_task)
        began = asyncio.get_running_loop().time()
    return fetched, asyncio.get_running_loop().time() - began


async def test_who_is_late_is_not_waited_for_and_goes_on_behind_the_answer() -> None:
    events: list[Event] = []
    quick, slow = FakeSource("quick", ["x"]), FakeSource("slow", ["y"], delay=0.5)
    fetched, behind = await ask_softly(quick, slow, soft=0.05, events=events)
    assert texts(fetched) == ["x"]
    late = report(fetched, "slow")
    assert (late.status, late.late) == ("failed", True)
    assert late.reason is not None
    assert late.reason.startswith("was not waited for after 0.")
    assert behind > 0.1, "it went on"
    assert [event.report.name for event in events if isinstance(event, SourceFinished)] == ["quick", "slow"]


async def test_while_nothing_has_come_the_soft_deadline_does_not_count() -> None:
    fetched, _ = await ask_softly(FakeSource("empty"), FakeSource("slow", ["y"], delay=0.2), soft=0.01)
    assert texts(fetched) == ["y"]
    assert not report(fetched, "slow").late


async def test_what_comes_too_late_is_there_for_the_next_question(tmp_path: Path) -> None:
    async with World(delay={"hackernews": 0.5}) as world:
        settings = Settings.of(home=tmp_path, deadline=60.0)
        async with open_client(settings, trusted=[world.url]) as client:
            sources: list[Source] = [
                Wikipedia(SourceSettings(url=world.url)),
                HackerNews(SourceSettings(url=world.url)),
            ]
            options: dict[str, Any] = {"tools": Tools(client=client, read=Reading()), "soft_deadline": 0.2}
            async with asyncio.TaskGroup() as behind:
                first = await ask(*sources, start=behind.create_task, **options)
            requests = len(world.requests)
            async with asyncio.TaskGroup() as behind:
                again = await ask(*sources, start=behind.create_task, **options)
    assert report(first, "hackernews").late
    assert report(again, "hackernews").status == "ok"
    assert len(world.requests) == requests, "it had been stored"


async def test_a_bug_in_a_source_stops_no_other() -> None:
    class Buggy(FakeSource):
        async def search(self, topic: Topic, **_: Any) -> Any:
            raise ZeroDivisionError

    sources = [Buggy("buggy"), FakeSource("slow", ["y"], delay=0.05)]
    async with asyncio.TaskGroup() as behind:
        fetched = await ask(*sources, soft_deadline=0.01, start=behind.create_task)
    assert [document.text for document in fetched.documents] == ["y"]


async def test_the_report_says_why_a_source_was_asked() -> None:
    fetched = await ask(FakeSource("quick", ["x"]), why={"quick": "chosen by you"})
    assert report(fetched, "quick").why == "chosen by you"


async def test_what_came_whole_is_stored_though_the_search_is_cut_short(tmp_path: Path) -> None:
    """A late source, and the program ends."""

    class Unfinished(HackerNews):
        async def search(self, topic: Topic, *, tools: Tools, limit: int) -> Any:
            await super().search(topic, tools=tools, limit=limit)
            came.set()
            await asyncio.sleep(3600.0)

    came = asyncio.Event()
    async with World() as world:
        async with open_client(Settings.of(home=tmp_path, deadline=7200.0), trusted=[world.url]) as client:
            source, tools = Unfinished(SourceSettings(url=world.url)), Tools(client=client, read=Reading())
            asked = asyncio.get_running_loop().create_task(ask(source, tools=tools, deadline=7200.0))
            await came.wait()
            asked.cancel()
            await asyncio.wait([asked])
        settings = Settings.of(home=tmp_path, deadline=60.0, offline=True)
        async with open_client(settings, trusted=[world.url]) as client:
            tools = Tools(client=client, read=Reading())
            again = await ask(HackerNews(SourceSettings(url=world.url)), tools=tools, offline=True)
    assert report(again, "hackernews").stored is not None
