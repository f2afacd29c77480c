"""Europe PMC source: abstracts from the life sciences, and the full text of the best open-access hits."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from research_agent.concurrency import gather_results
from research_agent.documents.node_text import node_text
from research_agent.documents.reader import Node
from research_agent.errors import BodyError, HttpStatusError, SourceError
from research_agent.http.rate_limits import Limits
from research_agent.messages import source_failures
from research_agent.sources.policy import SourcePolicy
from research_agent.sources.protocol import Tools
from research_agent.sources.scholarly.identifiers import identifiers
from research_agent.sources.scholarly.markup import single_spaced
from research_agent.sources.scholarly.records import LANGUAGES, papers_in, refuse
from research_agent.sources.scholarly.source import ScholarlySource
from research_agent.text.json_fields import Json, details_of, int_of, items_of, object_of, text_of
from research_agent.types import Document

__all__ = ["EuropePmc", "article_text"]

REST = "/europepmc/webservices/rest"
FULL_TEXTS = 2  # of the best hits
FULL_TEXT_SECONDS = 4.0
COLLECTIONS = frozenset({"MED", "PMC", "PPR", "AGR", "CBA", "CTX", "ETH", "HIR", "PAT"})
# Elements that are no running text, or to which the text refers by number only.
EXCLUDED = frozenset(
    "ref-list fig fig-group table-wrap table-wrap-group table fn fn-group supplementary-material graphic media "
    "inline-graphic label object-id sec-meta kwd-group processing-meta".split()
)
BLOCKS = frozenset("p title sec list list-item def-list def-item disp-quote boxed-text statement".split())


class EuropePmc(ScholarlySource):
    """Source that makes one request per topic, then one for each full text of the best open hits."""

    name = "europepmc"
    title = "Europe PMC"
    address = "https://www.ebi.ac.uk"
    policy = SourcePolicy(
        limits=Limits(at_once=4, spacing=0.1),
        licence="of each article",
        attribution="Europe PMC",
        terms="https://europepmc.org/Copyright",
        kinds=frozenset({"science", "medicine"}),
        hosts=("europepmc.org",),
        description="Papers of the life sciences and medicine, with their full text where it is free.",
        examples=(
            "How does the immune system recognise viruses?",
            "What causes antibiotic resistance in bacteria?",
            "Which genes are linked to Alzheimer's disease?",
            "Is a high fever dangerous for a small child?",
            "What does insulin do in the body?",
        ),
    )
    markup = True

    async def _request(self, query: str, limit: int, tools: Tools, since: str) -> Any:
        query = f"({query}) AND HAS_ABSTRACT:y" + (f" AND FIRST_PDATE:[{since} TO 3000-12-31]" if since else "")
        return await tools.client.get_json(
            f"{self.base}{REST}/search",
            params={"query": query, "format": "json", "resultType": "core", "pageSize": limit},
        )

    async def complete(self, papers: Sequence[Document], tools: Tools) -> tuple[Sequence[Document], Sequence[str]]:
        """Papers, the best with their full texts; a full text that fails becomes a problem, not a failure."""
        best = [paper for paper in papers if paper.details.get("open") == "yes" and "pmcid" in paper.details]
        reads = (partial(self._full_text, paper, tools) for paper in best[:FULL_TEXTS])
        results = await gather_results(reads, SourceError)
        problems = [result.message for result in results if isinstance(result, SourceError)]
        longer = {paper.details["pmcid"]: paper for paper in results if isinstance(paper, Document)}
        return [longer.get(paper.details.get("pmcid", ""), paper) for paper in papers], problems

    async def _full_text(self, paper: Document, tools: Tools) -> Document:
        """Paper with its full text, unchanged when there is none. Raises `SourceError` that names the paper."""
        pmcid = paper.details["pmcid"]
        try:
            # A limit of its own: the abstracts are there already, and would be lost at the deadline of the search.
            async with asyncio.timeout(FULL_TEXT_SECONDS):
                body = await tools.client.get_bytes(f"{self.base}{REST}/{pmcid}/fullTextXML")
                text = article_text(await tools.read.xml(body.data))
        except TimeoutError as error:
            raise SourceError(source_failures.FULL_TEXT_LATE(paper=pmcid, seconds=FULL_TEXT_SECONDS)) from error
        except SourceError as error:
            if isinstance(error, HttpStatusError) and error.status == 404:
                return paper
            raise SourceError(source_failures.FULL_TEXT_FAILED(paper=pmcid, reason=error.message)) from error
        return replace(paper, text=text, details={**paper.details, "extent": "full text"}) if text else paper

    def read(self, body: Any) -> list[Document]:
        """Papers in a body of `/search`, titles and abstracts still HTML."""
        answer = object_of(body)
        refuse(answer.get("errMsg"))
        results = object_of(answer.get("resultList")).get("result")
        return papers_in(results, self._paper, what="papers", list_of="results")

    def _paper(self, result: Json) -> Document | None:
        collection, number = text_of(result.get("source")), text_of(result.get("id"))
        title = text_of(result.get("title"))
        if collection not in COLLECTIONS or not (number.isascii() and number.isalnum()) or not title:
            return None
        return self.paper(
            service=f"Europe PMC {number}",
            title=title,
            text=text_of(result.get("abstractText")),
            url=f"https://europepmc.org/article/{collection}/{number}",
            ids=identifiers(pmid=result.get("pmid"), pmcid=result.get("pmcid"), doi=result.get("doi")),
            authors=_authors(result),
            published=text_of(result.get("firstPublicationDate")) or text_of(result.get("pubYear")),
            language=LANGUAGES.get(text_of(result.get("language")), ""),
            licence=text_of(result.get("license")).upper().replace("CC-", "CC ") or "© the publisher",
            details=details_of(
                venue=text_of(object_of(object_of(result.get("journalInfo")).get("journal")).get("title")),
                citations=int_of(result.get("citedByCount")),
                open="yes" if result.get("isOpenAccess") == "Y" else "",
            ),
        )


def _authors(result: Json) -> list[str]:
    """Author names: in full where they are listed, else as cited ("Liu Q") with the initials moved to the front."""
    listed = [object_of(author) for author in items_of(object_of(result.get("authorList")).get("author"))]
    names = [f"{text_of(author.get('firstName'))} {text_of(author.get('lastName'))}".strip() for author in listed]
    if any(names):
        return names
    cited = text_of(result.get("authorString")).rstrip(".").split(",")
    return [" ".join(reversed(name.strip().rsplit(" ", 1))) for name in cited]


def article_text(root: Node) -> str:
    """Text of a JATS article but for references and figures; "" without a body. Raises `BodyError` for other XML."""
    article = root if root.name == "article" else root.find("article")
    if article is None:
        raise BodyError(source_failures.NOT_AN_ARTICLE())
    blocks = list(_blocks(article.at("body")))
    return "\n\n".join((*_blocks(article.at("front", "article-meta", "abstract")), *blocks)) if blocks else ""


def _blocks(node: Node) -> Iterator[str]:
    """Headings and paragraphs in order."""
    for child in node.children:
        if child.name in EXCLUDED:
            continue
        if child.name not in ("p", "title") and any(part.name in BLOCKS for part in child.children):
            yield from _blocks(child)
        elif text := single_spaced(node_text(child, excluded=EXCLUDED, apart=BLOCKS)):
            yield text
