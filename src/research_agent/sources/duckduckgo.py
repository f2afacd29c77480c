"""DuckDuckGo source, through its HTML page without scripts: a general web search, only for users who name it."""

from __future__ import annotations

from collections.abc import Iterable

from research_agent.sources.crawler import read_hits
from research_agent.sources.protocol import Found, Hit, HttpSource, Tools
from research_agent.sources.web_search import duckduckgo_page
from research_agent.sources.web_search.duckduckgo_page import DuckDuckGoPage
from research_agent.types import Topic

__all__ = ["DuckDuckGo"]


class DuckDuckGo(HttpSource):
    """
    Source that makes one request per topic, then reads the pages of the best hits.

    There is no API: a page with neither results nor "no results" is a bot check, and a failure (docs/decisions/0011).
    """

    name = DuckDuckGoPage.name
    title = DuckDuckGoPage.title
    address = DuckDuckGoPage.address
    policy = duckduckgo_page.POLICY

    async def search(self, topic: Topic, *, tools: Tools, limit: int) -> Found:
        """Search the web, without advertisements. Raises `BodyError` for a bot check."""
        hits = await DuckDuckGoPage(self.settings).search(topic, tools=tools)
        return await read_hits(topic, hits, tools=tools, source=self.name, engines=[self.title]) if hits else Found([])

    def read_links(self, links: Iterable[tuple[str, str]]) -> list[Hit]:
        """Hits among the (text, URL) of a results page: a URL's first text is the title, its last the snippet."""
        return duckduckgo_page.read_links(links)
