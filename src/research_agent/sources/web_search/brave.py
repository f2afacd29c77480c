"""Brave Search, an index of its own: by its API, with a key."""

from __future__ import annotations

from research_agent.errors import BodyError
from research_agent.http.rate_limits import Limits
from research_agent.messages import source_failures
from research_agent.sources.policy import SourcePolicy
from research_agent.sources.protocol import Hit, Tools
from research_agent.sources.web_search.hit_fields import hit_of, hits_of
from research_agent.sources.web_search.http_engine import NOT_STORED, HttpEngine
from research_agent.sources.web_search.search_query import first_day, language_of, last_day, query_of
from research_agent.text.json_fields import Json, object_of, objects_of
from research_agent.types import Topic

__all__ = ["Brave"]

MAX_QUERY = 400  # characters
MOST_WORDS = 50
MOST = 20  # results of a request
CODES = {"zh": "zh-hans", "pt": "pt-br", "ja": "jp"}  # where Brave's code of a language is another


class Brave(HttpEngine):
    """Engine that makes one request a topic."""

    name = "brave"
    title = "Brave Search"
    address = "https://api.search.brave.com"
    policy = SourcePolicy(
        limits=Limits(at_once=1, spacing=1.0),
        key="required",
        licence="as each page states",
        attribution="the page's site, link",
        terms="https://api-dashboard.search.brave.com/terms-of-service",
        kinds=frozenset(),
        fresh=NOT_STORED,
    )
    wrong_key = frozenset({401, 403, 422})

    async def search(self, topic: Topic, *, tools: Tools) -> list[Hit]:
        """Search the web, in the question's language."""
        query = " ".join(query_of(topic, most=MAX_QUERY).split()[:MOST_WORDS])
        if not query:
            return []
        params = {"q": query, "count": str(MOST), "result_filter": "web", "text_decorations": "false"}
        if lang := language_of(topic, self.settings.lang):
            params["search_lang"] = CODES.get(lang, lang)
        if topic.since or topic.until:
            params["freshness"] = f"{first_day(topic)}to{last_day(topic)}"
        headers = {"Accept": "application/json", "X-Subscription-Token": self.settings.key}
        request = tools.client.get_json(f"{self.base}/res/v1/web/search", params=params, headers=headers)
        return read_json(await self.answer(request, tools.client))


def read_json(body: Json) -> list[Hit]:
    """Hits in an answer; one without any has no "web". Raises `BodyError` for another shape."""
    if body.get("type") != "search" and "query" not in body:
        raise BodyError(source_failures.NO_RESULTS_IN_JSON())
    results = objects_of(object_of(body.get("web")).get("results"))
    return hits_of(
        [hit_of(one.get("url"), one.get("title"), one.get("description"), one.get("page_age")) for one in results]
    )
