"""Search by several engines: order, the next one at once, hedging, two answers at most, and what failures say."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import product
from typing import Any

import pytest

from research_agent.concurrency import as_result
from research_agent.errors import BodyError, HttpConnectionError, HttpLimitError, SourceError, SourceNotReadyError
from research_agent.messages import failures
from research_agent.sources.policy import SourcePolicy
from research_agent.sources.protocol import Hit, SourceSettings, Tools
from research_agent.sources.web_search import search_web as room
from research_agent.sources.web_search.search_web import ENOUGH, FoundHits, search_web
from research_agent.types import Topic

pytestmark = pytest.mark.anyio

TOPIC = Topic(text="tides", question="What are tides?")
NEVER = 60.0


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """However busy the machine is, nobody is late, but in tests that are `hurried`."""
    monkeypatch.setattr(room, "HEDGE", NEVER)
    monkeypatch.setattr(room, "MOMENT", NEVER)


@pytest.fixture
def hurried(unhurried: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "HEDGE", 0.05)
    monkeypatch.setattr(room, "MOMENT", 0.02)


@dataclass(eq=False)
class Engine:
    """Engine that answers with `outcome` after `delay` seconds, and notes when it was asked."""

    name: str
    outcome: Sequence[Hit] | SourceError = ()
    delay: float = 0.0
    suffices: bool = False
    usable: bool = True
    base: str = ""
    policy: SourcePolicy = field(default_factory=SourcePolicy)
    settings: SourceSettings = field(default_factory=SourceSettings)
    asked: list[float] = field(default_factory=list)
    cancelled: bool = False

    def __post_init__(self) -> None:
        self.title = self.name.title()

    async def search(self, topic: Topic, *, tools: Tools) -> Sequence[Hit]:
        self.asked.append(asyncio.get_running_loop().time())
        try:
            await asyncio.sleep(self.delay)
        except asyncio.CancelledError:
            self.cancelled = True
            raise
        if isinstance(self.outcome, SourceError):
            raise self.outcome
        return self.outcome


@dataclass
class Resting:
    """Tools of engines, which note who is to rest."""

    rested: list[str] = field(default_factory=list)

    def of(self, engine: Any, **_: Any) -> Any:
        outer = self

        class Client:
            class source_client:  # noqa: N801
                admitted = 1.0

                @staticmethod
                def end(*, good: bool) -> None: ...

            @staticmethod
            def back_off(seconds: float) -> None:
                outer.rested.append(engine.name)

        class Own:
            client = Client

        return Own


def pages(count: int, host: str = "a.example") -> list[Hit]:
    return [Hit(url=f"https://{host}/{number}", title=f"{host} {number}") for number in range(count)]


async def ask(*engines: Engine, seconds: float = 4 * NEVER, topic: Topic = TOPIC, tools: Any = None) -> FoundHits:
    own: Any = tools or Resting()
    until = asyncio.get_running_loop().time() + seconds
    return await search_web(topic, engines, tools=own, until=until)


async def test_an_engine_that_suffices_is_asked_alone() -> None:
    own, other = Engine("own", pages(ENOUGH), suffices=True), Engine("other", pages(9))
    found = await ask(own, other)
    assert (found.engines, other.asked, found.problems) == (("Own",), [], ())
    assert [hit.engines for hit in found.hits] == [("own",)] * ENOUGH


async def test_one_with_few_pages_is_helped_by_the_next() -> None:
    own, other, third = Engine("own", pages(2), suffices=True), Engine("other", pages(9, "b.example")), Engine("third")
    found = await ask(own, other, third)
    assert (found.engines, third.asked) == (("Own", "Other"), [])
    assert len(found.hits) == 11


async def test_of_those_without_a_key_two_are_asked_at_once_and_never_a_third() -> None:
    one, two, three = Engine("one", pages(9), 0.01), Engine("two", pages(9), 0.01), Engine("three", pages(9))
    found = await ask(one, two, three)
    assert (found.engines, three.asked) == (("One", "Two"), [])
    assert len(found.hits) == 9
    assert found.hits[0].engines == ("one", "two")


async def test_engines_that_find_nothing_do_not_count() -> None:
    found = await ask(Engine("one"), Engine("two"), Engine("three", pages(9)))
    assert (found.engines, len(found.hits)) == (("Three",), 9)
    assert (await ask(Engine("one"), Engine("two"))).engines == ("One", "Two")


async def test_a_failure_moves_on_at_once() -> None:
    blocked = Engine("blocked", BodyError("answered with a bot check"), suffices=True)
    other, third = Engine("other", pages(9)), Engine("third", pages(9))
    began = asyncio.get_running_loop().time()
    found = await ask(blocked, other, third)
    assert other.asked[0] - began < NEVER / 4
    assert found.engines == ("Other", "Third")
    assert found.problems == ("Blocked answered with a bot check",)


async def test_a_block_page_is_no_empty_result() -> None:
    """An empty answer is one; a failure is none, and with nothing beside it an error."""
    assert (await ask(Engine("empty", []), Engine("none", []))).hits == ()
    with pytest.raises(SourceError, match="Blocked answered with a bot check"):
        await ask(Engine("blocked", BodyError("answered with a bot check")))
    outcomes: list[list[Hit] | SourceError] = [[], BodyError("a check")]
    naive = [outcome if isinstance(outcome, list) else [] for outcome in outcomes]
    assert naive == [[], []], "the broken twin: an error taken for nothing found is no longer told from it"


@pytest.mark.usefixtures("hurried")
async def test_one_that_hangs_is_not_waited_for() -> None:
    hanging, other = Engine("hanging", pages(9), NEVER, suffices=True), Engine("other", pages(9))
    began, tools = asyncio.get_running_loop().time(), Resting()
    found = await ask(hanging, other, tools=tools)
    assert other.asked[0] - began > 0.04
    assert asyncio.get_running_loop().time() - began < NEVER / 4
    assert (found.engines, hanging.cancelled, tools.rested) == (("Other",), True, ["hanging"])


@pytest.mark.usefixtures("hurried")
async def test_the_users_own_instance_is_never_put_to_rest() -> None:
    own = Engine("own", pages(9), NEVER, suffices=True, settings=SourceSettings(url="http://127.0.0.1:8888"))
    tools = Resting()
    await ask(own, Engine("other", pages(9)), tools=tools)
    assert tools.rested == []


@pytest.mark.usefixtures("hurried")
async def test_a_late_one_that_answers_first_counts() -> None:
    slow, hanging = Engine("slow", pages(9), 0.09, suffices=True), Engine("hanging", pages(9), NEVER)
    assert (await ask(slow, hanging)).engines == ("Slow",)


@pytest.mark.usefixtures("hurried")
async def test_when_all_hang_the_search_ends_in_time_and_says_of_each() -> None:
    began = asyncio.get_running_loop().time()
    with pytest.raises(SourceError) as raised:
        await ask(*(Engine(name, [], NEVER) for name in ("one", "two", "three")), seconds=0.2)
    assert asyncio.get_running_loop().time() - began < NEVER / 4
    said = re.findall(r"([\w, ]+) did not answer within [\d.]+ s", raised.value.message)
    assert {"One", "Two"} <= set(re.findall(r"\w+", " ".join(said)))


async def test_one_held_back_by_its_limits_is_a_problem_only_when_none_answers() -> None:
    resting = Engine("resting", HttpLimitError("was not asked: its limit", seconds=60.0))
    assert (await ask(resting, Engine("other", pages(9)), Engine("third", pages(9)))).problems == ()
    with pytest.raises(SourceError, match="Resting was not asked: its limit"):
        await ask(resting)
    with pytest.raises(SourceError, match="no time left"):
        await ask(Engine("one", pages(1)), seconds=-1.0)


async def test_offline_what_is_stored_is_enough_and_nothing_stored_is_no_failure() -> None:
    nothing = SourceNotReadyError("offline, nothing stored")
    assert (await ask(Engine("one", nothing), Engine("two", pages(9)))).problems == ()
    with pytest.raises(SourceNotReadyError, match=r"^offline, nothing stored$"):
        await ask(Engine("one", nothing), Engine("two", nothing))


async def test_hits_of_other_sites_and_days_are_left_out() -> None:
    hits = [
        Hit(url="https://a.example/1", title="in"),
        Hit(url="https://sub.a.example/2", title="below", published="2026-11-02"),
        Hit(url="https://a.example/3", title="old", published="2020-01-01"),
        Hit(url="https://bad.a.example/4", title="unwanted"),
        Hit(url="https://nota.example/5", title="another"),
    ]
    topic = Topic(text="x", question="x", since="2026-11-01", sites=("a.example",), excluded=("bad.a.example",))
    assert [hit.title for hit in (await ask(Engine("one", hits), topic=topic)).hits] == ["in", "below"]


STATES = {
    "answers": (pages(9), 0.0),
    "empty": ([], 0.0),
    "blocked": (BodyError("answered with a bot check"), 0.0),
    "hangs": ([], NEVER),
}


async def outcome_of(states: tuple[str, ...]) -> FoundHits | SourceError:
    engines = [
        Engine(f"e{at}", *STATES[state], suffices=at == 0)  # type: ignore[arg-type]
        for at, state in enumerate(states)
    ]
    seconds = NEVER if "answers" in states else 0.5
    return await as_result(partial(ask, *engines, seconds=seconds), SourceError)


@pytest.mark.usefixtures("hurried")
async def test_each_combination_ends_in_time_with_hits_or_the_right_line() -> None:
    combinations = list(product(STATES, repeat=3))
    began = asyncio.get_running_loop().time()
    async with asyncio.TaskGroup() as group:
        tasks = {states: group.create_task(outcome_of(states)) for states in combinations}
    assert asyncio.get_running_loop().time() - began < NEVER / 4
    for states, task in tasks.items():
        found = task.result()
        if isinstance(found, SourceError):
            assert not {"answers", "empty"} & set(states), states
            assert found.message.startswith("found no search engine that answers: "), states
        else:
            assert bool(found.hits) is ("answers" in states), states
            assert len(found.engines) <= 2 or not found.hits, states
            blocked = [f"E{at} answered with a bot check" for at in range(3) if states[at] == "blocked"]
            assert set(found.problems) <= set(blocked), states


async def test_what_is_true_of_several_engines_is_said_once() -> None:
    down = HttpConnectionError(failures.DNS_FAILED())
    refused = HttpConnectionError(failures.REFUSED())
    with pytest.raises(SourceError) as raised:
        await ask(Engine("one", down), Engine("two", refused), Engine("three", down))
    said = set(raised.value.message.partition("answers: ")[2].split("; "))
    assert "Two refused the connection" in said
    assert said & {f"{names} could not be reached (DNS lookup failed)" for names in ("One, Three", "Three, One")}
    assert len(said) == 2
