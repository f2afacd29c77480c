"""SearXNG: hits, boxes, silent engines, JSON that is switched off."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from helpers.source_server import ODD, Answer, Asked, as_body, as_json, asked, changed, places
from research_agent.errors import BodyError, HttpStatusError, SourceError, SourceNotReadyError
from research_agent.sources import Source, SourceSettings, Tools
from research_agent.sources.searxng import SearXNG
from research_agent.types import Topic

pytestmark = pytest.mark.anyio

RESULT = {
    "url": "https://a.example/moon", "title": "The Moon", "content": "It orbits the Earth.", "engine": "one",
    "engines": ["one", "two"], "score": 4.0, "category": "general", "publishedDate": "2016-04-14T11:35:49",
    "parsed_url": ["https", "a.example", "/moon", "", "", ""], "positions": [1],
}  # fmt: skip
BODY = {
    "query": "moon", "results": [RESULT, {**RESULT, "url": "magnet:?xt=1"}, {**RESULT, "title": "Again"}],
    "answers": [{"answer": "[en] 2", "url": None}], "corrections": [], "suggestions": [],
    "infoboxes": [{"infobox": "Moon", "id": "https://b.example/Moon", "content": "Earth's moon.", "urls": []}],
    "unresponsive_engines": [["three", "timeout"]],
}  # fmt: skip


async def ask(answer: Answer, text: str = "moon", **more: Any) -> Asked:
    return await asked(SearXNG, {"/search": answer, **more.pop("routes", {})}, text, **more)


def test_it_is_a_source() -> None:
    assert isinstance(SearXNG(SourceSettings()), Source)


async def test_without_an_instance_it_is_not_ready_and_says_which_setting_is_missing() -> None:
    no_client: Any = None
    with pytest.raises(SourceNotReadyError, match="RESEARCH_AGENT_SEARXNG_URL"):
        await SearXNG(SourceSettings()).search(Topic(text="x", question="x"), tools=Tools(no_client), limit=5)


def test_boxes_come_first_then_hits_each_address_once() -> None:
    box, hit = SearXNG(SourceSettings(url="http://s.example")).read_results(BODY)
    assert (box.title, box.url, box.snippet) == ("Moon", "https://b.example/Moon", "Earth's moon.")
    assert (hit.title, hit.snippet) == ("The Moon", "It orbits the Earth.")
    assert (hit.engines, hit.published) == (("one", "two"), "2016-04-14T11:35:49")


async def test_the_request_asks_for_json_in_the_users_language() -> None:
    seen = await ask(as_json(BODY), text="the  moon", lang="de")
    assert dict(seen.targets[0].query) == {"q": "the moon", "format": "json", "language": "de"}
    assert "language" not in (await ask(as_json(BODY))).targets[0].query


@pytest.mark.parametrize(("days", "expected"), [(1, "day"), (6, "week"), (20, "month"), (200, "year"), (700, "year")])
async def test_a_day_is_asked_for_by_the_range_that_holds_it(days: int, expected: str) -> None:
    since = (datetime.now(UTC) - timedelta(days=days)).date().isoformat()
    assert (await ask(as_json(BODY), since=since)).targets[0].query["time_range"] == expected


async def test_a_path_in_the_address_of_the_instance_is_kept() -> None:
    assert (await ask(as_json(BODY), path="/searxng/")).targets[0].path == "/searxng/search"


async def test_the_pages_behind_the_hits_are_read() -> None:
    def hits(request: web.Request) -> web.Response:
        base = f"http://{request.host}"
        results = [{**RESULT, "url": f"{base}/page"}, {**RESULT, "url": f"{base}/gone", "title": "Gone"}]
        return web.json_response({"results": results})

    page = as_body("<title>Moon page</title><p>It has no air, and it is 4.5 billion years old.</p>")
    seen = await ask(hits, routes={"/page": page})
    assert seen.texts == ["It has no air, and it is 4.5 billion years old."]
    assert [(page.title, "HTTP 404" in page.why) for page in seen.unread] == [("Gone", True)]


async def test_json_that_is_off_says_how_to_switch_it_on() -> None:
    seen = await ask(as_body("<!doctype html><title>403 Forbidden</title>", status=403))
    assert isinstance(seen.error, HttpStatusError)
    assert "search.formats" in seen.error.hint


async def test_a_refusal_says_what_the_instance_said() -> None:
    seen = await ask(as_json({"error": "Invalid value abc for parameter pageno"}, 400))
    assert seen.error is not None
    assert seen.error.message == "refused the query: Invalid value abc for parameter pageno"


async def test_silent_engines_without_a_hit_are_a_failure_not_an_empty_result() -> None:
    seen = await ask(as_json({"results": [], "unresponsive_engines": [["google", "Suspended: CAPTCHA"], ["brave"]]}))
    assert seen.error is not None
    assert "google (Suspended: CAPTCHA), brave (no reason given)" in seen.error.message
    seen = await ask(as_json({"results": [], "unresponsive_engines": []}))
    assert (seen.found.documents, seen.error) == ([], None)


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        3,
        {},
        {"results": None},
        {"results": {}},
        {"error": "x"},
        {"results": [None]},
        {"results": [{"id": 1}]},
    ],
)
async def test_what_is_no_search_answer_is_a_failure(body: Any) -> None:
    assert isinstance((await ask(as_json(body))).error, BodyError)


async def test_every_recorded_answer_is_read(recorded: Path) -> None:
    folder = recorded / "searxng"
    index = json.loads((folder / "index.json").read_text("utf-8"))
    statuses = {entry["file"]: entry["status"] for entry in index}
    for name, status in statuses.items():
        body = (folder / name).read_bytes()
        kind = "application/json" if name.endswith(".json") else "text/html"
        seen = await ask(as_body(body, kind, status))
        if not name.endswith(".json") or status >= 400 or name in ("config.json", "empty_with_unresponsive.json"):
            assert seen.error is not None, name
            continue
        titles = [one["title"] for one in json.loads(body)["results"]][:20]
        assert {page.title for page in seen.unread} <= set(titles), name
        assert len(seen.unread) == min(8, len(titles)), name
        assert seen.found.documents == [], name  # a snippet is no document


@given(st.sampled_from(places(BODY)), st.sampled_from(ODD))
def test_no_odd_shape_is_more_than_a_source_error(place: Any, value: Any) -> None:
    try:
        hits = SearXNG(SourceSettings(url="http://s.example")).read_results(changed(BODY, place, value))
    except SourceError:
        return
    assert all(hit.url and hit.title for hit in hits)
