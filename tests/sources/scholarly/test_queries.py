"""The explanation of an error is short and plain."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from helpers.paper_sources import JSON, TOPIC, Service, search
from research_agent.errors import HttpStatusError
from research_agent.sources.scholarly.queries import explained, is_email, plain_query

pytestmark = pytest.mark.anyio


async def test_what_an_api_says_is_short_and_plain() -> None:
    body = json.dumps({"error": "\x1b[31m" + "x " * 10_000}).encode()
    with pytest.raises(HttpStatusError) as caught:
        await search("openalex", Service({"/": (400, body, JSON)}))
    assert "\x1b" not in caught.value.message
    assert len(caught.value.message) < 300


def test_an_explanation_is_taken_from_where_these_services_put_it() -> None:
    for body in ({"error": "no"}, {"message": "no"}, {"message": [{"message": "no"}]}, {"errMsg": " no "}):
        error = HttpStatusError("is wrong", status=400, body=json.dumps(body).encode())
        assert explained(error).message == "is wrong: no"
    assert explained(HttpStatusError("is wrong", status=400, body=b"<html>")).message == "is wrong"


def test_a_query_is_words_without_syntax() -> None:
    assert plain_query(replace(TOPIC, text='(don\'t) AND "x-ray"*')) == "don t and x ray"
    assert plain_query(replace(TOPIC, text="?! *")) == ""


def test_an_email_address_is_no_url() -> None:
    assert is_email("me@example.org")
    assert not is_email("https://me@example.org")
