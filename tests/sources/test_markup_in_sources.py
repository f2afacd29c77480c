"""Markup that carries meaning is said in one way by every source that gets any."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from html import escape
from typing import Any

import pytest

from research_agent.documents.html import read_plain
from research_agent.documents.xml import read_xml
from research_agent.sources import Node, SourceSettings
from research_agent.sources.crawler import as_plain
from research_agent.sources.crossref import Crossref
from research_agent.sources.europepmc import EuropePmc, article_text
from research_agent.sources.feed import Feed
from research_agent.sources.hackernews import HackerNews
from research_agent.sources.openalex import OpenAlex
from research_agent.sources.pubmed import PubMed
from research_agent.sources.scholarly.markup import without_markup
from research_agent.sources.semanticscholar import SemanticScholar
from research_agent.sources.stackexchange import StackExchange
from research_agent.types import Document

pytestmark = pytest.mark.anyio

SETTINGS = SourceSettings()


class InThisProcess:
    """The parsers of the isolated reader, not isolated."""

    async def plain(self, fragments: Sequence[str]) -> list[str]:
        return read_plain(fragments)

    async def xml(self, body: bytes) -> Node:
        return node_of(read_xml(body))


READ: Any = InThisProcess()


def node_of(value: Any) -> Node:
    tag, attributes, *content = value
    return Node(tag, attributes, tuple(item if isinstance(item, str) else node_of(item) for item in content))


async def only(documents: Sequence[Document]) -> str:
    (document,) = await as_plain(documents, read=READ)
    return document.text


async def abstract(papers: Sequence[Document], *, always: bool) -> str:
    (paper,) = await without_markup(papers, READ, always=always)
    return f"{paper.title}|{paper.text}"


async def stackexchange(html: str) -> str:
    body = {"items": [{"question_id": 1, "title": "T", "body": f"<p>{html}</p>"}]}
    return (await only(StackExchange(SETTINGS).read_questions(body))).removeprefix("T\n\n")


async def hackernews(html: str) -> str:
    hit = {"objectID": "1", "title": "T", "story_text": html}
    return (await only(HackerNews(SETTINGS).read_hits({"hits": [hit]}))).removeprefix("T\n\n")


async def feed(html: str, content: str) -> str:
    root = await READ.xml(
        f'<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>T</title>{content}</entry></feed>'.encode()
    )
    (entry,) = Feed(SETTINGS).read_entries(root, url="http://feed.example/")
    return read_plain([entry.text])[0].strip()


async def feed_html(html: str) -> str:
    return await feed(html, f'<content type="html">{escape(html)}</content>')


async def feed_xhtml(html: str) -> str:
    div = f'<div xmlns="http://www.w3.org/1999/xhtml">{html}</div>'
    return await feed(html, f'<content type="xhtml">{div}</content>')


def crossref_body(text: str) -> Any:
    return {"status": "ok", "message": {"items": [{"DOI": "10.1000/a", "title": [text], "abstract": text}]}}


async def crossref(html: str) -> str:
    jats = html.replace("<su", "<jats:su").replace("</su", "</jats:su")
    title, _, text = (await abstract(Crossref(SETTINGS).read(crossref_body(jats)), always=True)).partition("|")
    assert title == text.replace("\n", " ")
    return text


async def crossref_escaped_twice(html: str) -> str:
    text = await abstract(Crossref(SETTINGS).read(crossref_body(escape(escape(html)))), always=True)
    return text.partition("|")[2]


async def europepmc(html: str) -> str:
    result = {"id": "1", "source": "MED", "title": "T", "abstractText": html}
    papers = EuropePmc(SETTINGS).read({"hitCount": 1, "resultList": {"result": [result]}})
    return (await abstract(papers, always=True)).partition("|")[2]


async def openalex(html: str) -> str:
    index = {word: [at] for at, word in enumerate(html.split())}
    work = {"id": "https://openalex.org/W1", "doi": "https://doi.org/10.1000/a", "title": "T"}
    papers = OpenAlex(SETTINGS).read({"meta": {}, "results": [{**work, "abstract_inverted_index": index}]})
    return (await abstract(papers, always=False)).partition("|")[2]


async def semanticscholar(html: str) -> str:
    paper = {"paperId": "0" * 40, "externalIds": {"DOI": "10.1000/a"}, "title": "T", "abstract": html}
    return (await abstract(SemanticScholar(SETTINGS).read({"total": 1, "data": [paper]}), always=False)).partition("|")[
        2
    ]


async def pubmed(html: str) -> str:
    root = await READ.xml(
        f"<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>1</PMID><Article><ArticleTitle>{html}</ArticleTitle>"
        f"<Abstract><AbstractText>{html}</AbstractText></Abstract></Article></MedlineCitation></PubmedArticle>"
        "</PubmedArticleSet>".encode()
    )
    (paper,) = PubMed(SETTINGS).read_records(root)
    assert paper.title == paper.text
    return paper.text


async def full_text(html: str) -> str:
    root = await READ.xml(f"<article><body><sec><p>{html}</p></sec></body></article>".encode())
    return article_text(root)


CASES = [
    ("carries 10<sup>6</sup> tonnes", "carries 10^6 tonnes"),
    ("of 10<sup>-6</sup> m over 40 km<sup>2</sup>", "of 10^-6 m over 40 km^2"),
    ("drops 3<sup>1</sup>/<sub>2</sub> metres", "drops 3 1/2 metres"),
    ("5 mg of CO<sub>2</sub> in H<sub>2</sub>O", "5 mg of CO2 in H2O"),
    ("froze in 1908<sup>[1]</sup> and 1909<sup>[2,3]</sup> again", "froze in 1908 and 1909 again"),
    ("in the 19<sup>th</sup> century at 5 &#215; 10<sup>3</sup> Pa", "in the 19th century at 5 × 10^3 Pa"),
]
SOURCES = [
    *(stackexchange, hackernews, feed_html, feed_xhtml, crossref, crossref_escaped_twice, europepmc, openalex),
    *(semanticscholar, pubmed, full_text),
]


@pytest.mark.parametrize("source", SOURCES)
async def test_numbers_come_through_every_source(source: Callable[[str], Awaitable[str]]) -> None:
    for html, text in CASES:
        assert await source(html) == text


@pytest.mark.parametrize("source", [stackexchange, hackernews, feed_html, feed_xhtml])
async def test_what_is_deleted_or_hidden_is_not_said(source: Callable[[str], Awaitable[str]]) -> None:
    html = "costs <del>12</del> <b>8</b> euros<span aria-hidden='true'>7</span>, <q>he said</q>.<br/>6 left"
    assert await source(html) == "costs 8 euros, “he said”.\n6 left"


@pytest.mark.parametrize("source", [pubmed, full_text])
async def test_formulas_and_marks_of_references_in_xml(source: Callable[[str], Awaitable[str]]) -> None:
    html = (
        'of <mml:math xmlns:mml="http://www.w3.org/1998/Math/MathML"><mml:msup><mml:mn>10</mml:mn><mml:mn>6</mml:mn>'
        '</mml:msup></mml:math> cells <sup><xref ref-type="bibr">12</xref></sup> in 1908'
        '<xref ref-type="bibr"><sup>3</sup></xref>'
    )
    assert await source(html) == "of 10^6 cells in 1908"


async def test_a_formula_in_tex_beside_the_same_in_mathml_is_said_once() -> None:
    tex = r"<tex-math>\begin{document}$$x^{2}$$\end{document}</tex-math>"
    math = '<math xmlns="m"><msup><mi>x</mi><mn>2</mn></msup></math>'
    for formula in (f"{tex}{math}", f"{math}{tex}", tex, math):
        assert await full_text(f"is <alternatives>{formula}</alternatives> here") == "is x^2 here"


async def test_text_that_only_looks_like_markup_stays() -> None:
    for text in ("p<0.05 and <r>", "R&D; of AT&T", "a < b"):
        assert await semanticscholar(text) == text
    papers = [replace(paper, text="p &amp;lt; 0.05") for paper in Crossref(SETTINGS).read(crossref_body("T"))]
    assert (await abstract(papers, always=True)).endswith("|p < 0.05")
