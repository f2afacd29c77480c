"""Lemmy: an instance that the user names; posts and comments that are still there, with author and time."""

from __future__ import annotations

import json
from typing import Any

import pytest

from helpers.open_services import POSTS, SERVICES, ask, replies
from research_agent.errors import HttpStatusError
from research_agent.sources import SourceSettings, lacks
from research_agent.sources.lemmy import Lemmy

pytestmark = pytest.mark.anyio

SERVICE = SERVICES["lemmy"]


async def test_posts_and_comments_are_documents_and_what_is_gone_or_says_little_is_none() -> None:
    found, _, requests = await ask(SERVICE, replies(SERVICE))
    post, comment = found.documents
    assert post.text == "Framework laptop after a year\n\nThe hinge is fine. The battery lasts *eight* hours."
    assert (post.author, post.published, post.url) == ("Ada B.", "2026-03-01T10:00:00", "https://lemmy.example/post/5")
    assert post.details == {"score": 41, "comments": 12, "link": "https://blog.example/framework"}
    assert comment.title == "Comment by bo on: Framework laptop after a year"
    assert comment.attribution == "bo in hardware, Lemmy"
    (request,) = requests
    assert dict(request.query) == {
        "q": "Framework laptop", "type_": "All", "listing_type": "All", "sort": "TopAll", "limit": "5",
    }  # fmt: skip


async def test_a_topic_with_a_day_gets_the_newest_of_that_day_or_later() -> None:
    found, _, requests = await ask(SERVICE, replies(SERVICE), since="2026-03-15")
    assert [document.details.get("kind") for document in found.documents] == ["comment"]
    assert requests[0].query["sort"] == "New"


@pytest.mark.parametrize(
    ("status", "body", "says", "meant"),
    [
        (400, {"error": "rate_limit_error"}, "is limiting requests", 429),
        (400, {"error": "couldnt_search"}, "refused the query: couldnt_search", 400),
        (401, {"error": "not_logged_in"}, "refused the query: not_logged_in", 401),
        (404, [], "did not accept the request", 404),
    ],
)
async def test_an_error_is_said_as_the_instance_says_it(status: int, body: Any, says: str, meant: int) -> None:
    _, error, _ = await ask(SERVICE, {"/": (status, json.dumps(body).encode(), "application/json")})
    assert isinstance(error, HttpStatusError)
    assert error.status == meant
    assert says in error.message


def test_without_an_address_of_its_own_a_post_has_that_of_the_instance_or_none() -> None:
    source = Lemmy(SourceSettings(url="https://mine.example"))
    for key, number, url in (("", 5, ["https://mine.example/post/5"]), ("javascript:x", 0, []), ("x", None, [])):
        view = {"post": {"id": number, "name": "A post", "ap_id": key}}
        assert [one.url for one in source.read_results({"posts": [view], "comments": []})] == url
    assert len(source.read_results(POSTS)) == 2


def test_no_instance_is_asked_that_the_user_did_not_name() -> None:
    assert lacks(Lemmy(SourceSettings())) == "address"
    assert lacks(Lemmy(SourceSettings(url="https://mine.example"))) == ""
