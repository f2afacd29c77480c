"""arXiv: preprints of physics, mathematics, computer science and their neighbours, through its Atom feed."""

from __future__ import annotations

import re

from research_agent.documents.reader import Node
from research_agent.errors import BodyError, HttpStatusError, SourceError
from research_agent.http.rate_limits import Limits
from research_agent.sources.policy import SourcePolicy
from research_agent.sources.protocol import Found, SourceSettings, Tools
from research_agent.sources.scholarly.identifiers import identifiers
from research_agent.sources.scholarly.records import Paper, best, prose, some
from research_agent.text.tokens import content_words
from research_agent.types import Topic

__all__ = ["Arxiv"]

ALL_OF = 4  # words that an abstract must have, every one; of a longer topic some are enough
MOST_WORDS = 12
PARAGRAPH = re.compile(r"\n[ \t]{2,}(?=\S)|\n[ \t]*\n")  # arXiv indents them, or leaves a line empty
REFUSED = b"Rate exceeded."
PAUSE = 60.0  # seconds; arXiv names none


class Arxiv:
    """One request a topic. The text of a document is the abstract; its revision is the paper's version."""

    name = "arxiv"
    title = "arXiv"
    live = True
    policy = SourcePolicy(
        limits=Limits(at_once=1, spacing=3.0),
        contact=True,
        licence="CC0",
        attribution="Thank you to arXiv for use of its open access interoperability.",
        terms="https://info.arxiv.org/help/api/tou.html",
        kinds=frozenset({"science"}),
    )

    def __init__(self, settings: SourceSettings) -> None:
        self.base = (settings.url or "https://export.arxiv.org").rstrip("/")

    async def search(self, topic: Topic, *, tools: Tools, limit: int) -> Found:
        """Preprints on the topic, most relevant first. Raises `SourceError` with what arXiv said when it refused."""
        wanted = search_query(topic)
        if not wanted:
            return Found([])
        try:
            body = await tools.client.get_bytes(
                f"{self.base}/api/query",
                params={"search_query": wanted, "start": 0, "max_results": limit, "sortBy": "relevance"},
            )
        except HttpStatusError as error:
            if error.status == 400 and error.body.lstrip().startswith(b"<"):
                self.read_feed(await tools.read.xml(error.body))
            if error.status == 429:
                tools.client.back_off(PAUSE)
            raise
        if body.data.strip().startswith(REFUSED):
            tools.client.back_off(PAUSE)
            raise SourceError("is limiting requests", hint="arXiv allows one request in 3 seconds; try again later.")
        return Found(best(self.read_feed(await tools.read.xml(body.data)), limit))

    def read_feed(self, feed: Node) -> list[Paper]:
        """The entries of a feed of 2026 or before. Raises `SourceError` for the entry that is an error."""
        if feed.tag.rpartition("}")[2] != "feed":
            raise BodyError("answered with XML that is no feed", hint="Its API may have changed.")
        entries = feed.findall("entry")
        for entry in entries:
            if "/api/errors" in _text(entry, "id"):
                raise SourceError(f"refused the query: {prose(_text(entry, 'summary'))}")
        return some(map(self._paper, entries), entries, what="papers")

    def _paper(self, entry: Node) -> Paper | None:
        address = _text(entry, "id")
        ids = identifiers(arxiv=address, doi=_text(entry, "doi"))
        title = prose(_text(entry, "title"))
        if "arxiv" not in ids or not title:
            return None
        version = re.search(r"v\d+$", address)
        revision = version[0] if version else ""
        category = entry.find("primary_category")
        return Paper(
            source=self.name,
            service=f"arXiv:{ids['arxiv']}",
            title=title,
            text="\n\n".join(filter(None, map(prose, PARAGRAPH.split(_text(entry, "summary"))))),
            url=f"https://arxiv.org/abs/{ids['arxiv']}{revision}",
            ids=ids,
            authors=[prose(_text(author, "name")) for author in entry.findall("author")],
            published=_text(entry, "published"),
            revision=revision,
            language="en",
            licence=self.policy.licence,
            details={
                "venue": prose(_text(entry, "journal_ref")),
                "category": category.attributes.get("term", "") if category is not None else "",
            },
        )


def search_query(topic: Topic) -> str:
    """The topic in arXiv's syntax; it would look for any one of words that nothing joins."""
    wanted = list(dict.fromkeys(word.replace("'", " ") for word in content_words(topic.text)))[:MOST_WORDS]
    joint = " AND " if len(wanted) <= ALL_OF else " OR "
    return joint.join(f'all:"{word}"' for word in wanted)


def _text(node: Node, tag: str) -> str:
    found = node.find(tag)
    return found.text.strip() if found is not None else ""
