"""Fetch from sources that search the web: restriction, what comes piece by piece, and what a question may cost."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from research_agent.http.request_budget import RequestBudget
from research_agent.sources import Found, SourcePolicy, Tools
from research_agent.sources.policy import OF_THE_WEB, within_budget
from research_agent.sources.protocol import FoundOnWeb
from research_agent.stages.fetch import Fetched
from research_agent.testing import FakeSource
from research_agent.text.question import YOUR_TEXT
from research_agent.types import Document, Restriction, Topic, Unread
from research_agent_devtools.harness.fetching import fetch_from_all, unconnected

pytestmark = pytest.mark.anyio

TOPIC = Topic(text="moon", question="What is the Moon?")
NO_CLIENT = unconnected()


async def ask(*sources: Any, about: tuple[Topic, ...] = (TOPIC,), **options: Any) -> Fetched:
    return await fetch_from_all(about, sources, **{"tools": NO_CLIENT, **options})


def document(text: str, url: str = "https://www.nasa.gov/a", **more: Any) -> Document:
    fields = {"source": "web", "title": text, "retrieved": "2026-11-29T10:00:00+00:00", **more}
    return Document(text=text, url=url, **fields)


# Restriction

DOCUMENTS = [
    document("new", published="2026-11-25"),
    document("old", published="2020-01-01"),
    document("undated"),
    document("current", revision="7"),
    document("elsewhere", "https://evil.example/nasa.gov", published="2026-11-25"),
    document("mine", "", source=YOUR_TEXT),
]


@pytest.mark.parametrize(
    ("restriction", "left"),
    [
        (Restriction(), "new old undated current elsewhere mine"),
        (Restriction(sites=("nasa.gov",)), "new old undated current mine"),
        (Restriction(excluded=("nasa.gov",)), "elsewhere mine"),
        (Restriction(since="2026-11-22"), "new current elsewhere mine"),
        (Restriction(until="2020-12-31"), "old mine"),
    ],
)
async def test_a_source_that_ignores_a_restriction_cannot_break_it(restriction: Restriction, left: str) -> None:
    came: list[str] = []
    fetched = await ask(
        *(FakeSource(f"s{at}", [one]) for at, one in enumerate(DOCUMENTS)),
        restriction=restriction,
        on_documents=lambda documents: came.extend(one.text for one in documents),
    )
    assert {one.text for one in fetched.documents} == set(left.split()) == set(came)
    assert len(fetched.left_out) == len(DOCUMENTS) - len(fetched.documents)
    assert [report.documents for report in fetched.reports] == [one.text in left.split() for one in DOCUMENTS]


async def test_a_local_text_is_of_the_day_of_its_edition_and_an_undated_page_of_none() -> None:
    since = Restriction(since="2026-11-22")
    local = await ask(FakeSource("files", [document("undated")], live=False), restriction=since)
    assert [one.text for one in local.documents] == ["undated"]
    live = await ask(FakeSource("pages", [document("undated")]), restriction=since)
    assert (live.documents, set(live.left_out.values())) == ((), {"no date"})
    assert live.reports[0].status == "empty"


# Piece by piece


class Slow(FakeSource):
    """Tells of its first page, then is slow with the second; or fails."""

    def __init__(self, *, fails: bool = False) -> None:
        super().__init__("web")
        self.go_on = asyncio.Event()
        self.fails = fails

    async def search(self, topic: Topic, *, tools: Tools, limit: int) -> Found:
        assert tools.partial is not None
        missing = Unread(url="https://b.example", title="B", why="did not arrive within 1 s")
        tools.partial(FoundOnWeb.of([document("first")], engines=["X"], unread=[missing]))
        await self.go_on.wait()
        return FoundOnWeb.of([document("first"), document("second")], engines=["X"])


async def test_what_has_come_of_a_slow_search_is_ranked_and_answered_from() -> None:
    came: list[str] = []
    source = Slow()
    fetched = await ask(
        source, soft_deadline=0.05, deadline=5.0, on_documents=lambda docs: came.extend(one.text for one in docs),
        start=asyncio.get_running_loop().create_task,
    )  # fmt: skip
    assert [one.text for one in fetched.documents] == came == ["first"]
    (report,) = fetched.reports
    assert (report.status, report.documents, report.late, report.engines) == ("ok", 1, True, ("X",))
    assert [page.title for page in report.unread] == ["B"]
    source.go_on.set()


async def test_the_whole_takes_the_place_of_what_came_before_and_is_told_once() -> None:
    came: list[str] = []
    source = Slow()
    source.go_on.set()
    fetched = await ask(source, on_documents=lambda docs: came.extend(one.text for one in docs))
    assert [one.text for one in fetched.documents] == came == ["first", "second"]
    assert (fetched.reports[0].unread, fetched.reports[0].late) == ((), False)


async def test_a_search_that_is_out_of_time_keeps_what_had_come() -> None:
    fetched = await ask(Slow(), deadline=0.05)
    assert [one.text for one in fetched.documents] == ["first"]
    assert "timed out" in str(fetched.reports[0].reason)


async def test_what_is_no_result_is_a_bug_of_the_source() -> None:
    class Odd(FakeSource):
        async def search(self, topic: Topic, *, tools: Tools, limit: int) -> Found:
            assert tools.partial is not None
            tools.partial([document("x")])  # type: ignore[arg-type]
            return Found([])

    fetched = await ask(Odd("odd"))
    assert "has a bug" in str(fetched.reports[0].reason)


# Cost


class Costly(FakeSource):
    """Notes how many requests it may send, and sends four."""

    policy = SourcePolicy(searches_web=True)

    def __init__(self) -> None:
        super().__init__("web")
        self.left: list[int] = []

    async def search(self, topic: Topic, *, tools: Tools, limit: int) -> Found:
        search = tools.client.source_client
        assert search is not None
        assert search.budget is not None
        self.left.append(search.budget.share)
        for _ in range(4):
            search.budget.spend()
        return Found([document(topic.text)])


async def test_all_searches_of_a_question_share_one_budget_and_the_last_are_not_sent() -> None:
    source, budget = Costly(), RequestBudget(14, searches=0)
    topics = [replace(TOPIC, text=text) for text in "abcdef"]
    fetched = await ask(source, about=tuple(topics), budget=budget, sequential=True)
    assert source.left == [3, 2, 1]  # a share each, of what is left
    assert budget.left == 2
    assert [one.text for one in fetched.documents] == ["a", "b", "c"]
    assert (fetched.reports[0].status, fetched.reports[0].reason) == ("ok", None)


class Cheap(FakeSource):
    """Sends three requests for a topic, as it says."""

    policy = SourcePolicy(requests=3)


@pytest.mark.parametrize(
    ("others", "left"),
    [(0, 14), (1, 11), (2, 8), (3, OF_THE_WEB), (4, OF_THE_WEB)],  # the web keeps enough for two pages and more
)
async def test_the_web_has_what_the_other_sources_leave_of_a_questions_requests(others: int, left: int) -> None:
    web, budget = Costly(), RequestBudget(14, searches=0)
    await ask(web, *(Cheap(f"s{at}", [f"text {at}"]) for at in range(others)), budget=budget)
    assert web.left == [left]
    assert budget.left == left - 4


async def test_local_sources_take_nothing_from_it() -> None:
    web = Costly()
    await ask(web, FakeSource("files", ["text"], live=False), budget=RequestBudget(14, searches=0))
    assert web.left == [14]


@pytest.mark.parametrize(("requests", "asked"), [(1, 3), (2, 2), (5, 1), (6, 0)])
def test_topics_of_a_model_are_searched_for_as_far_as_requests_are_left(requests: int, asked: int) -> None:
    """Beside the web alone: without it they are all searched for, whatever that costs."""
    topics = [replace(TOPIC, text=text, origin="model") for text in "abc"]
    other = Cheap("s")
    other.__dict__["policy"] = SourcePolicy(requests=requests)
    of_each = within_budget([Costly(), other], topics, RequestBudget(5, searches=0), is_first=False)
    assert [len(one) for one in of_each] == [asked, asked]
    (alone,) = within_budget([other], topics, RequestBudget(5, searches=0), is_first=False)
    assert len(alone) == 3


def costing(requests: int, *, is_general: bool = False) -> FakeSource:
    source = FakeSource(f"s{requests}")
    kinds = frozenset({"general"} if is_general else {"science"})
    source.__dict__["policy"] = SourcePolicy(requests=requests, kinds=kinds)
    return source


@pytest.mark.parametrize(
    ("sides", "others", "asked", "left"),
    [
        ("ab", (costing(1), costing(3, is_general=True), costing(1)), (1, 2, 1), 6),  # what the others cost at most: 8
        ("ab", (costing(2), costing(2)), (2, 2), 6),
        ("abc", (costing(2), costing(1, is_general=True)), (2, 3), 7),
        ("abcd", (costing(3, is_general=True), costing(1)), (4, 1), 6),  # one of them always, whatever it costs
        ("a", (costing(3), costing(3), costing(3)), (1, 1, 1), 6),
        ("abc", (), (), 14),
    ],
)
def test_the_sides_of_a_comparison_are_searched_for_as_far_as_requests_are_left(
    sides: str, others: tuple[FakeSource, ...], asked: tuple[int, ...], left: int
) -> None:
    """The broken twin asks every source for each side, as was done: a question then cost up to 18 requests."""
    budget, topics = RequestBudget(14, searches=0), [replace(TOPIC, text=text) for text in sides]
    web, *of_each = within_budget([Costly(), *others], topics, budget, is_first=True)
    assert tuple(len(one) for one in of_each) == asked
    assert (len(web), budget.left) == (len(sides), left)
    lists = [replace(topic, question=f"What is {topic.text}?") for topic in topics]
    several = within_budget([Costly(), *others], lists, RequestBudget(14, searches=0), is_first=True)
    assert {len(one) for one in several} == {len(sides)}, "several questions are no sides of one"
    without = within_budget([*others], topics, RequestBudget(14, searches=0), is_first=True)
    assert [len(one) for one in without] == [len(sides)] * len(others)


async def test_other_sources_have_none() -> None:
    class Free(FakeSource):
        async def search(self, topic: Topic, *, tools: Tools, limit: int) -> Found:
            assert tools.client.source_client is not None
            assert tools.client.source_client.budget is None
            return await super().search(topic, tools=tools, limit=limit)

    fetched = await ask(Free("free", ["x"]), budget=RequestBudget(0))
    assert len(fetched.documents) == 1
