"""arXiv source: preprints in physics, mathematics, computer science and related fields, from its Atom API."""

from __future__ import annotations

import re

from research_agent.documents.mathematics import tex_in_dollars
from research_agent.documents.reader import Node
from research_agent.errors import BodyError, HttpStatusError, SourceError
from research_agent.http.rate_limits import Limits
from research_agent.messages import source_failures
from research_agent.sources.policy import SourcePolicy
from research_agent.sources.protocol import Tools
from research_agent.sources.scholarly.identifiers import identifiers
from research_agent.sources.scholarly.markup import single_spaced
from research_agent.sources.scholarly.records import refuse, require_papers
from research_agent.sources.scholarly.source import ScholarlySource
from research_agent.text.json_fields import details_of
from research_agent.text.tokens import content_words
from research_agent.types import Document, Topic

__all__ = ["Arxiv"]

MAX_REQUIRED = 4  # words of a topic that an abstract must all hold; of a longer one any word will do
MAX_WORDS = 12  # of a topic
PARAGRAPH = re.compile(r"\n[ \t]{2,}(?=\S)|\n[ \t]*\n")  # indented, or after an empty line
RATE_LIMITED = b"Rate exceeded."
PAUSE = 60.0  # seconds; arXiv sends no Retry-After


class Arxiv(ScholarlySource):
    """Source that makes one request per topic; a document's text is the abstract, its revision the paper's version."""

    name = "arxiv"
    title = "arXiv"
    address = "https://export.arxiv.org"
    policy = SourcePolicy(
        limits=Limits(at_once=1, spacing=3.0),
        contact=True,
        licence="CC0",
        attribution="Thank you to arXiv for use of its open access interoperability.",
        terms="https://info.arxiv.org/help/api/tou.html",
        requests=1,
        kinds=frozenset({"science"}),
        hosts=("arxiv.org",),
        description="Preprints of physics, mathematics, computer science and astronomy.",
        examples=(
            "How do neutron stars form?",
            "How do astronomers find exoplanets?",
            "Which papers introduced diffusion models?",
            "How are gravitational waves measured?",
            "What is known about prime gaps?",
        ),
    )

    def query(self, topic: Topic) -> str:
        """Query in arXiv's syntax, its words joined by AND or OR: unjoined, any one of them would match."""
        terms = list(dict.fromkeys(word.replace("'", " ") for word in content_words(topic.text)))[:MAX_WORDS]
        joint = " AND " if len(terms) <= MAX_REQUIRED else " OR "
        return joint.join(f'all:"{word}"' for word in terms)

    async def papers(self, query: str, limit: int, tools: Tools, since: str = "") -> list[Document]:
        """Preprints that match the query, with `since` newest first. Raises `SourceError` when arXiv refused."""
        order = {"sortBy": "submittedDate", "sortOrder": "descending"} if since else {"sortBy": "relevance"}
        try:
            body = await tools.client.get_bytes(
                f"{self.base}/api/query",
                params={"search_query": query, "start": 0, "max_results": limit, **order},
            )
        except HttpStatusError as error:
            if error.status == 400 and error.body.lstrip().startswith(b"<"):
                self.read_feed(await tools.read.xml(error.body))
            if error.status == 429:
                tools.client.back_off(PAUSE)
            raise
        if body.data.strip().startswith(RATE_LIMITED):
            tools.client.back_off(PAUSE)
            raise SourceError(source_failures.LIMITS(), hint=source_failures.ARXIV_LIMIT())
        return self.read_feed(await tools.read.xml(body.data))

    def read_feed(self, feed: Node) -> list[Document]:
        """Papers of an Atom feed, in its form up to 2026. Raises `SourceError` for an entry that is an error."""
        if feed.name != "feed":
            raise BodyError(source_failures.NOT_A_FEED(), hint=source_failures.API_CHANGED())
        entries = feed.findall("entry")
        for entry in entries:
            if "/api/errors" in _text(entry, "id"):
                refuse(single_spaced(_text(entry, "summary")), source_failures.NO_EXPLANATION())
        return require_papers(map(self._paper, entries), entries, what="papers")

    def _paper(self, entry: Node) -> Document | None:
        url = _text(entry, "id")
        ids = identifiers(arxiv=url, doi=_text(entry, "doi"))
        title = single_spaced(tex_in_dollars(_text(entry, "title")))
        if "arxiv" not in ids or not title:
            return None
        version = re.search(r"v\d+$", url)
        revision = version[0] if version else ""
        return self.paper(
            service=f"arXiv:{ids['arxiv']}",
            title=title,
            text="\n\n".join(
                filter(None, map(single_spaced, PARAGRAPH.split(tex_in_dollars(_text(entry, "summary")))))
            ),
            url=f"https://arxiv.org/abs/{ids['arxiv']}{revision}",
            ids=ids,
            authors=[single_spaced(_text(author, "name")) for author in entry.findall("author")],
            published=_text(entry, "published"),
            revision=revision,
            language="en",
            details=details_of(
                venue=single_spaced(_text(entry, "journal_ref")),
                category=entry.at("primary_category").attributes.get("term"),
            ),
        )


def _text(node: Node, tag: str) -> str:
    return node.at(tag).text.strip()
