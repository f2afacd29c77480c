"""Europe PMC: life sciences; abstracts, and of the best hits the open full text."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from research_agent.documents.reader import Node
from research_agent.errors import BodyError, HttpStatusError, SourceError
from research_agent.http.rate_limits import Limits
from research_agent.sources.policy import SourcePolicy
from research_agent.sources.protocol import Found, SourceSettings, Tools
from research_agent.sources.scholarly.identifiers import identifiers
from research_agent.sources.scholarly.records import (
    LANGUAGES,
    Paper,
    best,
    explained,
    prose,
    query,
    some,
    without_markup,
)
from research_agent.text.json_fields import int_of, items_of, object_of, text_of
from research_agent.types import Topic

__all__ = ["EuropePmc", "article_text"]

REST = "/europepmc/webservices/rest"
FULL_TEXTS = 2  # of the best hits
FULL_TEXT_SECONDS = 4.0
PLACES = frozenset({"MED", "PMC", "PPR", "AGR", "CBA", "CTX", "ETH", "HIR", "PAT"})
# What is no running text, or is found in the text by its number only.
APART = frozenset(
    "ref-list fig fig-group table-wrap table-wrap-group table fn fn-group supplementary-material graphic media "
    "inline-graphic tex-math label object-id sec-meta kwd-group processing-meta".split()
)
PARTS = frozenset("p title sec list list-item def-list def-item disp-quote boxed-text statement".split())


class EuropePmc:
    """
    One request a topic, and one for each full text that is open: of the best hits, as far as they come quickly.

    The text of a document is the abstract, or abstract and body; headings stand on lines of their own.
    """

    name = "europepmc"
    title = "Europe PMC"
    live = True
    policy = SourcePolicy(
        limits=Limits(at_once=4, spacing=0.1),
        licence="of each article",
        attribution="Europe PMC",
        terms="https://europepmc.org/Copyright",
        kinds=frozenset({"science", "medicine"}),
    )

    def __init__(self, settings: SourceSettings) -> None:
        self.base = (settings.url or "https://www.ebi.ac.uk").rstrip("/")

    async def search(self, topic: Topic, *, tools: Tools, limit: int) -> Found:
        """Papers on the topic, most relevant first. A full text that fails costs itself, and is said."""
        wanted = query(topic)
        if not wanted:
            return Found([])
        try:
            body = await tools.client.get_json(
                f"{self.base}{REST}/search",
                params={
                    "query": f"({wanted}) AND HAS_ABSTRACT:y",
                    "format": "json",
                    "resultType": "core",
                    "pageSize": limit,
                },
            )
        except HttpStatusError as error:
            raise explained(error) from error
        papers = await without_markup(self.read_results(body), tools.read)
        papers, problems = await self._with_full_texts(papers, tools)
        return Found(best(papers, limit), problems)

    async def _with_full_texts(self, papers: Sequence[Paper], tools: Tools) -> tuple[list[Paper], list[str]]:
        wanted = [paper for paper in papers if paper.details.get("open") == "yes" and "pmcid" in paper.ids][:FULL_TEXTS]
        async with asyncio.TaskGroup() as group:
            asked = {paper.ids["pmcid"]: group.create_task(self._full_text(paper, tools)) for paper in wanted}
        outcomes = {pmcid: task.result() for pmcid, task in asked.items()}
        problems = [outcome for outcome in outcomes.values() if isinstance(outcome, str)]
        longer = {pmcid: outcome for pmcid, outcome in outcomes.items() if isinstance(outcome, Paper)}
        return [longer.get(paper.ids.get("pmcid", ""), paper) for paper in papers], problems

    async def _full_text(self, paper: Paper, tools: Tools) -> Paper | str:
        """The paper with its full text, the same when there is none, or why it did not come."""
        pmcid = paper.ids["pmcid"]
        try:
            # The abstracts are there already and must not be lost with the deadline of all.
            async with asyncio.timeout(FULL_TEXT_SECONDS):
                body = await tools.client.get_bytes(f"{self.base}{REST}/{pmcid}/fullTextXML")
                text = article_text(await tools.read.xml(body.data))
        except TimeoutError:
            return f"the full text of {pmcid} did not come within {FULL_TEXT_SECONDS:g} s"
        except HttpStatusError as error:
            return paper if error.status == 404 else f"the full text of {pmcid}: {error.message}"
        except SourceError as error:
            return f"the full text of {pmcid}: {error.message}"
        return replace(paper, text=text, details={**paper.details, "extent": "full text"}) if text else paper

    def read_results(self, body: Any) -> list[Paper]:
        """A body of `/search`; titles and abstracts still have their HTML. Raises `SourceError` for an error."""
        answer = object_of(body)
        if said := text_of(answer.get("errMsg")):
            raise SourceError(f"refused the query: {said}")
        results = object_of(answer.get("resultList")).get("result")
        if not isinstance(results, list):
            raise BodyError("answered without a list of results", hint="Its API may have changed.")
        return some((self._paper(object_of(result)) for result in results), results, what="papers")

    def _paper(self, result: Mapping[str, Any]) -> Paper | None:
        place, number = text_of(result.get("source")), text_of(result.get("id"))
        title = text_of(result.get("title"))
        if place not in PLACES or not (number.isascii() and number.isalnum()) or not title:
            return None
        citations, licence = int_of(result.get("citedByCount")), text_of(result.get("license"))
        is_open = result.get("isOpenAccess") == "Y"
        return Paper(
            source=self.name,
            service=f"Europe PMC {number}",
            title=title,
            text=text_of(result.get("abstractText")),
            url=f"https://europepmc.org/article/{place}/{number}",
            ids=identifiers(pmid=result.get("pmid"), pmcid=result.get("pmcid"), doi=result.get("doi")),
            authors=_authors(result),
            published=text_of(result.get("firstPublicationDate")) or text_of(result.get("pubYear")),
            language=LANGUAGES.get(text_of(result.get("language")), ""),
            licence=licence.upper().replace("CC-", "CC ") or "© the publisher",
            details={
                "venue": text_of(object_of(object_of(result.get("journalInfo")).get("journal")).get("title")),
                "citations": "" if citations is None else citations,
                "open": "yes" if is_open else "",
            },
            markup=True,
        )


def _authors(result: Mapping[str, Any]) -> list[str]:
    """Names in full where they are listed; else as they are cited, "Liu Q", with the initials put in front."""
    listed = [object_of(author) for author in items_of(object_of(result.get("authorList")).get("author"))]
    names = [f"{text_of(author.get('firstName'))} {text_of(author.get('lastName'))}".strip() for author in listed]
    if any(names):
        return names
    cited = text_of(result.get("authorString")).rstrip(".").split(",")
    return [" ".join(reversed(name.strip().rsplit(" ", 1))) for name in cited]


def article_text(root: Node) -> str:
    """
    The abstract and the body of a JATS article, headings on lines of their own; "" when it has no body.

    References, figures, tables and the marks of references that stand above the line are left out. Raises `BodyError`
    for XML that is no article.
    """
    article = root if _name(root) == "article" else root.find("article")
    if article is None:
        raise BodyError("answered with XML that is no article")
    body, meta = article.find("body"), article.find("front")
    meta = meta.find("article-meta") if meta is not None else None
    abstract = meta.find("abstract") if meta is not None else None
    said = list(_blocks(body)) if body is not None else []
    return "\n\n".join((*(_blocks(abstract) if abstract is not None else ()), *said)) if said else ""


def _blocks(node: Node) -> Iterator[str]:
    """Headings and paragraphs in order."""
    for child in node.children:
        if _name(child) in APART:
            continue
        if _name(child) not in ("p", "title") and any(_name(part) in PARTS for part in child.children):
            yield from _blocks(child)
        elif said := prose(_inline(child)):
            yield said


def _inline(node: Node) -> str:
    return "".join(item if isinstance(item, str) else _shown(item) for item in node.content)


def _shown(node: Node) -> str:
    if _name(node) in APART or _is_raised_mark(node):
        return ""
    if _name(node) in ("break", *PARTS):
        return f" {_inline(node)} "
    return _inline(node)


def _is_raised_mark(node: Node) -> bool:
    """ "shown<sup>12</sup>" is no word of the text, when 12 is a reference."""
    inside = {_name(child) for child in node.children}
    return (_name(node) == "sup" and "xref" in inside) or (
        _name(node) == "xref" and node.attributes.get("ref-type") == "bibr" and "sup" in inside
    )


def _name(node: Node) -> str:
    return node.tag.rpartition("}")[2]
