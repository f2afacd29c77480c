"""What all sources of papers make of a record, and what they request."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from helpers.paper_sources import JSON, SOURCES, TOPIC, Service, search, service
from research_agent.errors import SourceError
from research_agent.sources import Source, SourceSettings, limits_of, policy_of

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("name", SOURCES)
async def test_a_search_gives_documents_with_identifiers_and_credit(name: str) -> None:
    assert isinstance(SOURCES[name](SourceSettings()), Source)
    (document,) = (await search(name, service(name))).documents
    assert document.source == name
    assert document.title in ("A title", "A title.")
    assert document.details["doi"] in ("10.1000/a", "10.1000/a.b")
    assert document.author == "Ada Bell"
    assert (document.published or "")[:4] in ("2024", "2026")
    assert document.text
    assert document.attribution
    assert document.attribution.startswith("Ada Bell, ")
    assert document.licence


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("arxiv", {"search_query": 'all:"attention" AND all:"mechanism"', "max_results": "7", "sortBy": "relevance"}),
        ("openalex", {"search": "attention mechanism", "filter": "has_abstract:true", "per_page": "7"}),
        ("semanticscholar", {"query": "attention mechanism", "limit": "14"}),
        ("crossref", {"query.bibliographic": "attention mechanism", "filter": "has-abstract:true", "rows": "7"}),
        ("europepmc", {"query": "(attention mechanism) AND HAS_ABSTRACT:y", "format": "json", "pageSize": "7"}),
        ("pubmed", {"db": "pubmed", "term": "(attention mechanism) AND hasabstract", "retmax": "7"}),
    ],
)
async def test_what_is_requested(name: str, expected: dict[str, str]) -> None:
    server = service(name)
    await search(name, server, limit=7)
    query = server.requests[0].query
    assert {key: query[key] for key in expected} == expected
    assert not {"api_key", "mailto", "email"} & set(query)
    assert "x-api-key" not in server.requests[0].headers


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("arxiv", {"sortBy": "submittedDate", "sortOrder": "descending"}),
        ("openalex", {"filter": "has_abstract:true,from_publication_date:2026-11-22"}),
        ("semanticscholar", {"publicationDateOrYear": "2026-11-22:"}),
        ("crossref", {"filter": "has-abstract:true,from-pub-date:2026-11-22"}),
        (
            "europepmc",
            {"query": "(attention mechanism) AND HAS_ABSTRACT:y AND FIRST_PDATE:[2026-11-22 TO 3000-12-31]"},
        ),
        ("pubmed", {"term": "(attention mechanism) AND hasabstract AND 2026/11/22:3000[dp]"}),
    ],
)
async def test_a_topic_with_a_day_asks_for_papers_of_that_day_or_later(name: str, expected: dict[str, str]) -> None:
    server = service(name)
    await search(name, server, topic=replace(TOPIC, since="2026-11-22"))
    query = server.requests[0].query
    assert {key: query[key] for key in expected} == expected


@pytest.mark.parametrize("name", SOURCES)
async def test_a_topic_without_words_asks_nothing(name: str) -> None:
    server = service(name)
    assert (await search(name, server, topic=replace(TOPIC, text="?! *"))).documents == []
    assert server.requests == []


@pytest.mark.parametrize("name", SOURCES)
async def test_syntax_in_a_topic_is_words(name: str) -> None:
    server = service(name)
    await search(name, server, topic=replace(TOPIC, text='x-ray* OR (title:"all")~ \\ AND NOT {k}'))
    query = server.requests[0].query
    sent = next(
        query[key] for key in ("search_query", "search", "query", "query.bibliographic", "term") if key in query
    )
    assert not set("*~\\{}") & set(sent)
    assert " OR (" not in sent
    assert "title:" not in sent


async def test_where_keys_and_contacts_go() -> None:
    server = service("semanticscholar")
    await search("semanticscholar", server, key="canary")
    assert server.requests[0].headers["x-api-key"] == "canary"
    assert "canary" not in str(server.requests[0].url)
    server = service("crossref")
    await search("crossref", server, key="canary", contact="me@example.org")
    assert server.requests[0].headers["Crossref-Plus-API-Token"] == "Bearer canary"
    assert server.requests[0].query["mailto"] == "me@example.org"
    server = service("pubmed")
    await search("pubmed", server, key="canary", contact="me@example.org")
    assert [request.query["api_key"] for request in server.requests] == ["canary", "canary"]
    assert server.requests[1].query["email"] == "me@example.org"
    server = service("openalex")
    await search("openalex", server, key="canary")
    assert server.requests[0].query["api_key"] == "canary"


@pytest.mark.parametrize("name", SOURCES)
async def test_no_failure_shows_a_key(name: str) -> None:
    for answer in ((400, b'{"error": "no"}', JSON), (429, b"Rate exceeded.", "text/plain"), (200, b"{", JSON)):
        with pytest.raises(SourceError) as caught:
            await search(name, Service({"/": answer}), key="canary-key", contact="canary@example.org")
        error: BaseException | None = caught.value
        while error is not None:
            assert "canary" not in f"{error} {getattr(error, 'hint', '')}"
            error = error.__cause__


@pytest.mark.parametrize("name", ["openalex", "semanticscholar", "crossref", "pubmed"])
def test_a_key_widens_the_limits(name: str) -> None:
    without, with_key = SOURCES[name](SourceSettings()), SOURCES[name](SourceSettings(key="canary"))
    assert limits_of(without) == policy_of(without).limits
    assert limits_of(with_key) == policy_of(with_key).with_key


@pytest.mark.parametrize(
    ("name", "body", "says"),
    [
        ("openalex", {"error": "Invalid query", "message": "No."}, "refused the query: Invalid query"),
        ("semanticscholar", {"message": "Too Many Requests", "code": "429"}, "refused the query: Too Many Requests"),
        ("crossref", {"status": "failed", "message": [{"message": "Bad rows"}]}, "refused the query: Bad rows"),
        ("europepmc", {"errCode": 404, "errMsg": "No cursor"}, "refused the query: No cursor"),
        ("pubmed", {"error": "API rate limit exceeded"}, "refused the query: API rate limit exceeded"),
        ("pubmed", {"esearchresult": {"ERROR": "Empty term"}}, "refused the query: Empty term"),
    ],
)
async def test_an_error_with_status_200_is_said(name: str, body: Any, says: str) -> None:
    with pytest.raises(SourceError, match=says):
        await search(name, Service({"/": (200, json.dumps(body).encode(), JSON)}))
