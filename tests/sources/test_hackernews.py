"""Hacker News: stories as documents, whatever keys a hit has."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from research_agent.errors import BodyError
from research_agent.http import open_client
from research_agent.settings import Settings
from research_agent.sources import Source, SourceSettings, Tools
from research_agent.sources.hackernews import HackerNews
from research_agent.testing import World
from research_agent.types import Document, Topic

STORY = {
    "objectID": "1",
    "title": "Show HN: A thing",
    "url": "https://thing.example",
    "author": "someone",
    "points": 12,
    "num_comments": 3,
    "created_at": "2026-05-01T10:00:00Z",
    "story_text": 'It&#x27;s <i>small</i>.<p>See <a href="https:&#x2F;&#x2F;a.example">a.example</a>',
}


def read(*hits: Any) -> list[Document]:
    return HackerNews(SourceSettings()).read_hits({"hits": list(hits)})


def test_it_is_a_source() -> None:
    assert isinstance(HackerNews(SourceSettings()), Source)


def test_a_story_is_its_title_and_text_with_the_discussion_as_the_link() -> None:
    (document,) = read(STORY)
    assert document.text == "Show HN: A thing\n\nIt's small.\n\nSee a.example"
    assert document.url == "https://news.ycombinator.com/item?id=1"
    assert (document.author, document.published) == ("someone", "2026-05-01T10:00:00Z")
    assert document.details == {"points": 12, "comments": 3, "link": "https://thing.example"}
    assert document.attribution == "someone on Hacker News"


def test_absent_keys_and_nulls_are_the_same() -> None:
    bare = {"objectID": "1", "title": "Only a title"}
    nulls = dict.fromkeys(STORY, None) | bare
    assert read(bare)[0].text == read(nulls)[0].text == "Only a title"
    assert read(bare)[0].details == read(nulls)[0].details == {}


def test_code_keeps_its_lines() -> None:
    (document,) = read({**STORY, "story_text": "Try:<p><pre><code>  if x:\n    y &lt; 1\n</code></pre>"})
    assert document.text.endswith("Try:\n\nif x:\n    y < 1")


def test_scripts_are_text_at_most() -> None:
    (document,) = read({**STORY, "story_text": "a<script>alert(1)</script><img src=x onerror=y>b"})
    assert "<" not in document.text


@pytest.mark.parametrize(
    ("hit", "text"),
    [
        ({"objectID": "2", "comment_text": "I agree.", "story_title": "A story"}, "A story\n\nI agree."),
        ({"objectID": "2", "comment_text": "I agree.", "author": "x"}, "I agree."),
        ({"objectID": "2", "title": "Poll: which?", "story_text": "", "parts": [1]}, "Poll: which?"),
        ({"objectID": "2", "title": "Firm (YC S30) is hiring", "_tags": ["job"]}, "Firm (YC S30) is hiring"),
    ],
)
def test_comments_polls_and_jobs_are_read_too(hit: dict[str, Any], text: str) -> None:
    assert [document.text for document in read(hit)] == [text]


@pytest.mark.parametrize(
    "hit", [None, 3, "x", [], {}, {"title": "no number"}, {"objectID": "1"}, {"objectID": "1", "title": " "}]
)
def test_what_is_no_story_drops_out(hit: Any) -> None:
    assert [document.title for document in read(hit, STORY)] == ["Show HN: A thing"]


@pytest.mark.parametrize("name", STORY)
@pytest.mark.parametrize("value", [None, 3, [], {}, True, "\ud800\x00"])
def test_values_of_a_wrong_type_never_raise(name: str, value: Any) -> None:
    for document in read({**STORY, name: value}):
        assert document.id


@pytest.mark.parametrize("body", [{}, {"hits": None}, {"hits": {}}, [], None, {"message": "invalid", "code": 400}])
def test_an_answer_without_hits_is_a_failure_not_an_empty_result(body: Any) -> None:
    with pytest.raises(BodyError, match="without a list of hits"):
        HackerNews(SourceSettings()).read_hits(body)


@pytest.mark.anyio
async def test_one_request_asks_for_stories_only() -> None:
    async with World() as world, open_client(Settings(home=Path()), trusted=[world.url]) as client:
        source = HackerNews(SourceSettings(url=world.url))
        topic = Topic(text="attention mechanism", question="?")
        found = await source.search(topic, tools=Tools(client=client), limit=2)
        (request,) = world.requests
    assert request.target == "/api/v1/search?query=attention+mechanism&tags=story&hitsPerPage=2"
    assert found.documents[0].title.startswith("Ask HN: When is the attention mechanism")
