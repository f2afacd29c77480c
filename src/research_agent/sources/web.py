"""Web page source: the pages whose URLs stand in the question."""

from __future__ import annotations

import re
from functools import partial

from research_agent.concurrency import gather_results
from research_agent.errors import OutOfScopeError, SourceError
from research_agent.sources.crawler import LIMITS, host_of, read_page
from research_agent.sources.policy import SourcePolicy
from research_agent.sources.protocol import Found, SourceSettings, Tools
from research_agent.types import Document, Topic

__all__ = ["Web"]

URL = re.compile(r"https?://[^\s<>\"'`\x00-\x1f|\\^{}]{4,2000}", re.IGNORECASE)
MAX_PAGES = 5


class Web:
    """
    Source that makes one request per page (HTML, PDF or plain text). URLs in a model's topic do not count.

    A page that the user names is requested as a browser would; robots.txt is for pages behind search hits.
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
        """Read the pages named in the topic, else in its question. Raises `OutOfScopeError` when none is named."""
        urls = [] if topic.origin == "model" else urls_in(topic.text) or urls_in(topic.question)
        urls = urls[: min(limit, MAX_PAGES)]
        if not urls:
            raise OutOfScopeError("was not asked: the question names no page", hint="Write its address, https://...")
        reads = (partial(read_page, url, client=tools.client, read=tools.read) for url in urls)
        pages = await gather_results(reads, SourceError)
        failures = {url: page for url, page in zip(urls, pages, strict=True) if isinstance(page, SourceError)}
        documents = [page for page in pages if isinstance(page, Document)]
        if failures and not documents:
            raise next(iter(failures.values()))
        return Found(documents, [f"{url} {error.message}" for url, error in failures.items()])


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
