"""Mojeek, an index of its own: by its API with a key, else by its HTML page, slowly."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import groupby, pairwise
from urllib.parse import urlsplit

from research_agent.documents.reader import Page
from research_agent.errors import BodyError
from research_agent.http.rate_limits import Limits
from research_agent.messages import source_failures
from research_agent.sources.crawler import host_of
from research_agent.sources.policy import SourcePolicy
from research_agent.sources.protocol import Hit, Tools
from research_agent.sources.web_search.hit_fields import hit_of, hits_of
from research_agent.sources.web_search.http_engine import HttpEngine
from research_agent.sources.web_search.protocol import MOST_HITS
from research_agent.sources.web_search.result_page import search_page
from research_agent.sources.web_search.search_query import language_of, query_of
from research_agent.text.json_fields import Json, object_of, objects_of, text_of
from research_agent.text.sanitize import one_line
from research_agent.types import Topic

__all__ = ["Mojeek"]

MAX_QUERY = 400  # characters
OWN_HOST = "mojeek.com"
PAUSE = 900.0  # seconds after a refusal: an address has about ten requests, which come back within minutes


class Mojeek(HttpEngine):
    """Engine that makes one request a topic."""

    name = "mojeek"
    title = "Mojeek"
    address = "https://www.mojeek.com"
    policy = SourcePolicy(
        limits=Limits(at_once=1, spacing=5.0, per_minute=4),
        with_key=Limits(at_once=2, spacing=0.5),
        key="optional",
        licence="as each page states",
        attribution="the page's site, link",
        terms="https://www.mojeek.com/about/terms-of-use",
        kinds=frozenset(),
        fresh=3_600.0,
    )

    async def search(self, topic: Topic, *, tools: Tools) -> list[Hit]:
        """Search the web; with a key in the question's language."""
        query = query_of(topic, most=MAX_QUERY)
        if not query:
            return []
        params, lang = {"q": query, **_days(topic)}, language_of(topic, self.settings.lang)
        if not self.settings.key:
            url = f"{self.base}/search"
            return await search_page(
                url,
                params,
                tools=tools,
                read_hits=read_page,
                pause=PAUSE,
                hint=source_failures.MOJEEK_STOPS(),
                lang=lang,
            )
        if lang:
            params |= {"lb": lang.upper(), "lbb": "100"}
        request = tools.client.get_json(
            f"{self.base}/search",
            params={**params, "fmt": "json", "t": str(MOST_HITS)},
            secret_params={"api_key": self.settings.key},
        )
        return read_json(await self.answer(request, tools.client))


def read_json(body: Json) -> list[Hit]:
    """Hits in an answer of the API. Raises `BodyError` for one that says it failed, or holds no list."""
    response = object_of(body.get("response"))
    status = text_of(response.get("status"))
    if status != "OK":
        raise BodyError(source_failures.REFUSED_QUERY(reason=one_line(status)[:120] or source_failures.NO_STATUS()))
    return hits_of(
        [
            hit_of(item.get("url"), item.get("title"), item.get("desc"), item.get("date"))
            for item in objects_of(response.get("results"))
        ]
    )


def read_page(page: Page) -> list[Hit]:
    """
    Hits of a page of results: two links in a row to one address, the first its trail, the second its title.

    The snippet is no link; it stands below the title in the text.
    """
    groups = [
        (url, [text.strip() for text, _ in group])
        for url, group in groupby(page.links, key=lambda link: link[1])
        if not _is_own(url)
    ]
    titled = [(url, texts[-1]) for url, texts in groups if len(texts) > 1 and texts[-1]]
    titles = {title for _, title in titled}
    lines = [line.strip() for line in page.text.split("\n") if line.strip()]
    below = {line: after for line, after in pairwise(lines) if after not in titles}
    return hits_of([hit_of(url, title, below.get(title, "")) for url, title in titled])


def _is_own(url: str) -> bool:
    host = host_of(url)
    return not host or host == OWN_HOST or host.endswith(f".{OWN_HOST}") or urlsplit(url).path == "/search"


def _days(topic: Topic) -> dict[str, str]:
    """The topic's days; the last one that is searched for is the day before `before`."""
    days = {"since": topic.since.replace("-", "")} if topic.since else {}
    if topic.until:
        days["before"] = f"{date.fromisoformat(topic.until[:10]) + timedelta(days=1):%Y%m%d}"
    return days
