"""The Wikipedia source, unchanged, against a real MediaWiki, which has no REST summary and no Disambiguator."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal
from urllib.parse import unquote

import pytest

from helpers import mediawiki
from research_agent.documents.isolated_reader import open_reader
from research_agent.http import open_client
from research_agent.settings import Settings
from research_agent.sources import Found, SourceSettings, Tools
from research_agent.sources.wikipedia import Wikipedia
from research_agent.text.sentences import sentence_spans
from research_agent.types import Topic
from research_agent_devtools.checkout import CACHE
from research_agent_devtools.harness.processes import are_gone, family
from research_agent_devtools.harness.unwritable_home import NOWHERE

pytestmark = [pytest.mark.anyio, pytest.mark.mediawiki]


async def search(wiki: str, text: str, origin: Literal["model", "question"] = "question") -> Found:
    topic = Topic(text=text, question=text, origin=origin)
    async with open_client(Settings.of(home=NOWHERE, deadline=100.0), trusted=[wiki]) as client, open_reader() as read:
        return await Wikipedia(SourceSettings(url=wiki)).search(topic, tools=Tools(client=client, read=read), limit=5)


async def test_search_alone_answers_where_there_is_no_rest_summary(wiki: str) -> None:
    found = await search(wiki, "photosynthesis")
    (document,) = found.documents
    assert document.text == mediawiki.PAGES["Photosynthesis"]
    assert (document.title, document.language, document.licence) == ("Photosynthesis", "en", "CC BY-SA 4.0")
    assert document.url == f"{wiki}/wiki/Photosynthesis"
    assert document.revision is not None
    assert found.problems == []


async def test_a_day_long_it_is_not_asked_the_same_again(wiki: str, tmp_path: Path) -> None:
    """MediaWiki says of an answer that it is old at once, unless it is asked for a longer life."""
    source, topic = Wikipedia(SourceSettings(url=wiki)), Topic(text="photosynthesis", question="photosynthesis")
    ages = []
    for _ in range(2):
        settings = Settings.of(home=tmp_path, deadline=100.0, source_urls={"wikipedia": wiki})
        async with open_client(settings) as client, open_reader() as read:
            tools = Tools(client=client, read=read).of(source)
            found = await source.search(topic, tools=tools, limit=5)
            assert found.documents
            assert tools.client.source_client is not None
            tools.client.source_client.end(good=not found.problems)
            ages.append(tools.client.source_client.oldest)
    assert ages[0] is None
    assert ages[1] is not None


async def test_a_redirect_gives_its_article(wiki: str) -> None:
    assert [document.title for document in (await search(wiki, "BERT")).documents] == ["BERT (language model)"]


@pytest.mark.parametrize("title", ["AC/DC", "Çédille 雪"])
async def test_names_that_must_be_quoted_are_found_and_linked(wiki: str, title: str) -> None:
    (document,) = (await search(wiki, title)).documents
    assert document.title == title
    assert unquote(document.url) == f"{wiki}/wiki/{title.replace(' ', '_')}"


async def test_the_whole_article_is_taken_its_headings_are_lines_and_markup_is_gone(wiki: str) -> None:
    (document,) = (await search(wiki, "AC/DC")).documents
    lead, heading, later = (line for line in document.text.splitlines() if line)
    assert lead == "AC/DC are a rock band from Sydney & the world. Some say they're loud."
    assert (heading, later) == ("== History ==", "Later.")
    assert [document.text[slice(*span)] for span in sentence_spans(document.text)][-1] == "Later."


async def test_of_a_topic_that_a_model_added_only_the_lead_is_taken(wiki: str) -> None:
    (document,) = (await search(wiki, "AC/DC", origin="model")).documents
    assert document.text == "AC/DC are a rock band from Sydney & the world. Some say they're loud."


async def test_what_is_raised_is_no_digit_of_the_number_before(wiki: str) -> None:
    """The wiki's own plain text says 1019 atoms, 31/2 mg and "sinks"."""
    (document,) = (await search(wiki, "powers")).documents
    assert document.text == (
        "A grain holds 10^19 atoms, CO2 and 3 1/2 mg. It\nfloats.\n\nOne\nx^2\n\n"
        "== Size ==\n\nIt covers 40 km^2.\n\n=== Weight ===\n\nLight."
    )


async def test_braces_on_a_page_are_text(wiki: str) -> None:
    (document,) = (await search(wiki, "braces")).documents
    assert document.text == "Templates are written as {{name}}, code as {}."


async def test_at_most_three_articles_are_taken(wiki: str) -> None:
    assert len((await search(wiki, "transformer")).documents) == 3


@pytest.mark.parametrize(
    "text",
    ["no such thing anywhere", "a|b {{c}} #", '"', "-", "intitle:x AND (", "<script>", "x" * 1000, "a\x00b", "\ud800"],
)
async def test_no_topic_however_odd_is_more_than_an_empty_result(wiki: str, text: str) -> None:
    assert await search(wiki, text) == ([], [])


def test_the_server_and_its_workers_end_with_the_test(wiki: str) -> None:
    """Only its own processes are ended, not those of a wiki that is served beside it."""
    before = php_servers()
    with mediawiki.serving(CACHE / "mediawiki"):
        started = php_servers() - before
        assert started
    assert are_gone(sorted(started))
    assert php_servers() == before


def php_servers() -> set[int]:
    """The processes of PHP's web server that this process started, their workers included."""
    return {pid for pid in family(os.getpid()) if Path(f"/proc/{pid}/cmdline").read_bytes().startswith(b"php\0-S")}
