"""Hacker News source, through Algolia's search API: stories on a topic, the pages they link to, and comments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from html import escape
from typing import Any

from research_agent.concurrency import gather_results
from research_agent.errors import BodyError, SourceError
from research_agent.http.rate_limits import Limits
from research_agent.messages import source_failures
from research_agent.sources.crawler import as_plain, host_of, read_pages
from research_agent.sources.policy import SourcePolicy
from research_agent.sources.protocol import Found, HttpSource, Tools
from research_agent.text.json_fields import Json, details_of, objects_of, text_of
from research_agent.text.timestamps import iso_now, unix_time
from research_agent.types import Document, Topic

__all__ = ["HackerNews"]

MAX_LINKED = 2  # linked pages that are read, of the best stories
DELETED = frozenset({"[deleted]", "[dead]", "[flagged]"})
MIN_COMMENT = 6  # words


class HackerNews(HttpSource):
    """Source that makes two requests per topic at once (stories, comments), then reads pages of the best stories."""

    name = "hackernews"
    title = "Hacker News"
    address = "https://hn.algolia.com"
    policy = SourcePolicy(
        limits=Limits(at_once=4, per_minute=150),  # 10,000 an hour for one address
        licence="© the authors",
        attribution="author on Hacker News, link to the discussion",
        terms="https://hn.algolia.com/api",
        requests=3,
        kinds=frozenset({"software", "news", "discussion"}),
        description="Discussions of technology, programming and startups.",
        examples=(
            "What do developers think of Rust for web servers?",
            "Is it worth self-hosting your email?",
            "What are people's experiences with standing desks?",
            "How did programmers react to the new licence of Redis?",
            "What do startups do about burnout?",
        ),
        fresh=3_600.0,
        hosts=("news.ycombinator.com",),
    )

    async def search(self, topic: Topic, *, tools: Tools, limit: int) -> Found:
        """Search stories, with the pages they link to, and comments. Raises `SourceError` if a failure left nothing."""
        searches = [partial(self._hits, topic, kind, tools, limit) for kind in ("story", "comment")]
        results = await gather_results(searches, SourceError)
        stories, comments = (result if isinstance(result, list) else [] for result in results)
        failures = [result for result in results if isinstance(result, SourceError)]
        if failures and not (stories or comments):
            raise failures[0]
        comments = [comment for comment in comments if len(comment.text.split()) >= MIN_COMMENT]
        by_url = {document.url: document for document in (*stories, *comments)}
        documents = await as_plain(list(by_url.values()), read=tools.read)
        if topic.origin == "question":
            documents = await self._with_pages(documents, tools)
        return Found(documents, list(dict.fromkeys(error.message for error in failures)))

    async def _hits(self, topic: Topic, kind: str, tools: Tools, limit: int) -> list[Document]:
        params: dict[str, str | int] = {"query": topic.text, "tags": kind, "hitsPerPage": limit}
        if topic.since:
            params["numericFilters"] = f"created_at_i>={unix_time(topic.since)}"
        path = "search_by_date" if topic.since else "search"
        body = await tools.client.get_json(f"{self.base}/api/v1/{path}", params=params)
        return self.read_hits(body)

    async def _with_pages(self, documents: Sequence[Document], tools: Tools) -> list[Document]:
        """Documents, each followed by the page it links to; where that was not read, its details say why."""
        links = [link for document in documents if host_of(link := str(document.details.get("link", "")))]
        pages = await read_pages(links[:MAX_LINKED], client=tools.client, read=tools.read)
        result: list[Document] = []
        for document in documents:
            page = pages.get(str(document.details.get("link", "")))
            if isinstance(page, Document):
                via = {"via": "Hacker News", "discussion": document.url}
                result += [document, replace(page, source=self.name, details=via)]
            else:
                result.append(replace(document, details={**document.details, "page": page}) if page else document)
        return result

    def read_hits(self, body: Any) -> list[Document]:
        """Stories, comments, polls and jobs in a body of `/search`, but for deleted ones; texts still HTML."""
        hits = body.get("hits") if isinstance(body, dict) else None
        if not isinstance(hits, list):
            raise BodyError(source_failures.WITHOUT_LIST(what="hits"), hint=source_failures.API_CHANGED())
        if hits and not any("objectID" in hit for hit in objects_of(hits)):
            raise BodyError(source_failures.LIST_OF_OTHERS(what="hits"), hint=source_failures.API_CHANGED())
        documents = (self._document(hit) for hit in objects_of(hits))
        return [document for document in documents if document is not None]

    def _document(self, hit: Json) -> Document | None:
        key = text_of(hit.get("objectID"))
        comment, author = text_of(hit.get("comment_text")), text_of(hit.get("author"))
        title = text_of(hit.get("title")) or text_of(hit.get("story_title"))
        text = text_of(hit.get("story_text")) or comment
        if not key or not (title or text) or comment in DELETED:
            return None
        heading = f"<p>{escape(title, quote=False)}</p>" if title else ""
        return Document(
            source=self.name,
            title=_title(title, comment, author),
            url=f"https://news.ycombinator.com/item?id={key}",
            text=heading + text,
            retrieved=iso_now(),
            published=text_of(hit.get("created_at")) or None,
            author=author or None,
            language="en",
            attribution=f"{author} on Hacker News" if author else "Hacker News",
            details=details_of(
                points=hit.get("points"),
                comments=hit.get("num_comments"),
                link="" if comment else hit.get("url") or hit.get("story_url"),
                kind="comment" if comment else "",
            ),
        )


def _title(title: str, comment: str, author: str) -> str:
    if not comment:
        return title
    by = f"Comment by {author or 'an unknown user'}"
    return f"{by} on: {title}" if title else by
