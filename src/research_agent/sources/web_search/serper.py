"""Serper, which searches Google for programs: by its API, with a key."""

from __future__ import annotations

from research_agent.http.rate_limits import Limits
from research_agent.sources.policy import SourcePolicy
from research_agent.sources.protocol import Hit, Tools
from research_agent.sources.web_search.hit_fields import hits_in
from research_agent.sources.web_search.http_engine import HttpEngine
from research_agent.sources.web_search.search_query import first_day, language_of, last_day, query_of
from research_agent.types import Topic

__all__ = ["Serper"]

MAX_QUERY = 2_000  # characters
MOST = 10  # results; more cost twice as much


class Serper(HttpEngine):
    """Engine that makes one request a topic."""

    name = "serper"
    title = "Serper"
    address = "https://google.serper.dev"
    policy = SourcePolicy(
        limits=Limits(at_once=2),
        key="required",
        licence="as each page states",
        attribution="the page's site, link",
        terms="https://serper.dev/terms",
        kinds=frozenset(),
        fresh=3_600.0,
    )

    async def search(self, topic: Topic, *, tools: Tools) -> list[Hit]:
        """Search the web, in the question's language."""
        query = query_of(topic, most=MAX_QUERY)
        if not query:
            return []
        body: dict[str, str | int] = {"q": query, "num": MOST}
        if lang := language_of(topic, self.settings.lang):
            body["hl"] = lang
        if topic.since or topic.until:
            body["tbs"] = f"cdr:1,cd_min:{_american(first_day(topic))},cd_max:{_american(last_day(topic))}"
        headers = {"X-API-KEY": self.settings.key}
        request = tools.client.post_json(f"{self.base}/search", body, headers=headers)
        answer = await self.answer(request, tools.client)
        return hits_in(answer, "organic", url="link", title="title", snippet="snippet", published="date")


def _american(day: str) -> str:
    """ "2026-05-01" as "05/01/2026"."""
    return f"{day[5:7]}/{day[8:10]}/{day[:4]}"
