"""Stack Overflow: questions, their best answers, and an API that says no in its own way."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.source_server import ODD, Asked, as_json, asked, changed, places
from research_agent.errors import BodyError, HttpStatusError, SourceError
from research_agent.sources import Source, SourceSettings
from research_agent.sources.stackexchange import StackExchange

pytestmark = pytest.mark.anyio

QUESTION = {
    "question_id": 11, "title": "What does &quot;yield&quot; do?", "body": "<p>I see it in <code>a &lt; b</code>.</p>",
    "score": 12, "is_answered": True, "accepted_answer_id": 22, "answer_count": 3, "tags": ["python", "iterator"],
    "link": "https://stackoverflow.com/questions/11/what", "content_license": "CC BY-SA 4.0",
    "creation_date": 1_225_000_000, "owner": {"display_name": "Ada &amp; Co", "link": "https://stackoverflow.com/users/1"},
}  # fmt: skip
ANSWERS = [
    {"answer_id": 21, "question_id": 11, "score": 90, "is_accepted": False, "body": "<p>Loud.</p>"},
    {"answer_id": 22, "question_id": 11, "score": 5, "is_accepted": True, "body": "<p>It makes a generator.</p>"},
    {"answer_id": 23, "question_id": 11, "score": 91, "is_accepted": False, "body": "<p>Best voted.</p>",
     "content_license": "CC BY-SA 3.0", "owner": {"display_name": "Bo"}},
    {"answer_id": 24, "question_id": 99, "score": 900, "is_accepted": True, "body": "<p>Of another question.</p>"},
]  # fmt: skip
FOUND = {"items": [QUESTION], "has_more": False, "quota_max": 300, "quota_remaining": 299}
ANSWERED = {"items": ANSWERS, "has_more": False, "quota_max": 300, "quota_remaining": 298}
THROTTLED = {
    "error_id": 502, "error_name": "throttle_violation",
    "error_message": "too many requests from this IP, more requests available in 4837 seconds",
}  # fmt: skip


async def ask(found: Any = FOUND, answered: Any = ANSWERED, *, status: int = 200, **more: Any) -> Asked:
    routes = {"/answers": as_json(answered), "/search": as_json(found, status)}
    return await asked(StackExchange, routes, more.pop("text", "python yield"), **more)


def test_it_is_a_source() -> None:
    assert isinstance(StackExchange(SourceSettings()), Source)


async def test_answers_come_first_the_accepted_before_the_best_voted_then_the_question() -> None:
    seen = await ask()
    assert seen.texts == ["It makes a generator.", "Best voted.", 'What does "yield" do?\n\nI see it in a < b.']
    accepted, voted, question = seen.found.documents
    assert {document.title for document in seen.found.documents} == {'What does "yield" do?'}
    assert accepted.url == "https://stackoverflow.com/a/22"
    assert (voted.licence, voted.author) == ("CC BY-SA 3.0", "Bo")
    assert voted.attribution == "Bo on Stack Overflow, https://stackoverflow.com/a/23"
    assert (question.author, question.licence) == ("Ada & Co", "CC BY-SA 4.0")
    assert question.published == "2008-10-26T05:46:40+00:00"
    assert question.details["tags"] == "python iterator"
    assert seen.found.problems == []


async def test_two_requests_and_the_key_is_in_no_document_and_no_problem() -> None:
    seen = await ask(key="canary-key")
    search, answers = seen.targets
    assert search.path == "/2.3/search/advanced"
    assert dict(search.query) == {
        "site": "stackoverflow", "order": "desc", "q": "python yield", "sort": "relevance", "pagesize": "5",
        "filter": "withbody", "key": "canary-key",
    }  # fmt: skip
    assert answers.path == "/2.3/questions/11/answers"
    assert "canary" not in repr(seen.found)
    assert "key" not in (await ask()).targets[0].query


async def test_a_day_is_asked_for_by_its_unix_time() -> None:
    assert (await ask(since="2026-11-22")).targets[0].query["fromdate"] == "1795305600"


async def test_no_question_no_second_request() -> None:
    seen = await ask({"items": [], "has_more": False, "quota_remaining": 9})
    assert (seen.found.documents, seen.error, len(seen.targets)) == ([], None, 1)


@pytest.mark.parametrize("text", ["", "  \n"])
async def test_an_empty_topic_asks_nothing(text: str) -> None:
    assert (await ask(text=text)).targets == []


async def test_a_throttle_that_comes_as_400_is_a_429_and_a_pause() -> None:
    seen = await ask(THROTTLED, status=400)
    assert isinstance(seen.error, HttpStatusError)
    assert seen.error.status == 429
    assert "is limiting requests: too many requests" in seen.error.message
    assert seen.pauses == [4837.0]


async def test_other_refusals_say_what_the_api_said() -> None:
    seen = await ask({"error_id": 400, "error_name": "bad_parameter", "error_message": "site is required"}, status=400)
    assert seen.error is not None
    assert seen.error.message == "refused the request: site is required (bad_parameter)"


async def test_backoff_in_a_body_is_obeyed() -> None:
    assert (await ask({**FOUND, "backoff": 10})).pauses == [10.0]
    assert (await ask({**FOUND, "backoff": "soon"})).pauses == []


async def test_that_the_day_is_spent_is_said() -> None:
    assert (await ask({**FOUND, "quota_remaining": 0})).found.problems == ["has no requests left for today"]


async def test_questions_whose_answers_do_not_come_are_given_and_it_is_said() -> None:
    seen = await ask(answered=THROTTLED)
    assert len(seen.found.documents) == 1
    assert "could not get the answers" in seen.found.problems[0]


@pytest.mark.parametrize("body", [None, [], 3, {}, {"items": None}, {"items": {}}, {"items": [{"site_url": "x"}]}, "x",
                                  {"items": [{"question_id": 1, "title": "Why?"}]}])  # fmt: skip
async def test_what_is_no_search_answer_is_a_failure_not_an_empty_result(body: Any) -> None:
    assert isinstance((await ask(body)).error, BodyError)


async def test_every_recorded_answer_is_of_another_kind_and_none_is_taken_for_nothing_found(recorded: Path) -> None:
    paths = [path for path in sorted((recorded / "stackexchange").glob("*.json")) if path.name != "index.json"]
    for path in paths:
        body = json.loads(path.read_text("utf-8"))
        asks_for_questions = any("question_id" in item for item in body.get("items", []))
        assert ((await ask(body)).error is None) is asks_for_questions, path.name
    assert paths


@given(st.sampled_from(places(FOUND)), st.sampled_from(places(ANSWERED)), st.sampled_from(ODD))
def test_no_odd_shape_is_more_than_a_source_error(one: Any, other: Any, value: Any) -> None:
    source = StackExchange(SourceSettings())
    try:
        questions = source.read_questions(changed(FOUND, one, value))
        known = {question.details.get("question"): question for question in questions}
        documents = source.read_answers(changed(ANSWERED, other, value), known)
    except SourceError:
        return
    assert all(document.id and document.url for document in [*questions, *documents])


def test_the_odd_shapes_reach_every_key() -> None:
    assert ("items", 0, "owner", "display_name") in places(FOUND)
    assert asyncio.run(ask(changed(FOUND, ("items", 0, "owner"), ...))).found.documents
