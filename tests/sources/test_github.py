"""GitHub: repositories with a README, issues, and an API that limits with 403."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from helpers.source_server import ODD, Answer, Asked, as_body, as_json, asked, changed, places
from research_agent.errors import BodyError, HttpStatusError, SourceError
from research_agent.sources import Source, SourceSettings
from research_agent.sources.github import GitHub

pytestmark = pytest.mark.anyio

REPOSITORY = {
    "id": 1, "full_name": "octo/thing", "description": "A thing that parses 5 < 6 quickly.",
    "html_url": "https://github.com/octo/thing", "owner": {"login": "octo"}, "stargazers_count": 12, "forks_count": 3,
    "language": "Rust", "topics": ["parser", "rust"], "created_at": "2020-01-01T00:00:00Z",
    "pushed_at": "2026-10-01T00:00:00Z", "license": {"key": "mit", "spdx_id": "MIT", "name": "MIT License"},
}  # fmt: skip
BARE = {"id": 2, "full_name": "octo/bare", "description": None, "license": None}
ISSUE = {
    "number": 7, "title": "It panics on an empty file", "html_url": "https://github.com/octo/thing/issues/7",
    "user": {"login": "ada"}, "state": "closed", "comments": 4, "created_at": "2025-05-05T00:00:00Z",
    "labels": [{"name": "bug"}, {"name": "good first issue"}], "body": "Since **1.2** it panics.",
    "body_text": "Since 1.2 it panics.",
}  # fmt: skip
REPOSITORIES = {"total_count": 2, "incomplete_results": False, "items": [REPOSITORY, BARE]}
ISSUES = {"total_count": 1, "incomplete_results": False, "items": [ISSUE]}
FOUND, WRITTEN = as_json(REPOSITORIES), as_json(ISSUES)
README = as_body("<h1>thing</h1><p>Reads files of <b>any</b> size.</p>")
LIMITED = {"message": "API rate limit exceeded for 1.2.3.4. (But here's the good news: ...)", "documentation_url": "x"}


async def ask(
    repositories: Answer = FOUND,
    issues: Answer = WRITTEN,
    readme: Answer = README,
    text: str = "parse a file",
    **more: Any,
) -> Asked:
    routes = {"/search/repositories": repositories, "/search/issues": issues, "/readme": readme}
    return await asked(GitHub, routes, text, **more)


def test_it_is_a_source() -> None:
    assert isinstance(GitHub(SourceSettings()), Source)


async def test_the_best_repository_comes_with_its_readme_and_issues_with_what_was_written() -> None:
    seen = await ask()
    repository, issue = seen.found.documents
    assert repository.text == "A thing that parses 5 < 6 quickly.\n\nthing\n\nReads files of any size."
    assert (repository.title, repository.licence, repository.author) == ("octo/thing", "MIT", "octo")
    assert repository.details["stars"] == 12
    assert issue.text == "It panics on an empty file\n\nSince 1.2 it panics."
    assert (issue.author, issue.url) == ("ada", ISSUE["html_url"])
    assert issue.details["labels"] == "bug, good first issue"
    assert seen.found.problems == []


async def test_a_day_is_asked_for_by_what_changed_since() -> None:
    asked_for = {target.path: target.query.get("q") for target in (await ask(since="2026-11-22")).targets}
    assert asked_for["/search/repositories"] == "parse a file pushed:>=2026-11-22"
    assert asked_for["/search/issues"] == "parse a file is:issue updated:>=2026-11-22"


async def test_two_searches_and_a_readme_the_token_in_a_header() -> None:
    seen = await ask(key="canary-key")
    assert sorted(target.path for target in seen.targets) == [
        "/repos/octo/thing/readme", "/search/issues", "/search/repositories",
    ]  # fmt: skip
    assert all("canary" not in str(target) for target in seen.targets)
    assert {header["Authorization"] for header in seen.headers} == {"Bearer canary-key"}
    assert {header["X-GitHub-Api-Version"] for header in seen.headers} == {"2022-11-28"}
    (issues,) = [target for target in seen.targets if target.path == "/search/issues"]
    assert issues.query["q"] == "parse a file is:issue"
    assert "Authorization" not in (await ask()).headers[0]


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("language:c OR user:me", "language c user me"),
        ('"quoted" (a) <b> *', "quoted a b"),
        ("c++ standard", "c++ standard"),
        ("w " * 500 + "x", ("w " * 100).strip()),
    ],
)
async def test_nothing_in_a_topic_is_a_qualifier(text: str, query: str) -> None:
    seen = await ask(text=text)
    queries = [target.query["q"] for target in seen.targets if "repositories" in target.path]
    assert queries == ([query] if "w w" not in query else [])


@pytest.mark.parametrize("text", ["", " ", "what is the", "()"])
async def test_a_topic_without_content_asks_nothing(text: str) -> None:
    assert (await ask(text=text)).targets == []


async def test_no_readme_is_no_problem_and_a_failed_one_is_said() -> None:
    assert (await ask(readme=as_json({"message": "Not Found"}, 404))).found.problems == []
    seen = await ask(readme=as_json(LIMITED, 403))
    assert len(seen.found.documents) == 2
    assert "could not get the README" in seen.found.problems[0]


@pytest.mark.parametrize("status", [403, 429])
async def test_a_limit_comes_as_403_too_and_says_how_to_have_more(status: int) -> None:
    seen = await ask(as_json(LIMITED, status), as_json(LIMITED, status))
    assert isinstance(seen.error, HttpStatusError)
    assert seen.error.message.startswith(f"is limiting requests (HTTP {status}): API rate limit exceeded")
    assert "RESEARCH_AGENT_GITHUB_KEY" in seen.error.hint


async def test_a_query_it_cannot_use_says_why() -> None:
    refused = {"message": "Validation Failed", "errors": [{"message": "The search is longer than 256 characters."}]}
    seen = await ask(as_json(refused, 422), as_json(refused, 422))
    assert seen.error is not None
    assert seen.error.message.endswith("Validation Failed The search is longer than 256 characters.")


async def test_a_search_that_ran_out_of_time_is_said() -> None:
    seen = await ask(as_json({**REPOSITORIES, "incomplete_results": True}))
    assert seen.found.problems == ["found only part of what matches: its search ran out of time"]


async def test_one_failed_search_is_a_problem_beside_what_the_other_brought() -> None:
    seen = await ask(issues=as_body("busy", status=502))
    assert [document.title for document in seen.found.documents] == ["octo/thing"]
    assert "HTTP 502" in seen.found.problems[0]


@pytest.mark.parametrize("body", [None, [], 3, {}, {"items": None}, {"items": {}}, {"items": ["x"]}, LIMITED])
async def test_what_is_no_search_answer_is_a_failure_not_an_empty_result(body: Any) -> None:
    assert isinstance((await ask(as_json(body), as_json(body))).error, BodyError)


async def test_nothing_found_is_an_empty_result() -> None:
    nothing = as_json({"total_count": 0, "incomplete_results": False, "items": []})
    seen = await ask(nothing, nothing)
    assert (seen.found.documents, seen.found.problems, seen.error) == ([], [], None)


async def test_a_name_that_is_none_asks_for_no_readme() -> None:
    seen = await ask(as_json({"items": [{**REPOSITORY, "full_name": "../../evil?x=1"}]}))
    assert not any("readme" in target.path for target in seen.targets)


async def test_every_recorded_answer_is_read(recorded: Path) -> None:
    for path in sorted((recorded / "github").glob("*.json")):
        if path.name == "index.json":
            continue
        items = json.loads(path.read_text("utf-8")).get("items")
        answer = as_body(path.read_bytes(), "application/json")
        seen = await ask(answer, as_json({"items": []}), as_json({}, 404), limit=100)
        described = [one["full_name"] for one in items or [] if one.get("full_name") and one.get("description")]
        assert [document.title for document in seen.found.documents] == described, path.name
        written = await ask(as_json({"items": []}), answer, limit=100)
        titles = [one["title"].strip() for one in items or [] if "number" in one]
        assert [document.title for document in written.found.documents] == titles, path.name
        of_a_kind = items == [] or "full_name" in (items or [{}])[0]
        assert (seen.found.problems == []) is of_a_kind, path.name


@given(st.sampled_from(places(REPOSITORIES)), st.sampled_from(places(ISSUES)), st.sampled_from(ODD))
def test_no_odd_shape_is_more_than_a_source_error(one: Any, other: Any, value: Any) -> None:
    source = GitHub(SourceSettings())
    for what, body, place in (("repositories", REPOSITORIES, one), ("issues", ISSUES, other)):
        try:
            documents = source.read(what, changed(body, place, value))
        except SourceError:
            continue
        assert all(document.id and document.url for document in documents)


@pytest.mark.parametrize("body", [b"", b"[", b"<html>", b"[1]", b'{"message": 3}', b"[" * 100_000])
async def test_an_error_page_of_any_kind_keeps_its_status(body: bytes) -> None:
    def answer(request: web.Request) -> web.Response:
        return web.Response(body=body, status=500, content_type="application/json")

    seen = await ask(answer, answer)
    assert isinstance(seen.error, HttpStatusError)
    assert seen.error.status == 500
