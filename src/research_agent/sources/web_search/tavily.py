"""Tavily, a search for programs: by its API, with a key."""

from __future__ import annotations

from typing import Any

from research_agent.http.rate_limits import Limits
from research_agent.sources.policy import SourcePolicy
from research_agent.sources.protocol import Hit, Tools
from research_agent.sources.web_search.hit_fields import hits_in
from research_agent.sources.web_search.http_engine import HttpEngine
from research_agent.sources.web_search.search_query import words_of
from research_agent.types import Topic

__all__ = ["Tavily"]

MAX_QUERY = 400  # characters
MOST = 20  # results; they cost one credit, however many


class Tavily(HttpEngine):
    """Engine that makes one request a topic."""

    name = "tavily"
    title = "Tavily"
    address = "https://api.tavily.com"
    policy = SourcePolicy(
        limits=Limits(at_once=2, per_minute=100),
        key="required",
        licence="as each page states",
        attribution="the page's site, link",
        terms="https://www.tavily.com/terms",
        kinds=frozenset(),
        fresh=3_600.0,
    )

    async def search(self, topic: Topic, *, tools: Tools) -> list[Hit]:
        """Search the web."""
        query = words_of(topic, most=MAX_QUERY)
        if not query:
            return []
        body: dict[str, Any] = {"query": query, "max_results": MOST, "search_depth": "basic"}
        body |= {"start_date": topic.since[:10]} if topic.since else {}
        body |= {"end_date": topic.until[:10]} if topic.until else {}
        body |= {"include_domains": list(topic.sites)} if topic.sites else {}
        body |= {"exclude_domains": list(topic.excluded)} if topic.excluded else {}
        headers = {"Authorization": f"Bearer {self.settings.key}"}
        request = tools.client.post_json(f"{self.base}/search", body, headers=headers)
        answer = await self.answer(request, tools.client)
        return hits_in(answer, "results", url="url", title="title", snippet="content", published="published_date")
