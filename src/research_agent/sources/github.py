"""GitHub source: repositories that match a topic, the README of the best one, and issues."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from typing import Any

from research_agent.concurrency import gather_results
from research_agent.errors import BodyError, HttpStatusError, SourceError
from research_agent.http.rate_limits import Limits
from research_agent.messages import source_failures
from research_agent.sources.policy import SourcePolicy
from research_agent.sources.protocol import Found, HttpSource, SourceSettings, Tools
from research_agent.text.json_fields import Json, details_of, int_of, object_of, objects_of, text_of, texts_of
from research_agent.text.timestamps import iso_now
from research_agent.text.tokens import content_words
from research_agent.types import Document, Topic

__all__ = ["GitHub"]

API_VERSION = "2022-11-28"
# Media types: issues with their plain text beside the Markdown, READMEs rendered.
TEXT, HTML = "application/vnd.github.text+json", "application/vnd.github.html+json"
MAX_QUERY = 200  # characters; GitHub accepts 256, including the qualifiers added here
# Operators of the search, and marks that would turn a topic into a qualifier ("language:c").
SYNTAX = re.compile(r"[:\"()<>=*\x00-\x1f]|\b(?:AND|OR|NOT)\b")


class GitHub(HttpSource):
    """Source that makes two searches per topic at once, then reads one README. Code search would need a token."""

    name = "github"
    title = "GitHub"
    address = "https://api.github.com"
    policy = SourcePolicy(
        limits=Limits(at_once=2, per_minute=10, remaining="X-RateLimit-Remaining", reset="X-RateLimit-Reset"),
        with_key=Limits(at_once=2, per_minute=30, remaining="X-RateLimit-Remaining", reset="X-RateLimit-Reset"),
        key="optional",
        licence="as each repository states; issues © their authors",
        attribution="owner or author, link",
        terms="https://docs.github.com/en/site-policy/github-terms/github-terms-of-service",
        kinds=frozenset({"software"}),
        hosts=("github.com",),
        description="Open source projects, their issues and discussions.",
        examples=(
            "Is there an open source library for reading barcodes?",
            "What is the latest release of Kubernetes?",
            "Which projects parse Markdown in Rust?",
            "Is the crash on startup in Electron a known bug?",
            "What is the best command line tool for renaming files?",
        ),
    )

    def __init__(self, settings: SourceSettings) -> None:
        super().__init__(settings)
        self._headers = {"X-GitHub-Api-Version": API_VERSION}
        if settings.key:
            self._headers["Authorization"] = f"Bearer {settings.key}"

    async def search(self, topic: Topic, *, tools: Tools, limit: int) -> Found:
        """Search repositories, the best with its README, then issues. Raises `SourceError` when both searches fail."""
        query = " ".join(SYNTAX.sub(" ", topic.text).split())[:MAX_QUERY]
        if not content_words(query):
            return Found([])
        pushed, updated = (f" {date}:>={topic.since}" if topic.since else "" for date in ("pushed", "updated"))
        searches = (
            partial(self._repositories, query + pushed, tools, limit),
            partial(self._search, "issues", f"{query} is:issue{updated}", tools, limit),
        )
        results = await gather_results(searches, SourceError)
        failures = [result for result in results if isinstance(result, SourceError)]
        if len(failures) == len(results):
            raise failures[0]
        parts = [result for result in results if isinstance(result, Found)]
        documents = [document for part in parts for document in part.documents]
        problems = [*(problem for part in parts for problem in part.problems), *(error.message for error in failures)]
        return Found(documents, list(dict.fromkeys(problems)))

    async def _repositories(self, query: str, tools: Tools, limit: int) -> Found:
        documents, problems = await self._search("repositories", query, tools, limit)
        if documents:
            try:
                documents = [await self._with_readme(documents[0], tools), *documents[1:]]
            except SourceError as error:
                problems = [*problems, source_failures.NO_README(reason=error.message)]
        return Found(documents, problems)

    async def _search(self, what: str, query: str, tools: Tools, limit: int) -> Found:
        body = await self._get(f"search/{what}", tools, TEXT, q=query, per_page=limit)
        return Found(
            self.read(what, body), [source_failures.PARTIAL()] if body.get("incomplete_results") is True else []
        )

    async def _with_readme(self, repository: Document, tools: Tools) -> Document:
        """Repository with its README after its description; unchanged when it has none."""
        path = f"{self.base}/repos/{repository.title}/readme"
        try:
            html = await tools.client.get_text(path, headers={**self._headers, "Accept": HTML})
        except HttpStatusError as error:
            if error.status == 404:
                return repository
            raise _refusal(error) from error
        (readme,) = await tools.read.plain([html])
        text = "\n\n".join(part for part in (repository.text, readme.strip()) if part)
        return replace(repository, text=text) if readme.strip() else repository

    async def _get(self, path: str, tools: Tools, accept: str, **params: str | int) -> Json:
        try:
            body = await tools.client.get_json(
                f"{self.base}/{path}", params=params, headers={**self._headers, "Accept": accept}
            )
        except HttpStatusError as error:
            raise _refusal(error) from error
        return object_of(body)

    def read(self, what: str, body: Any) -> list[Document]:
        """Documents in a body of `/search/{what}`, of "repositories" or "issues" (pull requests are issues)."""
        key, parse = ("full_name", self._repository) if what == "repositories" else ("number", self._issue)
        return [document for item in _items(body, key) if (document := parse(item))]

    def _repository(self, item: Json) -> Document | None:
        """Repository; None for one without a description."""
        name, description = text_of(item.get("full_name")), text_of(item.get("description"))
        if not re.fullmatch(r"[\w.-]+/[\w.-]+", name) or not description:
            return None
        return Document(
            source=self.name,
            title=name,
            url=text_of(item.get("html_url")) or f"https://github.com/{name}",
            text=description,
            retrieved=iso_now(),
            published=text_of(item.get("created_at")) or None,
            author=text_of(object_of(item.get("owner")).get("login")) or None,
            licence=_licence(item),
            attribution=f"{name} on GitHub",
            details=details_of(
                kind="repository",
                stars=int_of(item.get("stargazers_count")),
                forks=int_of(item.get("forks_count")),
                programming=text_of(item.get("language")),
                topics=" ".join(texts_of(item.get("topics"))),
                pushed=text_of(item.get("pushed_at")),
            ),
        )

    def _issue(self, item: Json) -> Document | None:
        """Issue or pull request: the title, then the text as it came."""
        url, title = text_of(item.get("html_url")), text_of(item.get("title"))
        text = text_of(item.get("body_text")) or text_of(item.get("body"))
        if not (url.startswith("https://") and title):
            return None
        author = text_of(object_of(item.get("user")).get("login")) or None
        return Document(
            source=self.name,
            title=title,
            url=url,
            text="\n\n".join(part for part in (title, text) if part),
            retrieved=iso_now(),
            published=text_of(item.get("created_at")) or None,
            author=author,
            attribution=f"{author or 'a user'} on GitHub",
            details=details_of(
                kind="pull request" if "pull_request" in item else "issue",
                number=int_of(item.get("number")),
                state=text_of(item.get("state")),
                comments=int_of(item.get("comments")),
                labels=", ".join(text_of(label.get("name")) for label in objects_of(item.get("labels"))),
            ),
        )


def _items(body: Any, key: str) -> list[Json]:
    """Items of a search. Raises `BodyError` for a list in which no item has the `key` of its kind."""
    answer = object_of(body)
    items = objects_of(answer.get("items"))
    if not isinstance(answer.get("items"), list) or (answer["items"] and not any(key in item for item in items)):
        message = text_of(answer.get("message"))
        raise BodyError(
            source_failures.NOT_WHAT_WAS_ASKED_SAID(reason=message)
            if message
            else source_failures.NOT_WHAT_WAS_ASKED(),
            hint=source_failures.API_CHANGED(),
        )
    return items


def _licence(item: Json) -> str | None:
    licence = object_of(item.get("license"))
    spdx = text_of(licence.get("spdx_id"))
    return (spdx if spdx != "NOASSERTION" else "") or text_of(licence.get("name")) or None


def _refusal(error: HttpStatusError) -> SourceError:
    """Error with the API's own message, which tells a rate limit (403 as often as 429) from a bad query (422)."""
    answer = error.json()
    message = text_of(answer.get("message")).split("\n")[0]
    details = "; ".join(text_of(one.get("message")) for one in objects_of(answer.get("errors")))
    if not message:
        return error
    limited = error.status in (403, 429) and "rate limit" in message.lower()
    hint = source_failures.GITHUB_TOKEN() if limited else error.hint
    reason = f"{message} {details}".strip()[:300]
    line = source_failures.LIMITS_SAID if limited else source_failures.REFUSED_SAID
    return HttpStatusError(line(status=error.status, reason=reason), status=error.status, hint=hint)
