"""The line of the first web search: before anything is sent, once on an installation, with what turns it off."""

from __future__ import annotations

from pathlib import Path

import pytest

from research_agent.events import Event, Notice
from research_agent.pipeline import research
from research_agent.pipeline.web_search_notice import FILE
from research_agent.runtime import open_runtime
from research_agent.settings import load_settings
from research_agent.sources.registry import load_sources
from research_agent.testing import FakeChat

pytestmark = pytest.mark.anyio

QUESTION = "Why is the sky blue?"
NOWHERE = "http://127.0.0.1:9"


async def told(home: Path, question: str = QUESTION, **more: str) -> list[str]:
    """The lines on web search of a turn in that home; its engines are set, and nobody listens there."""
    addresses = {f"RESEARCH_AGENT_{name}_URL": NOWHERE for name in ("SEARXNG", "DUCKDUCKGO", "MOJEEK")}
    environ = {"RESEARCH_AGENT_HOME": str(home), "RESEARCH_AGENT_WEB_SEARCH": "duckduckgo,mojeek", **addresses}
    environ |= {"RESEARCH_AGENT_JUDGE_FOLDER": "none", "RESEARCH_AGENT_READER_FOLDER": "none"}
    environ |= {"RESEARCH_AGENT_DEADLINE": "0.5", "RESEARCH_AGENT_SOFT_DEADLINE": "0.5", **more}
    seen: list[Event] = []
    settings = load_settings(environ, offline=more.get("OFFLINE") == "yes")
    sources = load_sources(settings, ["web"])
    async with open_runtime(settings, sources=sources, chat=FakeChat(replies=("", ""))) as runtime:
        answer = await research(question, runtime=runtime, on_event=seen.append)
    lines = [event.text for event in seen if isinstance(event, Notice) and "searched on the web" in event.text]
    assert lines == [line for line in answer.notes if "searched on the web" in line]
    return lines


async def test_the_first_search_says_who_is_asked_and_how_to_turn_it_off_and_the_next_does_not(tmp_path: Path) -> None:
    (line,) = await told(tmp_path)
    assert "only the search terms are sent, to DuckDuckGo or Mojeek." in line
    assert "RESEARCH_AGENT_WEB_SEARCH=off" in line
    assert (tmp_path / FILE).read_bytes() == b""
    assert await told(tmp_path) == []


async def test_an_instance_of_the_user_is_called_theirs(tmp_path: Path) -> None:
    (line,) = await told(tmp_path, RESEARCH_AGENT_WEB_SEARCH="searxng")
    assert f"to your SearXNG ({NOWHERE})." in line


@pytest.mark.parametrize(
    ("question", "more"),
    [
        (QUESTION, {"RESEARCH_AGENT_WEB_SEARCH": "off"}),
        (QUESTION, {"RESEARCH_AGENT_WEB_SEARCH": "brave"}),
        (QUESTION, {"OFFLINE": "yes"}),
        (f"What does {NOWHERE}/page say?", {}),
    ],
)
async def test_where_nothing_is_searched_nothing_is_said(question: str, more: dict[str, str], tmp_path: Path) -> None:
    assert await told(tmp_path, question, **more) == []
    assert not (tmp_path / FILE).exists()
