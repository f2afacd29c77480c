"""Marginalia, an index of small, text-heavy sites: by its API, with the key that all share or the user's own."""

from __future__ import annotations

from research_agent.errors import HttpStatusError
from research_agent.http.rate_limits import Limits
from research_agent.messages import failures, source_failures
from research_agent.sources.policy import SourcePolicy
from research_agent.sources.protocol import Hit, Tools
from research_agent.sources.web_search.hit_fields import hits_in
from research_agent.sources.web_search.http_engine import UNTIL_CALM, HttpEngine
from research_agent.sources.web_search.protocol import MOST_HITS
from research_agent.sources.web_search.search_query import query_of
from research_agent.types import Topic

__all__ = ["Marginalia"]

SHARED_KEY = "public"
MAX_QUERY = 200  # characters
LIMITED = frozenset({429, 503})


class Marginalia(HttpEngine):
    """Engine that makes one request a topic. It knows no days."""

    name = "marginalia"
    title = "Marginalia"
    address = "https://api2.marginalia-search.com"
    policy = SourcePolicy(
        limits=Limits(at_once=1, spacing=3.0, per_minute=5),
        with_key=Limits(at_once=1, spacing=1.0),
        key="optional",
        licence="CC BY-NC-SA 4.0 (what it says of pages)",
        attribution="Marginalia Search, link; the page's site",
        terms="https://about.marginalia-search.com/article/api/",
        kinds=frozenset(),
        fresh=86_400.0,
    )

    @property
    def suffices(self) -> bool:
        """It leaves most of the web out on purpose."""
        return False

    async def search(self, topic: Topic, *, tools: Tools) -> list[Hit]:
        """Search the small web. Raises `HttpStatusError` when the key that all share is used up, as it often is."""
        query = query_of(topic, most=MAX_QUERY)
        if not query:
            return []
        params = {"query": query, "count": str(MOST_HITS)}
        headers = {"API-Key": self.settings.key or SHARED_KEY}
        try:
            request = tools.client.get_json(f"{self.base}/search", params=params, headers=headers)
            answer = await self.answer(request, tools.client)
        except HttpStatusError as error:
            if error.status not in LIMITED:
                raise
            tools.client.back_off(UNTIL_CALM)
            message = failures.RATE_LIMITED(status=error.status, when="")
            hint = source_failures.MARGINALIA_KEY()
            raise HttpStatusError(message, status=error.status, hint=hint) from error
        return hits_in(answer, "results", url="url", title="title", snippet="description")
