"""Hacker News: stories as documents, whatever keys a hit has."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from helpers.in_process_reader import Reading
from helpers.source_server import ODD, Asked, as_body, asked, changed, places
from research_agent.errors import BodyError, SourceError
from research_agent.http import open_client
from research_agent.settings import Settings
from research_agent.sources import Source, SourceSettings, Tools
from research_agent.sources.crawler import as_plain
from research_agent.sources.hackernews import HackerNews
from research_agent.types import Document, Topic
from research_agent_devtools.harness.unwritable_home import NOWHERE
from research_agent_devtools.world import World

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
    return asyncio.run(as_plain(HackerNews(SourceSettings()).read_hits({"hits": list(hits)}), read=Reading()))


async def ask(stories: Any = (), comments: Any = (), routes: Any = None, **more: Any) -> Asked:
    def search(request: web.Request) -> web.StreamResponse:
        found = comments if request.query["tags"] == "comment" else stories
        return web.Response(status=found) if isinstance(found, int) else web.json_response({"hits": list(found)})

    return await asked(HackerNews, {"/api/v1/search": search, **(routes or {})}, **more)


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


@pytest.mark.parametrize("hits", [[None], [3, "x"], [{"id": 1, "title": "A thing"}], [[]]])
def test_a_list_of_something_else_is_a_failure_not_an_empty_result(hits: Any) -> None:
    with pytest.raises(BodyError, match="has no hits"):
        HackerNews(SourceSettings()).read_hits({"hits": hits})


@pytest.mark.anyio
async def test_stories_and_comments_are_asked_for_at_once() -> None:
    async with World() as world, open_client(Settings(home=NOWHERE), trusted=[world.url]) as client:
        source = HackerNews(SourceSettings(url=world.url))
        topic = Topic(text="attention mechanism", question="?")
        found = await source.search(topic, tools=Tools(client=client, read=Reading()), limit=2)
        targets = sorted(request.target for request in world.requests)
    assert targets == [
        "/api/v1/search?query=attention+mechanism&tags=comment&hitsPerPage=2",
        "/api/v1/search?query=attention+mechanism&tags=story&hitsPerPage=2",
    ]
    assert found.documents[0].title.startswith("Ask HN: When is the attention mechanism")
    assert found.documents[-1].title.startswith("Comment by metermaid on: Ask HN")


@pytest.mark.anyio
async def test_a_day_is_asked_for_newest_first() -> None:
    seen = await ask([STORY], since="2026-11-22")
    assert {target.path for target in seen.targets} == {"/api/v1/search_by_date"}
    assert {target.query["numericFilters"] for target in seen.targets} == {"created_at_i>=1795305600"}


COMMENT = {
    "objectID": "9",
    "story_title": "On tides",
    "comment_text": "I measured the tide at Dover for three years.<p>It&#x27;s six metres.",
    "author": "tider",
    "created_at": "2026-05-02T10:00:00Z",
}


@pytest.mark.anyio
async def test_a_comment_is_quotable_with_its_author_and_date() -> None:
    (comment,) = (await ask(comments=[COMMENT])).found.documents
    assert comment.text == "On tides\n\nI measured the tide at Dover for three years.\n\nIt's six metres."
    assert comment.title == "Comment by tider on: On tides"
    assert (comment.author, comment.published) == ("tider", "2026-05-02T10:00:00Z")
    assert comment.url == "https://news.ycombinator.com/item?id=9"
    assert comment.details == {"kind": "comment"}


@pytest.mark.anyio
@pytest.mark.parametrize("text", ["[deleted]", "[dead]", "[flagged]", None, "", "Me too."])
async def test_what_is_gone_and_what_says_nothing_is_no_comment(text: str | None) -> None:
    hit = {**COMMENT, "comment_text": text, "story_title": None}
    assert (await ask(comments=[hit])).found.documents == []


@pytest.mark.anyio
async def test_one_failed_search_is_a_problem_beside_what_the_other_brought() -> None:
    seen = await ask(stories=500, comments=[COMMENT])
    assert len(seen.found.documents) == 1
    assert seen.found.problems == ["had an internal error (HTTP 500)"]
    assert (await ask(stories=500, comments=500)).error is not None
    assert (await ask(stories=500)).error is not None


@pytest.mark.anyio
async def test_the_pages_of_the_best_stories_are_read() -> None:
    def search(request: web.Request) -> web.StreamResponse:
        base = f"http://{request.host}"
        hits = [{**STORY, "url": f"{base}/page"}, {**STORY, "objectID": "2", "url": f"{base}/gone"}]
        return web.json_response({"hits": hits if request.query["tags"] == "story" else []})

    routes = {"/api/v1/search": search, "/page": as_body("<title>A thing</title><p>It is small and fast.</p>")}
    story, page, other = (await asked(HackerNews, routes, "thing")).found.documents
    assert (page.title, page.text, page.source) == ("A thing", "It is small and fast.", "hackernews")
    assert page.details == {"via": "Hacker News", "discussion": story.url}
    assert "HTTP 404" in str(other.details["page"])
    seen = await asked(HackerNews, routes, "thing", origin="model")
    assert [target.path for target in seen.targets] == ["/api/v1/search", "/api/v1/search"]


@given(st.sampled_from(places({"hits": [STORY, COMMENT]})), st.sampled_from(ODD))
def test_no_odd_shape_is_more_than_a_source_error(place: Any, value: Any) -> None:
    try:
        documents = HackerNews(SourceSettings()).read_hits(changed({"hits": [STORY, COMMENT]}, place, value))
    except SourceError:
        return
    assert all(document.id and document.url for document in documents)
