"""Base class of the scholarly sources: a search of one service, whose records become documents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from research_agent.errors import HttpStatusError
from research_agent.sources.protocol import Found, HttpSource, Tools
from research_agent.sources.scholarly.markup import without_markup
from research_agent.sources.scholarly.queries import explained, plain_query
from research_agent.sources.scholarly.records import Paper, best_documents
from research_agent.types import Topic

__all__ = ["ScholarlySource"]


class ScholarlySource(HttpSource):
    """Source of papers. A JSON service defines `_request` and `read`, any other `papers`."""

    async def search(self, topic: Topic, *, tools: Tools, limit: int) -> Found:
        """Search papers, most relevant first. Raises `SourceError` with the explanation of a service that refused."""
        query = self.query(topic)
        if not query:
            return Found([])
        try:
            papers = await self.papers(query, limit, tools)
        except HttpStatusError as error:
            raise explained(error) from error
        papers, problems = await self.complete(papers, tools)
        return Found(best_documents(papers, limit), problems)

    def query(self, topic: Topic) -> str:
        """Query for the topic in the service's syntax; "" when there is nothing to search for."""
        return plain_query(topic)

    async def papers(self, query: str, limit: int, tools: Tools) -> Sequence[Paper]:
        """Papers that match the query, in plain text."""
        return await without_markup(self.read(await self._request(query, limit, tools)), tools.read)

    async def _request(self, query: str, limit: int, tools: Tools) -> Any:
        """JSON body of one search."""
        raise NotImplementedError

    def read(self, body: Any) -> list[Paper]:
        """Papers in a JSON body, which may still hold markup. Raises `SourceError` for an error with HTTP 200."""
        raise NotImplementedError

    async def complete(self, papers: Sequence[Paper], tools: Tools) -> tuple[Sequence[Paper], Sequence[str]]:
        """Papers with what further requests add, and the problems of those requests."""
        return papers, ()
