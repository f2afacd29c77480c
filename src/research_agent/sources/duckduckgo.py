"""DuckDuckGo, through its page without scripts: an ordinary web search, for when nothing better is there."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby
from urllib.parse import parse_qs, urlsplit

from research_agent.errors import BodyError
from research_agent.http.rate_limits import Limits
from research_agent.sources.crawler import host_of, read_behind
from research_agent.sources.policy import SourcePolicy
from research_agent.sources.protocol import Found, SourceSettings, Tools
from research_agent.text.timestamps import iso_now
from research_agent.types import Document, Topic

__all__ = ["DuckDuckGo"]

LONGEST_QUERY = 499  # characters; of a longer one nothing is searched
OWN = "duckduckgo.com"
NOTHING = re.compile(r"\bno\s+results\b|\bno-results\b", re.IGNORECASE)
CHECKED = "It stops whoever asks it often: wait an hour, or use your own SearXNG."

Link = tuple[str, str]


class DuckDuckGo:
    """
    One request a topic, then the pages of the best hits. Asked only when the user names it (docs/decisions/0011).

    There is no API: a page without results and without the words for it is a check for robots, and has failed.
    """

    name = "duckduckgo"
    title = "DuckDuckGo"
    live = True
    policy = SourcePolicy(
        limits=Limits(at_once=1, spacing=2.0, per_minute=10),
        licence="as each page states",
        attribution="the page's site, link",
        terms="https://duckduckgo.com/terms",
        kinds=frozenset(),
    )

    def __init__(self, settings: SourceSettings) -> None:
        self.base = (settings.url or "https://html.duckduckgo.com").rstrip("/")

    async def search(self, topic: Topic, *, tools: Tools, limit: int) -> Found:
        """The pages it finds, advertisements left out."""
        query = " ".join(topic.text.split())[:LONGEST_QUERY].strip()
        if not query:
            return Found([])
        body = await tools.client.get_bytes(f"{self.base}/html/", params={"q": query})
        page = await tools.read.html(body.data, url=body.url, charset=body.charset)
        hits = self.read_links(page.links)
        if page.is_challenge or not (hits or NOTHING.search(page.text) or b"no-results" in body.data):
            raise BodyError("answered without results, most likely with a check for robots", hint=CHECKED)
        return Found(await read_behind(hits[:limit], client=tools.client, read=tools.read))

    def read_links(self, links: Iterable[Link]) -> list[Document]:
        """
        The links of a results page, as (text, address): one document a hit, its text the snippet.

        Every link of a hit leads to the same page: the first with a text is its title, the last its snippet.
        """
        targets = [(target, text.strip()) for text, address in links if (target := _target(address)) and text.strip()]
        found: dict[str, Document] = {}
        for url, group in groupby(targets, key=lambda link: link[0]):
            texts = [text for _, text in group]
            snippet = texts[-1] if len(texts) > 2 else ""
            found.setdefault(
                url,
                Document(
                    source=self.name,
                    title=texts[0],
                    url=url,
                    text=snippet,
                    retrieved=iso_now(),
                    attribution=host_of(url),
                ),
            )
        return list(found.values())


def _target(address: str) -> str:
    """Where a link of the results page leads; "" for the page's own links and for advertisements."""
    try:
        parts = urlsplit(address)
        target = parse_qs(parts.query).get("uddg", [""])[0] if parts.path == "/l/" else ""
    except ValueError:
        return ""
    host = host_of(target)
    return target if host and host != OWN and not host.endswith(f".{OWN}") else ""
