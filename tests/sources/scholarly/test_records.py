"""What the sources of papers make of a record, and what they ask."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from helpers.paper_bodies import ARTICLE, ATOM, BODIES, RECORDS
from helpers.paper_sources import SOURCES, TOPIC, Service, search
from research_agent.documents.isolated_reader import open_reader
from research_agent.errors import BodyError, HttpStatusError, SourceError
from research_agent.settings import Settings
from research_agent.sources import Source, SourceSettings, limits_of, policy_of
from research_agent.sources.arxiv import search_query
from research_agent.sources.europepmc import article_text
from research_agent.sources.openalex import from_index
from research_agent.sources.scholarly.identifiers import identifiers
from research_agent.sources.scholarly.markup import without_markup
from research_agent.sources.scholarly.records import Paper, iso_date

pytestmark = pytest.mark.anyio
JSON = "application/json"


def service(name: str, **more: tuple[int, bytes, str]) -> Service:
    if name == "arxiv":
        return Service({"/": (200, ATOM, "application/atom+xml")})
    body = (200, json.dumps(BODIES[name][1]).encode(), JSON)
    return Service({**more, "efetch": (200, RECORDS, "text/xml"), "/": body})


@pytest.mark.parametrize("name", SOURCES)
async def test_a_search_gives_documents_with_identifiers_and_credit(name: str) -> None:
    assert isinstance(SOURCES[name](SourceSettings()), Source)
    (document,) = (await search(name, service(name))).documents
    assert document.source == name
    assert document.title in ("A title", "A title.")
    assert document.details["doi"] in ("10.1000/a", "10.1000/a.b")
    assert document.author == "Ada Bell"
    assert (document.published or "")[:4] in ("2024", "2026")
    assert document.text
    assert document.attribution
    assert document.attribution.startswith("Ada Bell, ")
    assert document.licence


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("arxiv", {"search_query": 'all:"attention" AND all:"mechanism"', "max_results": "7", "sortBy": "relevance"}),
        ("openalex", {"search": "attention mechanism", "filter": "has_abstract:true", "per_page": "7"}),
        ("semanticscholar", {"query": "attention mechanism", "limit": "14"}),
        ("crossref", {"query.bibliographic": "attention mechanism", "filter": "has-abstract:true", "rows": "7"}),
        ("europepmc", {"query": "(attention mechanism) AND HAS_ABSTRACT:y", "format": "json", "pageSize": "7"}),
        ("pubmed", {"db": "pubmed", "term": "(attention mechanism) AND hasabstract", "retmax": "7"}),
    ],
)
async def test_what_is_asked(name: str, asked: dict[str, str]) -> None:
    heard = service(name)
    await search(name, heard, limit=7)
    query = heard.asked[0].query
    assert {key: query[key] for key in asked} == asked
    assert not {"api_key", "mailto", "email"} & set(query)
    assert "x-api-key" not in heard.asked[0].headers


@pytest.mark.parametrize("name", SOURCES)
async def test_a_topic_without_words_asks_nothing(name: str) -> None:
    heard = service(name)
    assert (await search(name, heard, topic=replace(TOPIC, text="?! *"))).documents == []
    assert heard.asked == []


@pytest.mark.parametrize("name", SOURCES)
async def test_syntax_in_a_topic_is_words(name: str) -> None:
    heard = service(name)
    await search(name, heard, topic=replace(TOPIC, text='x-ray* OR (title:"all")~ \\ AND NOT {k}'))
    asked = heard.asked[0].query
    sent = asked.get("search_query") or next(
        asked[key] for key in ("search", "query", "query.bibliographic", "term") if key in asked
    )
    assert not set("*~\\{}") & set(sent)
    assert " OR (" not in sent
    assert "title:" not in sent


async def test_where_keys_and_contacts_go() -> None:
    heard = service("semanticscholar")
    await search("semanticscholar", heard, key="canary")
    assert heard.asked[0].headers["x-api-key"] == "canary"
    assert "canary" not in str(heard.asked[0].url)
    heard = service("crossref")
    await search("crossref", heard, key="canary", contact="me@example.org")
    assert heard.asked[0].headers["Crossref-Plus-API-Token"] == "Bearer canary"
    assert heard.asked[0].query["mailto"] == "me@example.org"
    heard = service("pubmed")
    await search("pubmed", heard, key="canary", contact="me@example.org")
    assert [request.query["api_key"] for request in heard.asked] == ["canary", "canary"]
    assert heard.asked[1].query["email"] == "me@example.org"
    heard = service("openalex")
    await search("openalex", heard, key="canary")
    assert heard.asked[0].query["api_key"] == "canary"


@pytest.mark.parametrize("name", SOURCES)
async def test_no_failure_shows_a_key(name: str) -> None:
    for answer in ((400, b'{"error": "no"}', JSON), (429, b"Rate exceeded.", "text/plain"), (200, b"{", JSON)):
        with pytest.raises(SourceError) as caught:
            await search(name, Service({"/": answer}), key="canary-key", contact="canary@example.org")
        error: BaseException | None = caught.value
        while error is not None:
            assert "canary" not in f"{error} {getattr(error, 'hint', '')}"
            error = error.__cause__


async def test_who_names_a_mail_address_is_let_in_faster() -> None:
    crossref = SOURCES["crossref"]
    assert policy_of(crossref(SourceSettings())).limits.at_once == 1
    assert policy_of(crossref(SourceSettings(contact="https://me.example"))).limits.at_once == 1
    assert policy_of(crossref(SourceSettings(contact="me@example.org"))).limits.at_once == 3


@pytest.mark.parametrize("name", ["openalex", "semanticscholar", "crossref", "pubmed"])
def test_a_key_widens_the_limits(name: str) -> None:
    without, with_key = SOURCES[name](SourceSettings()), SOURCES[name](SourceSettings(key="canary"))
    assert limits_of(without) == policy_of(without).limits
    assert limits_of(with_key) == policy_of(with_key).with_key


async def test_arxiv_is_asked_one_by_one_in_three_seconds() -> None:
    limits = policy_of(SOURCES["arxiv"](SourceSettings())).limits
    assert (limits.at_once, limits.spacing) == (1, 3.0)


@pytest.mark.parametrize("status", [200, 429])
async def test_arxiv_that_refuses_is_left_alone_for_a_minute(status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr("research_agent.http.Client.back_off", lambda self, seconds: pauses.append(seconds))
    with pytest.raises(SourceError, match="is limiting requests"):
        await search("arxiv", Service({"/": (status, b"Rate exceeded.", "text/plain")}))
    assert pauses == [60.0]


def test_a_long_topic_need_not_be_found_whole() -> None:
    assert search_query(replace(TOPIC, text="the mean of one two")) == 'all:"two"'
    asked = search_query(replace(TOPIC, text="caffeine sleep quality older adults"))
    assert asked.count(" OR ") == 4


@pytest.mark.parametrize(
    ("name", "body", "says"),
    [
        ("openalex", {"error": "Invalid query", "message": "No."}, "refused the query: Invalid query"),
        ("semanticscholar", {"message": "Too Many Requests", "code": "429"}, "refused the query: Too Many Requests"),
        ("crossref", {"status": "failed", "message": [{"message": "Bad rows"}]}, "refused the query: Bad rows"),
        ("europepmc", {"errCode": 404, "errMsg": "No cursor"}, "refused the query: No cursor"),
        ("pubmed", {"error": "API rate limit exceeded"}, "refused the query: API rate limit exceeded"),
        ("pubmed", {"esearchresult": {"ERROR": "Empty term"}}, "refused the query: Empty term"),
    ],
)
async def test_an_error_with_status_200_is_said(name: str, body: Any, says: str) -> None:
    with pytest.raises(SourceError, match=says):
        await search(name, Service({"/": (200, json.dumps(body).encode(), JSON)}))


async def test_pubmed_errors_in_xml_are_said() -> None:
    body = b"<eFetchResult><ERROR>Unable to\n obtain query</ERROR></eFetchResult>"
    heard = service("pubmed")
    with pytest.raises(SourceError, match="refused the query: Unable to obtain query"):
        await search("pubmed", Service({**heard.bodies, "efetch": (200, body, "text/xml")}))


async def test_what_an_api_says_is_short_and_plain() -> None:
    body = json.dumps({"error": "\x1b[31m" + "x " * 10_000}).encode()
    with pytest.raises(HttpStatusError) as caught:
        await search("openalex", Service({"/": (400, body, JSON)}))
    assert "\x1b" not in caught.value.message
    assert len(caught.value.message) < 300


@pytest.mark.parametrize(
    ("index", "text"),
    [
        ({"not": [1], "does": [0], "help": [2]}, "does not help"),
        ({"does": [0], "help": [2]}, "does […] help"),
        ({"b": [7], "a": [5]}, "[…] a […] b"),
        ({"the": [0, 2], "of": [1]}, "the of the"),
        ({"a": [0], "b": [0]}, "a b"),
        ({"a": [10**15]}, "[…] a"),
        ({"a": "0", "b": [None, "1", True, 0], "c": 3}, "b"),
        ({"a": [-1]}, ""),
        (None, ""),
        ([], ""),
        ("x", ""),
        ({}, ""),
    ],
)
def test_an_abstract_is_put_together_from_its_index(index: Any, text: str) -> None:
    assert from_index(index) == text


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"doi": "https://doi.org/10.1000/AbC"}, {"doi": "10.1000/abc"}),
        ({"doi": "doi:10.1000/a"}, {"doi": "10.1000/a"}),
        (
            {"doi": "https://doi.org/10.48550/arXiv.2304.05376"},
            {"doi": "10.48550/arxiv.2304.05376", "arxiv": "2304.05376"},
        ),
        ({"doi": "none", "pmid": 0, "arxiv": None, "pmcid": {}, "openalex": "A1", "s2": "x"}, {}),
        ({"arxiv": "http://arxiv.org/abs/1707.08567v12"}, {"arxiv": "1707.08567"}),
        ({"arxiv": "http://arxiv.org/abs/astro-ph/0601001v1"}, {"arxiv": "astro-ph/0601001"}),
        ({"arxiv": "math.GT/0309136"}, {"arxiv": "math.GT/0309136"}),
        ({"pmid": 12, "pmcid": "12"}, {"pmid": "12", "pmcid": "PMC12"}),
        (
            {"pmid": "https://pubmed.ncbi.nlm.nih.gov/38799228/", "pmcid": "https://x/articles/PMC1.2"},
            {"pmid": "38799228", "pmcid": "PMC1"},
        ),
        ({"pmid": True, "doi": "10.1000/" + "a" * 400}, {}),
        ({"openalex": "https://openalex.org/W27"}, {"openalex": "W27"}),
    ],
)
def test_identifiers_have_one_form(given: dict[str, Any], found: dict[str, str]) -> None:
    assert identifiers(**given) == found


@pytest.mark.parametrize(
    ("parts", "date"),
    [
        ((2024, 1, 31), "2024-01-31"),
        ((2024,), "2024"),
        ((2024, None, 3), "2024"),
        ((None, 1), ""),
        (("2024", "3"), "2024-03"),
        ((2024, 13), "2024"),
        ((True,), ""),
        (("20245",), ""),
        ((2024, 2.5), "2024"),
    ],
)
def test_a_date_is_as_much_as_is_known(parts: tuple[Any, ...], date: str) -> None:
    assert iso_date(*parts) == date


async def test_labels_of_an_abstract_stand_on_their_own_lines() -> None:
    (document,) = (await search("pubmed", service("pubmed"))).documents
    assert document.text == "AIM\nIt is so.\n\nEND\nYes."
    assert (document.published, document.language) == ("2024-03-05", "en")
    assert (document.details["pmid"], document.details["pmcid"]) == ("1", "PMC3")


async def test_a_full_text_is_headings_and_paragraphs_without_marks_figures_and_references() -> None:
    async with open_reader() as read:
        assert article_text(await read.xml(ARTICLE)) == "Short.\n\nOne\n\nIt is so.\n\nThis"
        assert article_text(await read.xml(b"<article><front/></article>")) == ""
        with pytest.raises(BodyError):
            article_text(await read.xml(b"<html/>"))


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        ((404, b"", "text/plain"), None),
        ((500, b"", "text/plain"), "the full text of PMC2: has a fault of its own (HTTP 500)"),
        ((200, b"<article", "text/xml"), "the full text of PMC2: cannot be read: it is not well-formed"),
        ((200, b"<article><front/></article>", "text/xml"), None),
    ],
)
async def test_a_full_text_that_fails_costs_itself_only(answer: tuple[int, bytes, str], problem: str | None) -> None:
    heard = Service({"fullTextXML": answer, **service("europepmc").bodies})
    found = await search("europepmc", heard)
    assert [document.text for document in found.documents] == ["Aim\n\nIt is."]
    assert len(found.problems) == bool(problem)
    assert "".join(found.problems).startswith(problem or "")


async def test_a_summary_by_a_model_is_never_the_text() -> None:
    body = {"total": 1, "data": [{**BODIES["semanticscholar"][1]["data"][0], "abstract": None}]}
    found = await search("semanticscholar", Service({"/": (200, json.dumps(body).encode(), JSON)}))
    (document,) = found.documents
    assert (document.text, document.details["tldr"]) == ("", "Short.")


async def test_only_markup_is_taken_for_markup() -> None:
    def paper(text: str, *, markup: bool) -> Paper:
        return Paper(source="x", service="X", title=text, text=text, url="https://x", ids={}, markup=markup)

    given = ["p<0.05 and <r> is > 3", "<b>Bold</b> &amp; <sub>2</sub>", "a &lt; b", "R&D"]
    async with open_reader() as read:
        plain = await without_markup([paper(text, markup=False) for text in given], read)
        twice = await without_markup([paper("<jats:p>(&amp;lt;75 K) &amp;amp; R&amp;D</jats:p>", markup=True)], read)
    assert [one.text for one in plain] == ["p<0.05 and <r> is > 3", "Bold & 2", "a < b", "R&D"]
    assert twice[0].text == "(<75 K) & R&D"


def test_they_come_in_through_the_same_door(tmp_path: Any) -> None:
    from research_agent.sources import load_sources

    settings = Settings.of(home=tmp_path, source_urls={"arxiv": "http://127.0.0.1:1"}, source_keys={"openalex": "k"})
    assert [source.name for source in load_sources(settings, list(SOURCES))] == list(SOURCES)
