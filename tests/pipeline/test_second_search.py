"""A misspelt question is answered by a second search, which the user is told of in one line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from research_agent.pipeline import research
from research_agent.pipeline.second_search import merged_reports
from research_agent.runtime import open_runtime
from research_agent.settings import load_settings
from research_agent.setup.encyclopedia_index import build_database
from research_agent.sources import Source, SourceSettings
from research_agent.sources.encyclopedia import DATABASE, FOLDER, Encyclopedia
from research_agent.testing import FakeChat, FakeSource
from research_agent.types import Answer, SourceReport
from research_agent.types.source_report import SourceStatus
from research_agent_devtools.harness.callers_models import callers_models

pytestmark = pytest.mark.anyio

TEXT = "Photosynthesis is how plants convert the light of the sun into chemical energy."


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home" / "parts" / FOLDER
    folder.mkdir(parents=True)
    leads = {"Photosynthesis": {"title": "Photosynthesis", "description": "", "extract": TEXT, "topic": "Test"}}
    (tmp_path / "leads.json").write_text(json.dumps(leads), "utf-8")
    build_database(tmp_path / "leads.json", folder / DATABASE)
    (folder / "part.json").write_text("{}")
    return tmp_path / "home"


async def ask(question: str, home: Path, source: Source | None = None) -> Answer:
    settings = load_settings({**callers_models(), "RESEARCH_AGENT_HOME": str(home)})
    sources = [source or Encyclopedia(SourceSettings(parts=home / "parts"))]
    async with open_runtime(settings, sources=sources, chat=FakeChat(replies=("", TEXT))) as runtime:
        return await research(question, runtime=runtime)


async def test_a_misspelt_word_is_searched_for_in_its_right_spelling(home: Path) -> None:
    answer = await ask("What is Photosynthsis?", home)
    assert answer.question == "What is Photosynthsis?"
    assert TEXT in answer.text
    assert answer.notes.count("Also searched for 'Photosynthesis'.") == 1
    assert not any("do not mention" in note for note in answer.notes)


async def test_a_live_source_is_asked_again_with_the_right_word_alone(home: Path) -> None:
    source = FakeSource("notes", [TEXT])
    answer = await ask("What is photosynthsis?", home, source)
    assert [topic.text for topic in source.topics] == ["photosynthsis", "photosynthesis"]
    assert [(report.name, report.status) for report in answer.sources] == [("notes", "ok")]
    assert answer.citations


@pytest.mark.parametrize("question", ["What is photosynthesis?", "What is the Blorptangle effect?"])
async def test_what_is_right_or_unknown_is_searched_for_once(question: str, home: Path) -> None:
    source = FakeSource("notes", [TEXT])
    answer = await ask(question, home, source)
    assert len(source.topics) == 1
    assert not any("Searched for" in note for note in answer.notes)


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        ("skipped", "failed", "failed"),  # as of two questions in one, of which a source is for the second
        ("skipped", "skipped", "skipped"),
        ("failed", "skipped", "failed"),
        ("ok", "failed", "ok"),
        ("empty", "empty", "empty"),
    ],
)
def test_a_source_that_the_first_search_did_not_ask_is_told_by_the_second(
    first: SourceStatus, second: SourceStatus, told: str
) -> None:
    reports = [SourceReport(name="worldbank", status=status, documents=0, ms=1) for status in (first, second)]
    assert [one.status for one in merged_reports(reports[:1], reports[1:])] == [told]
