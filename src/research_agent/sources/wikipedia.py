"""Wikipedia in any language, or another MediaWiki: the page a topic names, what search finds, one article whole."""

from __future__ import annotations

import asyncio
import math
import re
from collections.abc import Awaitable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from research_agent.errors import BodyError, HttpStatusError, SettingsError, SourceError
from research_agent.sources.policy import KINDS, WIKIMEDIA, SourcePolicy, wikimedia
from research_agent.sources.protocol import Found, SourceSettings, Tools
from research_agent.text.timestamps import iso_now
from research_agent.types import Document, Topic

__all__ = ["Wikipedia"]

LICENCE = "CC BY-SA 4.0"
RELATED = 3
LONGEST_QUERY = 300  # characters; CirrusSearch refuses longer ones
LONGEST_TITLE = 255  # bytes, MediaWiki's limit
NO_TITLE = re.compile(r"[\x00-\x1f\x7f#<>\[\]|{}]")
A_DAY = 86400  # seconds
NO_SUCH_PAGE = (400, 404)
QUERY_ANSWER = frozenset({"query", "batchcomplete", "continue", "query-continue"})  # one of them is always there
SAYS_OF_TEXT = frozenset({"extract", "missing", "invalid"})  # one of them is in what is told of a page

Json = Mapping[str, Any]


class Wikipedia:
    """
    Three requests a topic, at once: the REST summary of the page so named, a search with the leads of 3 articles, and
    the whole text of the best of them. A topic that a model added does without the last.

    A whole article keeps its headings as lines, "== History ==". A wiki without the REST summary answers through the
    search alone.
    """

    name = "wikipedia"
    title = "Wikipedia"
    live = True
    policy = SourcePolicy(
        limits=WIKIMEDIA,
        contact=True,
        licence=LICENCE,
        attribution="Wikipedia contributors, page title and link",
        terms="https://foundation.wikimedia.org/wiki/Policy:Wikimedia_Foundation_API_Usage_Guidelines",
        kinds=KINDS,
    )

    def __init__(self, settings: SourceSettings) -> None:
        self.lang = settings.lang or "en"
        if not re.fullmatch(r"[a-z-]{2,12}", self.lang):
            raise SettingsError(f"lang = {self.lang!r} is not a language code.", hint="Use one like en, de or pt-br.")
        self.base = (settings.url or f"https://{self.lang}.wikipedia.org").rstrip("/")
        self.policy = replace(self.policy, limits=wikimedia(self.base, settings.contact))

    async def search(self, topic: Topic, *, tools: Tools, limit: int) -> Found:
        """The page called `topic.text` first, then the related ones. Raises `SourceError` when nothing came."""
        ways = [self._page_called(topic.text, tools), self._leads(topic.text, tools, min(limit, RELATED))]
        if topic.origin == "question":
            ways.append(self._article(topic.text, tools))
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(_outcome(way)) for way in ways]
        return _merge([task.result() for task in tasks])

    async def _page_called(self, text: str, tools: Tools) -> list[Document]:
        title = _as_title(text)
        if title is None:
            return []
        try:
            body = await tools.client.get_json(
                f"{self.base}/api/rest_v1/page/summary/{quote(title, safe='', errors='replace')}",
                params={"redirect": "true"},
            )
        except HttpStatusError as error:
            if error.status in NO_SUCH_PAGE:
                return []
            raise
        return self.read_summary(body)

    async def _leads(self, text: str, tools: Tools, limit: int) -> list[Document]:
        return await self._search(text, tools, gsrlimit=limit, exintro=1, exlimit="max")

    async def _article(self, text: str, tools: Tools) -> list[Document]:
        """Without `exintro` the API gives the text of one page only, so the search is for one."""
        return await self._search(text, tools, gsrlimit=1, exlimit=1, exsectionformat="wiki")

    async def _search(self, text: str, tools: Tools, **params: str | int) -> list[Document]:
        query = " ".join(text.split())[:LONGEST_QUERY]
        if not query:
            return []
        body = await tools.client.get_json(
            f"{self.base}/w/api.php",
            params={
                "action": "query",
                "format": "json",
                "formatversion": 2,
                "maxage": A_DAY,  # else MediaWiki says of every answer that it is old at once
                "redirects": 1,
                "generator": "search",
                "gsrsearch": query,
                "prop": "extracts|info|pageprops",
                "explaintext": 1,
                "inprop": "url",
                "ppprop": "disambiguation",
                **params,
            },
        )
        return self.read_pages(body)

    def read_summary(self, body: Any) -> list[Document]:
        """A body of `/page/summary`: one document, or none for a disambiguation page or one without text."""
        page = _object(body)
        if "title" not in page:
            raise BodyError("answered with JSON that is no page summary", hint=f"Is {self.base} a wiki?")
        if page.get("type", "standard") != "standard":
            return []
        url = _object(_object(page.get("content_urls")).get("desktop")).get("page")
        return self._documents(page, url=url, revision=page.get("revision"), lang=page.get("lang"))

    def read_pages(self, body: Any) -> list[Document]:
        """
        A body of `action=query`, format version 1 or 2, in the order of the search; pages without text drop out.

        Raises `SourceError` for an error that came with HTTP 200.
        """
        answer = _object(body)
        if error := answer.get("error"):
            code, info = _object(error).get("code", "error"), _object(error).get("info", "no explanation")
            raise SourceError(f"refused the query: {info} ({code})", hint=f"The request went to {self.base}.")
        if not answer.keys() & QUERY_ANSWER:
            raise BodyError("answered with JSON that is no query result", hint=f"Is {self.base} a wiki?")
        found = self._pages(answer.get("query", {}))
        found.sort(key=lambda page: page["index"] if isinstance(page.get("index"), int) else math.inf)
        return [
            document
            for page in found
            if not any(flag in page for flag in ("missing", "invalid"))
            and "disambiguation" not in _object(page.get("pageprops"))
            for document in self._documents(
                page,
                url=page.get("canonicalurl") or page.get("fullurl"),
                revision=page.get("lastrevid"),
                lang=page.get("pagelanguage"),
            )
        ]

    def _pages(self, query: Any) -> list[Json]:
        """The pages of a query. Raises `BodyError` when they are none, or the wiki gives the text of none."""
        pages = _object(query).get("pages", [])
        listed = list(pages.values()) if isinstance(pages, dict) else pages
        if not (isinstance(query, dict) or query == []) or not isinstance(listed, list):  # PHP's empty object is []
            raise BodyError("answered without a list of pages", hint="Its API may have changed.")
        found: list[Json] = [page for page in listed if isinstance(page, dict)]
        if listed and not any(page.keys() & SAYS_OF_TEXT for page in found):
            raise BodyError("answered with pages without their text", hint="It must have the extension TextExtracts.")
        return found

    def _documents(self, page: Json, *, url: Any, revision: Any, lang: Any) -> list[Document]:
        title, text = page.get("title"), page.get("extract")
        if not (isinstance(title, str) and isinstance(text, str) and title.strip() and text.strip()):
            return []
        language = lang if isinstance(lang, str) and lang else self.lang
        details = {
            name: page[name] for name in ("pageid", "timestamp", "touched") if isinstance(page.get(name), str | int)
        }
        document = Document(
            source=self.name,
            title=title,
            url=url if isinstance(url, str) and url else f"{self.base}/wiki/{_in_url(title)}",
            text=text,
            retrieved=iso_now(),
            revision=str(revision) if revision else None,
            language=language,
            licence=LICENCE,
            attribution=f'Wikipedia contributors, "{title}" ({language})',
            details=details,
        )
        return [document]


async def _outcome(request: Awaitable[list[Document]]) -> list[Document] | SourceError:
    """A failure as a value: what the other request brings must not be lost with it."""
    try:
        return await request
    except SourceError as error:
        return error


def _merge(outcomes: Sequence[list[Document] | SourceError]) -> Found:
    """Raises the failure that left nothing to show."""
    failures = [outcome for outcome in outcomes if isinstance(outcome, SourceError)]
    documents = _each_page_once(page for found in outcomes if isinstance(found, list) for page in found)
    if failures and not documents:
        raise failures[0]
    return Found(documents, list(dict.fromkeys(error.message for error in failures)))


def _each_page_once(documents: Iterable[Document]) -> list[Document]:
    """The lead is a part of the article, the summary a part of it: the first place and the longest text stay."""
    pages: dict[str, Document] = {}
    for document in documents:
        earlier = pages.get(document.title)
        if earlier is None:
            pages[document.title] = document
        elif len(document.text) > len(earlier.text):
            pages[document.title] = replace(document, details={**earlier.details, **document.details})
    return list(pages.values())


def _as_title(text: str) -> str | None:
    """The page title that a topic would be, or None when no page can be called so."""
    title = " ".join(text.split())
    if not title or NO_TITLE.search(title) or len(title.encode("utf-8", "replace")) > LONGEST_TITLE:
        return None
    return _underscored(title[0].upper() + title[1:])


def _in_url(title: str) -> str:
    return quote(_underscored(title), safe="/:(),'", errors="replace")


def _underscored(title: str) -> str:
    return title.replace(" ", "_")


def _object(value: Any) -> Json:
    return value if isinstance(value, dict) else {}
