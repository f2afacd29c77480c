"""OpenAlex source: works of all fields. Abstracts come as an inverted index, from which the text is rebuilt."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from research_agent.http.rate_limits import Limits
from research_agent.sources.policy import SourcePolicy
from research_agent.sources.protocol import Tools
from research_agent.sources.scholarly.identifiers import doi_url, identifiers
from research_agent.sources.scholarly.records import papers_in, refuse, web_url
from research_agent.sources.scholarly.source import ScholarlySource
from research_agent.text.json_fields import Json, details_of, int_of, items_of, object_of, text_of
from research_agent.types import Document

__all__ = ["OpenAlex", "from_index"]

FIELDS = (
    "id,doi,title,publication_date,publication_year,language,authorships,primary_location,cited_by_count,is_retracted,"
    "ids,type,abstract_inverted_index"
)
MISSING = "[…]"
"""Placeholder for positions at which the index has no word."""


class OpenAlex(ScholarlySource):
    """Source that makes one request per topic, for works with an abstract; the service has a daily budget."""

    name = "openalex"
    title = "OpenAlex"
    address = "https://api.openalex.org"
    policy = SourcePolicy(
        limits=Limits(at_once=2, per_day=100, remaining="X-RateLimit-Remaining", reset="X-RateLimit-Reset"),
        with_key=Limits(at_once=4, per_day=1_000, remaining="X-RateLimit-Remaining", reset="X-RateLimit-Reset"),
        key="optional",
        licence="CC0",
        attribution="OpenAlex",
        terms="https://docs.openalex.org/how-to-use-the-api/rate-limits-and-authentication",
        requests=1,
        kinds=frozenset({"science"}),
        description="Scholarly works of every field.",
        examples=(
            "What do studies say about the effects of remote work?",
            "What research is there on the decline of insects?",
            "How do coral reefs react to warmer oceans?",
            "Does bilingualism protect against dementia?",
            "How do social media affect teenagers?",
        ),
    )

    async def _request(self, query: str, limit: int, tools: Tools, since: str) -> Any:
        filters = "has_abstract:true" + (f",from_publication_date:{since}" if since else "")
        return await tools.client.get_json(
            f"{self.base}/works",
            params={"search": query, "filter": filters, "per_page": limit, "select": FIELDS},
            secret_params={"api_key": self.settings.key} if self.settings.key else None,
        )

    def read(self, body: Any) -> list[Document]:
        """Papers in a body of `/works`."""
        answer = object_of(body)
        refuse(answer.get("error"), answer.get("message"))
        return papers_in(answer.get("results"), self._paper, what="works")

    def _paper(self, work: Json) -> Document | None:
        other = object_of(work.get("ids"))
        ids = identifiers(
            openalex=work.get("id"), doi=work.get("doi"), pmid=other.get("pmid"), pmcid=other.get("pmcid")
        )
        title = text_of(work.get("title")) or text_of(work.get("display_name"))
        if "openalex" not in ids or not title:
            return None
        place = object_of(work.get("primary_location"))
        return self.paper(
            title=title,
            text=from_index(work.get("abstract_inverted_index")),
            url=doi_url(ids) or web_url(place.get("landing_page_url")) or f"https://openalex.org/{ids['openalex']}",
            ids=ids,
            authors=[_author(object_of(authorship)) for authorship in items_of(work.get("authorships"))],
            published=text_of(work.get("publication_date")) or str(int_of(work.get("publication_year")) or ""),
            language=text_of(work.get("language")),
            details=details_of(
                venue=text_of(object_of(place.get("source")).get("display_name")),
                type=text_of(work.get("type")),
                citations=int_of(work.get("cited_by_count")),
                retracted="yes" if work.get("is_retracted") is True else "",
            ),
        )


def from_index(index: Any) -> str:
    """Text of an inverted index, {word: [positions]}; `MISSING` for a gap, which could be a "not"."""
    placed = sorted(
        (at, order, word)
        for order, (word, places) in enumerate(object_of(index).items())
        for at in items_of(places)
        if int_of(at) is not None and at >= 0
    )
    if not placed:
        return ""
    tokens = [MISSING, placed[0][2]] if placed[0][0] > 0 else [placed[0][2]]
    for (before, _, _), (at, _, word) in pairwise(placed):
        tokens += [MISSING, word] if at > before + 1 else [word]
    return " ".join(tokens).strip()


def _author(authorship: Json) -> str:
    name = text_of(object_of(authorship.get("author")).get("display_name"))
    return name or text_of(authorship.get("raw_author_name"))
