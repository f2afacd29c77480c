"""Hacker News, through Algolia's search: stories that match a topic, with the discussion as the link."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from research_agent.errors import BodyError
from research_agent.http.limits import Limits
from research_agent.sources import Found, Manners, SourceSettings, Tools
from research_agent.types import Document, Topic

__all__ = ["HackerNews"]

PARAGRAPH = re.compile(r"</?p>", re.IGNORECASE)

Json = Mapping[str, Any]


class HackerNews:
    """
    One request a topic. Algolia matches typos and prefixes too ("java" finds "japanese"): ranking sorts that out.

    A document's text is the title, then what the author wrote, if anything.
    """

    name = "hackernews"
    title = "Hacker News"
    live = True
    manners = Manners(
        limits=Limits(at_once=4, per_minute=150),  # 10,000 an hour for one address
        licence="© the authors",
        attribution="author on Hacker News, link to the discussion",
        terms="https://hn.algolia.com/api",
        kinds=frozenset({"general", "software", "news"}),
        fresh=3_600.0,
    )

    def __init__(self, settings: SourceSettings) -> None:
        self.base = (settings.url or "https://hn.algolia.com").rstrip("/")

    async def search(self, topic: Topic, *, tools: Tools, limit: int) -> Found:
        """Stories on the topic, most relevant first."""
        body = await tools.client.get_json(
            f"{self.base}/api/v1/search",
            params={"query": topic.text, "tags": "story", "hitsPerPage": limit},
        )
        return Found(self.read_hits(body))

    def read_hits(self, body: Any) -> list[Document]:
        """A body of `/search`, old (nulls) or new (absent keys); stories, comments, polls and jobs alike."""
        hits = body.get("hits") if isinstance(body, dict) else None
        if not isinstance(hits, list):
            raise BodyError("answered without a list of hits", hint="Its search API may have changed.")
        documents = (self._document(hit) for hit in hits if isinstance(hit, dict))
        return [document for document in documents if document is not None]

    def _document(self, hit: Json) -> Document | None:
        number = _words(hit.get("objectID"))
        title = _words(hit.get("title")) or _words(hit.get("story_title"))
        written = _plain(_words(hit.get("story_text")) or _words(hit.get("comment_text")))
        if not number or not (title or written):
            return None
        author = _words(hit.get("author")) or None
        facts = {
            "points": hit.get("points"),
            "comments": hit.get("num_comments"),
            "link": hit.get("url") or hit.get("story_url"),
        }
        return Document(
            source=self.name,
            title=title or f"Comment by {author or 'an unknown user'}",
            url=f"https://news.ycombinator.com/item?id={number}",
            text="\n\n".join(part for part in (title, written) if part),
            retrieved=datetime.now(UTC).isoformat(timespec="seconds"),
            published=_words(hit.get("created_at")) or None,
            author=author,
            language="en",
            attribution=f"{author} on Hacker News" if author else "Hacker News",
            details={name: fact for name, fact in facts.items() if isinstance(fact, str | int | float)},
        )


def _plain(html: str) -> str:
    """The words of a post. Hacker News puts a lone <p> between paragraphs."""
    from selectolax.lexbor import LexborHTMLParser

    pieces = (LexborHTMLParser(piece).text().strip() for piece in PARAGRAPH.split(html) if piece.strip())
    return "\n\n".join(piece for piece in pieces if piece)


def _words(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""
