"""A search is a value, whatever the source does; the report on several says how the source fared."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from research_agent.errors import BodyError, HttpLimitError, OutOfScopeError, SourceError, SourceNotReadyError
from research_agent.http import open_client
from research_agent.settings import Settings
from research_agent.sources import Found, Source, Tools
from research_agent.sources.search import SearchOutcome, has_stored, report_on, search_for
from research_agent.testing import FakeSource
from research_agent.types import Document, Topic

TOPIC = Topic(text="rain", question="What is rain?")
NOT_ITS = OutOfScopeError("was not asked: no page")
TOO_EARLY = HttpLimitError("was not asked: too early", seconds=5.0)
NOT_READY, BROKEN = SourceNotReadyError("is not set up"), BodyError("answered with HTML")


async def outcome_of(source: Source, home: Path, seconds: float = 30.0) -> SearchOutcome:
    async with open_client(Settings.of(home=home)) as client:
        until = asyncio.get_running_loop().time() + seconds
        return await search_for(source, TOPIC, Tools(client=client), until, seconds)


@pytest.mark.anyio
@pytest.mark.parametrize("live", [True, False])
async def test_a_search_gives_documents_and_problems(tmp_path: Path, live: bool) -> None:
    source = FakeSource("notes", ["It rains."], problems=["is slow"], live=live)
    outcome = await outcome_of(source, tmp_path)
    assert [document.text for document in outcome.documents] == ["It rains."]
    assert (outcome.problems, outcome.failure, outcome.stored) == (("is slow",), None, None)


@pytest.mark.anyio
async def test_a_failure_and_a_deadline_are_values(tmp_path: Path) -> None:
    assert (await outcome_of(FakeSource(error=BROKEN), tmp_path)).failure is BROKEN
    late = await outcome_of(FakeSource(delay=60.0), tmp_path, seconds=0.01)
    assert late.failure is not None
    assert late.failure.message == "timed out after 0.01 s"


class Bug(FakeSource):
    """A source that does what it is told instead of searching."""

    def __init__(self, act: Callable[[], Any], *, live: bool = True) -> None:
        super().__init__("buggy", live=live)
        self.act = act

    async def search(self, topic: Topic, *, tools: Tools, limit: int) -> Any:
        return self.act()


def throw(error: BaseException) -> Callable[[], Any]:
    def act() -> Any:
        raise error

    return act


def iterate(error: BaseException) -> Iterator[Document]:
    yield from FakeSource("notes", ["It rains."]).documents
    raise error


BUGS: list[tuple[Callable[[], Any], str]] = [
    *((throw(error), type(error).__name__) for error in (
        ValueError(), KeyError("x"), RecursionError(), MemoryError(), AssertionError(), StopIteration(),
        OSError(5, "x"), UnicodeDecodeError("utf-8", b"x", 0, 1, "x"), ExceptionGroup("", [ValueError()]),
        SystemExit(3), asyncio.CancelledError(), NotImplementedError(), ImportError("x"),
    )),
    (lambda: None, "TypeError"),
    (list, "TypeError"),
    (lambda: "text", "TypeError"),
    (lambda: {"documents": []}, "TypeError"),
    (lambda: Found, "TypeError"),
    (lambda: SimpleNamespace(documents=None), "TypeError"),
    (lambda: Found(cast("Any", 5)), "TypeError"),
    (lambda: Found(cast("Any", iterate(ValueError()))), "ValueError"),
]  # fmt: skip


@pytest.mark.anyio
@pytest.mark.parametrize(("act", "kind"), BUGS)
async def test_a_bug_is_one_line_and_its_trace_is_logged(
    act: Callable[[], Any], kind: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "research_agent")
    outcome = await outcome_of(Bug(act), tmp_path)
    assert outcome.failure is not None
    if kind == "StopIteration":  # Python makes it a RuntimeError
        kind = "RuntimeError"
    assert outcome.failure.message == f"has a bug ({kind}): its trace is in the log"
    assert "uninstall" in outcome.failure.hint
    assert [record.exc_info is not None for record in caplog.records if "has a bug" in record.message] == [True]


@pytest.mark.anyio
async def test_a_search_that_is_not_asynchronous_or_a_generator_is_a_bug(tmp_path: Path) -> None:
    class Plain(FakeSource):
        def search(self, topic: Topic, *, tools: Tools, limit: int) -> Any:
            return Found(())

    class Generator(FakeSource):
        async def search(self, topic: Topic, *, tools: Tools, limit: int) -> Any:
            yield self.documents

    class Signature(FakeSource):
        async def search(self, text: str) -> Any:  # type: ignore[override]
            return Found(())

    for source in (Plain(), Generator(), Signature()):
        outcome = await outcome_of(cast("Any", source), tmp_path)
        assert outcome.failure is not None
        assert "has a bug (TypeError)" in outcome.failure.message


@pytest.mark.anyio
async def test_policy_and_client_of_a_source_may_be_broken_too(tmp_path: Path) -> None:
    class Broken(FakeSource):
        @property
        def policy(self) -> Any:
            raise LookupError

    outcome = await outcome_of(Broken("broken", ["x"]), tmp_path)
    assert outcome.failure is not None
    assert "LookupError" in outcome.failure.message


@pytest.mark.anyio
async def test_a_timeout_of_its_own_is_not_told_as_the_deadline(tmp_path: Path) -> None:
    outcome = await outcome_of(Bug(throw(TimeoutError())), tmp_path)
    assert outcome.failure is not None
    assert outcome.failure.message == "timed out"


@pytest.mark.anyio
async def test_the_users_stop_is_no_bug(tmp_path: Path) -> None:
    task = asyncio.ensure_future(outcome_of(FakeSource(delay=60.0), tmp_path))
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


@pytest.mark.anyio
async def test_nothing_is_stored_of_a_source_that_was_never_searched(tmp_path: Path) -> None:
    async with open_client(Settings.of(home=tmp_path)) as client:
        assert not await has_stored(FakeSource(), Tools(client=client))


@pytest.mark.parametrize(
    ("outcomes", "documents", "status", "reason"),
    [
        ([SearchOutcome()], 0, "empty", None),
        ([SearchOutcome()], 2, "ok", None),
        ([SearchOutcome(failure=NOT_READY)] * 2, 0, "skipped", "is not set up"),
        ([SearchOutcome(failure=BROKEN), SearchOutcome(failure=NOT_READY)], 0, "failed", None),
        ([SearchOutcome(failure=BROKEN), SearchOutcome()], 1, "ok", "1 of 2 searches failed: answered with HTML"),
        ([SearchOutcome(failure=BROKEN), SearchOutcome()], 0, "failed", "1 of 2 searches failed: answered with HTML"),
        ([SearchOutcome(), SearchOutcome(failure=NOT_ITS)], 1, "ok", None),
        ([SearchOutcome(), SearchOutcome(failure=NOT_ITS)], 0, "empty", None),
        ([SearchOutcome(failure=NOT_ITS)] * 2, 0, "skipped", "was not asked: no page"),
        (
            [SearchOutcome(failure=BROKEN), SearchOutcome(), SearchOutcome(failure=NOT_ITS)],
            1,
            "ok",
            "1 of 2 searches failed: answered with HTML",
        ),
        ([SearchOutcome(problems=("a",)), SearchOutcome(failure=NOT_ITS)], 1, "ok", "a"),
        ([SearchOutcome(), SearchOutcome(failure=TOO_EARLY)], 1, "ok", "was not asked: too early (1 of 2 searches)"),
        (
            [SearchOutcome(), SearchOutcome(failure=TOO_EARLY), SearchOutcome(failure=BROKEN)],
            1,
            "ok",
            "1 of 3 searches failed: answered with HTML; was not asked: too early (1 of 3 searches)",
        ),
        ([SearchOutcome(problems=("a", "b")), SearchOutcome(problems=("b",))], 1, "ok", "b; a"),
    ],
)
def test_the_report_on_several_searches(
    outcomes: list[SearchOutcome], documents: int, status: str, reason: str | None
) -> None:
    report = report_on("notes", outcomes, documents, seconds=1.5)
    assert (report.name, report.status, report.documents, report.ms) == ("notes", status, documents, 1500)
    assert report.reason == (reason or (None if status != "failed" else "answered with HTML; is not set up"))


def test_a_report_is_as_old_as_the_oldest_search() -> None:
    outcomes = [SearchOutcome(stored=3.0), SearchOutcome(stored=9.0), SearchOutcome(failure=SourceError("no"))]
    assert report_on("notes", outcomes, 1, seconds=0.0).stored == 9.0


def test_what_a_service_says_of_itself_is_one_line_that_ends() -> None:
    told = SearchOutcome(failure=SourceError(f"refused the query: \x1b[2J\n{'x' * 10_000}"))
    reason = report_on("notes", [told], 0, seconds=0.0).reason
    assert reason is not None
    assert len(reason) <= 600
    assert reason.isprintable()
