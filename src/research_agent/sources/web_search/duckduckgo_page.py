"""DuckDuckGo by its HTML page without scripts: there is no API, and its terms forbid heavy use."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from urllib.parse import parse_qs, urlsplit

from research_agent.http.rate_limits import Limits
from research_agent.messages import source_failures
from research_agent.sources.crawler import host_of
from research_agent.sources.policy import SourcePolicy
from research_agent.sources.protocol import Hit, Tools
from research_agent.sources.web_search.hit_fields import hit_of, hits_of
from research_agent.sources.web_search.http_engine import HttpEngine
from research_agent.sources.web_search.result_page import search_page
from research_agent.sources.web_search.search_query import first_day, language_of, last_day, query_of
from research_agent.text.timestamps import iso_now, unix_time
from research_agent.types import Topic

__all__ = ["ADDRESS", "POLICY", "DuckDuckGoPage"]

ADDRESS = "https://html.duckduckgo.com"
POLICY = SourcePolicy(
    limits=Limits(at_once=1, spacing=2.0, per_minute=10),
    licence="as each page states",
    attribution="the page's site, link",
    terms="https://duckduckgo.com/terms",
    kinds=frozenset(),
    fresh=3_600.0,
    searches_web=True,
)
MAX_QUERY = 499  # characters; a longer query finds nothing
OWN_HOST = "duckduckgo.com"
PAUSE = 3_600.0  # seconds: it forgets an address that is silent for about an hour
SAME_CODE = frozenset("de es fi fr hu it nl pl pt ro ru tr".split())  # languages whose region has the same code
PERIODS = ((1, "d"), (7, "w"), (31, "m"), (365, "y"))  # days


class DuckDuckGoPage(HttpEngine):
    """Engine that makes one request a topic. Advertisements are no hits."""

    name = "duckduckgo"
    title = "DuckDuckGo"
    address = ADDRESS
    policy = POLICY

    async def search(self, topic: Topic, *, tools: Tools) -> list[Hit]:
        """Search the web, in the region of the question's language."""
        query = query_of(topic, most=MAX_QUERY)
        if not query:
            return []
        params = {"q": query}
        lang = language_of(topic, self.settings.lang)
        if lang in SAME_CODE:
            params["kl"] = f"{lang}-{lang}"
        if days := _days(topic):
            params["df"] = days
        return await search_page(
            f"{self.base}/html/",
            params,
            tools=tools,
            read_hits=lambda page: read_links(page.links),
            pause=PAUSE,
            hint=source_failures.DUCKDUCKGO_STOPS(),
            lang=lang,
        )


def read_links(links: Iterable[tuple[str, str]]) -> list[Hit]:
    """Hits among the (text, URL) of a page of results: a URL's first text is the title, its last the snippet."""
    targets = [(target, text.strip()) for text, url in links if (target := _target(url)) and text.strip()]
    found = []
    for url, group in groupby(targets, key=lambda link: link[0]):
        texts = [text for _, text in group]
        found.append(hit_of(url, texts[0], texts[-1] if len(texts) > 2 else "", engines=[DuckDuckGoPage.name]))
    return hits_of(found)


def _days(topic: Topic) -> str:
    """The topic's days as its page names them: the shortest period until today that holds them, else both ends."""
    if not topic.since and not topic.until:
        return ""
    if not topic.until:
        age = (unix_time(iso_now()[:10]) - unix_time(topic.since[:10])) // 86_400
        if period := next((name for most, name in PERIODS if 0 <= age <= most), ""):
            return period
    return f"{first_day(topic)}..{last_day(topic)}"


def _target(url: str) -> str:
    """URL that a link of the page of results redirects to; "" for the page's own links and advertisements."""
    try:
        parts = urlsplit(url)
        target = parse_qs(parts.query).get("uddg", [""])[0] if parts.path == "/l/" else ""
    except ValueError:
        return ""
    host = host_of(target)
    return target if host and host != OWN_HOST and not host.endswith(f".{OWN_HOST}") else ""
