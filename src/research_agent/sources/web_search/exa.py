"""Exa, a search by meaning for programs: by its API, with a key."""

from __future__ import annotations

from typing import Any

from research_agent.errors import BodyError
from research_agent.http.rate_limits import Limits
from research_agent.messages import source_failures
from research_agent.sources.policy import SourcePolicy
from research_agent.sources.protocol import Hit, Tools
from research_agent.sources.web_search.hit_fields import hit_of, hits_of
from research_agent.sources.web_search.http_engine import NOT_STORED, HttpEngine
from research_agent.sources.web_search.search_query import words_of
from research_agent.text.json_fields import Json, objects_of, texts_of
from research_agent.types import Topic

__all__ = ["Exa"]

MAX_QUERY = 1_000  # characters
MOST = 10  # results with the words that speak for them, without paying for more
HIGHLIGHTS = {"maxCharacters": 300}


class Exa(HttpEngine):
    """Engine that makes one request a topic."""

    name = "exa"
    title = "Exa"
    address = "https://api.exa.ai"
    policy = SourcePolicy(
        limits=Limits(at_once=2, per_minute=300),
        key="required",
        licence="as each page states",
        attribution="the page's site, link",
        terms="https://exa.ai/assets/Exa_Labs_Terms_of_Service.pdf",
        kinds=frozenset(),
        fresh=NOT_STORED,
    )

    async def search(self, topic: Topic, *, tools: Tools) -> list[Hit]:
        """Search the web."""
        query = words_of(topic, most=MAX_QUERY)
        if not query:
            return []
        body: dict[str, Any] = {"query": query, "type": "auto", "numResults": MOST}
        body |= {"contents": {"highlights": HIGHLIGHTS}}
        body |= {"startPublishedDate": f"{topic.since[:10]}T00:00:00.000Z"} if topic.since else {}
        body |= {"endPublishedDate": f"{topic.until[:10]}T23:59:59.999Z"} if topic.until else {}
        body |= {"includeDomains": list(topic.sites)} if topic.sites else {}
        body |= {"excludeDomains": list(topic.excluded)} if topic.excluded else {}
        headers = {"x-api-key": self.settings.key}
        request = tools.client.post_json(f"{self.base}/search", body, headers=headers)
        return read_json(await self.answer(request, tools.client))


def read_json(body: Json) -> list[Hit]:
    """Hits in an answer, with their highlights as snippets. Raises `BodyError` for another shape."""
    if not isinstance(body.get("results"), list):
        raise BodyError(source_failures.NO_RESULTS_IN_JSON())
    return hits_of([_hit(item) for item in objects_of(body["results"])])


def _hit(item: Json) -> Hit | None:
    snippet = " ".join(texts_of(item.get("highlights")))
    return hit_of(item.get("url"), item.get("title"), snippet, item.get("publishedDate"))
