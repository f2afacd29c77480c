"""Wikipedia source (any language, any MediaWiki): the page that a topic names, search results, one whole article."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import quote

from research_agent.concurrency import gather_results
from research_agent.errors import BodyError, HttpStatusError, SettingsError, SourceError
from research_agent.messages import setting_failures, source_failures
from research_agent.sources.mediawiki import as_plain_text, pages_in, search_params
from research_agent.sources.policy import KINDS, WIKIMEDIA, SourcePolicy, wikimedia
from research_agent.sources.protocol import Found, SourceSettings, Tools
from research_agent.text.json_fields import Json, object_of
from research_agent.text.timestamps import iso_now
from research_agent.types import Document, Topic

__all__ = ["Wikipedia"]

LICENCE = "CC BY-SA 4.0"
RELATED = 3
MAX_TITLE = 255  # bytes, MediaWiki's limit
NOT_IN_TITLE = re.compile(r"[\x00-\x1f\x7f#<>\[\]|{}]")
REGION = re.compile(r"(?<=^[a-z]{2})-[a-z]{2}$")  # there is a Wikipedia of "pt", none of "pt-br"
MEANINGFUL = re.compile(r"<(?:su[bp]|s|del|math|ruby|q)\b|mwe-math")
NO_SUCH_PAGE = (400, 404)


class Wikipedia:
    """
    Source that makes three requests per topic at once: the REST summary of the page of that name, a search with the
    leads of 3 articles, and the whole text of the best article (not for a topic that a model added).

    A whole article keeps its headings as lines, "== History ==". A wiki without REST summaries is searched only.
    The wiki of the question's language is asked, or of the language that the user chose, and the English one beside
    it; of a base URL that the user chose, that wiki alone.
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
        requests=3,
        kinds=KINDS,
        hosts=("wikipedia.org",),
        description="Encyclopedia articles about almost any subject.",
        examples=(
            "Why did the Roman Empire fall?",
            "What is existentialism?",
            "How does a steam engine work?",
            "What are the rules of badminton?",
            "What is the history of chocolate?",
        ),
    )

    def __init__(self, settings: SourceSettings) -> None:
        self.settings = settings
        self.lang = REGION.sub("", settings.lang or "en")
        if not re.fullmatch(r"[a-z-]{2,12}", self.lang):
            raise SettingsError(setting_failures.NOT_A_LANGUAGE(lang=self.lang), hint=setting_failures.LANGUAGE_LIKE())
        self.base = (settings.url or f"https://{self.lang}.wikipedia.org").rstrip("/")
        self.policy = replace(self.policy, limits=wikimedia(self.base, settings.contact))

    async def search(self, topic: Topic, *, tools: Tools, limit: int) -> Found:
        """Search the page called `topic.text`, then related ones. Raises `SourceError` when a failure left nothing."""
        wikis = [partial(wiki.search_wiki, topic, tools=tools, limit=limit) for wiki in self.wikis(topic)]
        if len(wikis) == 1:
            return await wikis[0]()
        results = await gather_results(wikis, SourceError)
        found = [result for result in results if isinstance(result, Found)]
        failures = [result for result in results if isinstance(result, SourceError)]
        documents = [document for one in found for document in one.documents]
        if failures and not documents:
            raise failures[0]
        problems = [*(problem for one in found for problem in one.problems), *(error.message for error in failures)]
        return Found(documents, list(dict.fromkeys(problems)))

    def wikis(self, topic: Topic) -> list[Wikipedia]:
        """The wikis that are asked: of the user's language, else the question's, and the English one."""
        if self.settings.url:
            return [self]
        languages = dict.fromkeys([self.lang if self.settings.lang else REGION.sub("", topic.lang), "en"])
        return [self if lang == self.lang else Wikipedia(replace(self.settings, lang=lang)) for lang in languages]

    async def search_wiki(self, topic: Topic, *, tools: Tools, limit: int) -> Found:
        """Search this wiki alone. Raises `SourceError` when a failure left nothing."""
        search = partial(self._search, topic.text, tools)
        calls = [
            partial(self._summary, topic.text, tools),
            partial(search, gsrlimit=min(limit, RELATED), exintro=1, exlimit="max"),
        ]
        if topic.origin == "question":  # without `exintro` the API gives the text of one page only
            calls.append(partial(search, gsrlimit=1, exlimit=1))
        return _merge(await gather_results(calls, SourceError))

    async def _summary(self, text: str, tools: Tools) -> list[Document]:
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
        documents = self.read_summary(body)
        marked = object_of(body).get("extract_html")
        if documents and isinstance(marked, str) and MEANINGFUL.search(marked):
            documents = await as_plain_text([replace(documents[0], text=marked)], tools)
        return documents

    async def _search(self, text: str, tools: Tools, **params: str | int) -> list[Document]:
        if not (query := search_params(text, **params)):
            return []
        body = await tools.client.get_json(f"{self.base}/w/api.php", params=query)
        return await as_plain_text(self.read_pages(body), tools)

    def read_summary(self, body: Any) -> list[Document]:
        """Document in a body of `/page/summary`; none for a disambiguation page or one without text."""
        page = object_of(body)
        if "title" not in page:
            raise BodyError(source_failures.NOT_A_SUMMARY(), hint=source_failures.IS_IT(url=self.base, what="wiki"))
        if page.get("type", "standard") != "standard":
            return []
        url = object_of(object_of(page.get("content_urls")).get("desktop")).get("page")
        return self._documents(page, url=url, revision=page.get("revision"), lang=page.get("lang"))

    def read_pages(self, body: Any) -> list[Document]:
        """
        Documents in a body of `action=query`, format version 1 or 2, texts still HTML.

        Raises `SourceError` for an error in it.
        """
        return [
            document
            for page in pages_in(body, self.base)
            for document in self._documents(
                page,
                url=page.get("canonicalurl") or page.get("fullurl"),
                revision=page.get("lastrevid"),
                lang=page.get("pagelanguage"),
            )
        ]

    def _documents(self, page: Json, *, url: Any, revision: Any, lang: Any) -> list[Document]:
        title, text = page.get("title"), page.get("extract")
        if not (isinstance(title, str) and isinstance(text, str) and title.strip() and text.strip()):
            return []
        language = lang if isinstance(lang, str) and lang else self.lang
        details = {
            name: page[name] for name in ("pageid", "timestamp", "touched") if isinstance(page.get(name), str | int)
        }
        quoted = quote(_underscored(title), safe="/:(),'", errors="replace")
        document = Document(
            source=self.name,
            title=title,
            url=url if isinstance(url, str) and url else f"{self.base}/wiki/{quoted}",
            text=text,
            retrieved=iso_now(),
            revision=str(revision) if revision else None,
            language=language,
            licence=LICENCE,
            attribution=f'Wikipedia contributors, "{title}" ({language})',
            details=details,
        )
        return [document]


def _merge(results: Sequence[list[Document] | SourceError]) -> Found:
    """Documents of all results, failures as problems. Raises the first failure when there are no documents."""
    failures = [result for result in results if isinstance(result, SourceError)]
    documents = _each_page_once(page for result in results if isinstance(result, list) for page in result)
    if failures and not documents:
        raise failures[0]
    return Found(documents, list(dict.fromkeys(error.message for error in failures)))


def _each_page_once(documents: Iterable[Document]) -> list[Document]:
    """Documents without repeated titles: the first place and the longest text stay (summary, lead, article)."""
    pages: dict[str, Document] = {}
    for document in documents:
        earlier = pages.get(document.title)
        if earlier is None:
            pages[document.title] = document
        elif len(document.text) > len(earlier.text):
            pages[document.title] = replace(document, details={**earlier.details, **document.details})
    return list(pages.values())


def _as_title(text: str) -> str | None:
    """Page title of a topic, or None when no page can have it."""
    title = " ".join(text.split())
    if not title or NOT_IN_TITLE.search(title) or len(title.encode("utf-8", "replace")) > MAX_TITLE:
        return None
    return _underscored(title[0].upper() + title[1:])


def _underscored(title: str) -> str:
    return title.replace(" ", "_")
