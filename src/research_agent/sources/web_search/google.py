"""Google, by the JSON API of a Programmable Search Engine: with a key and the engine's id. It ends on 2027-01-01."""

from __future__ import annotations

from research_agent.errors import BodyError
from research_agent.http.rate_limits import Limits
from research_agent.messages import source_failures
from research_agent.sources.policy import SourcePolicy
from research_agent.sources.protocol import Hit, Tools
from research_agent.sources.web_search.hit_fields import hits_in
from research_agent.sources.web_search.http_engine import NOT_STORED, HttpEngine
from research_agent.sources.web_search.search_query import first_day, language_of, last_day, query_of
from research_agent.types import Topic

__all__ = ["Google"]

MAX_QUERY = 1_000  # characters
MOST = 10  # results of a request
CODES = {"zh": "zh-CN", "he": "iw"}  # where Google's code of a language is another


class Google(HttpEngine):
    """
    Engine that makes one request a topic. The user's key is that of the API and the id of the engine (cx): KEY:CX.

    The engine must be one that searches the whole web.
    """

    name = "google"
    title = "Google"
    address = "https://www.googleapis.com"
    policy = SourcePolicy(
        limits=Limits(at_once=2, per_minute=100, per_day=100),
        key="required",
        licence="as each page states",
        attribution="the page's site, link",
        terms="https://developers.google.com/custom-search/terms",
        kinds=frozenset(),
        fresh=NOT_STORED,
    )

    @property
    def usable(self) -> bool:
        """Whether the key has both parts."""
        key, _, engine = self.settings.key.partition(":")
        return bool(key and engine)

    async def search(self, topic: Topic, *, tools: Tools) -> list[Hit]:
        """Search the web, in the question's language."""
        query = query_of(topic, most=MAX_QUERY)
        if not query:
            return []
        key, _, engine = self.settings.key.partition(":")
        params = {"q": query, "num": str(MOST)}
        if lang := language_of(topic, self.settings.lang):
            params["lr"] = f"lang_{CODES.get(lang, lang)}"
        if topic.since or topic.until:
            first, last = first_day(topic).replace("-", ""), last_day(topic).replace("-", "")
            params["sort"] = f"date:r:{first}:{last}"
        request = tools.client.get_json(
            f"{self.base}/customsearch/v1", params=params, secret_params={"key": key, "cx": engine}
        )
        answer = await self.answer(request, tools.client)
        if "items" not in answer and "searchInformation" not in answer:
            raise BodyError(source_failures.NO_RESULTS_IN_JSON())
        return hits_in({"items": answer.get("items", [])}, "items", url="link", title="title", snippet="snippet")
