"""PubMed source: biomedical papers, through NCBI's E-utilities (a search for PMIDs, then their records)."""

from __future__ import annotations

import re
from typing import Any

from research_agent.documents.node_text import node_text
from research_agent.documents.reader import Node
from research_agent.errors import BodyError
from research_agent.http.rate_limits import Limits
from research_agent.messages import source_failures
from research_agent.sources.policy import SourcePolicy
from research_agent.sources.protocol import SourceSettings, Tools
from research_agent.sources.scholarly.identifiers import identifiers
from research_agent.sources.scholarly.markup import single_spaced
from research_agent.sources.scholarly.queries import is_email
from research_agent.sources.scholarly.records import LANGUAGES, iso_date, refuse, require_papers
from research_agent.sources.scholarly.source import ScholarlySource
from research_agent.text.json_fields import details_of, object_of
from research_agent.types import Document

__all__ = ["PubMed"]

MONTHS = {name: number for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
MAX_LICENCE = 200  # characters
TOOL = {"db": "pubmed", "tool": "research-agent"}


class PubMed(ScholarlySource):
    """Source that makes two requests per topic; a document's text is the abstract, its labels on lines of their own."""

    name = "pubmed"
    title = "PubMed"
    address = "https://eutils.ncbi.nlm.nih.gov"
    policy = SourcePolicy(
        limits=Limits(at_once=3, spacing=0.34),
        with_key=Limits(at_once=6, spacing=0.1),
        key="optional",
        contact=True,
        licence="abstracts © their publishers",
        attribution="PubMed, U.S. National Library of Medicine",
        terms="https://www.ncbi.nlm.nih.gov/books/NBK25497/",
        kinds=frozenset({"medicine"}),
        hosts=("pubmed.ncbi.nlm.nih.gov",),
        description="Papers of medicine and the life sciences.",
        examples=(
            "What are the side effects of ibuprofen?",
            "How effective is the flu vaccine in older people?",
            "What are the early symptoms of multiple sclerosis?",
            "Does metformin lower the risk of cancer?",
            "How is chronic back pain treated?",
        ),
    )

    def __init__(self, settings: SourceSettings) -> None:
        super().__init__(settings)
        credentials = {"api_key": settings.key, "email": settings.contact if is_email(settings.contact) else ""}
        self._credentials = {name: value for name, value in credentials.items() if value}

    async def papers(self, query: str, limit: int, tools: Tools, since: str = "") -> list[Document]:
        """Papers with an abstract that match the query."""
        dates = f" AND {since.replace('-', '/')}:3000[dp]" if since else ""
        term = f"({query}) AND hasabstract{dates}"
        body = await tools.client.get_json(
            f"{self.base}/entrez/eutils/esearch.fcgi",
            params={**TOOL, "term": term, "retmode": "json", "retmax": limit, "sort": "relevance"},
            secret_params=self._credentials or None,
        )
        numbers = self.read_numbers(body)
        if not numbers:
            return []
        records = await tools.client.get_bytes(
            f"{self.base}/entrez/eutils/efetch.fcgi",
            params={**TOOL, "id": ",".join(numbers[:limit]), "retmode": "xml"},
            secret_params=self._credentials or None,
        )
        return self.read_records(await tools.read.xml(records.data))

    def read_numbers(self, body: Any) -> list[str]:
        """PMIDs in a body of `esearch`, most relevant first. Raises `SourceError` for an error with HTTP 200."""
        answer = object_of(body)
        result = object_of(answer.get("esearchresult"))
        refuse(answer.get("error"), result.get("ERROR"))
        listed = result.get("idlist")
        if not isinstance(listed, list):
            raise BodyError(source_failures.WITHOUT_LIST(what="papers"), hint=source_failures.API_CHANGED())
        numbers = [ids["pmid"] for ids in (identifiers(pmid=number) for number in listed) if "pmid" in ids]
        if listed and not numbers:
            raise BodyError(source_failures.LIST_OF_OTHERS(what="papers"), hint=source_failures.API_CHANGED())
        return numbers

    def read_records(self, records: Node) -> list[Document]:
        """Papers in a body of `efetch`. Raises `SourceError` for an error that came with HTTP 200."""
        if records.tag != "PubmedArticleSet":
            error = records if records.tag == "ERROR" else records.find("ERROR")
            refuse(single_spaced(error.text) if error is not None else "")
            raise BodyError(source_failures.NOT_RECORDS(), hint=source_failures.API_CHANGED())
        papers = [self._paper(record.at("MedlineCitation"), record) for record in records.findall("PubmedArticle")]
        books = [self._paper(record.at("BookDocument"), record) for record in records.findall("PubmedBookArticle")]
        if not records.children:  # each PMID in the request came from a search
            raise BodyError(source_failures.WITHOUT_RECORDS())
        return require_papers((*papers, *books), records.children, what="records")

    def _paper(self, record: Node, whole: Node) -> Document | None:
        article = record if record.find("Article") is None else record.at("Article")
        ids = identifiers(pmid=_text(record, "PMID"), **_other_ids(article, whole))
        title = _text(article, "ArticleTitle") or _text(article, "Book", "BookTitle")
        if "pmid" not in ids or not title:
            return None
        kinds = {single_spaced(kind.text) for kind in article.at("PublicationTypeList").children}
        abstract = article.at("Abstract")
        return self.paper(
            service=f"PubMed {ids['pmid']}",
            title=title,
            text="\n\n".join(filter(None, map(_part, abstract.findall("AbstractText")))),
            url=f"https://pubmed.ncbi.nlm.nih.gov/{ids['pmid']}/",
            ids=ids,
            authors=[_author(author) for author in article.at("AuthorList").findall("Author")],
            published=_date(article),
            language=LANGUAGES.get(_text(article, "Language"), ""),
            licence=_text(abstract, "CopyrightInformation")[:MAX_LICENCE] or "© the publisher",
            details=details_of(
                venue=_text(article, "Journal", "Title"),
                retracted="yes" if "Retracted Publication" in kinds else "",
            ),
        )


def _text(node: Node, *path: str) -> str:
    return single_spaced(node_text(node.at(*path)))


def _part(part: Node) -> str:
    """Part of an abstract under its label, if it has one."""
    label, text = single_spaced(part.attributes.get("Label", "")), single_spaced(node_text(part))
    return f"{label}\n{text}" if label and text else text


def _author(author: Node) -> str:
    return f"{_text(author, 'ForeName')} {_text(author, 'LastName')}".strip() or _text(author, "CollectiveName")


def _other_ids(article: Node, whole: Node) -> dict[str, str]:
    """DOI and PMCID of the record itself, not of its references."""
    listed = [
        *whole.at("PubmedData", "ArticleIdList").children,
        *whole.at("PubmedBookData", "ArticleIdList").children,
    ]
    by_kind = {item.attributes.get("IdType", ""): single_spaced(item.text) for item in listed}
    places = [item for item in article.findall("ELocationID") if item.attributes.get("EIdType") == "doi"]
    doi = by_kind.get("doi") or (single_spaced(places[0].text) if places else "")
    return {"doi": doi, "pmcid": by_kind.get("pmc", "")}


def _date(article: Node) -> str:
    """Publication date: online if known, else in the journal, whose date may be a season or a range."""
    issue = article.at("Journal", "JournalIssue", "PubDate")
    for date in (article.at("ArticleDate"), issue, article.at("Book", "PubDate")):
        month = _text(date, "Month")
        if published := iso_date(_text(date, "Year"), MONTHS.get(month[:3].lower(), month), _text(date, "Day")):
            return published
    year = re.search(r"\b[12]\d{3}\b", _text(issue, "MedlineDate"))
    return year[0] if year else ""
