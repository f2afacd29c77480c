"""SearXNG, on the user's own instance: a search of many engines at once, by its JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from research_agent.errors import BodyError, HttpStatusError, SourceError
from research_agent.http.rate_limits import Limits
from research_agent.messages import source_failures
from research_agent.sources.crawler import host_of
from research_agent.sources.policy import SourcePolicy
from research_agent.sources.protocol import Hit, SourceSettings, Tools
from research_agent.sources.web_search.hit_fields import hit_of, hits_of
from research_agent.sources.web_search.http_engine import HttpEngine
from research_agent.sources.web_search.search_query import query_of
from research_agent.text.json_fields import Json, object_of, objects_of, text_of, texts_of
from research_agent.text.timestamps import iso_now, unix_time
from research_agent.types import Topic

__all__ = ["POLICY", "SearXNGApi"]

POLICY = SourcePolicy(
    limits=Limits(at_once=2),
    licence="as each page states",
    attribution="the page's site, link",
    terms="https://docs.searxng.org/",
    kinds=frozenset(),  # general questions ask it through the web source; as a source it is asked when named
    fresh=3_600.0,
    searches_web=True,
)
TIME_RANGES = ((1, "day"), (7, "week"), (31, "month"))  # days; a longer one is a year
MAX_QUERY = 500  # characters


class SearXNGApi(HttpEngine):
    """
    Engine that makes one request a topic. There is no default instance.

    Without a hit, engines of the instance that did not respond make the search a failure, never an empty result.
    """

    name = "searxng"
    title = "SearXNG"
    policy = POLICY

    def __init__(self, settings: SourceSettings, *, is_found: bool = False) -> None:
        super().__init__(settings)
        self.is_found = is_found
        """Whether the instance was found on this machine, not set by the user: its address is trusted all the same."""

    @property
    def suffices(self) -> bool:
        """It asks several engines itself."""
        return True

    async def search(self, topic: Topic, *, tools: Tools) -> list[Hit]:
        """Search the web, in the question's language."""
        query = query_of(topic, most=MAX_QUERY)
        if not query:
            return []
        lang = self.settings.lang or ("" if topic.lang == "en" else topic.lang)  # in doubt the instance decides
        params = {"q": query, "format": "json", **({"language": lang} if lang else {})}
        if topic.since:
            days = (unix_time(iso_now()[:10]) - unix_time(topic.since)) // 86_400
            params["time_range"] = next((name for most, name in TIME_RANGES if days <= most), "year")
        try:
            client = tools.client.trusting(self.base) if self.is_found else tools.client
            body = await client.get_json(f"{self.base}/search", params=params)
        except HttpStatusError as error:
            raise _refusal_of_instance(error) from error
        return self.read_results(body)

    def read_results(self, body: Any) -> list[Hit]:
        """Hits in a body of `/search?format=json`. Raises `SourceError`."""
        answer = object_of(body)
        listed = answer.get("results")
        if not isinstance(listed, list) or (listed and not any("url" in item for item in objects_of(listed))):
            raise BodyError(
                source_failures.WITHOUT_LIST(what="results"),
                hint=source_failures.IS_IT(url=self.base, what="SearXNG instance"),
            )
        found = hits_of([_hit(item) for item in _items(answer)])
        unresponsive = _unresponsive(answer.get("unresponsive_engines"))
        if not found and unresponsive:
            raise SourceError(source_failures.ENGINES_SILENT(engines=unresponsive))
        return found


def _hit(item: Json) -> Hit | None:
    if not text_of(item.get("title")):
        return None
    engines = texts_of(item.get("engines")) or [name for name in [text_of(item.get("engine"))] if name]
    return hit_of(item.get("url"), item.get("title"), item.get("content"), item.get("publishedDate"), engines)


def _items(answer: Json) -> Iterator[Json]:
    """Infoboxes as items, then the results in their order."""
    for box in objects_of(answer.get("infoboxes")):
        links = [text_of(link.get("url")) for link in objects_of(box.get("urls"))]
        url = next((url for url in (text_of(box.get("id")), *links) if host_of(url)), "")
        yield {**box, "url": url, "title": box.get("infobox")}
    yield from objects_of(answer.get("results"))


def _unresponsive(value: Any) -> str:
    """Engines that did not respond, with the reason: "google (timeout), brave (CAPTCHA)"."""
    pairs = (texts_of(pair) for pair in value) if isinstance(value, list) else ()
    return ", ".join(f"{pair[0]} ({'; '.join(pair[1:]) or source_failures.NO_REASON()})"[:80] for pair in pairs if pair)


def _refusal_of_instance(error: HttpStatusError) -> SourceError:
    """Error with its reason: 403 means that JSON output is off, any other carries its message."""
    if error.status == 403:
        return HttpStatusError(source_failures.NO_JSON(), status=403, hint=source_failures.NO_JSON_HERE())
    message = text_of(error.json().get("error"))
    if not message:
        return error
    return HttpStatusError(source_failures.REFUSED_QUERY(reason=message), status=error.status, hint=error.hint)
