"""SearXNG source, on the user's own instance: the pages behind the best hits of its engines."""

from __future__ import annotations

from typing import Any

from research_agent.errors import SourceNotReadyError
from research_agent.messages import source_failures
from research_agent.sources.crawler import read_hits
from research_agent.sources.protocol import Found, Hit, HttpSource, Tools
from research_agent.sources.web_search.searxng_api import POLICY, SearXNGApi
from research_agent.types import Topic

__all__ = ["SearXNG"]

VARIABLE = "RESEARCH_AGENT_SEARXNG_URL"


class SearXNG(HttpSource):
    """
    Source that makes one request per topic, then reads the pages of the best hits. There is no default instance.

    Without a hit, engines that did not respond make the search a failure, never an empty result.
    """

    name = SearXNGApi.name
    title = SearXNGApi.title
    policy = POLICY

    async def search(self, topic: Topic, *, tools: Tools, limit: int) -> Found:
        """Search the web. Raises `SourceNotReadyError` when the user named no instance."""
        if not self.base:
            raise SourceNotReadyError(
                source_failures.NEEDS_SETTING(variable=VARIABLE), hint=source_failures.SET_SEARXNG()
            )
        hits = await SearXNGApi(self.settings).search(topic, tools=tools)
        return await read_hits(topic, hits, tools=tools, source=self.name, engines=[self.title]) if hits else Found([])

    def read_results(self, body: Any) -> list[Hit]:
        """Hits in a body of `/search?format=json`."""
        return SearXNGApi(self.settings).read_results(body)
