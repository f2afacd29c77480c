"""Semantic Scholar source: papers of all fields, with their identifiers in other services."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from research_agent.errors import BodyError, HttpStatusError, SourceError
from research_agent.http.rate_limits import Limits
from research_agent.sources.policy import SourcePolicy
from research_agent.sources.protocol import Found, SourceSettings, Tools
from research_agent.sources.scholarly.identifiers import identifiers
from research_agent.sources.scholarly.markup import without_markup
from research_agent.sources.scholarly.queries import explained, plain_query
from research_agent.sources.scholarly.records import Paper, best_documents, require_papers, web_url
from research_agent.text.json_fields import int_of, items_of, object_of, text_of
from research_agent.types import Topic

__all__ = ["SemanticScholar"]

FIELDS = "title,abstract,year,publicationDate,authors,venue,url,externalIds,citationCount,tldr"
PAGE = "https://www.semanticscholar.org/paper/"
MAX_RESULTS = 100
MAX_SUMMARY = 500  # characters


class SemanticScholar:
    """
    Source that makes one request per topic, for twice the limit: publishers withhold many abstracts.

    `tldr`, which a model wrote, is never a document's text, only one of its details.
    """

    name = "semanticscholar"
    title = "Semantic Scholar"
    live = True
    policy = SourcePolicy(
        limits=Limits(at_once=1, spacing=1.0, per_minute=20),  # clients without a key share one pool
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
        """Search papers on the topic, most relevant first; those without an abstract lend their identifiers."""
        query = plain_query(topic)
        if not query:
            return Found([])
        try:
            body = await tools.client.get_json(
                f"{self.base}/graph/v1/paper/search",
                params={"query": query, "limit": min(2 * limit, MAX_RESULTS), "fields": FIELDS},
                headers=self._headers,
            )
        except HttpStatusError as error:
            raise explained(error) from error
        return Found(best_documents(await without_markup(self.read_papers(body), tools.read), limit))

    def read_papers(self, body: Any) -> list[Paper]:
        """Papers in a body of `/paper/search`, without `data` when none match. Raises `SourceError` for an error."""
        answer = object_of(body)
        if message := text_of(answer.get("error")) or text_of(answer.get("message")):
            raise SourceError(f"refused the query: {message}")
        papers = answer.get("data", [] if int_of(answer.get("total")) == 0 else None)
        if not isinstance(papers, list):
            raise BodyError("answered without a list of papers", hint="Its API may have changed.")
        return require_papers((self._paper(object_of(paper)) for paper in papers), papers, what="papers")

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
                "tldr": text_of(object_of(paper.get("tldr")).get("text"))[:MAX_SUMMARY],
            },
        )
