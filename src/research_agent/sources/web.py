"""Web source: the pages whose URLs stand in the question, else those that search engines find for it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from research_agent.concurrency import gather_results
from research_agent.errors import OutOfScopeError, SourceError, SourceNotReadyError
from research_agent.messages import source_failures
from research_agent.sources.crawler import LIMITS, host_of, read_hits, read_page
from research_agent.sources.policy import SourcePolicy
from research_agent.sources.protocol import Found, FoundOnWeb, SourceSettings, Tools
from research_agent.sources.web_archive import NAME as ARCHIVE
from research_agent.sources.web_archive import WebArchive
from research_agent.sources.web_search.catalogue import AUTO, build_engines, in_turn
from research_agent.sources.web_search.local_searxng import LocalSearXNG, find_searxng
from research_agent.sources.web_search.protocol import WebSearch
from research_agent.sources.web_search.search_web import search_web
from research_agent.sources.web_search.searxng_api import SearXNGApi
from research_agent.text.restriction import is_of_site
from research_agent.types import Document, Topic

__all__ = ["Web"]

URL = re.compile(r"https?://[^\s<>\"'`\x00-\x1f|\\^{}]{4,2000}", re.IGNORECASE)
MAX_PAGES = 5
FOR_PAGES = 1.5  # seconds of a search that engines leave, half of it where that is less
POLICY = SourcePolicy(
    limits=LIMITS,
    licence="as each page states",
    attribution="the page's site, link",
    terms="https://www.rfc-editor.org/rfc/rfc9309",
    kinds=frozenset({"page"}),
    searches_web=True,
    description="Pages of the open web, for everyday and practical questions.",
    examples=(
        "What is the best vacuum cleaner for pet hair?",
        "How do I remove a coffee stain from a sofa?",
        "What should I pack for a week of camping?",
        "How much does a new roof cost?",
        "Which phone has the longest battery life?",
    ),
)


class Web:
    """
    Source that reads web pages (HTML, PDF or plain text): those that the question names, else those that are found.

    A page that the user names is requested as a browser would; robots.txt is for pages behind search hits. URLs in a
    model's topic do not count. Which search engines are asked is said by `SourceSettings.web_search`.
    """

    name = "web"
    title = "Web"
    live = True

    def __init__(self, settings: SourceSettings) -> None:
        self.base = ""
        self.settings = settings
        self.archive = WebArchive(settings.engines.get(ARCHIVE)) if settings.web_archive else None
        self.engines = build_engines(settings)
        """The engines that may be asked, usable or not, in their order."""
        self.policy = replace(POLICY, kinds=POLICY.kinds | {"general"}) if self.engines else POLICY
        self.found: LocalSearXNG | None = None
        """The user's SearXNG, if it was found on this machine; it is asked if it gives JSON."""
        self._looking = asyncio.Lock()
        self._looked = not self._may_look

    async def search(self, topic: Topic, *, tools: Tools, limit: int) -> Found:
        """Read the pages that the topic or its question names, else those found. Raises `OutOfScopeError`."""
        urls = [] if topic.origin == "model" else urls_in(topic.text) or urls_in(topic.question)
        if urls:
            admitted = [url for url in urls if not any(is_of_site(url, site) for site in topic.unwanted)]
            if not admitted:
                raise OutOfScopeError(source_failures.SITE_BLOCKED())
            return await self._read(admitted[: min(limit, MAX_PAGES)], tools)
        if not self.engines or topic.origin == "model" or urls_in(topic.question):
            raise OutOfScopeError(source_failures.NO_PAGE_NAMED(), hint=source_failures.WRITE_ADDRESS())
        return await self._find(topic, tools)

    async def _read(self, urls: Sequence[str], tools: Tools) -> Found:
        """The pages at these URLs, of one that is gone its archived copy. Raises `SourceError` when there is none."""
        reads = (partial(read_page, url, client=tools.client, read=tools.read) for url in urls)
        pages = await gather_results(reads, SourceError)
        failures = {url: page for url, page in zip(urls, pages, strict=True) if isinstance(page, SourceError)}
        documents = [page for page in pages if isinstance(page, Document)]
        copies, told = await self.archive.in_place_of(failures, tools) if self.archive else ({}, {})
        for url, error in failures.items():
            error.message += told.get(url, "")
        if failures and not documents and not copies:
            raise next(iter(failures.values()))
        problems = [f"{url} {error.message}" for url, error in failures.items()]
        return Found([*documents, *copies.values()], problems)

    async def _find(self, topic: Topic, tools: Tools) -> FoundOnWeb:
        """The pages that engines find. Raises `SourceError` when none answers, `SourceNotReadyError` without any."""
        engines = in_turn(await self.usable_engines(tools), topic.question)
        if not engines:
            names = ", ".join(engine.title for engine in self.engines)
            hint = source_failures.SET_ENGINE(auto=AUTO)
            raise SourceNotReadyError(source_failures.NO_ENGINE_SET_UP(names=names), hint=hint)
        left = tools.client.seconds_left
        until = asyncio.get_running_loop().time() + max(left / 2, left - FOR_PAGES)
        found = await search_web(topic, engines, tools=tools, until=until)
        if not found.hits:
            return FoundOnWeb.of([], found.problems, engines=found.engines)
        read = await read_hits(topic, found.hits, tools=tools, source=self.name, engines=found.engines)
        problems = (*found.problems, *read.problems)
        return FoundOnWeb.of(read.documents, problems, engines=read.engines, unread=read.unread)

    async def usable_engines(self, tools: Tools) -> Sequence[WebSearch]:
        """The engines that can be asked; the user's SearXNG is looked for on this machine the first time."""
        async with self._looking:
            if not self._looked:
                self._looked = True
                self.found = found = await find_searxng(tools.client)
                if found is not None and found.gives_json:
                    self.engines = tuple(
                        SearXNGApi(replace(engine.settings, url=found.url), is_found=True)
                        if isinstance(engine, SearXNGApi)
                        else engine
                        for engine in self.engines
                    )
        return [engine for engine in self.engines if engine.usable]

    @property
    def _may_look(self) -> bool:
        """Whether a SearXNG on this machine would be asked, and none is set."""
        return any(isinstance(engine, SearXNGApi) and not engine.base for engine in self.engines)


def urls_in(text: str) -> list[str]:
    """Distinct URLs in a text, without the punctuation around them."""
    urls = (_without_punctuation(match[0]) for match in URL.finditer(text))
    return list(dict.fromkeys(url for url in urls if host_of(url)))


def _without_punctuation(url: str) -> str:
    """URL without trailing punctuation, and without a bracket that was opened before it."""
    while True:
        bare = url.rstrip(".,;:!?*_")
        for opening, closing in ("()", "[]"):
            if bare.endswith(closing) and bare.count(opening) < bare.count(closing):
                bare = bare[:-1]
        if bare == url:
            return url
        url = bare
