"""Kagi, which is paid by its users: by its API (version 1), with a key."""

from __future__ import annotations

from typing import Any

from research_agent.errors import BodyError
from research_agent.http.rate_limits import Limits
from research_agent.messages import source_failures
from research_agent.sources.policy import SourcePolicy
from research_agent.sources.protocol import Hit, Tools
from research_agent.sources.web_search.hit_fields import hits_in
from research_agent.sources.web_search.http_engine import HttpEngine
from research_agent.sources.web_search.search_query import words_of
from research_agent.text.json_fields import object_of
from research_agent.types import Topic

__all__ = ["Kagi"]

MAX_QUERY = 1_000  # characters
MOST = 20


class Kagi(HttpEngine):
    """Engine that makes one request a topic. Blocked and preferred sites of the user's account count."""

    name = "kagi"
    title = "Kagi"
    address = "https://kagi.com/api/v1"
    policy = SourcePolicy(
        limits=Limits(at_once=2),
        key="required",
        licence="as each page states",
        attribution="the page's site, link",
        terms="https://help.kagi.com/kagi/api/overview.html",
        kinds=frozenset(),
        fresh=3_600.0,
    )

    async def search(self, topic: Topic, *, tools: Tools) -> list[Hit]:
        """Search the web."""
        query = words_of(topic, most=MAX_QUERY)
        if not query:
            return []
        body: dict[str, Any] = {"query": query, "workflow": "search", "limit": MOST}
        days = {name: day[:10] for name, day in (("after", topic.since), ("before", topic.until)) if day}
        sites = {"sites_included": list(topic.sites), "sites_excluded": list(topic.excluded)}
        body |= {"filters": days} if days else {}
        body |= {"lens": {name: hosts for name, hosts in sites.items() if hosts}} if any(sites.values()) else {}
        headers = {"Authorization": f"Bearer {self.settings.key}"}
        request = tools.client.post_json(f"{self.base}/search", body, headers=headers)
        answer = await self.answer(request, tools.client)
        data = object_of(answer.get("data"))
        if not data and answer.get("error"):
            raise BodyError(source_failures.ERROR_FOR_RESULTS())
        found = {"search": data.get("search", [] if data or "data" in answer else None)}
        return hits_in(found, "search", url="url", title="title", snippet="snippet", published="time")
