"""Semantic Scholar: papers of all fields, with the identifiers that other services know them by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from research_agent.errors import BodyError, HttpStatusError, SourceError
from research_agent.http.rate_limits import Limits
from research_agent.sources.policy import SourcePolicy
from research_agent.sources.protocol import Found, SourceSettings, Tools
from research_agent.sources.scholarly.identifiers import identifiers
from research_agent.sources.scholarly.records import Paper, best, explained, query, some, web_url, without_markup
from research_agent.text.json_fields import int_of, items_of, object_of, text_of
from research_agent.types import Topic

__all__ = ["SemanticScholar"]

FIELDS = "title,abstract,year,publicationDate,authors,venue,url,externalIds,citationCount,tldr"
PAGE = "https://www.semanticscholar.org/paper/"
MOST = 100
LONGEST_SUMMARY = 500  # characters


class SemanticScholar:
    """
    One request a topic. Publishers keep many abstracts back, so twice as many papers are asked for.

    `tldr`, which a model wrote, is never a document's text: it is among the details.
    """

    name = "semanticscholar"
    title = "Semantic Scholar"
    live = True
    policy = SourcePolicy(
        limits=Limits(at_once=1, spacing=1.0, per_minute=20),  # without a key all users of the service share one pool
        with_key=Limits(at_once=1, spacing=1.0),
        key="optional",
        licence="Semantic Scholar API License",
        attribution="Semantic Scholar",
        terms="https://www.semanticscholar.org/product/api/license",
        kinds=frozenset({"science"}),
    )

    def __init__(self, settings: SourceSettings) -> None:
        self.settings = settings
        self.base = (settings.url or "https://api.semanticscholar.org").rstrip("/")
        self._headers = {"x-api-key": settings.key} if settings.key else None

    async def search(self, topic: Topic, *, tools: Tools, limit: int) -> Found:
        """Papers on the topic, most relevant first; those without an abstract lend their identifiers."""
        wanted = query(topic)
        if not wanted:
            return Found([])
        try:
            body = await tools.client.get_json(
                f"{self.base}/graph/v1/paper/search",
                params={"query": wanted, "limit": min(2 * limit, MOST), "fields": FIELDS},
                headers=self._headers,
            )
        except HttpStatusError as error:
            raise explained(error) from error
        return Found(best(await without_markup(self.read_papers(body), tools.read), limit))

    def read_papers(self, body: Any) -> list[Paper]:
        """A body of `/paper/search`; one without papers has no `data` at all. Raises `SourceError` for an error."""
        answer = object_of(body)
        if said := text_of(answer.get("error")) or text_of(answer.get("message")):
            raise SourceError(f"refused the query: {said}")
        papers = answer.get("data", [] if int_of(answer.get("total")) == 0 else None)
        if not isinstance(papers, list):
            raise BodyError("answered without a list of papers", hint="Its API may have changed.")
        return some((self._paper(object_of(paper)) for paper in papers), papers, what="papers")

    def _paper(self, paper: Mapping[str, Any]) -> Paper | None:
        other = object_of(paper.get("externalIds"))
        ids = identifiers(
            s2=paper.get("paperId"),
            doi=other.get("DOI"),
            arxiv=other.get("ArXiv"),
            pmid=other.get("PubMed"),
            pmcid=other.get("PubMedCentral"),
        )
        title = text_of(paper.get("title"))
        if "s2" not in ids or not title:
            return None
        year, citations = int_of(paper.get("year")), int_of(paper.get("citationCount"))
        return Paper(
            source=self.name,
            service=self.title,
            title=title,
            text=text_of(paper.get("abstract")),
            url=web_url(paper.get("url")) or f"{PAGE}{ids['s2']}",
            ids=ids,
            authors=[text_of(object_of(author).get("name")) for author in items_of(paper.get("authors"))],
            published=text_of(paper.get("publicationDate")) or str(year or ""),
            licence=self.policy.licence,
            details={
                "venue": text_of(paper.get("venue")),
                "citations": "" if citations is None else citations,
                "tldr": text_of(object_of(paper.get("tldr")).get("text"))[:LONGEST_SUMMARY],
            },
        )
