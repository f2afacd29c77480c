"""Semantic Scholar source: papers of all fields, with their identifiers in other services."""

from __future__ import annotations

from typing import Any

from research_agent.http.rate_limits import Limits
from research_agent.sources.policy import SourcePolicy
from research_agent.sources.protocol import SourceSettings, Tools
from research_agent.sources.scholarly.identifiers import identifiers
from research_agent.sources.scholarly.records import papers_in, refuse, web_url
from research_agent.sources.scholarly.source import ScholarlySource
from research_agent.text.json_fields import Json, details_of, int_of, items_of, object_of, text_of
from research_agent.types import Document

__all__ = ["SemanticScholar"]

FIELDS = "title,abstract,year,publicationDate,authors,venue,url,externalIds,citationCount,tldr"
PAGE = "https://www.semanticscholar.org/paper/"
MAX_RESULTS = 100
MAX_SUMMARY = 500  # characters


class SemanticScholar(ScholarlySource):
    """Source that requests twice the limit: many abstracts are withheld. `tldr`, by a model, is only a detail."""

    name = "semanticscholar"
    title = "Semantic Scholar"
    address = "https://api.semanticscholar.org"
    policy = SourcePolicy(
        limits=Limits(at_once=1, spacing=1.0, per_minute=20),  # clients without a key share one pool
        with_key=Limits(at_once=1, spacing=1.0),
        key="optional",
        licence="Semantic Scholar API License",
        attribution="Semantic Scholar",
        terms="https://www.semanticscholar.org/product/api/license",
        requests=1,
        kinds=frozenset({"science"}),
        description="Papers of all sciences, computer science above all.",
        examples=(
            "What is the paper Attention is all you need about?",
            "How does reinforcement learning from human feedback work?",
            "What are recent advances in protein folding?",
            "How do bats navigate in the dark?",
            "What is the state of the art in machine translation?",
        ),
    )

    def __init__(self, settings: SourceSettings) -> None:
        super().__init__(settings)
        self._headers = {"x-api-key": settings.key} if settings.key else None

    async def _request(self, query: str, limit: int, tools: Tools, since: str) -> Any:
        published = {"publicationDateOrYear": f"{since}:"} if since else {}
        return await tools.client.get_json(
            f"{self.base}/graph/v1/paper/search",
            params={"query": query, "limit": min(2 * limit, MAX_RESULTS), "fields": FIELDS, **published},
            headers=self._headers,
        )

    def read(self, body: Any) -> list[Document]:
        """Papers in a body of `/paper/search`, which has no `data` when none match."""
        answer = object_of(body)
        refuse(answer.get("error"), answer.get("message"))
        papers = answer.get("data", [] if int_of(answer.get("total")) == 0 else None)
        return papers_in(papers, self._paper, what="papers")

    def _paper(self, paper: Json) -> Document | None:
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
        return self.paper(
            title=title,
            text=text_of(paper.get("abstract")),
            url=web_url(paper.get("url")) or f"{PAGE}{ids['s2']}",
            ids=ids,
            authors=[text_of(object_of(author).get("name")) for author in items_of(paper.get("authors"))],
            published=text_of(paper.get("publicationDate")) or str(int_of(paper.get("year")) or ""),
            details=details_of(
                venue=text_of(paper.get("venue")),
                citations=int_of(paper.get("citationCount")),
                tldr=text_of(object_of(paper.get("tldr")).get("text"))[:MAX_SUMMARY],
            ),
        )
