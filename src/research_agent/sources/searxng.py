"""SearXNG, the user's own instance: what its engines find, and the pages behind the best of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from research_agent.errors import BodyError, HttpStatusError, SourceError, SourceNotReadyError
from research_agent.http.rate_limits import Limits
from research_agent.sources.crawler import host_of, read_behind
from research_agent.sources.policy import SourcePolicy
from research_agent.sources.protocol import Found, SourceSettings, Tools
from research_agent.text.json_fields import Json, details_of, number_of, object_of, objects_of, text_of, texts_of
from research_agent.text.timestamps import iso_now
from research_agent.types import Document, Topic

__all__ = ["SearXNG"]

VARIABLE = "RESEARCH_AGENT_SEARXNG_URL"
NO_JSON = "Its JSON is off, as it is by default: add json to search.formats in the instance's settings.yml."
LONGEST_QUERY = 500  # characters


class SearXNG:
    """
    One request a topic, then the pages of the best hits. There is no public address to fall back to.

    That its engines were silent is not that there is nothing: without a hit they are named, and the search has failed.
    """

    name = "searxng"
    title = "SearXNG"
    live = True
    policy = SourcePolicy(
        limits=Limits(at_once=2),
        licence="as each page states",
        attribution="the page's site, link",
        terms="https://docs.searxng.org/",
        fresh=3_600.0,
    )

    def __init__(self, settings: SourceSettings) -> None:
        self.base = (settings.url or "").rstrip("/")
        self.lang = settings.lang

    @property
    def usable(self) -> bool:
        """Whether the user named an instance."""
        return bool(self.base)

    async def search(self, topic: Topic, *, tools: Tools, limit: int) -> Found:
        """The pages it finds. Raises `SourceNotReadyError` when the user named no instance."""
        if not self.base:
            raise SourceNotReadyError(f"is not set up: {VARIABLE} is not set", hint="Set it to your instance's URL.")
        query = " ".join(topic.text.split())[:LONGEST_QUERY]
        if not query:
            return Found([])
        params = {"q": query, "format": "json", **({"language": self.lang} if self.lang else {})}
        try:
            body = await tools.client.get_json(f"{self.base}/search", params=params)
        except HttpStatusError as error:
            raise _refusal(error) from error
        hits = self.read_results(body)[:limit]
        return Found(await read_behind(hits, client=tools.client, read=tools.read))

    def read_results(self, body: Any) -> list[Document]:
        """A body of `/search?format=json`: one document a hit, its text the few words the engine shows (or none)."""
        answer = object_of(body)
        listed = answer.get("results")
        if not isinstance(listed, list) or (listed and not any("url" in item for item in objects_of(listed))):
            raise BodyError("answered without a list of results", hint=f"Is {self.base} a SearXNG?")
        found = [document for item in _items(answer) if (document := self._document(item)) is not None]
        silent = _silent(answer.get("unresponsive_engines"))
        if not found and silent:
            raise SourceError(f"found nothing, and some of its engines did not answer: {silent}")
        return list({document.url: document for document in reversed(found)}.values())[::-1]

    def _document(self, item: Json) -> Document | None:
        url, title = text_of(item.get("url")), text_of(item.get("title"))
        if not (host_of(url) and title):
            return None
        return Document(
            source=self.name,
            title=title,
            url=url,
            text=text_of(item.get("content")),
            retrieved=iso_now(),
            published=text_of(item.get("publishedDate")) or None,
            attribution=host_of(url),
            details=details_of(
                engines=" ".join(texts_of(item.get("engines"))) or text_of(item.get("engine")),
                score=number_of(item.get("score")),
                category=text_of(item.get("category")),
            ),
        )


def _items(answer: Json) -> Iterator[Json]:
    """Boxes about the very thing first, then the hits in their order."""
    for box in objects_of(answer.get("infoboxes")):
        links = [text_of(link.get("url")) for link in objects_of(box.get("urls"))]
        address = next((url for url in (text_of(box.get("id")), *links) if host_of(url)), "")
        yield {**box, "url": address, "title": box.get("infobox")}
    yield from objects_of(answer.get("results"))


def _silent(value: Any) -> str:
    """ "google (timeout), brave (CAPTCHA)" """
    pairs = (texts_of(pair) for pair in value) if isinstance(value, list) else ()
    return ", ".join(f"{pair[0]} ({'; '.join(pair[1:]) or 'no reason given'})"[:80] for pair in pairs if pair)


def _refusal(error: HttpStatusError) -> SourceError:
    """A 403 is JSON switched off; a 400 says itself what was wrong."""
    if error.status == 403:
        return HttpStatusError("does not give JSON (HTTP 403)", status=403, hint=NO_JSON)
    try:
        said = text_of(object_of(json.loads(error.body)).get("error"))
    except (ValueError, RecursionError):
        return error
    return HttpStatusError(f"refused the query: {said}", status=error.status, hint=error.hint) if said else error
