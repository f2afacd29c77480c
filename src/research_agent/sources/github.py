"""GitHub: repositories that match a topic, the best one's README, and issues that speak of it."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable
from dataclasses import replace
from typing import Any, TypeVar

from research_agent.errors import BodyError, HttpStatusError, SourceError
from research_agent.http.rate_limits import Limits
from research_agent.sources.policy import SourcePolicy
from research_agent.sources.protocol import Found, SourceSettings, Tools
from research_agent.text.json_fields import Json, details_of, int_of, object_of, objects_of, text_of, texts_of
from research_agent.text.timestamps import iso_now
from research_agent.text.tokens import content_words
from research_agent.types import Document, Topic

__all__ = ["GitHub"]

API_VERSION = "2022-11-28"
# Plain text beside the Markdown of issues, and READMEs as they are shown.
TEXT, SHOWN = "application/vnd.github.text+json", "application/vnd.github.html+json"
LONGEST_QUERY = 200  # characters; GitHub takes 256, with what is added here
# Words that the search takes for its own, and marks by which a topic would become a qualifier ("language:c").
SYNTAX = re.compile(r"[:\"()<>=*\x00-\x1f]|\b(?:AND|OR|NOT)\b")
CHANGED = "Its API may have changed."
PARTIAL = "gave a part of what it knows: its search ran out of time"

T = TypeVar("T")


class GitHub:
    """Two searches a topic, at once, then one README. Code search is left out: it needs a token."""

    name = "github"
    title = "GitHub"
    live = True
    policy = SourcePolicy(
        limits=Limits(at_once=2, per_minute=10, remaining="X-RateLimit-Remaining", reset="X-RateLimit-Reset"),
        with_key=Limits(at_once=2, per_minute=30, remaining="X-RateLimit-Remaining", reset="X-RateLimit-Reset"),
        key="optional",
        licence="as each repository states; issues © their authors",
        attribution="owner or author, link",
        terms="https://docs.github.com/en/site-policy/github-terms/github-terms-of-service",
        kinds=frozenset({"software"}),
    )

    def __init__(self, settings: SourceSettings) -> None:
        self.base = (settings.url or "https://api.github.com").rstrip("/")
        self.settings = settings
        self._headers = {"X-GitHub-Api-Version": API_VERSION}
        if settings.key:
            self._headers["Authorization"] = f"Bearer {settings.key}"

    async def search(self, topic: Topic, *, tools: Tools, limit: int) -> Found:
        """Repositories, the best with its README, then issues. Raises `SourceError` when both searches fail."""
        query = " ".join(SYNTAX.sub(" ", topic.text).split())[:LONGEST_QUERY]
        if not content_words(query):
            return Found([])
        async with asyncio.TaskGroup() as group:
            repositories = group.create_task(_outcome(self._repositories(query, tools, limit)))
            issues = group.create_task(_outcome(self._search("issues", f"{query} is:issue", tools, limit)))
        outcomes = [repositories.result(), issues.result()]
        failures = [outcome for outcome in outcomes if isinstance(outcome, SourceError)]
        if len(failures) == len(outcomes):
            raise failures[0]
        found = [outcome for outcome in outcomes if isinstance(outcome, Found)]
        documents = [document for part in found for document in part.documents]
        problems = [*(problem for part in found for problem in part.problems), *(error.message for error in failures)]
        return Found(documents, list(dict.fromkeys(problems)))

    async def _repositories(self, query: str, tools: Tools, limit: int) -> Found:
        found = await self._search("repositories", query, tools, limit)
        if not found.documents:
            return found
        best, *others = found.documents
        try:
            return Found([await self._with_readme(best, tools), *others], found.problems)
        except SourceError as error:
            return Found([best, *others], [*found.problems, f"did not give a README: it {error.message}"])

    async def _search(self, what: str, query: str, tools: Tools, limit: int) -> Found:
        body = await self._get(f"search/{what}", tools, TEXT, q=query, per_page=limit)
        documents = self.read_repositories(body) if what == "repositories" else self.read_issues(body)
        return Found(documents, [PARTIAL] if body.get("incomplete_results") is True else [])

    async def _with_readme(self, repository: Document, tools: Tools) -> Document:
        """The repository with its README behind its description; unchanged when it has none."""
        path = f"{self.base}/repos/{repository.title}/readme"
        try:
            html = await tools.client.get_text(path, headers={**self._headers, "Accept": SHOWN})
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

    def read_repositories(self, body: Any) -> list[Document]:
        """A body of `/search/repositories`; a repository without a description drops out."""
        return [document for item in _items(body, "full_name") if (document := self._repository(item)) is not None]

    def _repository(self, item: Json) -> Document | None:
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

    def read_issues(self, body: Any) -> list[Document]:
        """A body of `/search/issues`, pull requests among it: the title, then what was written, as plain as it came."""
        return [document for item in _items(body, "number") if (document := self._issue(item)) is not None]

    def _issue(self, item: Json) -> Document | None:
        url, title = text_of(item.get("html_url")), text_of(item.get("title"))
        written = text_of(item.get("body_text")) or text_of(item.get("body"))
        if not (url.startswith("https://") and title):
            return None
        author = text_of(object_of(item.get("user")).get("login")) or None
        return Document(
            source=self.name,
            title=title,
            url=url,
            text="\n\n".join(part for part in (title, written) if part),
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


async def _outcome(request: Awaitable[T]) -> T | SourceError:
    """A failure as a value: what the other request brings must not be lost with it."""
    try:
        return await request
    except SourceError as error:
        return error


def _items(body: Any, key: str) -> list[Json]:
    """The items of a search; each kind has its `key`, and a list in which none has it is of another kind."""
    answer = object_of(body)
    items = objects_of(answer.get("items"))
    if not isinstance(answer.get("items"), list) or (answer["items"] and not any(key in item for item in items)):
        said = text_of(answer.get("message"))
        raise BodyError(f"answered without what was asked for{f': {said}' if said else ''}", hint=CHANGED)
    return items


def _licence(item: Json) -> str | None:
    licence = object_of(item.get("license"))
    spdx = text_of(licence.get("spdx_id"))
    return (spdx if spdx != "NOASSERTION" else "") or text_of(licence.get("name")) or None


def _refusal(error: HttpStatusError) -> SourceError:
    """What the API says of a status: a limit comes as 403 as often as 429, a query it cannot use as 422."""
    try:
        answer = object_of(json.loads(error.body))
    except (ValueError, RecursionError):
        return error
    said = text_of(answer.get("message")).split("\n")[0]
    details = "; ".join(text_of(one.get("message")) for one in objects_of(answer.get("errors")))
    if not said:
        return error
    limited = error.status in (403, 429) and "rate limit" in said.lower()
    kind = "is limiting requests" if limited else "refused the request"
    hint = "With a token it answers more: RESEARCH_AGENT_GITHUB_KEY." if limited else error.hint
    told = f"{said} {details}".strip()[:300]
    return HttpStatusError(f"{kind} (HTTP {error.status}): {told}", status=error.status, hint=hint)
