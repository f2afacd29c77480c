"""Base class of the scholarly sources: a search of one service, whose records become documents."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from research_agent.errors import HttpStatusError
from research_agent.sources.protocol import Found, HttpSource, Tools
from research_agent.sources.scholarly.markup import without_markup
from research_agent.sources.scholarly.queries import explained, plain_query
from research_agent.text.timestamps import iso_now
from research_agent.types import Document, Topic

__all__ = ["ScholarlySource"]

DATE = re.compile(r"\d{4}(?:-\d\d){0,2}(?:T\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?)?", re.ASCII)
LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z]{2,4})?")
MAX_AUTHORS = 10  # named in a document


class ScholarlySource(HttpSource):
    """
    Source of papers. A JSON service defines `_request` and `read`, any other `papers`.

    `markup` says that titles and texts are always HTML or JATS; else only what is plainly a tag counts as one.
    """

    markup = False

    async def search(self, topic: Topic, *, tools: Tools, limit: int) -> Found:
        """Search papers, most relevant first. Raises `SourceError` with the explanation of a service that refused."""
        query = self.query(topic)
        if not query:
            return Found([])
        try:
            papers = await self.papers(query, limit, tools, topic.since)
        except HttpStatusError as error:
            raise explained(error) from error
        papers, problems = await self.complete(papers, tools)
        with_text = [paper for paper in papers if paper.text][:limit]
        return Found([*with_text, *(paper for paper in papers if not paper.text)], problems)

    def query(self, topic: Topic) -> str:
        """Query for the topic in the service's syntax; "" when there is nothing to search for."""
        return plain_query(topic)

    async def papers(self, query: str, limit: int, tools: Tools, since: str = "") -> Sequence[Document]:
        """Papers that match the query, in plain text; with `since`, those of that day (ISO 8601) or later."""
        body = await self._request(query, limit, tools, since)
        return await without_markup(self.read(body), tools.read, always=self.markup)

    async def _request(self, query: str, limit: int, tools: Tools, since: str) -> Any:
        """JSON body of one search."""
        raise NotImplementedError

    def read(self, body: Any) -> list[Document]:
        """Papers in a JSON body, which may still hold markup. Raises `SourceError` for an error with HTTP 200."""
        raise NotImplementedError

    async def complete(self, papers: Sequence[Document], tools: Tools) -> tuple[Sequence[Document], Sequence[str]]:
        """Papers with what further requests add, and the problems of those requests."""
        return papers, ()

    def paper(
        self,
        *,
        title: str,
        text: str,
        url: str,
        ids: Mapping[str, str],
        authors: Sequence[str],
        published: str,
        details: Mapping[str, str | int | float],
        service: str = "",
        revision: str = "",
        language: str = "",
        licence: str = "",
    ) -> Document:
        """
        Document of one record, attributed to `service`; `text` is the abstract or full text.

        Without text it only lends its identifiers to the same paper of other services.
        """
        names = [name for name in (" ".join(author.replace(",", " ").split()) for author in authors) if name]
        first = names[0] + (" et al." if len(names) > 1 else "") if names else ""
        return Document(
            source=self.name,
            title=title,
            url=url,
            text=text,
            retrieved=iso_now(),
            published=published if DATE.fullmatch(published) else None,
            author=", ".join(names[:MAX_AUTHORS]) + (" et al." if len(names) > MAX_AUTHORS else "") or None,
            revision=revision or None,
            language=language if LANGUAGE.fullmatch(language) else None,
            licence=licence or self.policy.licence,
            attribution=", ".join(filter(None, (first, service or self.title))),
            details={**ids, **details},
        )
