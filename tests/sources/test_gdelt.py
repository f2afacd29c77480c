"""GDELT: what is asked, how its sentences with status 200 are told, and that only pages are documents."""

from __future__ import annotations

from typing import Any

import pytest

from helpers.open_services import ARTICLES, SERVICES, ask, replies
from research_agent.errors import BodyError, HttpStatusError, OutOfScopeError, SourceError
from research_agent.sources import SourceSettings, limits_of
from research_agent.sources.gdelt import Gdelt
from research_agent.sources.protocol import FoundOnWeb

pytestmark = pytest.mark.anyio

SERVICE = SERVICES["gdelt"]
HTML = "text/html; charset=utf-8"


async def query(**changed: Any) -> dict[str, str]:
    _, _, requests = await ask(SERVICE, replies(SERVICE), **changed)
    return dict(requests[0].query)


async def test_the_page_behind_an_article_is_the_document_and_what_was_not_read_is_named() -> None:
    more: Any = {"/story/bridge": (404, b"gone", "text/plain")}
    found, error, _ = await ask(SERVICE, replies(SERVICE))
    assert error is None
    (document,) = found.documents
    assert "3,600 metres long" in document.text
    assert document.published == "2026-11-20"
    found, _, _ = await ask(SERVICE, {**more, **replies(SERVICE)})
    assert isinstance(found, FoundOnWeb)
    assert list(found.documents) == []
    assert [page.title for page in found.unread] == ["Bridge opens in Taipa"]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, {"query": "Macau sourcelang:english", "mode": "artlist", "format": "json", "timespan": "1month"}),
        ({"lang": "pt-br", "text": "terremoto"}, {"query": "terremoto sourcelang:portuguese"}),
        ({"lang": "eu", "text": "lurrikara"}, {"query": "lurrikara"}),
        ({"text": 'AI "x-ray" news (or) U.S.-China'}, {"query": '"x-ray" "U.S.-China" sourcelang:english'}),
        (
            {"since": "2026-11-20", "until": "2026-11-22"},
            {"startdatetime": "20261120000000", "enddatetime": "20261122235959", "sort": "datedesc"},
        ),
        (
            {"sites": ("bbc.co.uk", "dw.com"), "excluded": ("rt.com",)},
            {"query": "Macau sourcelang:english (domain:bbc.co.uk OR domain:dw.com) -domain:rt.com"},
        ),
    ],
)
async def test_what_is_asked(changed: dict[str, Any], expected: dict[str, str]) -> None:
    asked = await query(**changed)
    assert {name: asked[name] for name in expected} == expected


async def test_it_is_asked_once_a_question_five_seconds_apart() -> None:
    _, error, requests = await ask(SERVICE, replies(SERVICE), origin="model")
    assert isinstance(error, OutOfScopeError)
    assert requests == []
    assert limits_of(Gdelt(SourceSettings())).spacing == 5.0
    found, error, requests = await ask(SERVICE, replies(SERVICE), text="latest news today")
    assert (list(found.documents), error, requests) == ([], None, [])


@pytest.mark.parametrize(
    ("told", "kind", "says"),
    [
        (b"Please limit requests to one every 5 seconds or contact x@example.com.", HttpStatusError, "limiting"),
        (b"The specified phrase is too short.", SourceError, "refused the query: The specified phrase is too short."),
        (b"<html><title>Error</title></html>", BodyError, "not JSON"),
        (b"\xff\xfe\x00", BodyError, "not JSON"),
        (b'{"articles": [', BodyError, "cut or broken"),
    ],
)
async def test_a_sentence_with_status_200_is_a_failure(told: bytes, kind: type[SourceError], says: str) -> None:
    """The broken twin takes it for no news."""
    _, error, _ = await ask(SERVICE, {"/doc": (200, told, HTML)})
    assert isinstance(error, kind)
    assert says in error.message


async def test_stray_backslashes_and_line_breaks_in_its_json_are_forgiven() -> None:
    body = rb'{"articles": [{"url": "{base}/story/bridge", "title": "It\'s \a' + b"\n" + rb'bridge"}]}'
    found, error, _ = await ask(SERVICE, replies(SERVICE) | {"/api/v2/doc/doc": (200, body, HTML)})
    assert error is None
    assert len(found.documents) == 1


def test_what_is_no_address_of_a_page_is_no_hit() -> None:
    source = Gdelt(SourceSettings())
    assert [hit.url for hit in source.read_articles(ARTICLES)] == []
    rows = [{"url": "https://news.example/", "title": "A front page"}, {"url": "https://news.example/a", "title": "A"}]
    hits = source.read_articles({"articles": [*rows, rows[1]]})
    assert [hit.url for hit in hits] == ["https://news.example/a"]
