"""Feeds (RSS 0.9-2.0, Atom) that the user follows: the entries whose words match a topic."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from research_agent.errors import BodyError, SourceError, SourceNotReadyError
from research_agent.http.rate_limits import Limits
from research_agent.settings import several_urls
from research_agent.sources.crawler import host_of
from research_agent.sources.policy import SourcePolicy
from research_agent.sources.protocol import Found, SourceSettings, Tools
from research_agent.text.json_fields import details_of
from research_agent.text.tokens import content_stems
from research_agent.types import Document, Topic

if TYPE_CHECKING:
    from research_agent.documents.reader import Node

__all__ = ["Feed"]

VARIABLE = "RESEARCH_AGENT_FEED_URL"
ACCEPT = "application/atom+xml,application/rss+xml,application/rdf+xml,application/xml;q=0.9,text/xml;q=0.8,*/*;q=0.1"
MATCHED = 1 / 3  # of the topic's content words that an entry must hold
MOST_ENTRIES = 500  # of a feed
DEEPEST = 40  # elements of XHTML in an entry
BASE = "{http://www.w3.org/XML/1998/namespace}base"
OTHER_NAMES = {  # of the modules that feeds use, by namespace
    "http://purl.org/rss/1.0/modules/content/": {"encoded": "content"},
    "http://purl.org/dc/elements/1.1/": {"creator": "author", "date": "published"},
    "http://purl.org/dc/terms/": {"created": "published"},
    "http://www.w3.org/2005/Atom": {"link": "link"},
}
DATES = ("published", "pubDate", "updated")
ISO = re.compile(r"\d{4}-\d\d(?:-\d\d)?(?:[T ][\d:.]{4,15}(?:Z|[+-]\d\d:?\d\d)?)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of a feed; `title` and `html` are HTML fragments still."""

    title: str
    html: str
    url: str
    author: str
    published: str | None
    feed: str


class Feed:
    """One request a feed; `RESEARCH_AGENT_FEED_URL` holds their addresses, spaces between them."""

    name = "feed"
    title = "Feeds"
    live = True
    policy = SourcePolicy(
        limits=Limits(at_once=4),
        licence="as each feed states",
        attribution="the feed's title, link",
        terms="https://www.rssboard.org/rss-specification",
        kinds=frozenset({"news", "general"}),
        fresh=900.0,
    )

    def __init__(self, settings: SourceSettings) -> None:
        self.urls = several_urls(settings.url or "")
        self.base = " ".join(map(_shown, self.urls))

    @property
    def usable(self) -> bool:
        """Whether the user named a feed."""
        return bool(self.urls)

    async def search(self, topic: Topic, *, tools: Tools, limit: int) -> Found:
        """The entries that hold enough of the topic's words, best match first, newest among equals."""
        if not self.urls:
            raise SourceNotReadyError(f"is not set up: {VARIABLE} is not set", hint="Set it to the feeds' addresses.")
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(_outcome(url, self, tools)) for url in self.urls]
        outcomes = [task.result() for task in tasks]
        failures = [outcome for outcome in outcomes if isinstance(outcome, SourceError)]
        if len(failures) == len(outcomes):
            raise failures[0]
        problems = [
            f"{_shown(url)} {outcome.message}"
            for url, outcome in zip(self.urls, outcomes, strict=True)
            if isinstance(outcome, SourceError)
        ]
        documents = [document for outcome in outcomes if isinstance(outcome, list) for document in outcome]
        return Found(matching(documents, topic.text)[:limit], problems)

    async def read_feed(self, url: str, tools: Tools) -> list[Document]:
        """All entries of one feed."""
        body = await tools.client.get_bytes(url, headers={"Accept": ACCEPT}, follow="anywhere")
        entries = self.read_entries(await tools.read.xml(body.data), url=body.url)
        plain = await tools.read.plain([part for entry in entries for part in (entry.title, entry.html)])
        return [
            self._document(entry, title.strip(), text.strip(), body.retrieved)
            for entry, title, text in zip(entries, plain[::2], plain[1::2], strict=True)
            if title.strip() or text.strip()
        ]

    def read_entries(self, root: Node, *, url: str) -> list[Entry]:
        """The root of a feed found at `url`. Raises `BodyError` for XML that is no feed."""
        kind = _local(root.tag)
        head = root.find("channel") if kind in ("rss", "RDF") else root if kind == "feed" else None
        if head is None:
            raise BodyError("answered with something that is not a feed", hint=f"Is {_shown(url)} the feed itself?")
        places = {"rss": head.findall("item"), "RDF": root.findall("item"), "feed": root.findall("entry")}
        name = " ".join(_own(head, "title").split()) or host_of(url)
        base = _joined(_shown(url), root.attributes.get(BASE, "")) or _shown(url)
        return [_entry(node, base, url, name) for node in list(places[kind])[:MOST_ENTRIES]]

    def _document(self, entry: Entry, title: str, text: str, retrieved: str) -> Document:
        return Document(
            source=self.name,
            title=title or entry.feed,
            url=entry.url,
            text="\n\n".join(part for part in (title, text) if part and not (part is title and text.startswith(title))),
            retrieved=retrieved,
            published=entry.published,
            author=entry.author or None,
            attribution=f"{entry.feed}, {host_of(entry.url)}",
            details=details_of(feed=entry.feed),
        )


def matching(documents: Iterable[Document], topic: str) -> list[Document]:
    """Those that hold at least a third of the topic's content words, most first, then the newest."""
    asked = set(content_stems(topic))
    scored = []
    for document in documents:
        share = len(asked & set(content_stems(f"{document.title} {document.text}"))) / max(len(asked), 1)
        if share >= MATCHED:
            scored.append((share, document.published or "", document))
    return [document for _, _, document in sorted(scored, key=lambda item: item[:2], reverse=True)]


async def _outcome(url: str, feed: Feed, tools: Tools) -> list[Document] | SourceError:
    """A failure as a value: what the other feeds bring must not be lost with it."""
    try:
        return await feed.read_feed(url, tools)
    except SourceError as error:
        return error


def _entry(node: Node, base: str, feed_url: str, feed: str) -> Entry:
    fields = list(_fields(node))
    texts = [_markup(child) for name, child in fields if name in ("content", "description", "summary")]
    authors = [child.find("name") or child for name, child in fields if name == "author"]
    dates = (_date(child.text) for when in DATES for name, child in fields if name == when)
    base = _joined(base, node.attributes.get(BASE, "")) or base
    addresses = (_joined(base, link) for link in _links(fields))
    return Entry(
        title=next((_markup(child) for name, child in fields if name == "title"), ""),
        html=max(texts, key=len, default=""),
        url=next((address for address in addresses if host_of(address)), _shown(feed_url)),
        author=" ".join(authors[0].text.split()) if authors else "",
        published=next((date for date in dates if date), None),
        feed=feed,
    )


def _fields(node: Node) -> Iterator[tuple[str, Node]]:
    """An entry's own elements, and those of the modules it may use, by the name they have here."""
    own = _namespace(node.tag)
    for child in node.children:
        space, local = _namespace(child.tag), _local(child.tag)
        if space == own:
            yield local, child
        elif local in OTHER_NAMES.get(space, {}):
            yield OTHER_NAMES[space][local], child


def _links(fields: Sequence[tuple[str, Node]]) -> Iterator[str]:
    """Where an entry leads: Atom's alternate, RSS's link, a guid that is an address."""
    for name, child in fields:
        address = (child.attributes.get("href") or child.text).strip()
        if name == "link" and child.attributes.get("rel", "alternate") == "alternate" and address:
            yield address
    for name, child in fields:
        if name == "guid" and child.attributes.get("isPermaLink", "true") != "false" and host_of(child.text.strip()):
            yield child.text.strip()


def _markup(node: Node, depth: int = 0) -> str:
    """The content of an element as an HTML fragment: plain text escaped, HTML as it is, XHTML written out."""
    kind = node.attributes.get("type", "")
    if depth == 0 and not node.children:
        is_plain = _namespace(node.tag).endswith("Atom") and kind in ("", "text", "text/plain")
        return escape(node.text) if is_plain else node.text
    if depth > DEEPEST:
        return escape(node.text)
    parts: Sequence[str | Node] = node.content
    inner = "".join(escape(part) if isinstance(part, str) else _markup(part, depth + 1) for part in parts)
    name = _local(node.tag)
    return f"<{name}>{inner}</{name}>" if depth and re.fullmatch(r"[a-z][a-z0-9]*", name) else inner


def _date(text: str) -> str | None:
    """An RFC 822 date, or one in ISO 8601, as the latter; None for what is neither."""
    text = " ".join(text.split())
    if match := ISO.match(text):
        return match[0]
    try:
        return parsedate_to_datetime(text).isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _joined(base: str, link: str) -> str:
    """An address as seen from `base`; "" for what is none."""
    try:
        return urljoin(base, link)
    except ValueError:
        return ""


def _shown(url: str) -> str:
    """A feed's address without its query, in which a private feed has its key."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _own(node: Node, name: str) -> str:
    return next((child.text for field, child in _fields(node) if field == name), "")


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _namespace(tag: str) -> str:
    return tag.rpartition("}")[0].removeprefix("{")
