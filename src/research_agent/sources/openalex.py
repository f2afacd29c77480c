"""OpenAlex source: works of all fields. Abstracts come as an inverted index, from which the text is rebuilt."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from research_agent.errors import BodyError, HttpStatusError, SourceError
from research_agent.http.rate_limits import Limits
from research_agent.sources.policy import SourcePolicy
from research_agent.sources.protocol import Found, SourceSettings, Tools
from research_agent.sources.scholarly.identifiers import doi_url, identifiers
from research_agent.sources.scholarly.markup import without_markup
from research_agent.sources.scholarly.queries import explained, plain_query
from research_agent.sources.scholarly.records import Paper, best_documents, require_papers, web_url
from research_agent.text.json_fields import int_of, items_of, object_of, text_of
from research_agent.types import Topic

__all__ = ["OpenAlex", "from_index"]

FIELDS = (
    "id,doi,title,publication_date,publication_year,language,authorships,primary_location,cited_by_count,is_retracted,"
    "ids,type,abstract_inverted_index"
)
MISSING = "[…]"
"""Placeholder for positions at which the index has no word."""


class OpenAlex:
    """
    Source that makes one request per topic, for works with an abstract.

    The daily budget is about 100 searches, ten times that with a free key; once it is spent, the service says for how
    long.
    """

    name = "openalex"
    title = "OpenAlex"
    live = True
    policy = SourcePolicy(
        limits=Limits(at_once=2, per_day=100, remaining="X-RateLimit-Remaining", reset="X-RateLimit-Reset"),
        with_key=Limits(at_once=4, per_day=1_000, remaining="X-RateLimit-Remaining", reset="X-RateLimit-Reset"),
        key="optional",
        licence="CC0",
        attribution="OpenAlex",
        terms="https://docs.openalex.org/how-to-use-the-api/rate-limits-and-authentication",
        kinds=frozenset({"science", "medicine"}),
    )

    def __init__(self, settings: SourceSettings) -> None:
        self.settings = settings
        self.base = (settings.url or "https://api.openalex.org").rstrip("/")

    async def search(self, topic: Topic, *, tools: Tools, limit: int) -> Found:
        """Search works on the topic, most relevant first."""
        query = plain_query(topic)
        if not query:
            return Found([])
        try:
            body = await tools.client.get_json(
                f"{self.base}/works",
                params={"search": query, "filter": "has_abstract:true", "per_page": limit, "select": FIELDS},
                secret_params={"api_key": self.settings.key} if self.settings.key else None,
            )
        except HttpStatusError as error:
            raise explained(error) from error
        return Found(best_documents(await without_markup(self.read_works(body), tools.read), limit))

    def read_works(self, body: Any) -> list[Paper]:
        """Papers in a body of `/works`. Raises `SourceError` for an error that came with HTTP 200."""
        answer = object_of(body)
        if message := text_of(answer.get("error")) or text_of(answer.get("message")):
            raise SourceError(f"refused the query: {message}")
        works = answer.get("results")
        if not isinstance(works, list):
            raise BodyError("answered without a list of works", hint="Its API may have changed.")
        return require_papers((self._paper(object_of(work)) for work in works), works, what="works")

    def _paper(self, work: Mapping[str, Any]) -> Paper | None:
        other = object_of(work.get("ids"))
        ids = identifiers(
            openalex=work.get("id"), doi=work.get("doi"), pmid=other.get("pmid"), pmcid=other.get("pmcid")
        )
        title = text_of(work.get("title")) or text_of(work.get("display_name"))
        if "openalex" not in ids or not title:
            return None
        place = object_of(work.get("primary_location"))
        year, citations = int_of(work.get("publication_year")), int_of(work.get("cited_by_count"))
        return Paper(
            source=self.name,
            service=self.title,
            title=title,
            text=from_index(work.get("abstract_inverted_index")),
            url=doi_url(ids) or web_url(place.get("landing_page_url")) or f"https://openalex.org/{ids['openalex']}",
            ids=ids,
            authors=[_author(object_of(authorship)) for authorship in items_of(work.get("authorships"))],
            published=text_of(work.get("publication_date")) or str(year or ""),
            language=text_of(work.get("language")),
            licence=self.policy.licence,
            details={
                "venue": text_of(object_of(place.get("source")).get("display_name")),
                "type": text_of(work.get("type")),
                "citations": "" if citations is None else citations,
                "retracted": "yes" if work.get("is_retracted") is True else "",
            },
        )


def from_index(index: Any) -> str:
    """
    Text of an inverted index, {word: [positions]}; "" when it is none.

    A position without a word becomes `MISSING`: the missing word could be a "not".
    """
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


def _author(authorship: Mapping[str, Any]) -> str:
    return text_of(object_of(authorship.get("author")).get("display_name")) or text_of(
        authorship.get("raw_author_name")
    )
