"""The web: the pages whose addresses stand in the question."""

from __future__ import annotations

import asyncio
import re

from research_agent.errors import SourceError, SourceNotReadyError
from research_agent.sources.crawler import LIMITS, WebPage, document_of, host_of, read_page
from research_agent.sources.policy import SourcePolicy
from research_agent.sources.protocol import Found, SourceSettings, Tools
from research_agent.types import Topic

__all__ = ["Web"]

ADDRESS = re.compile(r"https?://[^\s<>\"'`\x00-\x1f|\\^{}]{4,2000}", re.IGNORECASE)
MOST = 5


class Web:
    """
    One request a page: HTML, PDF and plain text. Only what the user wrote is an address; a model's topic names none.

    A page that the user names is asked for as a browser would; robots.txt is for the pages behind search hits.
    """

    name = "web"
    title = "Web pages"
    live = True
    policy = SourcePolicy(
        limits=LIMITS,
        licence="as each page states",
        attribution="the page's site, link",
        terms="https://www.rfc-editor.org/rfc/rfc9309",
        kinds=frozenset({"page"}),
    )

    def __init__(self, settings: SourceSettings) -> None:
        self.base = ""

    async def search(self, topic: Topic, *, tools: Tools, limit: int) -> Found:
        """
        The pages named in the topic, else in the question behind it.

        Raises `SourceNotReadyError` when none is named, and `SourceError` when none could be read.
        """
        urls = (
            [] if topic.origin == "model" else (addresses(topic.text) or addresses(topic.question))[: min(limit, MOST)]
        )
        if not urls:
            raise SourceNotReadyError(
                "was not asked: the question names no page", hint="Write its address, https://..."
            )
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(_page(url, tools)) for url in urls]
        pages = [task.result() for task in tasks]
        found = [document_of(page, source=self.name) for page in pages if isinstance(page, WebPage)]
        failures = [page for page in pages if isinstance(page, SourceError)]
        if failures and not found:
            raise failures[0]
        problems = [
            f"{url} {page.message}" for url, page in zip(urls, pages, strict=True) if isinstance(page, SourceError)
        ]
        return Found(found, problems)


async def _page(url: str, tools: Tools) -> WebPage | SourceError:
    """A failure as a value: what the other pages bring must not be lost with it."""
    try:
        return await read_page(url, client=tools.client, read=tools.read)
    except SourceError as error:
        return error


def addresses(text: str) -> list[str]:
    """The addresses in a text, each once, without the marks of the sentence they stand in."""
    found = (_unmarked(match[0]) for match in ADDRESS.finditer(text))
    return list(dict.fromkeys(url for url in found if host_of(url)))


def _unmarked(url: str) -> str:
    """Without closing marks, nor a bracket that was opened before the address."""
    while True:
        bare = url.rstrip(".,;:!?*_")
        for opening, closing in ("()", "[]"):
            if bare.endswith(closing) and bare.count(opening) < bare.count(closing):
                bare = bare[:-1]
        if bare == url:
            return url
        url = bare
