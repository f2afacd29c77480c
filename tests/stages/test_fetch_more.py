"""Topics that come later, and when what was found is enough."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Sequence
from typing import Any

import pytest

from research_agent.errors import BodyError
from research_agent.events import Event, SourceFinished, Timeline
from research_agent.sources import Found, Source, Tools
from research_agent.stages import fetch as stage
from research_agent.stages.fetch import Fetched
from research_agent.testing import FakeSource
from research_agent.types import Document, Topic
from research_agent_devtools.harness.fetching import fetch_from_all, unconnected

pytestmark = pytest.mark.anyio

TOOLS = unconnected()


def topics(*texts: str) -> tuple[Topic, ...]:
    return tuple(Topic(text=text, question="Q") for text in texts)


class Gated(FakeSource):
    """Answers a topic with a document of that text, when the topic's gate is open."""

    def __init__(self, name: str, **gates: asyncio.Event) -> None:
        super().__init__(name)
        self.gates, self.asked = gates, list[str]()

    async def search(self, topic: Topic, *, tools: Tools, limit: int) -> Found:
        self.asked.append(topic.text)
        if topic.text in self.gates:
            await self.gates[topic.text].wait()
        if topic.text == "nothing":
            return Found([])
        if topic.text == "error":
            raise BodyError("is broken")
        return Found(FakeSource(self.name, [f"{self.name}: {topic.text}"]).documents)


def future(value: Any = None) -> asyncio.Future[Any]:
    made = asyncio.get_running_loop().create_future()
    if value is not None:
        made.set_result(value)
    return made


async def ask(*sources: Source, about: Sequence[Topic], **options: Any) -> Fetched:
    return await fetch_from_all(about, sources, **{"tools": TOOLS, "soft_deadline": 60.0, **options})


def texts(fetched: Fetched) -> list[str]:
    return [document.text for document in fetched.documents]


async def test_the_question_is_searched_for_while_the_topics_are_named() -> None:
    source, more = Gated("a"), future()
    async with asyncio.TaskGroup() as group:
        asking = group.create_task(ask(source, about=topics("x"), more_topics=more))
        while not source.asked:  # noqa: ASYNC110
            await asyncio.sleep(0)
        more.set_result(topics("y"))
    assert source.asked == ["x", "y"]
    assert texts(asking.result()) == ["a: x", "a: y"]
    assert [report.documents for report in asking.result().reports] == [2]


async def test_a_twin_that_waits_for_the_topics_asks_nothing_meanwhile() -> None:
    source, more = Gated("a"), future()
    async with asyncio.TaskGroup() as group:
        group.create_task(ask(source, about=topics("x"), more_topics=more, sequential=True))
        for _ in range(20):
            await asyncio.sleep(0)
        assert source.asked == []
        more.set_result(())


async def test_enough_does_not_wait_for_topics_that_are_still_being_named() -> None:
    fetched = await ask(Gated("a"), about=topics("x"), more_topics=future(), enough=future(True))
    assert texts(fetched) == ["a: x"]
    assert [(report.status, report.late) for report in fetched.reports] == [("ok", False)]


async def test_enough_does_not_wait_for_the_searches_of_the_models_topics() -> None:
    never = asyncio.Event()
    source, quick = Gated("a", y=never), Gated("b")
    async with asyncio.TaskGroup() as group:
        fetched = await ask(
            source,
            quick,
            about=topics("x"),
            more_topics=future(topics("y")),
            enough=future(True),
            start=group.create_task,
        )
        never.set()
    assert texts(fetched) == ["a: x", "b: x", "b: y"]
    assert [(report.documents, report.late) for report in fetched.reports] == [(1, False), (2, False)]


async def test_enough_waits_for_every_source_to_answer_to_the_question() -> None:
    """A source that is slow has a say: only the soft deadline goes without it."""
    gate, enough = asyncio.Event(), future(True)
    async with asyncio.TaskGroup() as group:
        asking = group.create_task(ask(Gated("a"), Gated("b", x=gate), about=topics("x"), enough=enough))
        await asyncio.sleep(3 * stage.GRACE)
        assert not asking.done()
        gate.set()
    assert texts(asking.result()) == ["a: x", "b: x"]


async def test_what_is_not_enough_waits_for_the_topics_of_the_model() -> None:
    more = future()
    async with asyncio.TaskGroup() as group:
        asking = group.create_task(ask(Gated("a"), about=topics("nothing"), more_topics=more, enough=future()))
        await asyncio.sleep(3 * stage.GRACE)
        assert not asking.done()
        more.set_result(topics("y"))
    assert texts(asking.result()) == ["a: y"]


async def test_at_the_soft_deadline_the_topics_are_not_waited_for() -> None:
    fetched = await ask(Gated("a"), about=topics("x"), more_topics=future(), enough=future(), soft_deadline=0.05)
    assert texts(fetched) == ["a: x"]


async def test_at_the_deadline_what_there_is_is_taken() -> None:
    fetched = await ask(
        Gated("a"), about=topics("x"), more_topics=future(), enough=future(), soft_deadline=math.inf, deadline=0.05
    )
    assert texts(fetched) == ["a: x"]


async def test_topics_that_come_after_the_deadline_are_searched_for_when_there_is_nothing_yet() -> None:
    more = future()
    async with asyncio.TaskGroup() as group:
        asking = group.create_task(ask(Gated("a"), about=topics("nothing"), more_topics=more, deadline=0.05))
        await asyncio.sleep(0.15)
        more.set_result(topics("y"))
    assert texts(asking.result()) == ["a: y"]


async def test_topics_that_are_given_up_are_none() -> None:
    more = future()
    more.cancel()
    assert texts(await ask(Gated("a"), about=topics("x"), more_topics=more)) == ["a: x"]


async def test_a_bug_in_naming_the_topics_comes_out() -> None:
    more = future()
    more.set_exception(ZeroDivisionError())
    with pytest.raises(ZeroDivisionError):
        await ask(Gated("a"), about=topics("x"), more_topics=more)


async def test_what_is_found_is_handed_on_before_the_rest_has_come() -> None:
    gate, seen = asyncio.Event(), list[str]()

    def on_documents(documents: Sequence[Document]) -> None:
        seen.extend(document.text for document in documents)
        gate.set()  # the slow one answers only when the quick one was handed on

    await ask(Gated("quick"), Gated("slow", x=gate), about=topics("x"), on_documents=on_documents)
    assert seen == ["quick: x", "slow: x"]


async def test_what_comes_late_is_not_handed_on() -> None:
    gate, seen = asyncio.Event(), list[Sequence[Document]]()
    async with asyncio.TaskGroup() as group:
        source = Gated("a", y=gate)
        await ask(
            source, about=topics("x"), more_topics=future(topics("y")), enough=future(True), on_documents=seen.append,
            start=group.create_task,
        )  # fmt: skip
        gate.set()
    assert len(seen) == 1


async def test_a_source_is_told_again_when_it_gave_more() -> None:
    told, gate = list[Event](), asyncio.Event()

    def hook(event: Event) -> None:
        told.append(event)
        if isinstance(event, SourceFinished):
            gate.set()

    await ask(Gated("a"), Gated("b"), about=topics("x"), more_topics=future(topics("nothing")), timeline=Timeline(hook))
    gate.clear()
    await ask(Gated("c", y=gate), about=topics("x"), more_topics=future(topics("y")), timeline=Timeline(hook))
    reports = [event.report for event in told if isinstance(event, SourceFinished)]
    assert [(report.name, report.documents) for report in reports] == [("a", 1), ("b", 1), ("c", 1), ("c", 2)]


async def test_a_failure_among_the_models_topics_is_said() -> None:
    fetched = await ask(Gated("a"), about=topics("x"), more_topics=future(topics("error")))
    assert fetched.reports[0].status == "ok"
    assert fetched.reports[0].reason == "1 of 2 searches failed: is broken"


async def test_only_local_sources_wait_for_the_embedding_model() -> None:
    loaded, live, local = asyncio.Event(), Gated("live"), Gated("local")
    local.live = False

    async def tools() -> Tools:
        await loaded.wait()
        return TOOLS

    async with asyncio.TaskGroup() as group:
        asking = group.create_task(ask(live, local, about=topics("x"), local_tools=tools))
        while not live.asked:  # noqa: ASYNC110
            await asyncio.sleep(0)
        for _ in range(20):
            await asyncio.sleep(0)
        assert local.asked == []
        loaded.set()
    assert texts(asking.result()) == ["live: x", "local: x"]


async def test_sources_that_join_later_are_asked_for_every_topic_so_far_and_waited_for() -> None:
    first, later = Gated("a"), Gated("b")
    more = asyncio.get_running_loop().create_future()
    async with asyncio.TaskGroup() as group:
        asking = group.create_task(
            ask(first, about=topics("x"), more_topics=future(topics("y")), more_sources=more, start=group.create_task)
        )
        while first.asked != ["x", "y"]:  # noqa: ASYNC110
            await asyncio.sleep(0)
        more.set_result(((later, "it fits"),))
    assert later.asked == ["x", "y"]
    assert texts(asking.result()) == ["a: x", "a: y", "b: x", "b: y"]
    assert [(report.name, report.why) for report in asking.result().reports] == [("a", ""), ("b", "it fits")]


async def test_enough_does_not_wait_until_it_is_known_who_joins() -> None:
    never: asyncio.Future[tuple[tuple[Gated, str], ...]] = asyncio.get_running_loop().create_future()
    fetched = await ask(Gated("a"), about=topics("x"), more_sources=never, enough=future(True))
    assert texts(fetched) == ["a: x"]


async def test_one_source_after_another_waits_for_those_that_join() -> None:
    more = asyncio.get_running_loop().create_future()
    more.set_result(((Gated("b"), ""),))
    fetched = await ask(Gated("a"), about=topics("x"), more_sources=more, sequential=True)
    assert texts(fetched) == ["a: x", "b: x"]
