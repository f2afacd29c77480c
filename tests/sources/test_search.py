"""A search is a value, whatever the source does; the report on several says how the source fared."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from research_agent.errors import BodyError, SourceError, SourceNotReadyError
from research_agent.http import open_client
from research_agent.settings import Settings
from research_agent.sources import Source, Tools
from research_agent.sources.search import SearchOutcome, has_stored, report_on, search_for
from research_agent.testing import FakeSource
from research_agent.types import Topic

TOPIC = Topic(text="rain", question="What is rain?")
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
