"""Every source finds the same small world, through its own API; and every service can be slow or at fault."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from research_agent.documents.isolated_reader import open_reader
from research_agent.errors import HttpStatusError
from research_agent.http import open_client
from research_agent.settings import Settings, load_settings
from research_agent.sources import Found, Source, Tools, load_sources
from research_agent.sources.scholarly.deduplicate import merge_papers
from research_agent.stages.plan import rule_topics
from research_agent.types import Topic
from research_agent_devtools.world import SOURCES, World
from research_agent_devtools.world.services import SCOPES

pytestmark = pytest.mark.anyio

ATTENTION = Topic(text="attention transformer architecture", question="What is attention in the transformer?")
SHORT = Topic(text="photosynthesis", question="What is photosynthesis?")


@asynccontextmanager
async def asking(world: World, home: Path) -> AsyncIterator[tuple[list[Source], Tools]]:
    settings: Settings = load_settings({**world.environ, "RESEARCH_AGENT_HOME": str(home)})
    async with open_client(settings) as client, open_reader() as read:
        yield load_sources(settings, world.sources), Tools(client, read=read)


async def search(source: Source, topic: Topic, tools: Tools) -> Found:
    return await source.search(topic, tools=tools.of(source), limit=5)


async def test_each_source_finds_the_topic_and_no_two_say_the_same(tmp_path: Path) -> None:
    async with World(sources=SOURCES) as world, asking(world, tmp_path) as (sources, tools):
        found = {}
        for source in sources:
            asked = SCOPES.get(source.name, "")
            question = asked or f"{ATTENTION.question} See {world.page()}"
            topic = Topic(text=rule_topics(asked)[0] if asked else ATTENTION.text, question=question)
            found[source.name] = await search(source, topic, tools)
    assert not [name for name in SOURCES if found[name].problems or not found[name].documents]
    assert all("<" not in document.text for one in found.values() for document in one.documents)
    assert "soft lookup" in found["arxiv"].documents[0].text
    assert found["web"].documents[0].text == found["searxng"].documents[0].text  # the page itself, both times


async def test_one_paper_comes_through_five_services_and_is_one(tmp_path: Path) -> None:
    names = ("openalex", "semanticscholar", "crossref", "europepmc", "pubmed")
    async with World(sources=names) as world, asking(world, tmp_path) as (sources, tools):
        found = [document for source in sources for document in (await search(source, SHORT, tools)).documents]
    same = [document for document in found if document.details.get("doi") == "10.5555/world.2025.303"]
    assert [document.source for document in same] == list(names)
    merged = [document for document in merge_papers(found) if document.details.get("doi") == "10.5555/world.2025.303"]
    assert len(merged) == 1
    assert {"pmid", "pmcid", "openalex", "s2"} <= merged[0].details.keys()
    assert "stomata" in merged[0].text, "the open full text is the longest"


async def test_environ_leads_only_the_sources_that_were_asked_for() -> None:
    async with World() as world, World(sources=SOURCES) as whole:
        assert sorted(world.environ) == [
            "RESEARCH_AGENT_HACKERNEWS_URL",
            "RESEARCH_AGENT_WEB_SEARCH",
            "RESEARCH_AGENT_WIKIPEDIA_URL",
        ]
        assert sorted(load_settings(whole.environ).search.urls) == sorted([*SOURCES, "web_archive"])
    with pytest.raises(ValueError, match="no such source"):
        World(sources=["gopher"])


async def test_delays_and_faults_are_by_source(tmp_path: Path) -> None:
    names = ("pubmed", "openalex")
    world = World(sources=names, faults={"pubmed": "429"}, delay={"openalex": 0.2})
    async with world, asking(world, tmp_path) as (sources, tools):
        with pytest.raises(HttpStatusError):
            await search(sources[0], SHORT, tools)
        assert (await search(sources[1], SHORT, tools)).documents
    took = {request.endpoint: (request.end or 0.0) - request.start for request in world.requests}
    assert took["openalex"] >= 0.2 > 0.0
    assert "records" not in took


async def test_pages_behind_hits_are_read_where_robots_may(tmp_path: Path) -> None:
    async with World(sources=["searxng"]) as world, asking(world, tmp_path) as ([searxng], tools):
        found = await search(searxng, SHORT, tools)
        assert [request.endpoint for request in world.requests] == ["searxng", "robots", "page"]
    assert "22 percent less power" in found.documents[0].text


async def test_of_a_page_that_is_gone_the_world_has_an_archived_copy(tmp_path: Path) -> None:
    async with World(sources=["web"]) as world, asking(world, tmp_path) as ([source], tools):
        gone, nowhere = world.page("old-ferry"), world.page("never-was")
        found = await search(source, Topic(text=gone, question=f"What do {gone} and {nowhere} say?"), tools)
    (copy,) = found.documents
    assert (
        copy.text
        == "The old ferry of Macau crossed the bay in 19 minutes and carried 240 people until its last trip in 1998."
    )
    assert copy.details["archived"] == "2025-01-02"
