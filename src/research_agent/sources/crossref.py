"""Crossref source: works that publishers registered with a DOI, with the abstract where they give it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from research_agent.http.rate_limits import Limits
from research_agent.messages import source_failures
from research_agent.sources.policy import SourcePolicy
from research_agent.sources.protocol import SourceSettings, Tools
from research_agent.sources.scholarly.identifiers import doi_url, identifiers
from research_agent.sources.scholarly.queries import is_email
from research_agent.sources.scholarly.records import iso_date, papers_in, refuse
from research_agent.sources.scholarly.source import ScholarlySource
from research_agent.text.json_fields import Json, details_of, int_of, items_of, object_of, text_of
from research_agent.types import Document

__all__ = ["Crossref"]

FIELDS = "DOI,title,author,issued,abstract,type,container-title,is-referenced-by-count"
PUBLIC = Limits(at_once=1, spacing=0.2)
POLITE = Limits(at_once=3, spacing=0.1)


class Crossref(ScholarlySource):
    """Source that makes one request per topic; an email address as contact gives higher limits (the "polite" pool)."""

    name = "crossref"
    title = "Crossref"
    address = "https://api.crossref.org"
    policy = SourcePolicy(
        limits=PUBLIC,
        with_key=POLITE,
        key="optional",
        contact=True,
        licence="metadata free to use, abstracts © their publishers",
        attribution="Crossref",
        terms="https://www.crossref.org/documentation/retrieve-metadata/rest-api/access-and-authentication/",
        requests=1,
        kinds=frozenset({"science"}),
        description="Bibliographic data of scholarly articles.",
        examples=(
            "Which article first described the structure of DNA?",
            "What did the paper by Shannon in 1948 show?",
            "Which journal published the study on cold fusion?",
            "Papers on plate tectonics",
            "What has been published about perovskite solar cells?",
        ),
    )
    markup = True

    def __init__(self, settings: SourceSettings) -> None:
        super().__init__(settings)
        self._headers = {"Crossref-Plus-API-Token": f"Bearer {settings.key}"} if settings.key else None
        self._mail = {"mailto": settings.contact} if is_email(settings.contact) else None
        if self._mail:
            self.policy = replace(self.policy, limits=POLITE)

    async def _request(self, query: str, limit: int, tools: Tools, since: str) -> Any:
        filters = "has-abstract:true" + (f",from-pub-date:{since}" if since else "")
        return await tools.client.get_json(
            f"{self.base}/works",
            params={"query.bibliographic": query, "filter": filters, "rows": limit, "select": FIELDS},
            headers=self._headers,
            secret_params=self._mail,
        )

    def read(self, body: Any) -> list[Document]:
        """Papers in a body of `/works`, titles and abstracts still JATS."""
        answer = object_of(body)
        if answer.get("status") == "failed":
            error = object_of(next(iter(items_of(answer.get("message"))), None))
            refuse(error.get("message"), source_failures.NO_EXPLANATION())
        return papers_in(object_of(answer.get("message")).get("items"), self._paper, what="works")

    def _paper(self, work: Json) -> Document | None:
        ids = identifiers(doi=work.get("DOI"))
        title = _first(work.get("title"))
        if "doi" not in ids or not title:
            return None
        date = next(iter(items_of(object_of(work.get("issued")).get("date-parts"))), None)
        return self.paper(
            title=title,
            text=text_of(work.get("abstract")),
            url=doi_url(ids),
            ids=ids,
            authors=[_author(object_of(author)) for author in items_of(work.get("author"))],
            published=iso_date(*(items_of(date) or [None])[:3]),
            licence="© the publisher",
            details=details_of(
                venue=" ".join(_first(work.get("container-title")).split()),
                type=text_of(work.get("type")),
                citations=int_of(work.get("is-referenced-by-count")),
            ),
        )


def _first(value: Any) -> str:
    """First non-empty string of a list, which is how titles come."""
    return next(filter(None, map(text_of, items_of(value))), "")


def _author(author: Json) -> str:
    return f"{text_of(author.get('given'))} {text_of(author.get('family'))}".strip() or text_of(author.get("name"))
