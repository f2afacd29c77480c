"""Feed source: entries of the user's RSS (0.9 to 2.0) and Atom feeds whose words match a topic."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from email.utils import parsedate_to_datetime
from functools import partial
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from research_agent.concurrency import gather_results
from research_agent.errors import BodyError, SourceError, SourceNotReadyError
from research_agent.http.rate_limits import Limits
from research_agent.messages import source_failures
from research_agent.settings import split_urls
from research_agent.sources.crawler import host_of
from research_agent.sources.policy import SourcePolicy
from research_agent.sources.protocol import Found, HttpSource, SourceSettings, Tools
from research_agent.text.json_fields import details_of
from research_agent.text.tokens import content_stems
from research_agent.types import Document, Topic

if TYPE_CHECKING:
    from research_agent.documents.reader import Node

__all__ = ["Feed"]

VARIABLE = "RESEARCH_AGENT_FEED_URL"
ACCEPT = "application/atom+xml,application/rss+xml,application/rdf+xml,application/xml;q=0.9,text/xml;q=0.8,*/*;q=0.1"
MIN_MATCH = 1 / 3  # of the topic's content words that an entry must hold
MAX_ENTRIES = 500  # of a feed
MAX_DEPTH = 40  # of XHTML elements in an entry
BASE = "{http://www.w3.org/XML/1998/namespace}base"
MODULE_NAMES = {  # elements of the modules that feeds use, by namespace, with their names in RSS
    "http://purl.org/rss/1.0/modules/content/": {"encoded": "content"},
    "http://purl.org/dc/elements/1.1/": {"creator": "author", "date": "published"},
    "http://purl.org/dc/terms/": {"created": "published"},
    "http://www.w3.org/2005/Atom": {"link": "link"},
}
DATES = ("published", "pubDate", "updated")
TAG = re.compile("[a-z][a-z0-9-]*")
VOID = frozenset("br hr img wbr".split())  # elements that HTML does not close
ISO = re.compile(r"\d{4}-\d\d(?:-\d\d)?(?:[T ][\d:.]{4,15}(?:Z|[+-]\d\d:?\d\d)?)?")


class Feed(HttpSource):
    """Source that makes one request per feed; `RESEARCH_AGENT_FEED_URL` holds their URLs, separated by spaces."""

    name = "feed"
    title = "Feeds"
    policy = SourcePolicy(
        limits=Limits(at_once=4),
        licence="as each feed states",
        attribution="the feed's title, link",
        terms="https://www.rssboard.org/rss-specification",
        requests=1,
        kinds=frozenset({"news", "general"}),
        description="The feeds that the user follows.",
        examples=(
            "What is new today?",
            "What are the latest headlines?",
            "What was announced this week?",
            "Any updates since yesterday?",
            "What happened in the news this morning?",
        ),
        fresh=900.0,
    )

    def __init__(self, settings: SourceSettings) -> None:
        super().__init__(settings)
        self.urls = split_urls(settings.url or "")
        self.base = " ".join(map(_bare, self.urls))

    async def search(self, topic: Topic, *, tools: Tools, limit: int) -> Found:
        """Search entries that hold enough of the topic's words, best match first, newest among equals."""
        if not self.urls:
            raise SourceNotReadyError(
                source_failures.NEEDS_SETTING(variable=VARIABLE), hint=source_failures.SET_FEEDS()
            )
        results = await gather_results((partial(self.read_feed, url, tools) for url in self.urls), SourceError)
        pairs = zip(self.urls, results, strict=True)
        failures = {url: result for url, result in pairs if isinstance(result, SourceError)}
        if len(failures) == len(results):
            raise next(iter(failures.values()))
        problems = [f"{_bare(url)} {error.message}" for url, error in failures.items()]
        documents = [document for result in results if isinstance(result, list) for document in result]
        return Found(matching(documents, topic.text, topic.since)[:limit], problems)

    async def read_feed(self, url: str, tools: Tools) -> list[Document]:
        """Documents of all entries of one feed."""
        body = await tools.client.get_bytes(url, headers={"Accept": ACCEPT}, follow="anywhere")
        entries = self.read_entries(await tools.read.xml(body.data), url=body.url)
        plain = await tools.read.plain([part for entry in entries for part in (entry.title, entry.text)])
        return [
            replace(_plain(entry, title.strip(), text.strip()), retrieved=body.retrieved_at)
            for entry, title, text in zip(entries, plain[::2], plain[1::2], strict=True)
            if title.strip() or text.strip()
        ]

    def read_entries(self, root: Node, *, url: str) -> list[Document]:
        """Entries of the feed at `url`, still HTML, by its root element. Raises `BodyError` for XML that is no feed."""
        kind = root.name
        head = root.find("channel") if kind in ("rss", "RDF") else root if kind == "feed" else None
        if head is None:
            raise BodyError(source_failures.NOT_A_FEED_AT_ALL(), hint=source_failures.IS_IT_THE_FEED(url=_bare(url)))
        nodes = {"rss": head.findall("item"), "RDF": root.findall("item"), "feed": root.findall("entry")}
        name = " ".join(_own(head, "title").split()) or host_of(url)
        base = _joined(_bare(url), root.attributes.get(BASE, "")) or _bare(url)
        return [self._entry(node, base, url, name) for node in list(nodes[kind])[:MAX_ENTRIES]]

    def _entry(self, node: Node, base: str, feed_url: str, feed: str) -> Document:
        fields = list(_fields(node))
        texts = [_markup(child) for name, child in fields if name in ("content", "description", "summary")]
        authors = [child.find("name") or child for name, child in fields if name == "author"]
        dates = (_date(child.text) for when in DATES for name, child in fields if name == when)
        base = _joined(base, node.attributes.get(BASE, "")) or base
        urls = (_joined(base, link) for link in _links(fields))
        url = next((url for url in urls if host_of(url)), _bare(feed_url))
        return Document(
            source=self.name,
            title=next((_markup(child) for name, child in fields if name == "title"), ""),
            url=url,
            text=max(texts, key=len, default=""),
            retrieved="",
            published=next((date for date in dates if date), None),
            author=" ".join(authors[0].text.split()) or None if authors else None,
            attribution=f"{feed}, {host_of(url)}",
            details=details_of(feed=feed),
        )


def _plain(entry: Document, title: str, text: str) -> Document:
    """Entry with its title and text in plain text; the title stands first, unless the text begins with it."""
    whole = text if text.startswith(title) else f"{title}\n\n{text}".strip()
    return replace(entry, title=title or str(entry.details.get("feed", "")), text=whole)


def matching(documents: Iterable[Document], topic: str, since: str = "") -> list[Document]:
    """
    Documents that hold at least `MIN_MATCH` of the topic's content words, best match first, then newest first.

    Those of the day `since` or later stand before all others.
    """
    stems = set(content_stems(topic))
    scored = []
    for document in documents:
        share = len(stems & set(content_stems(f"{document.title} {document.text}"))) / max(len(stems), 1)
        if share >= MIN_MATCH:
            published = document.published or ""
            scored.append((bool(since) and published >= since, share, published, document))
    return [item[-1] for item in sorted(scored, key=lambda item: item[:-1], reverse=True)]


def _fields(node: Node) -> Iterator[tuple[str, Node]]:
    """Elements of an entry by name: its own, and those of `MODULE_NAMES` under their names in RSS."""
    own = _namespace(node.tag)
    for child in node.children:
        space, local = _namespace(child.tag), child.name
        if space == own:
            yield local, child
        elif local in MODULE_NAMES.get(space, {}):
            yield MODULE_NAMES[space][local], child


def _links(fields: Sequence[tuple[str, Node]]) -> Iterator[str]:
    """Links of an entry: Atom's alternate, RSS's link, a guid that is a URL."""
    for name, child in fields:
        url = (child.attributes.get("href") or child.text).strip()
        if name == "link" and child.attributes.get("rel", "alternate") == "alternate" and url:
            yield url
    for name, child in fields:
        if name == "guid" and child.attributes.get("isPermaLink", "true") != "false" and host_of(child.text.strip()):
            yield child.text.strip()


def _markup(node: Node, depth: int = 0) -> str:
    """HTML fragment of an element's content: plain text escaped, HTML as it is, XHTML serialized."""
    kind = node.attributes.get("type", "")
    if depth == 0 and not node.children:
        is_plain = _namespace(node.tag).endswith("Atom") and kind in ("", "text", "text/plain")
        return escape(node.text) if is_plain else node.text
    if depth > MAX_DEPTH:
        return escape(node.text)
    parts: Sequence[str | Node] = node.content
    inner = "".join(escape(part) if isinstance(part, str) else _markup(part, depth + 1) for part in parts)
    name = node.name
    if not depth or not TAG.fullmatch(name):
        return inner
    attributes = "".join(f' {key}="{escape(value)}"' for key, value in node.attributes.items() if TAG.fullmatch(key))
    return f"<{name}{attributes}>" if name in VOID else f"<{name}{attributes}>{inner}</{name}>"


def _date(text: str) -> str | None:
    """ISO 8601 date of an RFC 822 or ISO 8601 one; None for anything else."""
    text = " ".join(text.split())
    if match := ISO.match(text):
        return match[0]
    try:
        return parsedate_to_datetime(text).isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _joined(base: str, link: str) -> str:
    """URL of a link relative to `base`; "" when it is none."""
    try:
        return urljoin(base, link)
    except ValueError:
        return ""


def _bare(url: str) -> str:
    """URL of a feed without credentials and query, where private feeds carry their key."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _own(node: Node, name: str) -> str:
    return next((child.text for field, child in _fields(node) if field == name), "")


def _namespace(tag: str) -> str:
    return tag.rpartition("}")[0].removeprefix("{")
