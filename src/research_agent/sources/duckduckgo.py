"""DuckDuckGo source, through its HTML page without scripts: a general web search, for want of a better one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby
from urllib.parse import parse_qs, urlsplit

from research_agent.errors import BodyError
from research_agent.http.rate_limits import Limits
from research_agent.sources.crawler import host_of, read_hits
from research_agent.sources.policy import SourcePolicy
from research_agent.sources.protocol import Found, Hit, HttpSource, Tools
from research_agent.types import Topic

__all__ = ["DuckDuckGo"]

MAX_QUERY = 499  # characters; a longer query finds nothing
OWN_HOST = "duckduckgo.com"
NO_RESULTS = re.compile(r"\bno\s+results\b|\bno-results\b", re.IGNORECASE)
BLOCKED_HINT = "It stops whoever asks it often: wait an hour, or use your own SearXNG."


class DuckDuckGo(HttpSource):
    """
    Source that makes one request per topic, then reads the pages of the best hits. Only for users who name it.

    There is no API: a page with neither results nor "no results" is a bot check, and a failure (docs/decisions/0011).
    """

    name = "duckduckgo"
    title = "DuckDuckGo"
    address = "https://html.duckduckgo.com"
    policy = SourcePolicy(
        limits=Limits(at_once=1, spacing=2.0, per_minute=10),
        licence="as each page states",
        attribution="the page's site, link",
        terms="https://duckduckgo.com/terms",
        kinds=frozenset(),
    )

    async def search(self, topic: Topic, *, tools: Tools, limit: int) -> Found:
        """Search the web, without advertisements. Raises `BodyError` for a bot check."""
        query = " ".join(topic.text.split())[:MAX_QUERY].strip()
        if not query:
            return Found([])
        body = await tools.client.get_bytes(f"{self.base}/html/", params={"q": query})
        page = await tools.read.html(body.data, url=body.url, charset=body.charset)
        hits = self.read_links(page.links)
        if page.is_challenge or not (hits or NO_RESULTS.search(page.text) or b"no-results" in body.data):
            raise BodyError("answered without results, most likely with a check for robots", hint=BLOCKED_HINT)
        return await read_hits(topic, hits, tools=tools, source=self.name, engines=[self.title])

    def read_links(self, links: Iterable[tuple[str, str]]) -> list[Hit]:
        """Hits among the (text, URL) of a results page: a URL's first text is the title, its last the snippet."""
        targets = [(target, text.strip()) for text, url in links if (target := _target(url)) and text.strip()]
        hits: dict[str, Hit] = {}
        for url, group in groupby(targets, key=lambda link: link[0]):
            texts = [text for _, text in group]
            snippet = texts[-1] if len(texts) > 2 else ""
            hits.setdefault(url, Hit(url=url, title=texts[0], snippet=snippet, engines=(self.name,)))
        return list(hits.values())


def _target(url: str) -> str:
    """URL that a link of the results page redirects to; "" for the page's own links and advertisements."""
    try:
        parts = urlsplit(url)
        target = parse_qs(parts.query).get("uddg", [""])[0] if parts.path == "/l/" else ""
    except ValueError:
        return ""
    host = host_of(target)
    return target if host and host != OWN_HOST and not host.endswith(f".{OWN_HOST}") else ""
