"""Bodies that the services of papers once sent, through the whole path: documents, nothing, or what the API said."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from helpers.paper_sources import SOURCES, Service, search
from research_agent.errors import BodyError, HttpStatusError, SourceError
from research_agent.types import Document

pytestmark = pytest.mark.anyio
NUMBERS = (200, json.dumps({"esearchresult": {"idlist": ["1"]}}).encode(), "application/json")
MARKUP = re.compile(r"</?(?:jats:|mml:)?[a-z]+\d?[^<>]*>|&(?:amp|lt|gt|#\d+);", re.IGNORECASE)


def bodies(folder: Path) -> Iterator[tuple[str, int, bytes, str]]:
    """Each recorded body with its status and content type."""
    for entry in json.loads((folder / "index.json").read_text("utf-8")):
        name = entry["file"]
        kinds = {".json": "application/json", ".html": "text/html", ".txt": "text/plain", ".xml": "text/xml"}
        yield name, entry["status"], (folder / name).read_bytes(), kinds[Path(name).suffix]


async def replay(name: str, status: int, body: bytes, kind: str) -> list[Document] | SourceError:
    """The body where the source looks for what it is."""
    answers = {"/": (status, body, kind)}
    if name == "pubmed":
        answers = {"esearch": answers["/"]} if kind == "application/json" else {"esearch": NUMBERS, "/": answers["/"]}
    try:
        found = await search(name, Service(answers))
    except SourceError as error:
        return error
    return list(found.documents)


def parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None


def has_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def expected(name: str, body: bytes) -> tuple[int, int] | None:
    """How many records there are, and how many of them have text, told without the parser under test."""
    value = parsed(body)
    if name == "openalex":
        works = value.get("results") if isinstance(value, dict) else None
        return (len(works), sum(bool(work["abstract_inverted_index"]) for work in works)) if works else None
    if name == "semanticscholar":
        papers = [one for one in value.get("data", []) if "paperId" in one] if isinstance(value, dict) else None
        return (len(papers), sum(has_text(paper.get("abstract")) for paper in papers)) if papers else None
    if name == "crossref":
        works = value["message"]["items"] if isinstance(value, dict) and "items" in value.get("message", {}) else None
        return (len(works), sum("abstract" in work for work in works)) if works else None
    if name == "europepmc":
        results = value["resultList"]["result"] if isinstance(value, dict) and "resultList" in value else None
        return (len(results), sum(has_text(result.get("abstractText")) for result in results)) if results else None
    if name == "arxiv":
        entries = body.count(b"<entry>")
        return (entries, entries) if entries and b"api/errors" not in body else None
    records = body.count(b"<PubmedArticle>")
    return (records, body.count(b"<Abstract>")) if records else None


# What is neither documents nor an error: an empty search.
EMPTY = {
    "arxiv/id_0000.0000_s0_m100.xml", "arxiv/id_0808.05394_s0_m100.xml",
    "semanticscholar/empty_paginated_results_0.json",
}  # fmt: skip


@pytest.mark.parametrize("name", SOURCES)
async def test_every_recorded_body_is_read_or_refused_in_words(recorded: Path, name: str) -> None:
    seen = with_text = 0
    for file, status, body, kind in bodies(recorded / name):
        result = await replay(name, status, body, kind)
        wanted = expected(name, body) if status == 200 else None
        if wanted:
            assert isinstance(result, list), (file, result)
            assert (len(result), sum(bool(document.text) for document in result)) == wanted, file
            with_text += wanted[1]
        elif f"{name}/{file}" in EMPTY:
            assert result == [], file
        elif name == "pubmed" and kind == "application/json":  # numbers found, of which there is no record here
            assert isinstance(result, HttpStatusError), file
        else:
            assert isinstance(result, SourceError), file
            assert result.message, file
        seen += 1
        for document in result if isinstance(result, list) else ():
            assert document.title, file
            assert document.url.startswith("https://"), file
            assert not MARKUP.search(document.text), file
            assert document.attribution, file
            assert document.licence, file
            assert set(document.details) & {"doi", "arxiv", "pmid", "pmcid", "openalex", "s2"}, file
    assert seen >= 6
    assert with_text >= 2


@pytest.mark.parametrize(
    ("name", "file", "says"),
    [
        ("arxiv", "id_abc_s0_m100.xml", "refused the query: incorrect id format for abc"),
        ("semanticscholar", "bad_query_parameters_0.json", "(HTTP 400): Unrecognized or unsupported fields: [unknown]"),
        ("semanticscholar", "not_found_0.json", "(HTTP 404): Paper with id 0 not found"),
        ("crossref", "habanero_cursor_fail_0.json", "(HTTP 404): Cursor specified but it is invalid"),
        ("crossref", "habanero_400_rows_validation_0.json", "(HTTP 400): Integer specified as things but must be"),
        ("crossref", "paperqa_bibtex_404_1.txt", "did not accept the request (HTTP 404)"),
        ("openalex", "paperqa_single_404_1.html", "did not accept the request (HTTP 404)"),
    ],
)
async def test_what_the_api_said_is_what_the_user_reads(recorded: Path, name: str, file: str, says: str) -> None:
    (given,) = (entry for entry in bodies(recorded / name) if entry[0] == file)
    result = await replay(name, *given[1:])
    assert isinstance(result, SourceError)
    assert says in result.message


async def test_a_page_in_place_of_records_is_a_failure(recorded: Path) -> None:
    page = (recorded / "pubmed" / "biopython_not_xml_html.html").read_bytes()
    for name in ("pubmed", "arxiv"):
        assert isinstance(await replay(name, 200, page, "text/xml"), BodyError)


async def test_an_abstract_is_to_the_letter_what_the_service_sent(recorded: Path) -> None:
    """Told by other means: each word of each index at its position, each abstract of XML by its own parser."""
    for file in ("search_attention_2026_cost_usd.json", "search_attention_select_2026.json"):
        body = (recorded / "openalex" / file).read_bytes()
        result = await replay("openalex", 200, body, "application/json")
        assert isinstance(result, list)
        texts = {document.details["openalex"]: document.text for document in result}
        for work in parsed(body)["results"]:
            said = texts[work["id"].rpartition("/")[2]].split()
            index = work["abstract_inverted_index"] or {}
            assert {word: [at for at, one in enumerate(said) if one == word] for word in said} == index
    body = (recorded / "pubmed" / "efetch_attention.xml").read_bytes()
    result = await replay("pubmed", 200, body, "text/xml")
    assert isinstance(result, list)
    for document, article in zip(result, ET.fromstring(body).iter("PubmedArticle"), strict=True):
        parts = [
            re.sub(r"\s+", " ", "".join(part.itertext())).strip()
            for part in article.iterfind(".//Abstract/AbstractText")
        ]
        text = re.sub(r"\s+", " ", document.text)
        assert [part for part in parts if part not in text] == []


async def test_open_full_text_replaces_the_abstract(recorded: Path) -> None:
    found = (200, (recorded / "europepmc" / "search_core_attention.json").read_bytes(), "application/json")
    article = (200, (recorded / "europepmc" / "fulltextxml_jats.xml").read_bytes(), "text/xml")
    service = Service({"/search": found, "/PMC12938590/fullTextXML": article})
    result = await search("europepmc", service)
    (full,) = (document for document in result.documents if document.details.get("extent") == "full text")
    assert full.details["pmcid"] == "PMC12938590"
    assert "This Nearctic biological entity appeared in Europe in 1912" in full.text
    assert "Walczak" in full.text  # cited in the text
    assert "Phylogenetic tree" not in full.text  # the caption of a figure
    assert "Int J Mol Sci" not in full.text  # the list of references
    asked = [request.path for request in service.requests]
    assert sum("fullTextXML" in path for path in asked) == 2
    assert result.problems == []  # the other one is not there, and that is no failure


async def test_records_that_pygetpapers_kept_are_read_where_the_api_puts_them(recorded: Path) -> None:
    results = [parsed((recorded / "europepmc" / f"core_record_{n}.json").read_bytes()) for n in range(4)]
    body = json.dumps({"resultList": {"result": results}}).encode()
    assert isinstance(await replay("europepmc", 200, body, "application/json"), list | SourceError)
