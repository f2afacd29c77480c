"""A search service that speaks Bing's API (version 7), which Microsoft itself ended in 2025; by address and key."""

from __future__ import annotations

from research_agent.errors import BodyError
from research_agent.http.rate_limits import Limits
from research_agent.messages import source_failures
from research_agent.sources.policy import SourcePolicy
from research_agent.sources.protocol import Hit, Tools
from research_agent.sources.web_search.hit_fields import hits_in
from research_agent.sources.web_search.http_engine import HttpEngine
from research_agent.sources.web_search.search_query import first_day, language_of, last_day, query_of
from research_agent.text.json_fields import object_of
from research_agent.types import Topic

__all__ = ["Bing"]

MAX_QUERY = 1_000  # characters
MOST = 20


class Bing(HttpEngine):
    """Engine that makes one request a topic. There is no default service; the address is what stands before /v7.0."""

    name = "bing"
    title = "Bing-compatible search"
    policy = SourcePolicy(
        limits=Limits(at_once=2),
        key="required",
        licence="as each page states",
        attribution="the page's site, link",
        terms="https://www.microsoft.com/en-us/bing/apis/legal",
        kinds=frozenset(),
        fresh=3_600.0,
    )

    async def search(self, topic: Topic, *, tools: Tools) -> list[Hit]:
        """Search the web, in the question's language."""
        query = query_of(topic, most=MAX_QUERY)
        if not query:
            return []
        params = {"q": query, "count": str(MOST), "responseFilter": "Webpages", "textDecorations": "false"}
        if lang := language_of(topic, self.settings.lang):
            params["setLang"] = lang
        if topic.since or topic.until:
            params["freshness"] = f"{first_day(topic)}..{last_day(topic)}"
        headers = {"Ocp-Apim-Subscription-Key": self.settings.key}
        request = tools.client.get_json(f"{self.base}/v7.0/search", params=params, headers=headers)
        answer = await self.answer(request, tools.client)
        if "webPages" not in answer and answer.get("_type") != "SearchResponse":
            raise BodyError(source_failures.NO_RESULTS_IN_JSON())
        pages = {"value": object_of(answer.get("webPages")).get("value", [])}
        return hits_in(pages, "value", url="url", title="name", snippet="snippet", published="datePublished")
